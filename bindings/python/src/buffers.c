/* Bytes on their way in and out: borrowed of objects, and in buffers. */
#include <string.h>

#include "cupel_python.h"

/* --------------------------------------------------------------------- in */

static const Borrowed kNothing;

int BorrowBytes(PyObject* object, const char* what, Borrowed* out) {
  *out = kNothing;
  if (!PyObject_CheckBuffer(object)) {
    PyErr_Format(PyExc_TypeError, "%s must be bytes-like, not a %R", what,
                 Py_TYPE(object));
    return -1;
  }
  if (PyObject_GetBuffer(object, &out->buffer, PyBUF_SIMPLE) < 0) return -1;
  out->view.data = (const uint8_t*)out->buffer.buf;
  out->view.size = (size_t)out->buffer.len;
  return 0;
}

int BorrowText(PyObject* object, const char* what, Borrowed* out) {
  if (!PyUnicode_Check(object)) {
    if (PyObject_CheckBuffer(object)) return BorrowBytes(object, what, out);
    PyErr_Format(PyExc_TypeError, "%s must be str or bytes-like, not a %R",
                 what, Py_TYPE(object));
    return -1;
  }
  *out = kNothing;
  Py_ssize_t size = 0;
  const char* text = PyUnicode_AsUTF8AndSize(object, &size);
  if (text == NULL) return -1;
  Py_INCREF(object);
  out->owner = object;
  out->view.data = (const uint8_t*)text;
  out->view.size = (size_t)size;
  return 0;
}

int BorrowOptionalText(PyObject* object, const char* what, Borrowed* out) {
  if (object != Py_None) return BorrowText(object, what, out);
  *out = kNothing;
  return 0;
}

int BorrowPath(PyObject* object, const char* what, Borrowed* out) {
  *out = kNothing;
  PyObject* path = PyOS_FSPath(object);
  if (path == NULL) {
    if (PyErr_ExceptionMatches(PyExc_TypeError)) {
      PyErr_Format(PyExc_TypeError,
                   "%s must be str, bytes or os.PathLike, not a %R", what,
                   Py_TYPE(object));
    }
    return -1;
  }
  if (PyUnicode_Check(path)) {
    PyObject* bytes = PyUnicode_EncodeFSDefault(path);
    Py_DECREF(path);
    if (bytes == NULL) return -1;
    path = bytes;
  }
  char* data = NULL;
  Py_ssize_t size = 0;
  if (PyBytes_AsStringAndSize(path, &data, &size) < 0) {
    Py_DECREF(path);
    return -1;
  }
  out->owner = path;
  out->view.data = (const uint8_t*)data;
  out->view.size = (size_t)size;
  return 0;
}

void GiveBack(Borrowed* borrowed) {
  PyBuffer_Release(&borrowed->buffer);
  Py_CLEAR(borrowed->owner);
  *borrowed = kNothing;
}

/* -------------------------------------------------------------------- out */

PyObject* TextOf(cupel_view view) {
  return PyUnicode_DecodeUTF8((const char*)view.data, (Py_ssize_t)view.size,
                              "replace");
}

PyObject* BytesOf(cupel_view view) {
  return PyBytes_FromStringAndSize((const char*)view.data,
                                   (Py_ssize_t)view.size);
}

PyObject* TakeBytes(cupel_buffer* buffer) {
  PyObject* made = BytesOf(cupel_buffer_view(buffer));
  cupel_buffer_free(buffer);
  return made;
}

PyObject* TakeText(cupel_buffer* buffer) {
  PyObject* made = TextOf(cupel_buffer_view(buffer));
  cupel_buffer_free(buffer);
  return made;
}

PyObject* TakeMemory(ModuleState* state, cupel_buffer* buffer) {
  PyObject* owner = WrapBuffer(state, buffer);
  if (owner == NULL) return NULL;
  PyObject* made = PyMemoryView_FromObject(owner);
  Py_DECREF(owner);
  return made;
}

static int GetBuffer(PyObject* self, Py_buffer* out, int flags) {
  const cupel_view view = cupel_buffer_view(BufferOf(self));
  return PyBuffer_FillInfo(out, self, (void*)view.data, (Py_ssize_t)view.size,
                           1, flags);
}

static Py_ssize_t Length(PyObject* self) {
  return (Py_ssize_t)cupel_buffer_view(BufferOf(self)).size;
}

static PyType_Slot slots[] = {
    {Py_tp_doc, (void*)PyDoc_STR("Bytes that the library owns.")},
    {Py_tp_dealloc, (void*)BufferDealloc},
    {Py_bf_getbuffer, (void*)GetBuffer},
    {Py_sq_length, (void*)Length},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "cupel._cupel.Buffer",
    .basicsize = sizeof(HandleObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION |
             Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};

int AddBuffers(PyObject* module) { return AddType(module, kTypeBuffer, &spec); }
