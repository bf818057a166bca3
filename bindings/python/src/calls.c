/* Calls without the GIL that come back to Python on their own thread. */
#include "cupel_python.h"

void BeginCall(Call* call) {
  call->type = call->value = call->trace = NULL;
  call->thread = PyEval_SaveThread();
}

int EndCall(Call* call) {
  PyEval_RestoreThread(call->thread);
  if (call->type == NULL) return 0;
  PyErr_Restore(call->type, call->value, call->trace);
  return -1;
}

void EnterPython(Call* call) { PyEval_RestoreThread(call->thread); }

void LeavePython(Call* call) { call->thread = PyEval_SaveThread(); }

void KeepException(Call* call) {
  if (call->type != NULL) {
    PyErr_Clear();
  } else {
    PyErr_Fetch(&call->type, &call->value, &call->trace);
  }
}
