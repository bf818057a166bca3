/* The module cupel._cupel: its state, and functions without an object. */
#include "cupel_python.h"

int AddType(PyObject* module, TypeId id, PyType_Spec* spec) {
  PyObject* type = PyType_FromModuleAndSpec(module, spec, NULL);
  if (type == NULL) return -1;
  ModuleStateOf(module)->types[id] = (PyTypeObject*)type;
  return PyModule_AddType(module, (PyTypeObject*)type);
}

static PyObject* Version(PyObject* Py_UNUSED(module),
                         PyObject* Py_UNUSED(ignored)) {
  return PyUnicode_FromString(cupel_version_string());
}

static PyObject* AbiVersion(PyObject* Py_UNUSED(module),
                            PyObject* Py_UNUSED(ignored)) {
  return PyLong_FromUnsignedLong(cupel_abi_version());
}

static PyObject* BuildInfo(PyObject* Py_UNUSED(module),
                           PyObject* Py_UNUSED(ignored)) {
  return PyUnicode_FromString(cupel_build_info());
}

static PyMethodDef functions[] = {
    {"version", Version, METH_NOARGS,
     PyDoc_STR("version() -> str\n\nThe version of the library in use.")},
    {"abi_version", AbiVersion, METH_NOARGS,
     PyDoc_STR("abi_version() -> int\n\nGrows when something is added to it.")},
    {"build_info", BuildInfo, METH_NOARGS,
     PyDoc_STR("build_info() -> str\n\nWhat the library is made of and with.")},
    {NULL, NULL, 0, NULL},
};

/* An older library lacks what this module may call. The loader sees to that for
 * functions; this is for fields of structs and for a clear message. */
static int CheckLibrary(void) {
  if (cupel_abi_version() >= CUPEL_ABI_VERSION) return 0;
  PyErr_Format(PyExc_ImportError,
               "libcupel %s has ABI %u, and this module was built for ABI %d: "
               "update libcupel",
               cupel_version_string(), (unsigned)cupel_abi_version(),
               CUPEL_ABI_VERSION);
  return -1;
}

/* The exceptions are written in Python, where plugins can have them without
 * this module. */
static int ImportErrors(ModuleState* state) {
  PyObject* errors = PyImport_ImportModule("cupel.errors");
  if (errors == NULL) return -1;
  int result = -1;
  PyObject* by_code = PyObject_GetAttrString(errors, "BY_CODE");
  state->diagnostic = PyObject_GetAttrString(errors, "Diagnostic");
  if (by_code == NULL || state->diagnostic == NULL) goto done;
  for (Py_ssize_t code = 1; code < CUPEL_STATUS_COUNT; ++code) {
    state->errors[code] = PySequence_GetItem(by_code, code);
    if (state->errors[code] == NULL) goto done;
  }
  result = 0;
done:
  Py_XDECREF(by_code);
  Py_DECREF(errors);
  return result;
}

static int Exec(PyObject* module) {
  if (CheckLibrary() < 0) return -1;
  if (ImportErrors(ModuleStateOf(module)) < 0) return -1;
  static int (*const parts[])(PyObject*) = {
      AddBuffers,  AddCancel,      AddEngine,    AddInputs,      AddProfile,
      AddReport,   AddRules,       AddScanner,   AddJob,         AddSchema,
      AddSettings, AddEnvironment, AddRegistry,  AddDedup,       AddQueue,
      AddWorker,   AddBoefje,      AddPlugins,   AddPluginTable, AddPluginCall,
      AddPayload,  AddGate,        AddPluginUse,
  };
  for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); ++i) {
    if (parts[i](module) < 0) return -1;
  }
  return 0;
}

static int Traverse(PyObject* module, visitproc visit, void* arg) {
  ModuleState* state = ModuleStateOf(module);
  for (int i = 0; i < CUPEL_STATUS_COUNT; ++i) Py_VISIT(state->errors[i]);
  Py_VISIT(state->diagnostic);
  for (int i = 0; i < kTypeCount; ++i) Py_VISIT(state->types[i]);
  return 0;
}

static int Clear(PyObject* module) {
  ModuleState* state = ModuleStateOf(module);
  for (int i = 0; i < CUPEL_STATUS_COUNT; ++i) Py_CLEAR(state->errors[i]);
  Py_CLEAR(state->diagnostic);
  for (int i = 0; i < kTypeCount; ++i) Py_CLEAR(state->types[i]);
  return 0;
}

static void Free(void* module) { Clear((PyObject*)module); }

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, (void*)Exec},
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "cupel._cupel",
    .m_doc = PyDoc_STR("Cupel's C interface. What to use is the package."),
    .m_size = sizeof(ModuleState),
    .m_methods = functions,
    .m_slots = slots,
    .m_traverse = Traverse,
    .m_clear = Clear,
    .m_free = Free,
};

PyMODINIT_FUNC PyInit__cupel(void);
PyMODINIT_FUNC PyInit__cupel(void) { return PyModuleDef_Init(&definition); }
