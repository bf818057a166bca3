/* Arguments that are texts or lists of them, and answers that are bytes. */
#include "methods.h"

#include <stdarg.h>
#include <stdio.h>

/* ------------------------------------------------------------------ giving */

PyObject* AnswerOf(ModuleState* state, Answer* answer) {
  if (answer->status != CUPEL_STATUS_OK) {
    return Raise(state, answer->status, answer->error);
  }
  if (answer->buffer == NULL) Py_RETURN_NONE;
  return TakeBytes(answer->buffer);
}

PyObject* Finish(ModuleState* state, Texts* in, Answer* out) {
  GiveBackTexts(in);
  return AnswerOf(state, out);
}

/* ------------------------------------------------------------------- texts */

void GiveBackTexts(Texts* texts) {
  while (texts->count > 0) GiveBack(&texts->borrowed[--texts->count]);
}

static int BorrowTexts(PyObject* args, const char* method, int count,
                       Texts* out) {
  if (PyTuple_Size(args) < count) {
    PyErr_Format(PyExc_TypeError, "%s takes %d texts first, not %zd arguments",
                 method, count, PyTuple_Size(args));
    return -1;
  }
  while (out->count < count) {
    char what[80];
    snprintf(what, sizeof(what), "argument %d of %s", out->count + 1, method);
    PyObject* text = PyTuple_GetItem(args, out->count);
    if (BorrowText(text, what, &out->borrowed[out->count]) < 0) return -1;
    out->view[out->count] = out->borrowed[out->count].view;
    ++out->count;
  }
  return 0;
}

int ReadTexts(PyObject* args, const char* method, int count, Texts* out,
              const char* rest, ...) {
  out->count = 0;
  if (BorrowTexts(args, method, count, out) < 0) {
    GiveBackTexts(out);
    return -1;
  }
  PyObject* others = PyTuple_GetSlice(args, count, PyTuple_Size(args));
  int read = 0;
  if (others != NULL) {
    va_list list;
    va_start(list, rest);
    read = PyArg_VaParse(others, rest, list);
    va_end(list);
    Py_DECREF(others);
  }
  if (read) return 0;
  GiveBackTexts(out);
  return -1;
}

int ConvertU64(PyObject* object, void* out) {
  return ToU64(object, "a number", (uint64_t*)out) == 0;
}

int ConvertU32(PyObject* object, void* out) {
  return ToU32(object, "a number", (uint32_t*)out) == 0;
}

int ConvertI64(PyObject* object, void* out) {
  return ToI64(object, "a number", (int64_t*)out) == 0;
}

/* ------------------------------------------------------------------- lists */

int ReadViews(PyObject* sequence, const char* what, ViewList* out) {
  *out = (ViewList){0};
  const Py_ssize_t count = PySequence_Size(sequence);
  if (count < 0) return -1;
  if (count == 0) return 0;
  out->views = PyMem_Calloc((size_t)count, sizeof(*out->views));
  out->borrowed = PyMem_Calloc((size_t)count, sizeof(*out->borrowed));
  if (out->views == NULL || out->borrowed == NULL) {
    PyErr_NoMemory();
    FreeViews(out);
    return -1;
  }
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* text = PySequence_GetItem(sequence, i);
    if (text == NULL || BorrowText(text, what, &out->borrowed[i]) < 0) {
      Py_XDECREF(text);
      FreeViews(out);
      return -1;
    }
    Py_DECREF(text); /* what is borrowed keeps it */
    out->views[i] = out->borrowed[i].view;
    ++out->count;
  }
  return 0;
}

void FreeViews(ViewList* list) {
  for (size_t i = 0; i < list->count; ++i) GiveBack(&list->borrowed[i]);
  PyMem_Free(list->views);
  PyMem_Free(list->borrowed);
  *list = (ViewList){0};
}

/* Column `index` of a sequence of pairs. New reference. */
static PyObject* Column(PyObject* pairs, const char* what, Py_ssize_t index) {
  const Py_ssize_t count = PySequence_Size(pairs);
  PyObject* column = count < 0 ? NULL : PyTuple_New(count);
  for (Py_ssize_t i = 0; column != NULL && i < count; ++i) {
    PyObject* pair = PySequence_GetItem(pairs, i);
    PyObject* part = NULL;
    if (pair != NULL && PyTuple_Check(pair) && PyTuple_Size(pair) == 2) {
      part = PyTuple_GetItem(pair, index);
      Py_INCREF(part);
    } else if (pair != NULL) {
      PyErr_Format(PyExc_TypeError, "%s must be pairs of texts", what);
    }
    Py_XDECREF(pair);
    if (part == NULL || PyTuple_SetItem(column, i, part) < 0) {
      Py_CLEAR(column);
    }
  }
  return column;
}

int ReadFields(PyObject* pairs, const char* what, FieldList* out) {
  *out = (FieldList){0};
  PyObject* names = Column(pairs, what, 0);
  PyObject* values = names == NULL ? NULL : Column(pairs, what, 1);
  int result = -1;
  if (values == NULL || ReadViews(names, what, &out->names) < 0 ||
      ReadViews(values, what, &out->values) < 0) {
    goto done;
  }
  if (out->names.count != 0) {
    out->fields = PyMem_Calloc(out->names.count, sizeof(*out->fields));
    if (out->fields == NULL) {
      PyErr_NoMemory();
      goto done;
    }
  }
  for (size_t i = 0; i < out->names.count; ++i) {
    out->fields[i].name = out->names.views[i];
    out->fields[i].value = out->values.views[i];
  }
  out->count = out->names.count;
  result = 0;
done:
  Py_XDECREF(names);
  Py_XDECREF(values);
  if (result < 0) FreeFields(out);
  return result;
}

void FreeFields(FieldList* list) {
  FreeViews(&list->names);
  FreeViews(&list->values);
  PyMem_Free(list->fields);
  *list = (FieldList){0};
}
