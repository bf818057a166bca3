/* Calls without the GIL that may come back to Python. */
#define _GNU_SOURCE
#include "cupel_python.h"
#include "gate.h"

/* After the header above: Python.h wants to come first. */
#include <sys/types.h>
#include <unistd.h>

void KeepException(Call* call) {
  if (call->type != NULL) {
    PyErr_Clear();
  } else {
    PyErr_Fetch(&call->type, &call->value, &call->trace);
  }
}

/* Whether Python runs the handlers of signals in this thread. In a program that
 * runs Python in another thread it says no, and a call there is one that Ctrl-C
 * does not end. */
static int InMainThread(void) { return gettid() == getpid(); }

int RunCall(ModuleState* state, Call* call, PyObject* cancel, Lasting lasting,
            Work work, void* args) {
  if (cancel == Py_None) cancel = NULL;
  cupel_cancel* handle = NULL;
  if (cancel != NULL && CheckHandle(state, kTypeCancel, cancel, "cancel", 0,
                                    (void**)&handle) < 0) {
    return -1;
  }
  *call = (Call){0};
  int apart = 0;
  if (lasting == kMayLast && InMainThread()) {
    apart = RunApart(state, call, cancel, work, args);
  }
  if (apart < 0) return -1;
  if (apart == 0) {
    call->thread = PyEval_SaveThread();
    work(args, handle);
    PyEval_RestoreThread(call->thread);
  }
  if (call->type == NULL) return 0;
  PyErr_Restore(call->type, call->value, call->trace);
  return -1;
}

int32_t InPython(Call* call, Body body, void* args) {
  if (call->apart != NULL) return InPythonApart(call, body, args);
  if (!EnterGateAgain(call->thread)) return 1; /* Python ends */
  int stop = 1;
  if (call->type == NULL) {
    stop = body(args);
    if (stop == 0) stop = PyErr_CheckSignals();
    if (stop < 0) KeepException(call);
  }
  call->thread = LeaveGateAgain();
  return stop != 0;
}

static int Nothing(void* Py_UNUSED(args)) { return 0; }

int32_t LookForSignals(Call* call) {
  if (call->apart != NULL || !InMainThread()) return 0;
  return InPython(call, Nothing, NULL);
}
