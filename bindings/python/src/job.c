/* Job: one document of OpenKAT's models. */
#include "methods.h"

/* parse(text, kind) -> Job, a function of the module. */
static PyObject* Parse(PyObject* module, PyObject* args) {
  ModuleState* state = ModuleStateOf(module);
  Texts in;
  int kind = 0;
  if (ReadTexts(args, "job_parse", 1, &in, "i", &kind) < 0) return NULL;
  cupel_job* job = NULL;
  cupel_error* error = NULL;
  cupel_status status;
  Py_BEGIN_ALLOW_THREADS;
  status = cupel_job_parse(in.view[0], kind, &job, &error);
  Py_END_ALLOW_THREADS;
  GiveBackTexts(&in);
  if (status != CUPEL_STATUS_OK) return Raise(state, status, error);
  return WrapJob(state, job);
}

static PyObject* Check(PyObject* module, PyObject* args) {
  Texts in;
  Answer out = {0};
  int kind = 0;
  if (ReadTexts(args, "job_check", 1, &in, "i", &kind) < 0) return NULL;
  Py_BEGIN_ALLOW_THREADS;
  out.status = cupel_job_check(in.view[0], kind, &out.buffer, &out.error);
  Py_END_ALLOW_THREADS;
  return Finish(ModuleStateOf(module), &in, &out);
}

static PyObject* Decode(PyObject* module, PyObject* args) {
  ModuleState* state = ModuleStateOf(module);
  Texts in;
  if (ReadTexts(args, "job_decode", 1, &in, "") < 0) return NULL;
  cupel_job* job = NULL;
  cupel_error* error = NULL;
  cupel_status status;
  Py_BEGIN_ALLOW_THREADS;
  status = cupel_job_decode(in.view[0], &job, &error);
  Py_END_ALLOW_THREADS;
  GiveBackTexts(&in);
  if (status != CUPEL_STATUS_OK) return Raise(state, status, error);
  return WrapJob(state, job);
}

static PyObject* CheckTransition(PyObject* module, PyObject* args) {
  int from = 0;
  int to = 0;
  if (!PyArg_ParseTuple(args, "ii:task_transition_check", &from, &to)) {
    return NULL;
  }
  Answer out = {0};
  out.status = cupel_task_transition_check(from, to, &out.error);
  return AnswerOf(ModuleStateOf(module), &out);
}

static PyObject* KindName(PyObject* Py_UNUSED(module), PyObject* kind) {
  int32_t number = 0;
  if (ToI32(kind, "kind", &number) < 0) return NULL;
  return PyUnicode_FromString(cupel_job_kind_name(number));
}

static PyObject* StatusName(PyObject* Py_UNUSED(module), PyObject* task) {
  int32_t number = 0;
  if (ToI32(task, "status", &number) < 0) return NULL;
  return PyUnicode_FromString(cupel_task_status_name(number));
}

static PyObject* HashBoefje(PyObject* module, PyObject* args) {
  Texts in;
  Answer out = {0};
  if (ReadTexts(args, "openkat_task_hash_boefje", 3, &in, "") < 0) return NULL;
  out.status = cupel_openkat_task_hash_boefje(
      in.view[0], in.view[1], in.view[2], &out.buffer, &out.error);
  return Finish(ModuleStateOf(module), &in, &out);
}

static PyObject* HashNormalizer(PyObject* module, PyObject* args) {
  Texts in;
  Answer out = {0};
  if (ReadTexts(args, "openkat_task_hash_normalizer", 3, &in, "") < 0) {
    return NULL;
  }
  out.status = cupel_openkat_task_hash_normalizer(
      in.view[0], in.view[1], in.view[2], &out.buffer, &out.error);
  return Finish(ModuleStateOf(module), &in, &out);
}

static PyMethodDef functions[] = {
    {"job_parse", Parse, METH_VARARGS,
     PyDoc_STR("job_parse(json, kind) -> Job")},
    {"job_check", Check, METH_VARARGS,
     PyDoc_STR("job_check(json, kind) -> bytes")},
    {"job_decode", Decode, METH_VARARGS,
     PyDoc_STR("job_decode(record) -> Job")},
    {"task_transition_check", CheckTransition, METH_VARARGS,
     PyDoc_STR("task_transition_check(from, to)")},
    {"job_kind_name", KindName, METH_O,
     PyDoc_STR("job_kind_name(kind) -> str")},
    {"task_status_name", StatusName, METH_O,
     PyDoc_STR("task_status_name(status) -> str")},
    {"openkat_task_hash_boefje", HashBoefje, METH_VARARGS,
     PyDoc_STR("openkat_task_hash_boefje(input_ooi, boefje, organisation) "
               "-> bytes")},
    {"openkat_task_hash_normalizer", HashNormalizer, METH_VARARGS,
     PyDoc_STR("openkat_task_hash_normalizer(normalizer, boefje_meta, "
               "organisation) -> bytes")},
    {NULL, NULL, 0, NULL},
};

/* ----------------------------------------------------------------- methods */

static PyObject* Kind(PyObject* self, void* Py_UNUSED(closure)) {
  return PyLong_FromLong(cupel_job_get_kind(JobOf(self)));
}

static PyObject* Status(PyObject* self, void* Py_UNUSED(closure)) {
  cupel_task_status task = 0;
  cupel_error* error = NULL;
  const cupel_status status = cupel_job_get_status(JobOf(self), &task, &error);
  if (status != CUPEL_STATUS_OK) return Raise(StateOf(self), status, error);
  return PyLong_FromLong(task);
}

TEXT_METHOD_WITH(JsonOf, "json", 0, uint32_t, ConvertU32,
                 cupel_job_json(JobOf(self), number, &out.buffer, &out.error));
TEXT_METHOD(Encode, "encode", 0,
            cupel_job_encode(JobOf(self), &out.buffer, &out.error));
TEXT_METHOD(Key, "key", 1,
            cupel_job_key(JobOf(self), in.view[0], &out.buffer, &out.error));

static PyObject* Transition(PyObject* self, PyObject* to) {
  int32_t wanted = 0;
  if (ToI32(to, "to", &wanted) < 0) return NULL;
  cupel_job* job = NULL;
  cupel_error* error = NULL;
  const cupel_status status =
      cupel_job_transition(JobOf(self), wanted, &job, &error);
  if (status != CUPEL_STATUS_OK) return Raise(StateOf(self), status, error);
  return WrapJob(StateOf(self), job);
}

static PyObject* Fingerprint(PyObject* self, PyObject* keyring) {
  void* keys = NULL;
  if (CheckHandle(StateOf(self), kTypeKeyring, keyring, "keyring", 0, &keys) <
      0) {
    return NULL;
  }
  Answer out = {0};
  out.status = cupel_job_environment_fingerprint(
      JobOf(self), (const cupel_keyring*)keys, &out.buffer, &out.error);
  return AnswerOf(StateOf(self), &out);
}

static PyObject* Compare(PyObject* self, PyObject* other) {
  void* job = NULL;
  if (CheckHandle(StateOf(self), kTypeJob, other, "other", 0, &job) < 0) {
    return NULL;
  }
  Answer out = {0};
  out.status = cupel_job_compare(JobOf(self), (const cupel_job*)job,
                                 &out.buffer, &out.error);
  return AnswerOf(StateOf(self), &out);
}

static PyMethodDef methods[] = {
    {"json", JsonOf, METH_VARARGS, PyDoc_STR("json(flags) -> bytes")},
    {"encode", Encode, METH_VARARGS, PyDoc_STR("encode() -> bytes")},
    {"key", Key, METH_VARARGS,
     PyDoc_STR("key(environment_fingerprint) -> bytes")},
    {"transition", Transition, METH_O, PyDoc_STR("transition(to) -> Job")},
    {"environment_fingerprint", Fingerprint, METH_O,
     PyDoc_STR("environment_fingerprint(keyring) -> bytes")},
    {"compare", Compare, METH_O, PyDoc_STR("compare(other) -> bytes")},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef members[] = {
    {"kind", Kind, NULL, PyDoc_STR("CUPEL_JOB_*"), NULL},
    {"status", Status, NULL, PyDoc_STR("CUPEL_TASK_*"), NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, (void*)PyDoc_STR("One document of OpenKAT's models.")},
    {Py_tp_dealloc, (void*)JobDealloc},
    {Py_tp_methods, methods},
    {Py_tp_getset, members},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "cupel._cupel.Job",
    .basicsize = sizeof(HandleObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION |
             Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};

int AddJob(PyObject* module) {
  if (AddType(module, kTypeJob, &spec) < 0) return -1;
  return PyModule_AddFunctions(module, functions);
}
