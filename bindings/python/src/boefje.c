/* Raws, and the runs of boefjes and normalizers that give and take them. */
#include "gate.h"
#include "logs.h"
#include "methods.h"

static PyObject* Open(PyObject* module, PyObject* args) {
  ModuleState* state = ModuleStateOf(module);
  Texts in;
  cupel_raws_options options = CUPEL_RAWS_OPTIONS_INIT;
  if (ReadTexts(args, "raws_open", 1, &in, "O&O&", ConvertU64,
                &options.max_raw_bytes, ConvertU32,
                &options.busy_timeout_ms) < 0) {
    return NULL;
  }
  options.database = in.view[0];
  cupel_raws* raws = NULL;
  cupel_error* error = NULL;
  cupel_status status;
  Py_BEGIN_ALLOW_THREADS;
  status = cupel_raws_open(&options, &raws, &error);
  Py_END_ALLOW_THREADS;
  GiveBackTexts(&in);
  if (status != CUPEL_STATUS_OK) return Raise(state, status, error);
  return WrapRaws(state, raws);
}

TEXT_METHOD(List, "list", 2,
            cupel_raws_list_json(RawsOf(self), in.view[0], in.view[1],
                                 &out.buffer, &out.error));
TEXT_METHOD(Meta, "meta", 1,
            cupel_raws_meta_json(RawsOf(self), in.view[0], &out.buffer,
                                 &out.error));
TEXT_METHOD(RawBytes, "raw_bytes", 1,
            cupel_raws_bytes(RawsOf(self), in.view[0], &out.buffer,
                             &out.error));

static PyMethodDef methods[] = {
    {"list", List, METH_VARARGS, PyDoc_STR("list(organisation, job) -> bytes")},
    {"meta", Meta, METH_VARARGS, PyDoc_STR("meta(id) -> bytes")},
    {"raw_bytes", RawBytes, METH_VARARGS, PyDoc_STR("raw_bytes(id) -> bytes")},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, (void*)PyDoc_STR("What boefjes gave.")},
    {Py_tp_dealloc, (void*)RawsDealloc},
    {Py_tp_methods, methods},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "cupel._cupel.Raws",
    .basicsize = sizeof(HandleObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION |
             Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};

/* -------------------------------------------------------------------- runs */

/* One run, whichever of the four. */
typedef struct Running {
  Texts in;
  Borrowed programs[5];
  cupel_run_options options;
  cupel_registry* registry;
  cupel_raws* raws;
  cupel_job* job;
  Answer out;
} Running;

static void FreeRun(Running* run) {
  for (size_t i = 0; i < sizeof(run->programs) / sizeof(run->programs[0]);
       ++i) {
    GiveBack(&run->programs[i]);
  }
  GiveBackTexts(&run->in);
}

/* (flags, tier, timeout_ms, memory_bytes, runner, python, python_path,
 * oci_program, oci_runtime, log) */
static int ReadOptions(ModuleState* state, PyObject* tuple, Running* run) {
  const cupel_run_options empty = CUPEL_RUN_OPTIONS_INIT;
  run->options = empty;
  PyObject* texts[5];
  PyObject* log = NULL;
  if (!PyArg_ParseTuple(tuple, "O&iO&O&OOOOOO", ConvertU32, &run->options.flags,
                        &run->options.tier, ConvertU64,
                        &run->options.timeout_ms, ConvertU64,
                        &run->options.memory_bytes, &texts[0], &texts[1],
                        &texts[2], &texts[3], &texts[4], &log)) {
    return -1;
  }
  cupel_view* to[] = {&run->options.runner, &run->options.python,
                      &run->options.python_path, &run->options.oci_program,
                      &run->options.oci_runtime};
  for (size_t i = 0; i < sizeof(to) / sizeof(to[0]); ++i) {
    if (BorrowText(texts[i], "a program", &run->programs[i]) < 0) return -1;
    *to[i] = run->programs[i].view;
  }
  if (log != Py_None) {
    if (CheckGate(state) < 0) return -1;
    run->options.log = LogLine;
    run->options.log_data = log;
  }
  return 0;
}

/* Reads (texts…, registry, raws, job, options, cancel) and runs `work`. `job`
 * is None where there is none. */
static PyObject* RunIt(PyObject* module, PyObject* args, const char* name,
                       int texts, Work work) {
  ModuleState* state = ModuleStateOf(module);
  PyObject* registry = NULL;
  PyObject* raws = NULL;
  PyObject* job = NULL;
  PyObject* options = NULL;
  PyObject* cancel = NULL;
  Running run = {.registry = NULL};
  if (ReadTexts(args, name, texts, &run.in, "OOOO!O", &registry, &raws, &job,
                &PyTuple_Type, &options, &cancel) < 0) {
    return NULL;
  }
  if (CheckHandle(state, kTypeRegistry, registry, "registry", 0,
                  (void**)&run.registry) < 0 ||
      CheckHandle(state, kTypeRaws, raws, "raws", 0, (void**)&run.raws) < 0 ||
      CheckHandle(state, kTypeJob, job, "job", 1, (void**)&run.job) < 0 ||
      ReadOptions(state, options, &run) < 0) {
    FreeRun(&run);
    return NULL;
  }
  Call call;
  const int ran = RunCall(state, &call, cancel, kMayLast, work, &run);
  FreeRun(&run);
  if (ran < 0) {
    cupel_buffer_free(run.out.buffer);
    cupel_error_free(run.out.error);
    return NULL;
  }
  return AnswerOf(state, &run.out);
}

static void BoefjeWork(void* args, cupel_cancel* cancel) {
  Running* a = (Running*)args;
  a->out.status = cupel_boefje_run(a->registry, a->raws, a->in.view[0],
                                   a->in.view[1], a->in.view[2], &a->options,
                                   cancel, &a->out.buffer, &a->out.error);
}

static void BoefjeJobWork(void* args, cupel_cancel* cancel) {
  Running* a = (Running*)args;
  a->out.status =
      cupel_boefje_run_job(a->registry, a->raws, a->job, &a->options, cancel,
                           &a->out.buffer, &a->out.error);
}

static void NormalizerWork(void* args, cupel_cancel* cancel) {
  Running* a = (Running*)args;
  a->out.status = cupel_normalizer_run(
      a->registry, a->raws, a->in.view[0], a->in.view[1], a->in.view[2],
      &a->options, cancel, &a->out.buffer, &a->out.error);
}

static void NormalizerJobWork(void* args, cupel_cancel* cancel) {
  Running* a = (Running*)args;
  a->out.status = cupel_normalizer_run_job(a->registry, a->raws, a->job,
                                           a->in.view[0], &a->options, cancel,
                                           &a->out.buffer, &a->out.error);
}

static PyObject* RunBoefje(PyObject* module, PyObject* args) {
  return RunIt(module, args, "boefje_run", 3, BoefjeWork);
}

static PyObject* RunBoefjeJob(PyObject* module, PyObject* args) {
  return RunIt(module, args, "boefje_run_job", 0, BoefjeJobWork);
}

static PyObject* RunNormalizer(PyObject* module, PyObject* args) {
  return RunIt(module, args, "normalizer_run", 3, NormalizerWork);
}

static PyObject* RunNormalizerJob(PyObject* module, PyObject* args) {
  return RunIt(module, args, "normalizer_run_job", 1, NormalizerJobWork);
}

static PyMethodDef functions[] = {
    {"raws_open", Open, METH_VARARGS,
     PyDoc_STR("raws_open(database, max_raw_bytes, busy_timeout_ms) -> Raws")},
    {"boefje_run", RunBoefje, METH_VARARGS,
     PyDoc_STR("boefje_run(organisation, boefje, input, registry, raws, None, "
               "options, cancel) -> bytes")},
    {"boefje_run_job", RunBoefjeJob, METH_VARARGS,
     PyDoc_STR("boefje_run_job(registry, raws, job, options, cancel) "
               "-> bytes")},
    {"normalizer_run", RunNormalizer, METH_VARARGS,
     PyDoc_STR("normalizer_run(normalizer, raw, whitelist, registry, raws, "
               "None, options, cancel) -> bytes")},
    {"normalizer_run_job", RunNormalizerJob, METH_VARARGS,
     PyDoc_STR("normalizer_run_job(whitelist, registry, raws, job, options, "
               "cancel) -> bytes")},
    {NULL, NULL, 0, NULL},
};

int AddBoefje(PyObject* module) {
  if (AddType(module, kTypeRaws, &spec) < 0) return -1;
  return PyModule_AddFunctions(module, functions);
}
