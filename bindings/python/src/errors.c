/* Errors of the library as exceptions of Python. */
#include "cupel_python.h"

PyObject* DiagnosticObject(ModuleState* state, const cupel_diagnostic* from) {
  PyObject* file = TextOf(from->file);
  PyObject* rule = TextOf(from->rule);
  PyObject* message = TextOf(from->message);
  PyObject* made = NULL;
  if (file != NULL && rule != NULL && message != NULL) {
    made = PyObject_CallFunction(
        state->diagnostic, "sOiOO",
        from->severity == CUPEL_SEVERITY_WARNING ? "warning" : "error", file,
        (int)from->line, rule, message);
  }
  Py_XDECREF(file);
  Py_XDECREF(rule);
  Py_XDECREF(message);
  return made;
}

static PyObject* Diagnostics(ModuleState* state, const cupel_error* error) {
  const size_t count = cupel_error_diagnostic_count(error);
  PyObject* all = PyTuple_New((Py_ssize_t)count);
  for (size_t i = 0; all != NULL && i < count; ++i) {
    cupel_diagnostic remark = {.struct_size = sizeof(remark)};
    PyObject* one = NULL;
    if (cupel_error_diagnostic(error, i, &remark) == CUPEL_STATUS_OK) {
      one = DiagnosticObject(state, &remark);
    } else {
      PyErr_SetString(PyExc_SystemError, "an error lost a diagnostic");
    }
    if (one == NULL || PyTuple_SetItem(all, (Py_ssize_t)i, one) < 0) {
      Py_CLEAR(all);
    }
  }
  return all;
}

/* A code that a newer library knows and this module doesn't is the class of
 * CUPEL_STATUS_UNKNOWN. */
static PyObject* ClassOf(ModuleState* state, cupel_status status) {
  const int known = status > 0 && status < CUPEL_STATUS_COUNT;
  return state->errors[known ? status : CUPEL_STATUS_UNKNOWN];
}

PyObject* ErrorObject(ModuleState* state, cupel_status status,
                      const cupel_error* error) {
  PyObject* message = error == NULL
                          ? PyUnicode_FromString(cupel_status_name(status))
                          : TextOf(cupel_error_message(error));
  PyObject* diagnostics = Diagnostics(state, error);
  PyObject* made = NULL;
  if (message != NULL && diagnostics != NULL) {
    made = PyObject_CallFunctionObjArgs(ClassOf(state, status), message,
                                        diagnostics, NULL);
  }
  Py_XDECREF(message);
  Py_XDECREF(diagnostics);
  return made;
}

PyObject* Raise(ModuleState* state, cupel_status status, cupel_error* error) {
  PyObject* made = ErrorObject(state, status, error);
  if (made != NULL) {
    PyErr_SetObject((PyObject*)Py_TYPE(made), made);
    Py_DECREF(made);
  }
  cupel_error_free(error);
  return NULL;
}

PyObject* RaiseText(ModuleState* state, cupel_status status,
                    const char* message) {
  PyErr_SetString(ClassOf(state, status), message);
  return NULL;
}
