/* Registry: the catalogue of plugins, and what is enabled and set. */
#include "http.h"

/* registry_open(database, flags, format, folders, keyring, busy_timeout_ms,
 * max_body_bytes) */
static PyObject* Open(PyObject* module, PyObject* args) {
  ModuleState* state = ModuleStateOf(module);
  Texts in;
  PyObject* folder_object = NULL;
  PyObject* keyring_object = NULL;
  cupel_registry_options options = CUPEL_REGISTRY_OPTIONS_INIT;
  if (ReadTexts(args, "registry_open", 1, &in, "O&iOOO&O&", ConvertU32,
                &options.flags, &options.seal_format, &folder_object,
                &keyring_object, ConvertU32, &options.busy_timeout_ms,
                ConvertU64, &options.max_body_bytes) < 0) {
    return NULL;
  }
  ViewList folders = {0};
  void* keyring = NULL;
  PyObject* result = NULL;
  if (CheckHandle(state, kTypeKeyring, keyring_object, "keyring", 1,
                  &keyring) == 0 &&
      ReadViews(folder_object, "plugin_folders", &folders) == 0) {
    cupel_registry* registry = NULL;
    cupel_error* error = NULL;
    cupel_status status;
    options.database = in.view[0];
    options.plugin_folders = folders.views;
    options.plugin_folder_count = folders.count;
    options.keyring = (const cupel_keyring*)keyring;
    Py_BEGIN_ALLOW_THREADS;
    status = cupel_registry_open(&options, &registry, &error);
    Py_END_ALLOW_THREADS;
    result = status == CUPEL_STATUS_OK ? WrapRegistry(state, registry)
                                       : Raise(state, status, error);
  }
  GiveBackTexts(&in);
  FreeViews(&folders);
  return result;
}

static PyObject* Discover(PyObject* module, PyObject* args) {
  Texts in;
  Answer out = {0};
  if (ReadTexts(args, "plugins_discover", 1, &in, "") < 0) return NULL;
  Py_BEGIN_ALLOW_THREADS;
  out.status = cupel_plugins_discover(in.view[0], &out.buffer, &out.error);
  Py_END_ALLOW_THREADS;
  return Finish(ModuleStateOf(module), &in, &out);
}

static PyObject* HashOf(PyObject* module, PyObject* args) {
  Texts in;
  Answer out = {0};
  if (ReadTexts(args, "plugin_hash", 1, &in, "") < 0) return NULL;
  Py_BEGIN_ALLOW_THREADS;
  out.status = cupel_plugin_hash(in.view[0], &out.buffer, &out.error);
  Py_END_ALLOW_THREADS;
  return Finish(ModuleStateOf(module), &in, &out);
}

/* ------------------------------------------------------------------ tokens */

static PyObject* GenerateToken(PyObject* module, PyObject* Py_UNUSED(ignored)) {
  Answer out = {0};
  out.status = cupel_token_generate(&out.buffer, &out.error);
  return AnswerOf(ModuleStateOf(module), &out);
}

static PyObject* HashToken(PyObject* module, PyObject* args) {
  Texts in;
  Answer out = {0};
  if (ReadTexts(args, "token_hash", 1, &in, "") < 0) return NULL;
  out.status = cupel_token_hash(in.view[0], &out.buffer, &out.error);
  return Finish(ModuleStateOf(module), &in, &out);
}

static PyObject* MatchToken(PyObject* module, PyObject* args) {
  Texts in;
  cupel_error* error = NULL;
  int32_t matches = 0;
  if (ReadTexts(args, "token_matches", 2, &in, "") < 0) return NULL;
  const cupel_status status =
      cupel_token_matches(in.view[0], in.view[1], &matches, &error);
  GiveBackTexts(&in);
  if (status != CUPEL_STATUS_OK) {
    return Raise(ModuleStateOf(module), status, error);
  }
  return PyBool_FromLong(matches);
}

static PyMethodDef functions[] = {
    {"registry_open", Open, METH_VARARGS,
     PyDoc_STR("registry_open(database, flags, format, folders, keyring, "
               "busy_timeout_ms, max_body_bytes) -> Registry")},
    {"plugins_discover", Discover, METH_VARARGS,
     PyDoc_STR("plugins_discover(folder) -> bytes")},
    {"plugin_hash", HashOf, METH_VARARGS,
     PyDoc_STR("plugin_hash(folder) -> bytes")},
    {"token_generate", GenerateToken, METH_NOARGS,
     PyDoc_STR("token_generate() -> bytes")},
    {"token_hash", HashToken, METH_VARARGS,
     PyDoc_STR("token_hash(token) -> bytes")},
    {"token_matches", MatchToken, METH_VARARGS,
     PyDoc_STR("token_matches(token, hash) -> bool")},
    {NULL, NULL, 0, NULL},
};

/* ----------------------------------------------------------------- methods */

TEXT_METHOD(Rescan, "rescan", 0,
            cupel_registry_rescan(RegistryOf(self), &out.error));
TEXT_METHOD(Found, "found", 0,
            cupel_registry_found_json(RegistryOf(self), &out.buffer,
                                      &out.error));
TEXT_METHOD(Organisations, "organisations", 0,
            cupel_registry_organisations_json(RegistryOf(self), &out.buffer,
                                              &out.error));
TEXT_METHOD_WITH(AddOrganisation, "add_organisation", 2, uint32_t, ConvertU32,
                 cupel_registry_add_organisation(RegistryOf(self), in.view[0],
                                                 in.view[1], (int32_t)number,
                                                 &out.error));
TEXT_METHOD_WITH(
    UpdateOrganisation, "update_organisation", 2, uint32_t, ConvertU32,
    cupel_registry_update_organisation(RegistryOf(self), in.view[0], in.view[1],
                                       (int32_t)number, &out.error));
TEXT_METHOD(DeleteOrganisation, "delete_organisation", 1,
            cupel_registry_delete_organisation(RegistryOf(self), in.view[0],
                                               &out.error));
TEXT_METHOD(PluginList, "plugins", 2,
            cupel_registry_plugins_json(RegistryOf(self), in.view[0],
                                        in.view[1], &out.buffer, &out.error));
TEXT_METHOD(PluginOf, "plugin", 2,
            cupel_registry_plugin_json(RegistryOf(self), in.view[0], in.view[1],
                                       &out.buffer, &out.error));
TEXT_METHOD_WITH(SetEnabled, "set_enabled", 2, uint32_t, ConvertU32,
                 cupel_registry_set_enabled(RegistryOf(self), in.view[0],
                                            in.view[1], (int32_t)number,
                                            &out.error));
TEXT_METHOD_WITH(GetSettings, "get_settings", 2, uint32_t, ConvertU32,
                 cupel_registry_get_settings(RegistryOf(self), in.view[0],
                                             in.view[1], number, &out.buffer,
                                             &out.error));
TEXT_METHOD(PutSettings, "put_settings", 3,
            cupel_registry_put_settings(RegistryOf(self), in.view[0],
                                        in.view[1], in.view[2], &out.error));
TEXT_METHOD(DeleteSettings, "delete_settings", 2,
            cupel_registry_delete_settings(RegistryOf(self), in.view[0],
                                           in.view[1], &out.error));
TEXT_METHOD(CloneSettings, "clone_settings", 2,
            cupel_registry_clone_settings(RegistryOf(self), in.view[0],
                                          in.view[1], &out.error));
TEXT_METHOD(Export, "export", 0,
            cupel_registry_export(RegistryOf(self), &out.buffer, &out.error));
TEXT_METHOD(Import, "import_", 1,
            cupel_registry_import(RegistryOf(self), in.view[0], &out.error));

static PyObject* EnvironmentFor(PyObject* self, PyObject* args) {
  Texts in;
  PyObject* pairs = NULL;
  uint32_t flags = 0;
  if (ReadTexts(args, "environment", 2, &in, "OO&", &pairs, ConvertU32,
                &flags) < 0) {
    return NULL;
  }
  FieldList variables = {0};
  if (ReadFields(pairs, "variables", &variables) < 0) {
    GiveBackTexts(&in);
    return NULL;
  }
  cupel_environment* environment = NULL;
  cupel_error* error = NULL;
  cupel_status status;
  if (flags & CUPEL_ENVIRONMENT_PROCESS) {
    /* With the GIL: os.environ may not change while it is read. */
    status = cupel_registry_environment(
        RegistryOf(self), in.view[0], in.view[1], variables.fields,
        variables.count, flags, &environment, &error);
  } else {
    Py_BEGIN_ALLOW_THREADS;
    status = cupel_registry_environment(
        RegistryOf(self), in.view[0], in.view[1], variables.fields,
        variables.count, flags, &environment, &error);
    Py_END_ALLOW_THREADS;
  }
  FreeFields(&variables);
  GiveBackTexts(&in);
  if (status != CUPEL_STATUS_OK) return Raise(StateOf(self), status, error);
  return WrapEnvironment(StateOf(self), environment);
}

/* ---------------------------------------------------------------- rotation */

typedef struct Rotation {
  cupel_registry* registry;
  Answer out;
  Call call;
  PyObject* progress; /* None: nobody asks */
  uint64_t done;
  uint64_t total;
} Rotation;

static int TellProgress(void* args) {
  Rotation* rotation = (Rotation*)args;
  PyObject* given = PyObject_CallFunction(rotation->progress, "KK",
                                          (unsigned long long)rotation->done,
                                          (unsigned long long)rotation->total);
  if (given == NULL) return -1;
  const int stop = given == Py_False;
  Py_DECREF(given);
  return stop;
}

static int32_t OnRotated(void* user_data, uint64_t done, uint64_t total) {
  Rotation* rotation = (Rotation*)user_data;
  rotation->done = done;
  rotation->total = total;
  return InPython(&rotation->call, TellProgress, rotation);
}

static void RotateAll(void* args, cupel_cancel* cancel) {
  Rotation* a = (Rotation*)args;
  a->out.status = cupel_registry_rotate(
      a->registry, cancel, a->progress == Py_None ? NULL : OnRotated, a,
      &a->out.buffer, &a->out.error);
}

static PyObject* Rotate(PyObject* self, PyObject* args) {
  PyObject* cancel = NULL;
  Rotation rotation = {.registry = RegistryOf(self)};
  if (!PyArg_ParseTuple(args, "OO:rotate", &cancel, &rotation.progress)) {
    return NULL;
  }
  if (RunCall(StateOf(self), &rotation.call, cancel, kMayLast, RotateAll,
              &rotation) < 0) {
    cupel_buffer_free(rotation.out.buffer);
    cupel_error_free(rotation.out.error);
    return NULL;
  }
  return AnswerOf(StateOf(self), &rotation.out);
}

static cupel_status Answering(void* handle, const cupel_http_request* request,
                              cupel_http_response** out, cupel_error** error) {
  return cupel_registry_handle((cupel_registry*)handle, request, out, error);
}

static PyObject* HandleRequest(PyObject* self, PyObject* args) {
  return HandleHttp(self, args, Answering);
}

static PyMethodDef methods[] = {
    {"rescan", Rescan, METH_VARARGS, PyDoc_STR("rescan()")},
    {"found", Found, METH_VARARGS, PyDoc_STR("found() -> bytes")},
    {"organisations", Organisations, METH_VARARGS,
     PyDoc_STR("organisations() -> bytes")},
    {"add_organisation", AddOrganisation, METH_VARARGS,
     PyDoc_STR("add_organisation(id, name, deduplicate)")},
    {"update_organisation", UpdateOrganisation, METH_VARARGS,
     PyDoc_STR("update_organisation(id, name, deduplicate)")},
    {"delete_organisation", DeleteOrganisation, METH_VARARGS,
     PyDoc_STR("delete_organisation(id)")},
    {"plugins", PluginList, METH_VARARGS,
     PyDoc_STR("plugins(organisation, query) -> bytes")},
    {"plugin", PluginOf, METH_VARARGS,
     PyDoc_STR("plugin(organisation, plugin) -> bytes")},
    {"set_enabled", SetEnabled, METH_VARARGS,
     PyDoc_STR("set_enabled(organisation, plugin, enabled)")},
    {"get_settings", GetSettings, METH_VARARGS,
     PyDoc_STR("get_settings(organisation, plugin, flags) -> bytes")},
    {"put_settings", PutSettings, METH_VARARGS,
     PyDoc_STR("put_settings(organisation, plugin, settings)")},
    {"delete_settings", DeleteSettings, METH_VARARGS,
     PyDoc_STR("delete_settings(organisation, plugin)")},
    {"clone_settings", CloneSettings, METH_VARARGS,
     PyDoc_STR("clone_settings(from_organisation, to_organisation)")},
    {"environment", EnvironmentFor, METH_VARARGS,
     PyDoc_STR("environment(organisation, plugin, variables, flags) "
               "-> Environment")},
    {"rotate", Rotate, METH_VARARGS,
     PyDoc_STR("rotate(cancel, progress) -> bytes")},
    {"export", Export, METH_VARARGS, PyDoc_STR("export() -> bytes")},
    {"import_", Import, METH_VARARGS, PyDoc_STR("import_(document)")},
    {"handle", HandleRequest, METH_VARARGS,
     PyDoc_STR("handle(method, path, query, body, headers) "
               "-> (status, headers, body)")},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, (void*)PyDoc_STR("The catalogue of plugins.")},
    {Py_tp_dealloc, (void*)RegistryDealloc},
    {Py_tp_methods, methods},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "cupel._cupel.Registry",
    .basicsize = sizeof(HandleObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION |
             Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};

int AddRegistry(PyObject* module) {
  if (AddType(module, kTypeRegistry, &spec) < 0) return -1;
  return PyModule_AddFunctions(module, functions);
}
