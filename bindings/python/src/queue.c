/* Queue: jobs that outlive those who work on them. */
#include "methods.h"

/* queue_open(url, max_attempts, busy_timeout_ms, backoff_ms, max_backoff_ms,
 * max_body_bytes, max_result_bytes, driver_folders) */
static PyObject* Open(PyObject* module, PyObject* args) {
  ModuleState* state = ModuleStateOf(module);
  Texts in;
  PyObject* folder_object = NULL;
  cupel_queue_options options = CUPEL_QUEUE_OPTIONS_INIT;
  if (ReadTexts(args, "queue_open", 1, &in, "O&O&O&O&O&O&O", ConvertU32,
                &options.max_attempts, ConvertU32, &options.busy_timeout_ms,
                ConvertU64, &options.backoff_ms, ConvertU64,
                &options.max_backoff_ms, ConvertU64, &options.max_body_bytes,
                ConvertU64, &options.max_result_bytes, &folder_object) < 0) {
    return NULL;
  }
  ViewList folders = {0};
  if (ReadViews(folder_object, "driver_folders", &folders) < 0) {
    GiveBackTexts(&in);
    return NULL;
  }
  options.driver_folders = folders.views;
  options.driver_folder_count = folders.count;
  cupel_queue* queue = NULL;
  cupel_error* error = NULL;
  cupel_status status;
  Py_BEGIN_ALLOW_THREADS;
  status = cupel_queue_open(in.view[0], &options, &queue, &error);
  Py_END_ALLOW_THREADS;
  FreeViews(&folders);
  GiveBackTexts(&in);
  if (status != CUPEL_STATUS_OK) return Raise(state, status, error);
  return WrapQueue(state, queue);
}

static PyMethodDef functions[] = {
    {"queue_open", Open, METH_VARARGS,
     PyDoc_STR("queue_open(url, max_attempts, busy_timeout_ms, backoff_ms, "
               "max_backoff_ms, max_body_bytes, max_result_bytes, "
               "driver_folders) -> Queue")},
    {NULL, NULL, 0, NULL},
};

/* ------------------------------------------------------------ simple ones */

TEXT_METHOD(Url, "url", 0,
            cupel_queue_url(QueueOf(self), &out.buffer, &out.error));
TEXT_METHOD(Submit, "submit", 1,
            cupel_queue_submit(QueueOf(self), in.view[0], &out.buffer,
                               &out.error));
TEXT_METHOD(JobJson, "job", 1,
            cupel_queue_job_json(QueueOf(self), in.view[0], &out.buffer,
                                 &out.error));
TEXT_METHOD(Result, "result", 1,
            cupel_queue_result(QueueOf(self), in.view[0], &out.buffer,
                               &out.error));
TEXT_METHOD(Stats, "stats", 0,
            cupel_queue_stats_json(QueueOf(self), &out.buffer, &out.error));
TEXT_METHOD(Retry, "retry", 1,
            cupel_queue_retry(QueueOf(self), in.view[0], &out.error));
TEXT_METHOD(CancelJob, "cancel", 2,
            cupel_queue_cancel(QueueOf(self), in.view[0], in.view[1],
                               &out.error));
TEXT_METHOD_WITH(Release, "release", 2, uint64_t, ConvertU64,
                 cupel_queue_release(QueueOf(self), in.view[0], number,
                                     in.view[1], &out.error));

/* ---------------------------------------------------------------- leasing */

static PyObject* Lease(PyObject* self, PyObject* args) {
  Texts in;
  PyObject* kind_object = NULL;
  cupel_queue_lease_options options = CUPEL_QUEUE_LEASE_OPTIONS_INIT;
  if (ReadTexts(args, "lease", 1, &in, "O&O&O", ConvertU32, &options.max,
                ConvertU64, &options.lease_ms, &kind_object) < 0) {
    return NULL;
  }
  ViewList kinds = {0};
  if (ReadViews(kind_object, "kinds", &kinds) < 0) {
    GiveBackTexts(&in);
    return NULL;
  }
  options.worker = in.view[0];
  options.kinds = kinds.views;
  options.kind_count = kinds.count;
  Answer out = {0};
  Py_BEGIN_ALLOW_THREADS;
  out.status =
      cupel_queue_lease(QueueOf(self), &options, &out.buffer, &out.error);
  Py_END_ALLOW_THREADS;
  FreeViews(&kinds);
  return Finish(StateOf(self), &in, &out);
}

typedef struct Waiting {
  cupel_queue* queue;
  ViewList kinds;
  uint64_t wait_ms;
  cupel_status status;
  cupel_error* error;
} Waiting;

static void WaitForJobs(void* args, cupel_cancel* cancel) {
  Waiting* a = (Waiting*)args;
  a->status = cupel_queue_wait(a->queue, a->kinds.views, a->kinds.count,
                               a->wait_ms, cancel, &a->error);
}

static PyObject* Wait(PyObject* self, PyObject* args) {
  PyObject* kinds = NULL;
  PyObject* cancel = NULL;
  Waiting waiting = {.queue = QueueOf(self)};
  if (!PyArg_ParseTuple(args, "OO&O:wait", &kinds, ConvertU64, &waiting.wait_ms,
                        &cancel) ||
      ReadViews(kinds, "kinds", &waiting.kinds) < 0) {
    return NULL;
  }
  Call call;
  const int ran =
      RunCall(StateOf(self), &call, cancel, kMayLast, WaitForJobs, &waiting);
  FreeViews(&waiting.kinds);
  if (ran < 0) {
    cupel_error_free(waiting.error);
    return NULL;
  }
  if (waiting.status != CUPEL_STATUS_OK) {
    return Raise(StateOf(self), waiting.status, waiting.error);
  }
  Py_RETURN_NONE;
}

static PyObject* Renew(PyObject* self, PyObject* args) {
  Texts in;
  uint64_t token = 0;
  uint64_t lease_ms = 0;
  if (ReadTexts(args, "renew", 1, &in, "O&O&", ConvertU64, &token, ConvertU64,
                &lease_ms) < 0) {
    return NULL;
  }
  Answer out = {0};
  Py_BEGIN_ALLOW_THREADS;
  out.status = cupel_queue_renew(QueueOf(self), in.view[0], token, lease_ms,
                                 &out.buffer, &out.error);
  Py_END_ALLOW_THREADS;
  return Finish(StateOf(self), &in, &out);
}

/* complete(id, type, bytes, token) */
TEXT_METHOD_WITH(Complete, "complete", 3, uint64_t, ConvertU64,
                 cupel_queue_complete(QueueOf(self), in.view[0], number,
                                      in.view[1], in.view[2], &out.error));

/* fail(id, reason, last_step, token, flags, signal, max_rss_bytes) */
static PyObject* Fail(PyObject* self, PyObject* args) {
  Texts in;
  uint64_t token = 0;
  cupel_queue_failure failure = CUPEL_QUEUE_FAILURE_INIT;
  if (ReadTexts(args, "fail", 3, &in, "O&O&iO&", ConvertU64, &token, ConvertU32,
                &failure.flags, &failure.signal, ConvertU64,
                &failure.max_rss_bytes) < 0) {
    return NULL;
  }
  failure.reason = in.view[1];
  failure.last_step = in.view[2];
  Answer out = {0};
  Py_BEGIN_ALLOW_THREADS;
  out.status =
      cupel_queue_fail(QueueOf(self), in.view[0], token, &failure, &out.error);
  Py_END_ALLOW_THREADS;
  return Finish(StateOf(self), &in, &out);
}

/* ---------------------------------------------------------------- telling */

static PyObject* List(PyObject* self, PyObject* args) {
  Texts in;
  Answer out = {0};
  cupel_queue_list_options options = CUPEL_QUEUE_LIST_OPTIONS_INIT;
  if (ReadTexts(args, "list", 3, &in, "O&", ConvertU32, &options.max) < 0) {
    return NULL;
  }
  options.state = in.view[0];
  options.kind = in.view[1];
  options.after = in.view[2];
  Py_BEGIN_ALLOW_THREADS;
  out.status =
      cupel_queue_list_json(QueueOf(self), &options, &out.buffer, &out.error);
  Py_END_ALLOW_THREADS;
  return Finish(StateOf(self), &in, &out);
}

static PyObject* Purge(PyObject* self, PyObject* args) {
  Texts in;
  uint64_t seconds = 0;
  uint64_t removed = 0;
  cupel_error* error = NULL;
  cupel_status status;
  if (ReadTexts(args, "purge", 1, &in, "O&", ConvertU64, &seconds) < 0) {
    return NULL;
  }
  Py_BEGIN_ALLOW_THREADS;
  status =
      cupel_queue_purge(QueueOf(self), in.view[0], seconds, &removed, &error);
  Py_END_ALLOW_THREADS;
  GiveBackTexts(&in);
  if (status != CUPEL_STATUS_OK) return Raise(StateOf(self), status, error);
  return PyLong_FromUnsignedLongLong(removed);
}

static PyMethodDef methods[] = {
    {"url", Url, METH_VARARGS, PyDoc_STR("url() -> bytes")},
    {"submit", Submit, METH_VARARGS, PyDoc_STR("submit(jobs) -> bytes")},
    {"lease", Lease, METH_VARARGS,
     PyDoc_STR("lease(worker, max, lease_ms, kinds) -> bytes")},
    {"wait", Wait, METH_VARARGS, PyDoc_STR("wait(kinds, wait_ms, cancel)")},
    {"renew", Renew, METH_VARARGS,
     PyDoc_STR("renew(id, token, lease_ms) -> bytes")},
    {"complete", Complete, METH_VARARGS,
     PyDoc_STR("complete(id, type, bytes, token)")},
    {"fail", Fail, METH_VARARGS,
     PyDoc_STR("fail(id, reason, last_step, token, flags, signal, "
               "max_rss_bytes)")},
    {"release", Release, METH_VARARGS, PyDoc_STR("release(id, reason, token)")},
    {"job", JobJson, METH_VARARGS, PyDoc_STR("job(id) -> bytes")},
    {"result", Result, METH_VARARGS, PyDoc_STR("result(id) -> bytes")},
    {"list", List, METH_VARARGS,
     PyDoc_STR("list(state, kind, after, max) -> bytes")},
    {"stats", Stats, METH_VARARGS, PyDoc_STR("stats() -> bytes")},
    {"retry", Retry, METH_VARARGS, PyDoc_STR("retry(id)")},
    {"cancel", CancelJob, METH_VARARGS, PyDoc_STR("cancel(id, reason)")},
    {"purge", Purge, METH_VARARGS,
     PyDoc_STR("purge(state, older_than_seconds) -> int")},
    {NULL, NULL, 0, NULL},
};

/* Without the GIL: a broker's connection ends with it. */
static void Dealloc(PyObject* self) { DeallocHandleUnlocked(self, QueueFree); }

static PyType_Slot slots[] = {
    {Py_tp_doc, (void*)PyDoc_STR("A queue of jobs.")},
    {Py_tp_dealloc, (void*)Dealloc},
    {Py_tp_methods, methods},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "cupel._cupel.Queue",
    .basicsize = sizeof(HandleObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION |
             Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};

int AddQueue(PyObject* module) {
  if (AddType(module, kTypeQueue, &spec) < 0) return -1;
  return PyModule_AddFunctions(module, functions);
}
