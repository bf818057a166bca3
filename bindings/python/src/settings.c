/* Keyring: keys, and the settings that are sealed with them. The GIL is kept
 * throughout, so that no key is added while another thread uses them. */
#include "methods.h"

/* -------------------------------------------------------------------- keys */

static PyObject* New(PyTypeObject* type, PyObject* args, PyObject* keywords) {
  if (CheckNoArguments("Keyring", args, keywords) < 0) return NULL;
  ModuleState* state = (ModuleState*)PyType_GetModuleState(type);
  cupel_keyring* keyring = NULL;
  cupel_error* error = NULL;
  const cupel_status status = cupel_keyring_new(&keyring, &error);
  if (status != CUPEL_STATUS_OK) return Raise(state, status, error);
  return WrapKeyring(state, keyring);
}

static PyObject* FromEnvironment(PyObject* module, PyObject* args) {
  ModuleState* state = ModuleStateOf(module);
  PyObject* pairs = NULL;
  uint32_t flags = 0;
  if (!PyArg_ParseTuple(args, "OO&:keyring_from_environment", &pairs,
                        ConvertU32, &flags)) {
    return NULL;
  }
  FieldList variables;
  if (ReadFields(pairs, "variables", &variables) < 0) return NULL;
  cupel_keyring* keyring = NULL;
  cupel_error* error = NULL;
  /* With the GIL: os.environ may not change while it is read. */
  const cupel_status status = cupel_keyring_from_environment(
      variables.fields, variables.count, flags, &keyring, &error);
  FreeFields(&variables);
  if (status != CUPEL_STATUS_OK) return Raise(state, status, error);
  return WrapKeyring(state, keyring);
}

/* None if there is no such variable. */
static PyObject* FormatFromEnvironment(PyObject* module, PyObject* args) {
  PyObject* pairs = NULL;
  uint32_t flags = 0;
  if (!PyArg_ParseTuple(args, "OO&:seal_format_from_environment", &pairs,
                        ConvertU32, &flags)) {
    return NULL;
  }
  FieldList variables;
  if (ReadFields(pairs, "variables", &variables) < 0) return NULL;
  cupel_seal_format format = CUPEL_SEAL_CUPEL;
  cupel_error* error = NULL;
  const cupel_status status = cupel_seal_format_from_environment(
      variables.fields, variables.count, flags, &format, &error);
  FreeFields(&variables);
  if (status == CUPEL_STATUS_NOT_FOUND) {
    cupel_error_free(error);
    Py_RETURN_NONE;
  }
  if (status != CUPEL_STATUS_OK) {
    return Raise(ModuleStateOf(module), status, error);
  }
  return PyLong_FromLong(format);
}

static PyObject* GenerateKey(PyObject* module, PyObject* Py_UNUSED(ignored)) {
  Answer out = {0};
  out.status = cupel_keyring_generate_key(&out.buffer, &out.error);
  return AnswerOf(ModuleStateOf(module), &out);
}

static PyObject* Inspect(PyObject* module, PyObject* args) {
  Texts in;
  Answer out = {0};
  if (ReadTexts(args, "settings_inspect", 1, &in, "") < 0) return NULL;
  out.status = cupel_settings_inspect(in.view[0], &out.buffer, &out.error);
  return Finish(ModuleStateOf(module), &in, &out);
}

static PyObject* Mask(PyObject* module, PyObject* args) {
  ModuleState* state = ModuleStateOf(module);
  Texts in;
  Answer out = {0};
  PyObject* object = NULL;
  void* schema = NULL;
  if (ReadTexts(args, "settings_mask", 1, &in, "O", &object) < 0) return NULL;
  if (CheckHandle(state, kTypeSchema, object, "schema", 1, &schema) < 0) {
    GiveBackTexts(&in);
    return NULL;
  }
  out.status = cupel_settings_mask(in.view[0], (const cupel_schema*)schema,
                                   &out.buffer, &out.error);
  return Finish(state, &in, &out);
}

static PyMethodDef functions[] = {
    {"keyring_from_environment", FromEnvironment, METH_VARARGS,
     PyDoc_STR("keyring_from_environment(variables, flags) -> Keyring")},
    {"seal_format_from_environment", FormatFromEnvironment, METH_VARARGS,
     PyDoc_STR("seal_format_from_environment(variables, flags) -> int|None")},
    {"keyring_generate_key", GenerateKey, METH_NOARGS,
     PyDoc_STR("keyring_generate_key() -> bytes")},
    {"settings_inspect", Inspect, METH_VARARGS,
     PyDoc_STR("settings_inspect(row) -> bytes")},
    {"settings_mask", Mask, METH_VARARGS,
     PyDoc_STR("settings_mask(settings, schema) -> bytes")},
    {NULL, NULL, 0, NULL},
};

QUICK_METHOD(AddKey, "add_key", 1,
             cupel_keyring_add_key(KeyringOf(self), in.view[0], &out.error));
QUICK_METHOD(SetOpenkat, "set_openkat", 2,
             cupel_keyring_set_openkat(KeyringOf(self), in.view[0], in.view[1],
                                       &out.error));
QUICK_METHOD(JsonOf, "json", 0,
             cupel_keyring_json(KeyringOf(self), &out.buffer, &out.error));

/* ----------------------------------------------------------------- sealing */

static PyObject* Seal(PyObject* self, PyObject* args) {
  Texts in;
  Answer out = {0};
  int format = 0;
  if (ReadTexts(args, "seal", 3, &in, "i", &format) < 0) return NULL;
  out.status = cupel_settings_seal(KeyringOf(self), in.view[0], in.view[1],
                                   in.view[2], format, &out.buffer, &out.error);
  return Finish(StateOf(self), &in, &out);
}

static PyObject* Open(PyObject* self, PyObject* args) {
  Texts in;
  Answer out = {0};
  uint32_t flags = 0;
  if (ReadTexts(args, "open", 3, &in, "O&", ConvertU32, &flags) < 0) {
    return NULL;
  }
  out.status = cupel_settings_open(KeyringOf(self), in.view[0], in.view[1],
                                   in.view[2], flags, &out.buffer, &out.error);
  return Finish(StateOf(self), &in, &out);
}

QUICK_METHOD(Fingerprint, "fingerprint", 2,
             cupel_settings_fingerprint(KeyringOf(self), in.view[0], in.view[1],
                                        &out.buffer, &out.error));

static PyObject* Reseal(PyObject* self, PyObject* args) {
  Texts in;
  Answer out = {0};
  int format = 0;
  uint32_t flags = 0;
  if (ReadTexts(args, "reseal", 3, &in, "iO&", &format, ConvertU32, &flags) <
      0) {
    return NULL;
  }
  out.status =
      cupel_settings_reseal(KeyringOf(self), in.view[0], in.view[1], in.view[2],
                            format, flags, &out.buffer, &out.error);
  return Finish(StateOf(self), &in, &out);
}

static PyMethodDef methods[] = {
    {"add_key", AddKey, METH_VARARGS, PyDoc_STR("add_key(text)")},
    {"set_openkat", SetOpenkat, METH_VARARGS,
     PyDoc_STR("set_openkat(private_key, public_key)")},
    {"json", JsonOf, METH_VARARGS, PyDoc_STR("json() -> bytes")},
    {"seal", Seal, METH_VARARGS,
     PyDoc_STR("seal(organisation, plugin, settings, format) -> bytes")},
    {"open", Open, METH_VARARGS,
     PyDoc_STR("open(organisation, plugin, row, flags) -> bytes")},
    {"reseal", Reseal, METH_VARARGS,
     PyDoc_STR("reseal(organisation, plugin, row, format, flags) -> bytes")},
    {"fingerprint", Fingerprint, METH_VARARGS,
     PyDoc_STR("fingerprint(plugin, settings) -> bytes")},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, (void*)PyDoc_STR("Keyring()\n\nKeys, the first of which "
                                 "seals.")},
    {Py_tp_new, (void*)New},
    {Py_tp_dealloc, (void*)KeyringDealloc},
    {Py_tp_methods, methods},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "cupel._cupel.Keyring",
    .basicsize = sizeof(HandleObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};

int AddSettings(PyObject* module) {
  if (AddType(module, kTypeKeyring, &spec) < 0) return -1;
  return PyModule_AddFunctions(module, functions);
}
