/* Scanner: scans with one rule set, again and again. */
#include "cupel_python.h"

enum {
  /* Bytes in memory that are scanned in the main thread without a thread for
   * them, which would cost more than they do. Signals are looked for between
   * what is unpacked from them. */
  kSmallInput = 4 * 1024,
  /* A scan that is over sooner need not ask for the GIL. */
  kNoticedNs = 50 * 1000 * 1000
};

/* --------------------------------------------------------------- callbacks */

typedef struct Told {
  PyObject* function;
  const void* what;
} Told;

/* 1 if `result` is true, which asks to stop. Takes the reference. */
static int Stops(PyObject* result) {
  if (result == NULL) return -1;
  const int stop = PyObject_IsTrue(result);
  Py_DECREF(result);
  return stop;
}

static int TellProgress(void* args) {
  const Told* told = args;
  const cupel_progress* p = told->what;
  PyObject* current = TextOf(p->current);
  if (current == NULL) return -1;
  return Stops(PyObject_CallFunction(
      told->function, "KKKKKKKN", (unsigned long long)p->elapsed_ns,
      (unsigned long long)p->input_bytes,
      (unsigned long long)p->input_bytes_done, (unsigned long long)p->payloads,
      (unsigned long long)p->scanned_bytes, (unsigned long long)p->findings,
      (unsigned long long)p->incidents, current));
}

static int32_t OnProgress(void* user_data, const cupel_progress* progress) {
  ScannerObject* self = user_data;
  if (self->on_progress == NULL) {
    return progress->elapsed_ns < kNoticedNs ? 0 : LookForSignals(self->call);
  }
  Told told = {self->on_progress, progress};
  return InPython(self->call, TellProgress, &told);
}

static int TellFinding(void* args) {
  const Told* told = args;
  PyObject* json = TextOf(((const cupel_finding*)told->what)->json);
  if (json == NULL) return -1;
  PyObject* result = PyObject_CallFunctionObjArgs(told->function, json, NULL);
  Py_DECREF(json);
  return Stops(result);
}

static int32_t OnFinding(void* user_data, const cupel_finding* finding) {
  ScannerObject* self = user_data;
  Told told = {self->on_finding, finding};
  return InPython(self->call, TellFinding, &told);
}

/* ----------------------------------------------------------------- scanning */

int RunScanner(PyObject* object, PyObject* cancel, Lasting lasting, Work work,
               void* args) {
  ScannerObject* self = (ScannerObject*)object;
  ModuleState* state = StateOf(object);
  if (self->call != NULL) {
    RaiseText(state, CUPEL_STATUS_FAILED_PRECONDITION,
              "the scanner is busy: it is scanning, in another thread or in "
              "this one, around a callback; use one scanner per thread");
    return -1;
  }
  Call call;
  self->call = &call;
  const int result = RunCall(state, &call, cancel, lasting, work, args);
  self->call = NULL;
  return result;
}

typedef struct Scan {
  cupel_scanner* scanner;
  const cupel_inputs* inputs; /* or the name and bytes; or the name: a path */
  cupel_view name;
  const cupel_view* bytes;
  cupel_report* report;
  cupel_status status;
  cupel_error* error;
} Scan;

static void DoScan(void* args, cupel_cancel* cancel) {
  Scan* s = args;
  if (s->inputs != NULL) {
    s->status = cupel_scanner_scan(s->scanner, s->inputs, cancel, &s->report,
                                   &s->error);
  } else if (s->bytes != NULL) {
    s->status = cupel_scanner_scan_memory(s->scanner, s->name, *s->bytes,
                                          cancel, &s->report, &s->error);
  } else {
    s->status = cupel_scanner_scan_path(s->scanner, s->name, cancel, &s->report,
                                        &s->error);
  }
}

static PyObject* RunScan(PyObject* self, PyObject* cancel, Lasting lasting,
                         Scan* scan) {
  scan->scanner = ScannerOf(self);
  if (RunScanner(self, cancel, lasting, DoScan, scan) < 0) {
    cupel_report_free(scan->report);
    cupel_error_free(scan->error);
    return NULL;
  }
  ModuleState* state = StateOf(self);
  if (scan->status != CUPEL_STATUS_OK) {
    return Raise(state, scan->status, scan->error);
  }
  return WrapReport(state, scan->report);
}

static PyObject* ScanPath(PyObject* self, PyObject* const* args,
                          Py_ssize_t count) {
  Borrowed path;
  if (CheckCount("scan_path", count, 2) < 0 ||
      BorrowPath(args[0], "path", &path) < 0) {
    return NULL;
  }
  Scan scan = {.name = path.view};
  PyObject* report = RunScan(self, args[1], kMayLast, &scan);
  GiveBack(&path);
  return report;
}

static PyObject* ScanMemory(PyObject* self, PyObject* const* args,
                            Py_ssize_t count) {
  Borrowed name;
  Borrowed bytes;
  if (CheckCount("scan_memory", count, 3) < 0 ||
      BorrowPath(args[0], "name", &name) < 0) {
    return NULL;
  }
  if (BorrowBytes(args[1], "data", &bytes) < 0) {
    GiveBack(&name);
    return NULL;
  }
  Scan scan = {.name = name.view, .bytes = &bytes.view};
  const int plugins = ((ScannerObject*)self)->kept != NULL;
  const Lasting lasting =
      bytes.view.size < kSmallInput && !plugins ? kIsShort : kMayLast;
  PyObject* report = RunScan(self, args[2], lasting, &scan);
  GiveBack(&bytes);
  GiveBack(&name);
  return report;
}

static PyObject* ScanInputs(PyObject* self, PyObject* const* args,
                            Py_ssize_t count) {
  void* inputs = NULL;
  if (CheckCount("scan_inputs", count, 2) < 0 ||
      CheckHandle(StateOf(self), kTypeInputs, args[0], "inputs", 0, &inputs) <
          0) {
    return NULL;
  }
  Scan scan = {.inputs = inputs};
  return RunScan(self, args[1], kMayLast, &scan);
}

/* ------------------------------------------------------------------ making */

static int ToLimits(PyObject* tuple, cupel_limits* out) {
  uint64_t* const fields[] = {
      &out->total_time_ns, &out->file_time_ns,   &out->total_bytes,
      &out->file_bytes,    &out->ratio,          &out->files,
      &out->depth,         &out->name_bytes,     &out->matches_per_rule,
      &out->memory_bytes,  &out->plugin_time_ns,
  };
  const Py_ssize_t count = sizeof(fields) / sizeof(fields[0]);
  if (!PyTuple_Check(tuple) ||
      CheckCount("limits", PyTuple_Size(tuple), count) < 0) {
    if (!PyErr_Occurred()) {
      PyErr_SetString(PyExc_TypeError, "limits must be a tuple");
    }
    return -1;
  }
  for (Py_ssize_t i = 0; i < count; ++i) {
    if (ToU64(PyTuple_GetItem(tuple, i), "a limit", fields[i]) < 0) return -1;
  }
  return 0;
}

/* Borrowed in, a new reference or NULL for None out. */
static int ToCallback(PyObject* object, const char* what, PyObject** out) {
  *out = NULL;
  if (object == Py_None) return 0;
  if (!PyCallable_Check(object)) {
    PyErr_Format(PyExc_TypeError, "%s must be callable, not a %R", what,
                 Py_TYPE(object));
    return -1;
  }
  Py_INCREF(object);
  *out = object;
  return 0;
}

static int ToOptions(PyObject* args, cupel_scan_options* out) {
  return ToU32(PyTuple_GetItem(args, 2), "flags", &out->flags) < 0 ||
                 ToU32(PyTuple_GetItem(args, 3), "threads", &out->threads) <
                     0 ||
                 ToI32(PyTuple_GetItem(args, 4), "containers",
                       &out->containers) < 0 ||
                 ToU32(PyTuple_GetItem(args, 5), "excerpt_bytes",
                       &out->excerpt_bytes) < 0 ||
                 ToU64(PyTuple_GetItem(args, 10), "cache_bytes",
                       &out->cache_bytes) < 0
             ? -1
             : 0;
}

static PyObject* New(PyTypeObject* type, PyObject* args, PyObject* keywords) {
  ModuleState* state = (ModuleState*)PyType_GetModuleState(type);
  cupel_scan_options options = CUPEL_SCAN_OPTIONS_INIT;
  cupel_limits limits = CUPEL_LIMITS_INIT;
  void* c_engine = NULL;
  void* c_rules = NULL;
  if (keywords != NULL && PyDict_Size(keywords) != 0) {
    PyErr_SetString(PyExc_TypeError, "Scanner takes no keywords");
    return NULL;
  }
  if (CheckCount("Scanner", PyTuple_Size(args), 11) < 0 ||
      CheckHandle(state, kTypeEngine, PyTuple_GetItem(args, 0), "engine", 0,
                  &c_engine) < 0 ||
      CheckHandle(state, kTypeRuleset, PyTuple_GetItem(args, 1), "rules", 1,
                  &c_rules) < 0 ||
      ToOptions(args, &options) < 0 ||
      ToLimits(PyTuple_GetItem(args, 6), &limits) < 0) {
    return NULL;
  }
  const allocfunc alloc = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
  ScannerObject* self = (ScannerObject*)alloc(type, 0);
  if (self == NULL) return NULL;
  if (ToCallback(PyTuple_GetItem(args, 7), "on_progress", &self->on_progress) <
          0 ||
      ToCallback(PyTuple_GetItem(args, 8), "on_finding", &self->on_finding) <
          0) {
    Py_DECREF(self);
    return NULL;
  }
  Borrowed cache_dir = {0};
  PyObject* const folder = PyTuple_GetItem(args, 9);
  if (folder != Py_None && BorrowPath(folder, "cache_dir", &cache_dir) < 0) {
    Py_DECREF(self);
    return NULL;
  }
  options.cache_dir = cache_dir.view;
  options.limits = &limits;
  options.progress = OnProgress;
  options.finding = self->on_finding == NULL ? NULL : OnFinding;
  options.user_data = self;
  cupel_scanner* made = NULL;
  cupel_error* error = NULL;
  cupel_status status;
  Py_BEGIN_ALLOW_THREADS;
  status = cupel_scanner_new(c_engine, c_rules, &options, &made, &error);
  Py_END_ALLOW_THREADS;
  GiveBack(&cache_dir);
  self->base.handle = made;
  if (status == CUPEL_STATUS_OK) return (PyObject*)self;
  Py_DECREF(self);
  return Raise(state, status, error);
}

static int Traverse(PyObject* object, visitproc visit, void* arg) {
  ScannerObject* self = (ScannerObject*)object;
  Py_VISIT(Py_TYPE(object));
  Py_VISIT(self->on_progress);
  Py_VISIT(self->on_finding);
  Py_VISIT(self->kept);
  return 0;
}

/* Before the garbage collector breaks a cycle: plugins that were activated are
 * ended while all that they reach is still whole. */
static void Finalize(PyObject* object) {
  ScannerObject* self = (ScannerObject*)object;
  if (self->kept == NULL) return;
  PyObject *type, *value, *trace;
  PyErr_Fetch(&type, &value, &trace);
  const cupel_plugin_use none = CUPEL_PLUGIN_USE_INIT;
  cupel_error* error = NULL;
  cupel_status status;
  Py_BEGIN_ALLOW_THREADS;
  status = cupel_scanner_use_plugins(ScannerOf(object), &none, &error);
  Py_END_ALLOW_THREADS;
  if (status == CUPEL_STATUS_OK) {
    Py_CLEAR(self->kept);
  } else {
    Raise(StateOf(object), status, error);
    PyErr_WriteUnraisable(object);
  }
  PyErr_Restore(type, value, trace);
}

static int Clear(PyObject* object) {
  ScannerObject* self = (ScannerObject*)object;
  Py_CLEAR(self->on_progress);
  Py_CLEAR(self->on_finding);
  return 0;
}

/* Plugins may be ended by it, and log on threads of their own meanwhile: so
 * without the GIL, and with what they need still there. */
static void Dealloc(PyObject* self) {
  PyObject_GC_UnTrack(self);
  cupel_scanner* handle = ScannerOf(self);
  Py_BEGIN_ALLOW_THREADS;
  cupel_scanner_free(handle);
  Py_END_ALLOW_THREADS;
  Clear(self);
  Py_CLEAR(((ScannerObject*)self)->kept); /* the handle needed it till now */
  FreeObject(self);
}

static PyObject* AddPassword(PyObject* self, PyObject* password) {
  Borrowed text;
  if (BorrowText(password, "a password", &text) < 0) return NULL;
  cupel_error* error = NULL;
  const cupel_status status =
      cupel_scanner_add_password(ScannerOf(self), text.view, &error);
  GiveBack(&text);
  if (status != CUPEL_STATUS_OK) return Raise(StateOf(self), status, error);
  Py_RETURN_NONE;
}

static PyObject* Select(PyObject* self, PyObject* const* args,
                        Py_ssize_t count) {
  cupel_select_by by = 0;
  int32_t exclude = 0;
  Borrowed pattern;
  if (CheckCount("select", count, 3) < 0 || ToI32(args[0], "by", &by) < 0 ||
      ToI32(args[2], "exclude", &exclude) < 0 ||
      BorrowText(args[1], "a pattern", &pattern) < 0) {
    return NULL;
  }
  cupel_error* error = NULL;
  const cupel_status status =
      cupel_scanner_select(ScannerOf(self), by, pattern.view, exclude, &error);
  GiveBack(&pattern);
  if (status != CUPEL_STATUS_OK) return Raise(StateOf(self), status, error);
  Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"add_password", AddPassword, METH_O, PyDoc_STR("add_password(text)")},
    {"select", (PyCFunction)(void (*)(void))Select, METH_FASTCALL,
     PyDoc_STR("select(by, pattern, exclude)")},
    {"scan_path", (PyCFunction)(void (*)(void))ScanPath, METH_FASTCALL,
     PyDoc_STR("scan_path(path, cancel) -> Report")},
    {"scan_memory", (PyCFunction)(void (*)(void))ScanMemory, METH_FASTCALL,
     PyDoc_STR("scan_memory(name, data, cancel) -> Report")},
    {"scan_inputs", (PyCFunction)(void (*)(void))ScanInputs, METH_FASTCALL,
     PyDoc_STR("scan_inputs(inputs, cancel) -> Report")},
    {"use_plugins", ScannerUsePlugins, METH_VARARGS,
     PyDoc_STR("use_plugins(plugins, texts, dispatch_rules, flags, by_type, "
               "documents, log)")},
    {"ingest", ScannerIngest, METH_VARARGS,
     PyDoc_STR("ingest(source, options, told, cancel)")},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc,
     (void*)PyDoc_STR("Scanner(engine, rules, flags, threads, containers, "
                      "excerpt_bytes, limits, on_progress, on_finding, "
                      "cache_dir, cache_bytes)")},
    {Py_tp_new, (void*)New},
    {Py_tp_dealloc, (void*)Dealloc},
    {Py_tp_traverse, (void*)Traverse},
    {Py_tp_clear, (void*)Clear},
    {Py_tp_finalize, (void*)Finalize},
    {Py_tp_methods, methods},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "cupel._cupel.Scanner",
    .basicsize = sizeof(ScannerObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};

int AddScanner(PyObject* module) {
  return AddType(module, kTypeScanner, &spec);
}
