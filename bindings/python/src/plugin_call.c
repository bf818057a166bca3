/* PluginCall: what a plugin can do while it is called. */
#define _GNU_SOURCE
#include "plugin_call.h"

#include "gate.h"
#include "keeping.h"
#include "methods.h"
#include "payload.h"

/* After the headers above: Python.h wants to come first. */
#include <time.h>

typedef struct CallObject {
  PyObject_HEAD cupel_call* call; /* NULL: it is over */
  PyObject* payload;
  unsigned long thread; /* that it came on */
  int others; /* threads that are inside the host's log; guarded by the GIL */
} CallObject;

/* What is longer is copied without the GIL. Below it, taking the GIL again
 * would cost more than the copy. */
enum { kLong = 64 << 10 };

PyObject* NewPluginCall(ModuleState* state, cupel_call* call) {
  PyTypeObject* type = state->types[kTypePluginCall];
  const allocfunc alloc = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
  CallObject* made = (CallObject*)alloc(type, 0);
  if (made == NULL) return NULL;
  made->thread = PyThread_get_thread_ident();
  made->payload = NewPayload(state, call->bytes);
  if (made->payload == NULL) {
    Py_DECREF(made);
    return NULL;
  }
  made->call = call;
  return (PyObject*)made;
}

void EndPluginCall(PyObject* object) {
  CallObject* self = (CallObject*)object;
  self->call = NULL;
  EndPayload(self->payload);
  /* The host's place of the call may go with the plugin, which could be next.
   * A line of a log is written soon. */
  const struct timespec moment = {0, 100 * 1000};
  while (self->others > 0) {
    Py_BEGIN_ALLOW_THREADS;
    nanosleep(&moment, NULL);
    Py_END_ALLOW_THREADS;
  }
}

static void Dealloc(PyObject* self) {
  Py_CLEAR(((CallObject*)self)->payload);
  FreeHeapObject(self);
}

static cupel_call* Over(void) {
  PyErr_SetString(PyExc_RuntimeError,
                  "the call is over: what belongs to it can be used until the "
                  "method returns");
  return NULL;
}

/* NULL with an exception set once it is over, or on another thread. */
static cupel_call* Current(PyObject* object) {
  CallObject* self = (CallObject*)object;
  if (self->call == NULL) return Over();
  if (self->thread == PyThread_get_thread_ident()) return self->call;
  PyErr_SetString(PyExc_RuntimeError,
                  "only the thread that the call came on may hand something "
                  "back; others may log, and ask whether it is cancelled");
  return NULL;
}

/* ------------------------------------------------------------ what there is */

/* (name, path, type, mime, sha256, tlp, options, document, payload, depth) */
static PyObject* Fields(PyObject* self, PyObject* Py_UNUSED(ignored)) {
  const cupel_call* call = Current(self);
  if (call == NULL) return NULL;
  PyObject* name = BytesOf(call->name);
  PyObject* path = TextOf(call->path);
  PyObject* type = TextOf(call->type);
  PyObject* mime = TextOf(call->mime);
  PyObject* sha256 = TextOf(call->sha256);
  PyObject* tlp = TextOf(call->tlp);
  PyObject* options = BytesOf(call->options);
  PyObject* document = BytesOf(call->document);
  PyObject* made = NULL;
  if (name && path && type && mime && sha256 && tlp && options && document) {
    made = Py_BuildValue("OOOOOOOOKI", name, path, type, mime, sha256, tlp,
                         options, document, (unsigned long long)call->payload,
                         (unsigned int)call->depth);
  }
  Py_XDECREF(name);
  Py_XDECREF(path);
  Py_XDECREF(type);
  Py_XDECREF(mime);
  Py_XDECREF(sha256);
  Py_XDECREF(tlp);
  Py_XDECREF(options);
  Py_XDECREF(document);
  return made;
}

static PyObject* Payload(PyObject* self, void* Py_UNUSED(closure)) {
  PyObject* payload = ((CallObject*)self)->payload;
  Py_INCREF(payload);
  return payload;
}

/* From any thread; nothing in it waits. */
static PyObject* Cancelled(PyObject* self, PyObject* Py_UNUSED(ignored)) {
  const cupel_call* call = ((CallObject*)self)->call;
  return PyBool_FromLong(call == NULL || call->host->cancelled(call));
}

static PyObject* Budget(PyObject* self, PyObject* Py_UNUSED(ignored)) {
  const cupel_call* call = Current(self);
  if (call == NULL) return NULL;
  return PyLong_FromUnsignedLongLong(call->host->budget(call));
}

/* log(text, level), from any thread: who takes the line may want the GIL. */
static PyObject* Log(PyObject* object, PyObject* args) {
  CallObject* self = (CallObject*)object;
  Texts in;
  int level = 0;
  if (ReadTexts(args, "log", 1, &in, "i", &level) < 0) return NULL;
  const cupel_call* call = self->call;
  if (call == NULL) {
    GiveBackTexts(&in);
    Over();
    return NULL;
  }
  ++self->others;
  Py_BEGIN_ALLOW_THREADS;
  call->host->log(call, level, in.view[0]);
  Py_END_ALLOW_THREADS;
  --self->others;
  GiveBackTexts(&in);
  Py_RETURN_NONE;
}

/* ------------------------------------------------------------ handing back */

/* child(bytes, name, metadata, dispatch, flags) -> status */
static PyObject* Child(PyObject* self, PyObject* args) {
  Texts in;
  cupel_child child = CUPEL_CHILD_INIT;
  cupel_call* call = Current(self);
  if (call == NULL ||
      ReadTexts(args, "child", 4, &in, "O&", ConvertU32, &child.flags) < 0) {
    return NULL;
  }
  child.bytes = in.view[0];
  child.name = in.view[1];
  child.metadata = in.view[2];
  child.dispatch = in.view[3];
  cupel_status status;
  if (child.bytes.size < kLong) {
    status = call->host->child(call, &child);
  } else {
    Py_BEGIN_ALLOW_THREADS;
    status = call->host->child(call, &child);
    Py_END_ALLOW_THREADS;
  }
  GiveBackTexts(&in);
  return PyLong_FromLong(status);
}

static PyObject* Result(PyObject* self, PyObject* args) {
  Texts in;
  cupel_call* call = Current(self);
  if (call == NULL || ReadTexts(args, "result", 1, &in, "") < 0) return NULL;
  const cupel_status status = call->host->result(call, in.view[0]);
  GiveBackTexts(&in);
  return PyLong_FromLong(status);
}

/* statement(name, tags, meta, weight, offset, length) -> status */
static PyObject* Statement(PyObject* self, PyObject* args) {
  Texts in;
  cupel_statement statement = CUPEL_STATEMENT_INIT;
  cupel_call* call = Current(self);
  if (call == NULL ||
      ReadTexts(args, "statement", 3, &in, "O&O&O&", ConvertI64,
                &statement.weight, ConvertU64, &statement.offset, ConvertU64,
                &statement.length) < 0) {
    return NULL;
  }
  statement.name = in.view[0];
  statement.tags = in.view[1];
  statement.meta = in.view[2];
  const cupel_status status = call->host->statement(call, &statement);
  GiveBackTexts(&in);
  return PyLong_FromLong(status);
}

static PyObject* Dispatch(PyObject* self, PyObject* args) {
  Texts in;
  cupel_call* call = Current(self);
  if (call == NULL || ReadTexts(args, "dispatch", 1, &in, "") < 0) return NULL;
  const cupel_status status = call->host->dispatch(call, in.view[0]);
  GiveBackTexts(&in);
  return PyLong_FromLong(status);
}

/* error(message, code) */
static PyObject* Error(PyObject* self, PyObject* args) {
  Texts in;
  int code = 0;
  cupel_call* call = Current(self);
  if (call == NULL || ReadTexts(args, "error", 1, &in, "i", &code) < 0) {
    return NULL;
  }
  call->host->error(call, code, in.view[0]);
  GiveBackTexts(&in);
  Py_RETURN_NONE;
}

/* item(name, path, bytes, metadata, tlp) -> status. Lasts as long as the item
 * is scanned. */
static PyObject* Item(PyObject* self, PyObject* args) {
  Texts in;
  PyObject* tlp_object = NULL;
  Borrowed tlp;
  cupel_item item = CUPEL_ITEM_INIT;
  cupel_call* call = Current(self);
  if (call == NULL || ReadTexts(args, "item", 4, &in, "O", &tlp_object) < 0) {
    return NULL;
  }
  if (BorrowText(tlp_object, "tlp", &tlp) < 0) {
    GiveBackTexts(&in);
    return NULL;
  }
  item.name = in.view[0];
  item.path = in.view[1];
  item.bytes = in.view[2];
  item.metadata = in.view[3];
  item.tlp = tlp.view;
  cupel_status status;
  Py_BEGIN_ALLOW_THREADS;
  status = call->host->item(call, &item);
  Py_END_ALLOW_THREADS;
  GiveBack(&tlp);
  GiveBackTexts(&in);
  return PyLong_FromLong(status);
}

/* ------------------------------------------------------------------ nested */

/* What a nested call handed back: a list of (is child, name, bytes). */
typedef struct Nested {
  PyThreadState* thread;
  PyObject* list;
  int failed; /* an exception is set, or Python ends */
} Nested;

static void TakeNested(void* user_data, int32_t is_child, cupel_view name,
                       cupel_view bytes) {
  Nested* nested = (Nested*)user_data;
  if (nested->failed) return;
  if (!EnterGateAgain(nested->thread)) {
    nested->failed = 1;
    return;
  }
  PyObject* name_object = BytesOf(name);
  PyObject* bytes_object = BytesOf(bytes);
  PyObject* one = NULL;
  if (name_object != NULL && bytes_object != NULL) {
    one = Py_BuildValue("(iOO)", (int)is_child, name_object, bytes_object);
  }
  Py_XDECREF(name_object);
  Py_XDECREF(bytes_object);
  nested->failed = one == NULL || PyList_Append(nested->list, one) < 0;
  Py_XDECREF(one);
  nested->thread = LeaveGateAgain();
}

/* nested(plugin, bytes, options) -> (status, [(is_child, name, bytes)]) */
static PyObject* RunNested(PyObject* self, PyObject* args) {
  Texts in;
  cupel_call* call = Current(self);
  if (call == NULL || ReadTexts(args, "nested", 3, &in, "") < 0) return NULL;
  Nested nested = {.list = PyList_New(0)};
  if (nested.list == NULL) {
    GiveBackTexts(&in);
    return NULL;
  }
  nested.thread = PyEval_SaveThread();
  const cupel_status status = call->host->nested(
      call, in.view[0], in.view[1], in.view[2], TakeNested, &nested);
  PyEval_RestoreThread(nested.thread);
  GiveBackTexts(&in);
  if (nested.failed) {
    Py_DECREF(nested.list);
    if (!PyErr_Occurred()) {
      PyErr_SetString(PyExc_RuntimeError, "Python is about to end");
    }
    return NULL;
  }
  return Py_BuildValue("iN", (int)status, nested.list);
}

static PyMethodDef methods[] = {
    {"fields", Fields, METH_NOARGS,
     PyDoc_STR("fields() -> (name, path, type, mime, sha256, tlp, options, "
               "document, payload, depth)")},
    {"cancelled", Cancelled, METH_NOARGS, PyDoc_STR("cancelled() -> bool")},
    {"budget", Budget, METH_NOARGS, PyDoc_STR("budget() -> int")},
    {"log", Log, METH_VARARGS, PyDoc_STR("log(text, level)")},
    {"child", Child, METH_VARARGS,
     PyDoc_STR("child(bytes, name, metadata, dispatch, flags) -> status")},
    {"result", Result, METH_VARARGS, PyDoc_STR("result(json) -> status")},
    {"statement", Statement, METH_VARARGS,
     PyDoc_STR("statement(name, tags, meta, weight, offset, length) "
               "-> status")},
    {"dispatch", Dispatch, METH_VARARGS,
     PyDoc_STR("dispatch(plugin) -> status")},
    {"error", Error, METH_VARARGS, PyDoc_STR("error(message, code)")},
    {"item", Item, METH_VARARGS,
     PyDoc_STR("item(name, path, bytes, metadata, tlp) -> status")},
    {"nested", RunNested, METH_VARARGS,
     PyDoc_STR("nested(plugin, bytes, options) "
               "-> (status, [(is_child, name, bytes)])")},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef members[] = {
    {"payload", Payload, NULL, PyDoc_STR("exports the call's bytes"), NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, (void*)PyDoc_STR("One call of a plugin's method.")},
    {Py_tp_dealloc, (void*)Dealloc},
    {Py_tp_methods, methods},
    {Py_tp_getset, members},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "cupel._cupel.PluginCall",
    .basicsize = sizeof(CallObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION |
             Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};

int AddPluginCall(PyObject* module) {
  return AddType(module, kTypePluginCall, &spec);
}
