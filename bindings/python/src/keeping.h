/* keeping.h: handles that need an object of Python's for as long as they live,
 * such as what is called with lines of a log. */
#ifndef CUPEL_BINDINGS_PYTHON_KEEPING_H_
#define CUPEL_BINDINGS_PYTHON_KEEPING_H_

#include "cupel_python.h"

/* `kept` goes after the handle. The garbage collector follows it; it breaks a
 * cycle elsewhere, so such a type has no Py_tp_clear. */
typedef struct KeepingObject {
  HandleObject base;
  PyObject* kept; /* may be NULL */
} KeepingObject;

/* An object of type `id` that owns `handle` and a reference to `kept`. Frees
 * the handle when there is no memory for one. */
PyObject* WrapKeeping(ModuleState* state, TypeId id, void* handle,
                      void (*free_handle)(void*), PyObject* kept);

int KeepingTraverse(PyObject* self, visitproc visit, void* arg);
/* Frees the handle without the GIL, as threads of its may be in a callback. */
void KeepingDealloc(PyObject* self, void (*free_handle)(void*));

/* Frees an object of a heap type that has no handle any more. */
void FreeHeapObject(PyObject* self);

#endif /* CUPEL_BINDINGS_PYTHON_KEEPING_H_ */
