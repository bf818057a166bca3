/* Engine: what rules and scanners are made from. */
#include "cupel_python.h"

static PyObject* New(PyTypeObject* type, PyObject* args, PyObject* keywords) {
  if (CheckNoArguments("Engine", args, keywords) < 0) return NULL;
  ModuleState* state = (ModuleState*)PyType_GetModuleState(type);
  cupel_engine* handle = NULL;
  cupel_error* error = NULL;
  const cupel_status status = cupel_engine_new(NULL, &handle, &error);
  if (status != CUPEL_STATUS_OK) return Raise(state, status, error);
  return WrapEngine(state, handle);
}

static PyType_Slot slots[] = {
    {Py_tp_doc, (void*)PyDoc_STR("Engine()\n\n"
                                 "What everything else is made from.")},
    {Py_tp_new, (void*)New},
    {Py_tp_dealloc, (void*)EngineDealloc},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "cupel._cupel.Engine",
    .basicsize = sizeof(HandleObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};

int AddEngine(PyObject* module) { return AddType(module, kTypeEngine, &spec); }
