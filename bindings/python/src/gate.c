#define _GNU_SOURCE
#include "gate.h"

/* After the header above: Python.h wants to come first. */
#include <pthread.h>
#include <time.h>

enum { kMostSeconds = 10 };

/* Of the process, as its interpreter is. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int visitors;
static int closed;
static pthread_t closer; /* once it is closed */
/* How deep this thread is in. */
static _Thread_local int depth;

static int CountIn(int closer_may) {
  pthread_mutex_lock(&mutex);
  const int open =
      !closed || (closer_may && pthread_equal(closer, pthread_self()));
  visitors += open;
  pthread_mutex_unlock(&mutex);
  depth += open;
  return open;
}

static void CountOut(void) {
  --depth;
  pthread_mutex_lock(&mutex);
  if (--visitors == 0) pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&mutex);
}

int EnterGate(Visit* visit) {
  if (!CountIn(0)) return 0;
  visit->gil = PyGILState_Ensure();
  PyErr_Fetch(&visit->type, &visit->value, &visit->trace);
  return 1;
}

void LeaveGate(Visit* visit) {
  if (PyErr_Occurred()) PyErr_WriteUnraisable(NULL);
  PyErr_Restore(visit->type, visit->value, visit->trace);
  PyGILState_Release(visit->gil);
  CountOut();
}

int EnterGateAgain(PyThreadState* thread) {
  if (!CountIn(1)) return 0;
  PyEval_RestoreThread(thread);
  return 1;
}

PyThreadState* LeaveGateAgain(void) {
  PyThreadState* thread = PyEval_SaveThread();
  CountOut();
  return thread;
}

/* Closes the gate and waits for those who are in, but not for ever. */
static void WaitForVisitors(void) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += kMostSeconds;
  pthread_mutex_lock(&mutex);
  closed = 1;
  closer = pthread_self();
  int waited = 0;
  while (visitors > 0 && waited == 0) {
    waited = pthread_cond_timedwait(&changed, &mutex, &until);
  }
  pthread_mutex_unlock(&mutex);
}

static PyObject* Close(PyObject* Py_UNUSED(module),
                       PyObject* Py_UNUSED(ignored)) {
  Py_BEGIN_ALLOW_THREADS;
  WaitForVisitors();
  Py_END_ALLOW_THREADS;
  Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"_close_gate", Close, METH_NOARGS,
     PyDoc_STR("_close_gate()\n\nLets nobody into Python any more: it ends.")},
    {NULL, NULL, 0, NULL},
};

/* The other threads, which may be in or at the mutex, are not in the child. */
static void AfterFork(void) {
  pthread_mutex_init(&mutex, NULL);
  pthread_cond_init(&changed, NULL);
  visitors = depth;
}

static void WatchForks(void) { pthread_atfork(NULL, NULL, AfterFork); }

static int InMainInterpreter(void) {
  return PyInterpreterState_GetID(PyInterpreterState_Get()) == 0;
}

int CheckGate(ModuleState* state) {
  if (InMainInterpreter()) return 0;
  RaiseText(state, CUPEL_STATUS_FAILED_PRECONDITION,
            "plugins and logs are called in the main interpreter only, and "
            "this is another one");
  return -1;
}

int AddGate(PyObject* module) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, WatchForks);
  if (!InMainInterpreter()) return 0; /* the gate is the main one's */
  pthread_mutex_lock(&mutex);
  closed = 0; /* a host may have ended Python, and begun it anew */
  pthread_mutex_unlock(&mutex);
  if (PyModule_AddFunctions(module, functions) < 0) return -1;
  PyObject* close = PyObject_GetAttrString(module, "_close_gate");
  PyObject* atexit = PyImport_ImportModule("atexit");
  PyObject* done = NULL;
  if (close != NULL && atexit != NULL) {
    done = PyObject_CallMethod(atexit, "register", "O", close);
  }
  Py_XDECREF(close);
  Py_XDECREF(atexit);
  Py_XDECREF(done);
  return done == NULL ? -1 : 0;
}
