/* Environment: which variables a plugin gets, with which values. */
#include "methods.h"

/* environment_build(schema_json, settings, plugin, schema, keys, variables,
 * flags): `schema` may be None, the texts may be empty. */
static PyObject* Build(PyObject* module, PyObject* args) {
  ModuleState* state = ModuleStateOf(module);
  Texts in;
  PyObject* schema_object = NULL;
  PyObject* key_object = NULL;
  PyObject* variable_object = NULL;
  uint32_t flags = 0;
  if (ReadTexts(args, "environment_build", 3, &in, "OOOO&", &schema_object,
                &key_object, &variable_object, ConvertU32, &flags) < 0) {
    return NULL;
  }
  ViewList keys = {0};
  FieldList variables = {0};
  void* schema = NULL;
  cupel_environment* environment = NULL;
  cupel_error* error = NULL;
  cupel_status status = CUPEL_STATUS_OK;
  PyObject* result = NULL;
  if (CheckHandle(state, kTypeSchema, schema_object, "schema", 1, &schema) <
          0 ||
      ReadViews(key_object, "keys", &keys) < 0 ||
      ReadFields(variable_object, "variables", &variables) < 0) {
    goto done;
  }
  cupel_environment_options options = CUPEL_ENVIRONMENT_OPTIONS_INIT;
  options.flags = flags;
  options.schema = (const cupel_schema*)schema;
  options.schema_json = in.view[0];
  options.settings = in.view[1];
  options.plugin = in.view[2];
  options.keys = keys.views;
  options.key_count = keys.count;
  options.variables = variables.fields;
  options.variable_count = variables.count;
  /* With the GIL: os.environ may not change while it is read. */
  status = cupel_environment_build(&options, &environment, &error);
  result = status == CUPEL_STATUS_OK ? WrapEnvironment(state, environment)
                                     : Raise(state, status, error);
done:
  GiveBackTexts(&in);
  FreeViews(&keys);
  FreeFields(&variables);
  return result;
}

static PyMethodDef functions[] = {
    {"environment_build", Build, METH_VARARGS,
     PyDoc_STR("environment_build(schema_json, settings, plugin, schema, "
               "keys, variables, flags) -> Environment")},
    {NULL, NULL, 0, NULL},
};

/* ----------------------------------------------------------------- methods */

/* [(key, flags, origin, size)] */
static PyObject* Entries(PyObject* self, PyObject* Py_UNUSED(ignored)) {
  const size_t count = cupel_environment_count(EnvironmentOf(self));
  PyObject* all = PyTuple_New((Py_ssize_t)count);
  for (size_t i = 0; all != NULL && i < count; ++i) {
    cupel_environment_entry entry = {.struct_size = sizeof(entry)};
    cupel_error* error = NULL;
    const cupel_status status =
        cupel_environment_get_entry(EnvironmentOf(self), i, &entry, &error);
    if (status != CUPEL_STATUS_OK) {
      Py_DECREF(all);
      return Raise(StateOf(self), status, error);
    }
    PyObject* key = TextOf(entry.key);
    PyObject* one = key == NULL
                        ? NULL
                        : Py_BuildValue("NIiK", key, (unsigned int)entry.flags,
                                        (int)entry.origin,
                                        (unsigned long long)entry.value_size);
    if (one == NULL || PyTuple_SetItem(all, (Py_ssize_t)i, one) < 0) {
      Py_CLEAR(all);
    }
  }
  return all;
}

static PyObject* Value(PyObject* self, PyObject* index) {
  uint64_t number = 0;
  if (ToU64(index, "index", &number) < 0) return NULL;
  Answer out = {0};
  out.status = cupel_environment_value(EnvironmentOf(self), (size_t)number,
                                       &out.buffer, &out.error);
  return AnswerOf(StateOf(self), &out);
}

static PyObject* UsesSystem(PyObject* self, void* Py_UNUSED(closure)) {
  return PyBool_FromLong(cupel_environment_uses_system(EnvironmentOf(self)));
}

static PyObject* Fingerprint(PyObject* self, PyObject* keyring) {
  void* keys = NULL;
  if (CheckHandle(StateOf(self), kTypeKeyring, keyring, "keyring", 0, &keys) <
      0) {
    return NULL;
  }
  Answer out = {0};
  out.status = cupel_environment_fingerprint(
      EnvironmentOf(self), (const cupel_keyring*)keys, &out.buffer, &out.error);
  return AnswerOf(StateOf(self), &out);
}

QUICK_METHOD(Explain, "explain", 0,
             cupel_environment_explain(EnvironmentOf(self), &out.buffer,
                                       &out.error));

static PyObject* ValuesJson(PyObject* self, PyObject* flags) {
  uint32_t number = 0;
  if (ToU32(flags, "flags", &number) < 0) return NULL;
  Answer out = {0};
  out.status = cupel_environment_values_json(EnvironmentOf(self), number,
                                             &out.buffer, &out.error);
  return AnswerOf(StateOf(self), &out);
}

static PyMethodDef methods[] = {
    {"entries", Entries, METH_NOARGS,
     PyDoc_STR("entries() -> tuple of (key, flags, origin, size)")},
    {"value", Value, METH_O, PyDoc_STR("value(index) -> bytes")},
    {"explain", Explain, METH_VARARGS, PyDoc_STR("explain() -> bytes")},
    {"values_json", ValuesJson, METH_O,
     PyDoc_STR("values_json(flags) -> bytes")},
    {"fingerprint", Fingerprint, METH_O,
     PyDoc_STR("fingerprint(keyring) -> bytes")},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef members[] = {
    {"uses_system", UsesSystem, NULL,
     PyDoc_STR("whether a value came from the host's variables"), NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, (void*)PyDoc_STR("What a plugin gets.")},
    {Py_tp_dealloc, (void*)EnvironmentDealloc},
    {Py_tp_methods, methods},
    {Py_tp_getset, members},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "cupel._cupel.Environment",
    .basicsize = sizeof(HandleObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION |
             Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};

int AddEnvironment(PyObject* module) {
  if (AddType(module, kTypeEnvironment, &spec) < 0) return -1;
  return PyModule_AddFunctions(module, functions);
}
