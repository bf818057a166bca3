/* gate.h: the way into Python for callbacks: on any thread for logs and
 * plugins, and back on the thread of a call. */
#ifndef CUPEL_BINDINGS_PYTHON_GATE_H_
#define CUPEL_BINDINGS_PYTHON_GATE_H_

#include "cupel_python.h"

/* Takes the GIL, on a thread that has it or not, and keeps exceptions that are
 * set apart. Returns 0 if Python is about to end: then nothing of it may be
 * touched. A thread that waits for the GIL while Python ends would be ended by
 * it, in the midst of the library; so Python waits for those who are in. */
typedef struct Visit {
  PyGILState_STATE gil;
  PyObject* type; /* the exception that was set before */
  PyObject* value;
  PyObject* trace;
} Visit;

int EnterGate(Visit* visit);
/* Exceptions that are set are told with sys.unraisablehook: nobody above could
 * take them. */
void LeaveGate(Visit* visit);

/* The same for a callback on the thread of a call from Python, which gave up
 * the GIL with PyEval_SaveThread: its state. The thread that ends Python gets
 * in to the last, as nothing ends it: its atexit functions may scan. */
int EnterGateAgain(PyThreadState* thread);
/* Gives up the GIL: what PyEval_SaveThread returned. */
PyThreadState* LeaveGateAgain(void);

/* FailedPrecondition in an interpreter that is not the main one: whoever comes
 * on a thread of the library's gets into that one. */
int CheckGate(ModuleState* state);

#endif /* CUPEL_BINDINGS_PYTHON_GATE_H_ */
