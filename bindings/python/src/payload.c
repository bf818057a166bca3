/* Payload: exports bytes that are the host's until the call is over. */
#include "payload.h"

#include "keeping.h"

typedef struct PayloadObject {
  PyObject_HEAD cupel_view view;
  int over;
  Py_ssize_t exports;
} PayloadObject;

PyObject* NewPayload(ModuleState* state, cupel_view view) {
  PyTypeObject* type = state->types[kTypePayload];
  const allocfunc alloc = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
  PayloadObject* made = (PayloadObject*)alloc(type, 0);
  if (made != NULL) made->view = view;
  return (PyObject*)made;
}

void EndPayload(PyObject* payload) {
  PayloadObject* self = (PayloadObject*)payload;
  self->over = 1;
  self->view.data = NULL;
  self->view.size = 0;
}

static int GetBuffer(PyObject* object, Py_buffer* out, int flags) {
  PayloadObject* self = (PayloadObject*)object;
  if (self->over) {
    out->obj = NULL;
    PyErr_SetString(PyExc_BufferError, "the call is over, its bytes are gone");
    return -1;
  }
  /* Python wants an address even of nothing. */
  void* data = self->view.size == 0 ? (void*)"" : (void*)self->view.data;
  if (PyBuffer_FillInfo(out, object, data, (Py_ssize_t)self->view.size, 1,
                        flags) < 0) {
    return -1;
  }
  ++self->exports;
  return 0;
}

static void ReleaseBuffer(PyObject* object, Py_buffer* Py_UNUSED(buffer)) {
  --((PayloadObject*)object)->exports;
}

static PyObject* Exports(PyObject* object, void* Py_UNUSED(closure)) {
  return PyLong_FromSsize_t(((PayloadObject*)object)->exports);
}

static PyGetSetDef members[] = {
    {"exports", Exports, NULL, PyDoc_STR("how many have the bytes"), NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, (void*)PyDoc_STR("The bytes of a plugin's call.")},
    {Py_tp_dealloc, (void*)FreeHeapObject},
    {Py_bf_getbuffer, (void*)GetBuffer},
    {Py_bf_releasebuffer, (void*)ReleaseBuffer},
    {Py_tp_getset, members},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "cupel._cupel.Payload",
    .basicsize = sizeof(PayloadObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION |
             Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};

int AddPayload(PyObject* module) {
  return AddType(module, kTypePayload, &spec);
}
