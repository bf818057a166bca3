/* Objects that stand for a handle of the C interface. */
#include "cupel_python.h"

PyObject* WrapHandle(ModuleState* state, TypeId id, void* handle,
                     void (*free_handle)(void*)) {
  PyTypeObject* type = state->types[id];
  const allocfunc alloc = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
  HandleObject* made = (HandleObject*)alloc(type, 0);
  if (made == NULL) {
    free_handle(handle);
    return NULL;
  }
  made->handle = handle;
  return (PyObject*)made;
}

/* An object of a heap type holds a reference to the type. */
void FreeObject(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  const freefunc free_object = (freefunc)PyType_GetSlot(type, Py_tp_free);
  free_object(self);
  Py_DECREF(type);
}

void DeallocHandle(PyObject* self, void (*free_handle)(void*)) {
  free_handle(((HandleObject*)self)->handle);
  FreeObject(self);
}

void DeallocHandleUnlocked(PyObject* self, void (*free_handle)(void*)) {
  void* handle = ((HandleObject*)self)->handle;
  Py_BEGIN_ALLOW_THREADS;
  free_handle(handle);
  Py_END_ALLOW_THREADS;
  FreeObject(self);
}

int CheckHandle(ModuleState* state, TypeId id, PyObject* object,
                const char* what, int optional, void** out) {
  PyTypeObject* type = state->types[id];
  if (Py_IS_TYPE(object, type)) {
    *out = ((HandleObject*)object)->handle;
    return 0;
  }
  if (optional && object == Py_None) {
    *out = NULL;
    return 0;
  }
  PyErr_Format(PyExc_TypeError, "%s must be a %R, not a %R", what, type,
               Py_TYPE(object));
  return -1;
}
