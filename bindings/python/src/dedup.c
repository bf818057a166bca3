/* Dedup: runs that are shared, and the raws they gave. */
#include "methods.h"

static PyObject* Open(PyObject* module, PyObject* args) {
  ModuleState* state = ModuleStateOf(module);
  Texts in;
  cupel_dedup_options options = CUPEL_DEDUP_OPTIONS_INIT;
  if (ReadTexts(args, "dedup_open", 1, &in, "O&O&O&", ConvertU64,
                &options.lease_ms, ConvertU64, &options.max_raw_bytes,
                ConvertU32, &options.busy_timeout_ms) < 0) {
    return NULL;
  }
  options.database = in.view[0];
  cupel_dedup* dedup = NULL;
  cupel_error* error = NULL;
  cupel_status status;
  Py_BEGIN_ALLOW_THREADS;
  status = cupel_dedup_open(&options, &dedup, &error);
  Py_END_ALLOW_THREADS;
  GiveBackTexts(&in);
  if (status != CUPEL_STATUS_OK) return Raise(state, status, error);
  return WrapDedup(state, dedup);
}

static PyMethodDef functions[] = {
    {"dedup_open", Open, METH_VARARGS,
     PyDoc_STR("dedup_open(database, lease_ms, max_raw_bytes, "
               "busy_timeout_ms) -> Dedup")},
    {NULL, NULL, 0, NULL},
};

/* ----------------------------------------------------------------- methods */

static PyObject* Join(PyObject* self, PyObject* args) {
  Texts in;
  PyObject* names = NULL;
  cupel_dedup_request request = CUPEL_DEDUP_REQUEST_INIT;
  if (ReadTexts(args, "join", 4, &in, "O&OO&", ConvertU32, &request.flags,
                &names, ConvertI64, &request.max_age_seconds) < 0) {
    return NULL;
  }
  ViewList variables = {0};
  if (ReadViews(names, "system_variables", &variables) < 0) {
    GiveBackTexts(&in);
    return NULL;
  }
  request.organisation = in.view[0];
  request.job = in.view[1];
  request.plugin = in.view[2];
  request.key = in.view[3];
  request.system_variables = variables.views;
  request.system_variable_count = variables.count;
  Answer out = {0};
  Py_BEGIN_ALLOW_THREADS;
  out.status =
      cupel_dedup_join(DedupOf(self), &request, &out.buffer, &out.error);
  Py_END_ALLOW_THREADS;
  FreeViews(&variables);
  return Finish(StateOf(self), &in, &out);
}

TEXT_METHOD_WITH(Renew, "renew", 2, int64_t, ConvertI64,
                 cupel_dedup_renew(DedupOf(self), in.view[0], in.view[1],
                                   number, &out.buffer, &out.error));
TEXT_METHOD_WITH(Fail, "fail", 2, int64_t, ConvertI64,
                 cupel_dedup_fail(DedupOf(self), in.view[0], in.view[1], number,
                                  &out.buffer, &out.error));
TEXT_METHOD(Leave, "leave", 2,
            cupel_dedup_leave(DedupOf(self), in.view[0], in.view[1],
                              &out.buffer, &out.error));
TEXT_METHOD(ReleaseExpired, "release_expired", 0,
            cupel_dedup_release_expired(DedupOf(self), &out.buffer,
                                        &out.error));
TEXT_METHOD(Forget, "forget", 1,
            cupel_dedup_forget(DedupOf(self), in.view[0], &out.buffer,
                               &out.error));
TEXT_METHOD(RawsJson, "raws", 2,
            cupel_dedup_raws_json(DedupOf(self), in.view[0], in.view[1],
                                  &out.buffer, &out.error));
TEXT_METHOD(RawBytes, "raw_bytes", 2,
            cupel_dedup_raw_bytes(DedupOf(self), in.view[0], in.view[1],
                                  &out.buffer, &out.error));
TEXT_METHOD(DeleteRaw, "delete_raw", 2,
            cupel_dedup_delete_raw(DedupOf(self), in.view[0], in.view[1],
                                   &out.error));
TEXT_METHOD_WITH(SetTime, "set_time", 0, int64_t, ConvertI64,
                 cupel_dedup_set_time(DedupOf(self), number, &out.error));

static PyObject* Prune(PyObject* self, PyObject* older_than) {
  int64_t seconds = 0;
  uint64_t removed = 0;
  if (ToI64(older_than, "older_than", &seconds) < 0) return NULL;
  cupel_error* error = NULL;
  cupel_status status;
  Py_BEGIN_ALLOW_THREADS;
  status = cupel_dedup_prune(DedupOf(self), seconds, &removed, &error);
  Py_END_ALLOW_THREADS;
  if (status != CUPEL_STATUS_OK) return Raise(StateOf(self), status, error);
  return PyLong_FromUnsignedLongLong(removed);
}

/* ------------------------------------------------------------- completing */

/* What a run gave, as (bytes, mime types) pairs. */
typedef struct Outputs {
  size_t count;
  cupel_dedup_output* outputs;
  Borrowed* bytes;
  ViewList* types;
} Outputs;

static void FreeOutputs(Outputs* all) {
  for (size_t i = 0; i < all->count; ++i) {
    GiveBack(&all->bytes[i]);
    FreeViews(&all->types[i]);
  }
  PyMem_Free(all->outputs);
  PyMem_Free(all->bytes);
  PyMem_Free(all->types);
  *all = (Outputs){0};
}

static int ReadOutput(PyObject* pair, Outputs* out) {
  if (pair == NULL) return -1;
  if (!PyTuple_Check(pair) || PyTuple_Size(pair) != 2) {
    PyErr_SetString(PyExc_TypeError,
                    "outputs must be pairs of bytes and MIME types");
    return -1;
  }
  const size_t at = out->count;
  if (BorrowBytes(PyTuple_GetItem(pair, 0), "an output", &out->bytes[at]) < 0) {
    return -1;
  }
  if (ReadViews(PyTuple_GetItem(pair, 1), "a MIME type", &out->types[at]) < 0) {
    GiveBack(&out->bytes[at]);
    return -1;
  }
  out->outputs[at].bytes = out->bytes[at].view;
  out->outputs[at].mime_types = out->types[at].views;
  out->outputs[at].mime_type_count = out->types[at].count;
  ++out->count;
  return 0;
}

static int ReadOutputs(PyObject* sequence, Outputs* out) {
  *out = (Outputs){0};
  const Py_ssize_t count = PySequence_Size(sequence);
  if (count <= 0) return (int)count;
  out->outputs = PyMem_Calloc((size_t)count, sizeof(*out->outputs));
  out->bytes = PyMem_Calloc((size_t)count, sizeof(*out->bytes));
  out->types = PyMem_Calloc((size_t)count, sizeof(*out->types));
  int result = 0;
  if (out->outputs == NULL || out->bytes == NULL || out->types == NULL) {
    PyErr_NoMemory();
    result = -1;
  }
  for (Py_ssize_t i = 0; result == 0 && i < count; ++i) {
    PyObject* pair = PySequence_GetItem(sequence, i);
    result = ReadOutput(pair, out);
    Py_XDECREF(pair); /* what is borrowed keeps its parts */
  }
  if (result < 0) FreeOutputs(out);
  return result;
}

static PyObject* Complete(PyObject* self, PyObject* args) {
  Texts in;
  int64_t token = 0;
  PyObject* sequence = NULL;
  if (ReadTexts(args, "complete", 2, &in, "O&O", ConvertI64, &token,
                &sequence) < 0) {
    return NULL;
  }
  Outputs given;
  if (ReadOutputs(sequence, &given) < 0) {
    GiveBackTexts(&in);
    return NULL;
  }
  Answer out = {0};
  Py_BEGIN_ALLOW_THREADS;
  out.status =
      cupel_dedup_complete(DedupOf(self), in.view[0], in.view[1], token,
                           given.outputs, given.count, &out.buffer, &out.error);
  Py_END_ALLOW_THREADS;
  FreeOutputs(&given);
  return Finish(StateOf(self), &in, &out);
}

static PyMethodDef methods[] = {
    {"join", Join, METH_VARARGS,
     PyDoc_STR("join(organisation, job, plugin, key, flags, "
               "system_variables, max_age_seconds) -> bytes")},
    {"renew", Renew, METH_VARARGS,
     PyDoc_STR("renew(organisation, job, token) -> bytes")},
    {"complete", Complete, METH_VARARGS,
     PyDoc_STR("complete(organisation, job, token, outputs) -> bytes")},
    {"fail", Fail, METH_VARARGS,
     PyDoc_STR("fail(organisation, job, token) -> bytes")},
    {"leave", Leave, METH_VARARGS,
     PyDoc_STR("leave(organisation, job) -> bytes")},
    {"release_expired", ReleaseExpired, METH_VARARGS,
     PyDoc_STR("release_expired() -> bytes")},
    {"forget", Forget, METH_VARARGS,
     PyDoc_STR("forget(organisation) -> bytes")},
    {"prune", Prune, METH_O, PyDoc_STR("prune(older_than_seconds) -> int")},
    {"raws", RawsJson, METH_VARARGS,
     PyDoc_STR("raws(organisation, job) -> bytes")},
    {"raw_bytes", RawBytes, METH_VARARGS,
     PyDoc_STR("raw_bytes(organisation, id) -> bytes")},
    {"delete_raw", DeleteRaw, METH_VARARGS,
     PyDoc_STR("delete_raw(organisation, id)")},
    {"set_time", SetTime, METH_VARARGS, PyDoc_STR("set_time(micros)")},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, (void*)PyDoc_STR("Runs that are shared.")},
    {Py_tp_dealloc, (void*)DedupDealloc},
    {Py_tp_methods, methods},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "cupel._cupel.Dedup",
    .basicsize = sizeof(HandleObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION |
             Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};

int AddDedup(PyObject* module) {
  if (AddType(module, kTypeDedup, &spec) < 0) return -1;
  return PyModule_AddFunctions(module, functions);
}
