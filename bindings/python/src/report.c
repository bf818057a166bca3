/* Report: the answer of a scan. Its parts are asked for in one piece. */
#include "cupel_python.h"

static PyObject* GetVerdict(PyObject* self, void* Py_UNUSED(closure)) {
  return PyLong_FromLong(cupel_report_verdict(ReportOf(self)));
}

static PyObject* GetCoverage(PyObject* self, void* Py_UNUSED(closure)) {
  return PyLong_FromLong(cupel_report_coverage(ReportOf(self)));
}

static PyObject* GetScore(PyObject* self, void* Py_UNUSED(closure)) {
  return PyLong_FromLongLong(cupel_report_score(ReportOf(self)));
}

static PyObject* GetCacheWarning(PyObject* self, void* Py_UNUSED(closure)) {
  return TextOf(cupel_report_cache_warning(ReportOf(self)));
}

static PyObject* Counts(PyObject* self, PyObject* Py_UNUSED(ignored)) {
  cupel_report_counts counts = {.struct_size = sizeof(counts)};
  cupel_error* error = NULL;
  const cupel_status status =
      cupel_report_get_counts(ReportOf(self), &counts, &error);
  if (status != CUPEL_STATUS_OK) return Raise(StateOf(self), status, error);
  return Py_BuildValue(
      "(KKKKKKKKKK)", (unsigned long long)counts.packages,
      (unsigned long long)counts.distributions,
      (unsigned long long)counts.payloads, (unsigned long long)counts.matched,
      (unsigned long long)counts.partial, (unsigned long long)counts.findings,
      (unsigned long long)counts.incidents,
      (unsigned long long)counts.scanned_bytes,
      (unsigned long long)counts.elapsed_ns, (unsigned long long)counts.cached);
}

static PyObject* Render(PyObject* self, PyObject* const* args,
                        Py_ssize_t count) {
  cupel_report_format format = 0;
  uint32_t flags = 0;
  if (CheckCount("render", count, 2) < 0 ||
      ToI32(args[0], "format", &format) < 0 ||
      ToU32(args[1], "flags", &flags) < 0) {
    return NULL;
  }
  cupel_buffer* made = NULL;
  cupel_error* error = NULL;
  cupel_status status;
  Py_BEGIN_ALLOW_THREADS;
  status = cupel_report_render(ReportOf(self), format, flags, &made, &error);
  Py_END_ALLOW_THREADS;
  if (status != CUPEL_STATUS_OK) return Raise(StateOf(self), status, error);
  return TakeText(made);
}

/* ------------------------------------------------------------------- write */

typedef struct Writing {
  Call call;
  const cupel_report* report;
  cupel_report_format format;
  uint32_t flags;
  PyObject* write;
  cupel_view piece;
  cupel_status status;
  cupel_error* error;
} Writing;

static int WritePiece(void* args) {
  Writing* writing = args;
  PyObject* bytes = BytesOf(writing->piece);
  if (bytes == NULL) return -1;
  PyObject* result = PyObject_CallFunctionObjArgs(writing->write, bytes, NULL);
  Py_DECREF(bytes);
  if (result == NULL) return -1;
  Py_DECREF(result);
  return 0;
}

static int32_t OnPiece(void* user_data, cupel_view piece) {
  Writing* writing = user_data;
  writing->piece = piece;
  return InPython(&writing->call, WritePiece, writing);
}

static void DoWrite(void* args, cupel_cancel* cancel) {
  (void)cancel;
  Writing* writing = args;
  writing->status =
      cupel_report_write(writing->report, writing->format, writing->flags,
                         OnPiece, writing, &writing->error);
}

static PyObject* Write(PyObject* self, PyObject* const* args,
                       Py_ssize_t count) {
  Writing writing = {.report = ReportOf(self)};
  if (CheckCount("write", count, 3) < 0 ||
      ToI32(args[0], "format", &writing.format) < 0 ||
      ToU32(args[1], "flags", &writing.flags) < 0) {
    return NULL;
  }
  writing.write = args[2];
  ModuleState* state = StateOf(self);
  if (RunCall(state, &writing.call, NULL, kIsShort, DoWrite, &writing) < 0) {
    cupel_error_free(writing.error);
    return NULL;
  }
  if (writing.status != CUPEL_STATUS_OK) {
    return Raise(state, writing.status, writing.error);
  }
  Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"counts", Counts, METH_NOARGS,
     PyDoc_STR("counts() -> tuple\n\nAs they stand in cupel_report_counts.")},
    {"render", (PyCFunction)(void (*)(void))Render, METH_FASTCALL,
     PyDoc_STR("render(format, flags) -> str")},
    {"write", (PyCFunction)(void (*)(void))Write, METH_FASTCALL,
     PyDoc_STR("write(format, flags, write)\n\n"
               "Calls `write` with one piece after the other, as bytes.")},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef attributes[] = {
    {"verdict", GetVerdict, NULL, NULL, NULL},
    {"coverage", GetCoverage, NULL, NULL, NULL},
    {"score", GetScore, NULL, NULL, NULL},
    {"cache_warning", GetCacheWarning, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, (void*)PyDoc_STR("The answer of a scan.")},
    {Py_tp_dealloc, (void*)ReportDealloc},
    {Py_tp_methods, methods},
    {Py_tp_getset, attributes},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "cupel._cupel.Report",
    .basicsize = sizeof(HandleObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION |
             Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};

int AddReport(PyObject* module) { return AddType(module, kTypeReport, &spec); }
