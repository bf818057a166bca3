/* Arguments: how many there are, and integers among them. */
#include "cupel_python.h"

int CheckCount(const char* function, Py_ssize_t got, Py_ssize_t wanted) {
  if (got == wanted) return 0;
  PyErr_Format(PyExc_TypeError, "%s takes %zd arguments, not %zd", function,
               wanted, got);
  return -1;
}

int CheckNoArguments(const char* type, PyObject* args, PyObject* keywords) {
  if (PyTuple_Size(args) == 0 &&
      (keywords == NULL || PyDict_Size(keywords) == 0)) {
    return 0;
  }
  PyErr_Format(PyExc_TypeError, "%s takes no arguments", type);
  return -1;
}

static int OutOfRange(const char* what, PyObject* object) {
  PyErr_Format(PyExc_OverflowError, "%s is out of range: %R", what, object);
  return -1;
}

static int CheckInteger(PyObject* object, const char* what) {
  if (PyLong_Check(object)) return 0;
  PyErr_Format(PyExc_TypeError, "%s must be an int, not a %R", what,
               Py_TYPE(object));
  return -1;
}

int ToU64(PyObject* object, const char* what, uint64_t* out) {
  if (CheckInteger(object, what) < 0) return -1;
  const unsigned long long value = PyLong_AsUnsignedLongLong(object);
  if (value == (unsigned long long)-1 && PyErr_Occurred()) {
    return OutOfRange(what, object);
  }
  *out = value;
  return 0;
}

int ToI64(PyObject* object, const char* what, int64_t* out) {
  if (CheckInteger(object, what) < 0) return -1;
  const long long value = PyLong_AsLongLong(object);
  if (value == -1 && PyErr_Occurred()) return OutOfRange(what, object);
  *out = value;
  return 0;
}

int ToU32(PyObject* object, const char* what, uint32_t* out) {
  uint64_t value = 0;
  if (ToU64(object, what, &value) < 0) return -1;
  if (value > UINT32_MAX) return OutOfRange(what, object);
  *out = (uint32_t)value;
  return 0;
}

int ToI32(PyObject* object, const char* what, int32_t* out) {
  int64_t value = 0;
  if (ToI64(object, what, &value) < 0) return -1;
  if (value < INT32_MIN || value > INT32_MAX) return OutOfRange(what, object);
  *out = (int32_t)value;
  return 0;
}
