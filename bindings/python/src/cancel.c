/* Cancel: a switch that ends what takes long. */
#include "cupel_python.h"

typedef struct CancelObject {
  HandleObject base;
  int triggered;
  CancelLink* links; /* guarded by the GIL */
} CancelObject;

void LinkCancel(PyObject* cancel, CancelLink* link) {
  CancelObject* self = (CancelObject*)cancel;
  link->next = self->links;
  self->links = link;
  if (self->triggered) cupel_cancel_trigger(link->inner);
}

void UnlinkCancel(PyObject* cancel, CancelLink* link) {
  CancelLink** at = &((CancelObject*)cancel)->links;
  while (*at != link) at = &(*at)->next;
  *at = link->next;
}

static PyObject* New(PyTypeObject* type, PyObject* args, PyObject* keywords) {
  if (CheckNoArguments("Cancel", args, keywords) < 0) return NULL;
  ModuleState* state = (ModuleState*)PyType_GetModuleState(type);
  cupel_cancel* handle = NULL;
  cupel_error* error = NULL;
  const cupel_status status = cupel_cancel_new(&handle, &error);
  if (status != CUPEL_STATUS_OK) return Raise(state, status, error);
  return WrapCancel(state, handle);
}

static PyObject* Trigger(PyObject* object, PyObject* Py_UNUSED(ignored)) {
  CancelObject* self = (CancelObject*)object;
  self->triggered = 1;
  cupel_cancel_trigger(CancelOf(object));
  for (CancelLink* link = self->links; link != NULL; link = link->next) {
    cupel_cancel_trigger(link->inner);
  }
  Py_RETURN_NONE;
}

static PyObject* Triggered(PyObject* self, void* Py_UNUSED(closure)) {
  return PyBool_FromLong(((CancelObject*)self)->triggered);
}

static PyMethodDef methods[] = {
    {"trigger", Trigger, METH_NOARGS,
     PyDoc_STR("trigger()\n\n"
               "Ends every call that was given this object, running or later,\n"
               "within about 50 ms. There is no way back. From any thread.")},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef attributes[] = {
    {"triggered", Triggered, NULL, PyDoc_STR("Whether it was."), NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc,
     (void*)PyDoc_STR(
         "Cancel()\n\n"
         "A switch that ends what takes long, from any thread. A scan that\n"
         "is cancelled returns with the report so far, in which everything\n"
         "that was not scanned is named; all else raises Cancelled.")},
    {Py_tp_new, (void*)New},
    {Py_tp_dealloc, (void*)CancelDealloc},
    {Py_tp_methods, methods},
    {Py_tp_getset, attributes},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "cupel._cupel.Cancel",
    .basicsize = sizeof(CancelObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};

int AddCancel(PyObject* module) { return AddType(module, kTypeCancel, &spec); }
