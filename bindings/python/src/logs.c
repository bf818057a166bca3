#include "logs.h"

#include "gate.h"

void LogLine(void* callable, cupel_log_level level, cupel_view text) {
  Visit visit;
  if (!EnterGate(&visit)) return;
  PyObject* line = TextOf(text);
  PyObject* done = line == NULL ? NULL
                                : PyObject_CallFunction((PyObject*)callable,
                                                        "iO", (int)level, line);
  Py_XDECREF(line);
  Py_XDECREF(done);
  LeaveGate(&visit);
}

void LogPluginLine(void* callable, cupel_view plugin, cupel_log_level level,
                   cupel_view text) {
  Visit visit;
  if (!EnterGate(&visit)) return;
  PyObject* line = TextOf(text);
  PyObject* name = TextOf(plugin);
  PyObject* done = NULL;
  if (line != NULL && name != NULL) {
    done = PyObject_CallFunction((PyObject*)callable, "iOO", (int)level, line,
                                 name);
  }
  Py_XDECREF(line);
  Py_XDECREF(name);
  Py_XDECREF(done);
  LeaveGate(&visit);
}
