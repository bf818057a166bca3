/* Worker: takes jobs and has each run in a process of its own. */
#include "gate.h"
#include "http.h"
#include "keeping.h"
#include "logs.h"

/* What worker_new and worker_check take first: config, name, environment, log.
 */
typedef struct Setup {
  Texts in;
  ViewList environment;
  cupel_worker_options options;
} Setup;

static void FreeSetup(Setup* setup) {
  FreeViews(&setup->environment);
  GiveBackTexts(&setup->in);
}

static int ReadSetup(ModuleState* state, PyObject* variables, PyObject* log,
                     Setup* out) {
  if ((log != Py_None && CheckGate(state) < 0) ||
      ReadViews(variables, "environment", &out->environment) < 0) {
    GiveBackTexts(&out->in);
    return -1;
  }
  const cupel_worker_options empty = CUPEL_WORKER_OPTIONS_INIT;
  out->options = empty;
  out->options.config = out->in.view[0];
  out->options.config_name = out->in.view[1];
  out->options.environment = out->environment.views;
  out->options.environment_count = out->environment.count;
  if (log != Py_None) {
    out->options.log = LogLine;
    out->options.log_data = log;
  }
  return 0;
}

/* worker_new(config, name, environment, log) */
static PyObject* New(PyObject* module, PyObject* args) {
  ModuleState* state = ModuleStateOf(module);
  PyObject* variables = NULL;
  PyObject* log = NULL;
  Setup setup;
  if (ReadTexts(args, "worker_new", 2, &setup.in, "OO", &variables, &log) < 0 ||
      ReadSetup(state, variables, log, &setup) < 0) {
    return NULL;
  }
  cupel_worker* worker = NULL;
  cupel_error* error = NULL;
  cupel_status status;
  Py_BEGIN_ALLOW_THREADS;
  status = cupel_worker_new(&setup.options, &worker, &error);
  Py_END_ALLOW_THREADS;
  FreeSetup(&setup);
  if (status != CUPEL_STATUS_OK) return Raise(state, status, error);
  return WrapKeeping(state, kTypeWorker, worker, WorkerFree, log);
}

typedef struct Checking {
  Setup setup;
  uint32_t flags;
  int32_t ok;
  Answer out;
} Checking;

static void CheckAll(void* args, cupel_cancel* cancel) {
  Checking* a = (Checking*)args;
  a->out.status = cupel_worker_check(&a->setup.options, a->flags, cancel,
                                     &a->ok, &a->out.buffer, &a->out.error);
}

/* worker_check(config, name, environment, log, flags, cancel) -> (ok, bytes) */
static PyObject* Check(PyObject* module, PyObject* args) {
  ModuleState* state = ModuleStateOf(module);
  PyObject* variables = NULL;
  PyObject* log = NULL;
  PyObject* cancel = NULL;
  Checking checking = {.flags = 0};
  if (ReadTexts(args, "worker_check", 2, &checking.setup.in, "OOO&O",
                &variables, &log, ConvertU32, &checking.flags, &cancel) < 0 ||
      ReadSetup(state, variables, log, &checking.setup) < 0) {
    return NULL;
  }
  Call call;
  const int ran = RunCall(state, &call, cancel, kMayLast, CheckAll, &checking);
  FreeSetup(&checking.setup);
  if (ran < 0) {
    cupel_buffer_free(checking.out.buffer);
    cupel_error_free(checking.out.error);
    return NULL;
  }
  PyObject* bytes = AnswerOf(state, &checking.out);
  if (bytes == NULL) return NULL;
  return Py_BuildValue("NN", PyBool_FromLong(checking.ok), bytes);
}

static PyMethodDef functions[] = {
    {"worker_new", New, METH_VARARGS,
     PyDoc_STR("worker_new(config, name, environment, log) -> Worker")},
    {"worker_check", Check, METH_VARARGS,
     PyDoc_STR("worker_check(config, name, environment, log, flags, cancel) "
               "-> (ok, bytes)")},
    {NULL, NULL, 0, NULL},
};

/* ----------------------------------------------------------------- methods */

typedef struct Running {
  cupel_worker* worker;
  cupel_status status;
  cupel_error* error;
} Running;

static void RunToItsEnd(void* args, cupel_cancel* cancel) {
  Running* a = (Running*)args;
  a->status = cupel_worker_run(a->worker, cancel, &a->error);
}

/* On the thread that calls: who wants Ctrl-C to drain calls it on another. */
static PyObject* Run(PyObject* self, PyObject* cancel) {
  Running running = {.worker = WorkerOf(self)};
  Call call;
  if (RunCall(StateOf(self), &call, cancel, kIsShort, RunToItsEnd, &running) <
      0) {
    cupel_error_free(running.error);
    return NULL;
  }
  if (running.status != CUPEL_STATUS_OK) {
    return Raise(StateOf(self), running.status, running.error);
  }
  Py_RETURN_NONE;
}

TEXT_METHOD(Drain, "drain", 0, cupel_worker_drain(WorkerOf(self), &out.error));
TEXT_METHOD(Stop, "stop", 0, cupel_worker_stop(WorkerOf(self), &out.error));
TEXT_METHOD(Reload, "reload", 0,
            cupel_worker_reload(WorkerOf(self), &out.error));
TEXT_METHOD(Status, "status", 0,
            cupel_worker_status_json(WorkerOf(self), &out.buffer, &out.error));

static PyObject* Listen(PyObject* self, PyObject* Py_UNUSED(ignored)) {
  return TextOf(cupel_worker_listen(WorkerOf(self)));
}

static cupel_status Answering(void* handle, const cupel_http_request* request,
                              cupel_http_response** out, cupel_error** error) {
  return cupel_worker_http((cupel_worker*)handle, request, out, error);
}

static PyObject* HandleRequest(PyObject* self, PyObject* args) {
  return HandleHttp(self, args, Answering);
}

static PyMethodDef methods[] = {
    {"run", Run, METH_O, PyDoc_STR("run(cancel)")},
    {"drain", Drain, METH_VARARGS, PyDoc_STR("drain()")},
    {"stop", Stop, METH_VARARGS, PyDoc_STR("stop()")},
    {"reload", Reload, METH_VARARGS, PyDoc_STR("reload()")},
    {"status", Status, METH_VARARGS, PyDoc_STR("status() -> bytes")},
    {"listen", Listen, METH_NOARGS, PyDoc_STR("listen() -> str")},
    {"handle", HandleRequest, METH_VARARGS,
     PyDoc_STR("handle(method, path, query, body, headers) "
               "-> (status, headers, body)")},
    {NULL, NULL, 0, NULL},
};

static void Dealloc(PyObject* self) { KeepingDealloc(self, WorkerFree); }

static PyType_Slot slots[] = {
    {Py_tp_doc, (void*)PyDoc_STR("Takes jobs and has them run.")},
    {Py_tp_dealloc, (void*)Dealloc},
    {Py_tp_traverse, (void*)KeepingTraverse},
    {Py_tp_methods, methods},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "cupel._cupel.Worker",
    .basicsize = sizeof(KeepingObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION |
             Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_HAVE_GC,
    .slots = slots,
};

int AddWorker(PyObject* module) {
  if (AddType(module, kTypeWorker, &spec) < 0) return -1;
  return PyModule_AddFunctions(module, functions);
}
