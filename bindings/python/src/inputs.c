/* Inputs: a list of what to scan, which keeps the buffers that it names. */
#include "cupel_python.h"

typedef struct Kept {
  Borrowed bytes;
  struct Kept* next;
} Kept;

typedef struct InputsObject {
  HandleObject base;
  Kept* kept;
} InputsObject;

static PyObject* New(PyTypeObject* type, PyObject* args, PyObject* keywords) {
  if (CheckNoArguments("Inputs", args, keywords) < 0) return NULL;
  ModuleState* state = (ModuleState*)PyType_GetModuleState(type);
  cupel_inputs* handle = NULL;
  cupel_error* error = NULL;
  const cupel_status status = cupel_inputs_new(&handle, &error);
  if (status != CUPEL_STATUS_OK) return Raise(state, status, error);
  return WrapInputs(state, handle);
}

static void Dealloc(PyObject* object) {
  InputsObject* self = (InputsObject*)object;
  while (self->kept != NULL) {
    Kept* first = self->kept;
    self->kept = first->next;
    GiveBack(&first->bytes);
    PyMem_Free(first);
  }
  InputsDealloc(object);
}

static PyObject* AddPath(PyObject* self, PyObject* path) {
  Borrowed name;
  if (BorrowPath(path, "path", &name) < 0) return NULL;
  cupel_error* error = NULL;
  const cupel_status status =
      cupel_inputs_add_path(InputsOf(self), name.view, &error);
  GiveBack(&name);
  if (status != CUPEL_STATUS_OK) return Raise(StateOf(self), status, error);
  Py_RETURN_NONE;
}

static PyObject* AddMemory(PyObject* object, PyObject* const* args,
                           Py_ssize_t count) {
  InputsObject* self = (InputsObject*)object;
  if (CheckCount("add_memory", count, 2) < 0) return NULL;
  Borrowed name;
  if (BorrowPath(args[0], "name", &name) < 0) return NULL;
  Kept* kept = PyMem_Malloc(sizeof(Kept));
  if (kept == NULL) PyErr_NoMemory();
  if (kept == NULL || BorrowBytes(args[1], "data", &kept->bytes) < 0) {
    PyMem_Free(kept);
    GiveBack(&name);
    return NULL;
  }
  kept->next = self->kept;
  self->kept = kept;
  cupel_error* error = NULL;
  const cupel_status status = cupel_inputs_add_memory(
      InputsOf(object), name.view, kept->bytes.view, &error);
  GiveBack(&name);
  if (status != CUPEL_STATUS_OK) return Raise(StateOf(object), status, error);
  Py_RETURN_NONE;
}

static PyObject* AddFd(PyObject* self, PyObject* const* args,
                       Py_ssize_t count) {
  int32_t fd = -1;
  Borrowed name;
  if (CheckCount("add_fd", count, 2) < 0 ||
      ToI32(args[1], "a descriptor", &fd) < 0 ||
      BorrowPath(args[0], "name", &name) < 0) {
    return NULL;
  }
  cupel_error* error = NULL;
  const cupel_status status =
      cupel_inputs_add_fd(InputsOf(self), name.view, fd, &error);
  GiveBack(&name);
  if (status != CUPEL_STATUS_OK) return Raise(StateOf(self), status, error);
  Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"add_path", AddPath, METH_O, PyDoc_STR("add_path(path)")},
    {"add_memory", (PyCFunction)(void (*)(void))AddMemory, METH_FASTCALL,
     PyDoc_STR("add_memory(name, data)")},
    {"add_fd", (PyCFunction)(void (*)(void))AddFd, METH_FASTCALL,
     PyDoc_STR("add_fd(name, fd)")},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, (void*)PyDoc_STR("Inputs()\n\nWhat to scan.")},
    {Py_tp_new, (void*)New},
    {Py_tp_dealloc, (void*)Dealloc},
    {Py_tp_methods, methods},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "cupel._cupel.Inputs",
    .basicsize = sizeof(InputsObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};

int AddInputs(PyObject* module) { return AddType(module, kTypeInputs, &spec); }
