#include "keeping.h"

PyObject* WrapKeeping(ModuleState* state, TypeId id, void* handle,
                      void (*free_handle)(void*), PyObject* kept) {
  PyObject* made = WrapHandle(state, id, handle, free_handle);
  if (made == NULL) return NULL;
  Py_XINCREF(kept);
  ((KeepingObject*)made)->kept = kept;
  return made;
}

int KeepingTraverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(((KeepingObject*)self)->kept);
  return 0;
}

void KeepingDealloc(PyObject* self, void (*free_handle)(void*)) {
  PyObject_GC_UnTrack(self);
  void* handle = ((HandleObject*)self)->handle;
  Py_BEGIN_ALLOW_THREADS;
  free_handle(handle);
  Py_END_ALLOW_THREADS;
  Py_CLEAR(((KeepingObject*)self)->kept);
  FreeHeapObject(self);
}

void FreeHeapObject(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  const freefunc free_object = (freefunc)PyType_GetSlot(type, Py_tp_free);
  free_object(self);
  Py_DECREF(type);
}
