/* Plugins in a scan: which run on what, sources, and reports as documents. */
#include "gate.h"
#include "logs.h"
#include "methods.h"

/* --------------------------------------------------------------- documents */

/* (flags, schema, delimiter, worker, source), which is kept by the caller. */
static int ReadDocumentOptions(PyObject* tuple, Borrowed texts[3],
                               cupel_document_options* out) {
  PyObject* objects[3];
  if (!PyArg_ParseTuple(tuple, "O&iOOO:documents", ConvertU32, &out->flags,
                        &out->schema, &objects[0], &objects[1], &objects[2])) {
    return -1;
  }
  cupel_view* const places[3] = {&out->delimiter, &out->worker, &out->source};
  for (int i = 0; i < 3; ++i) {
    if (BorrowText(objects[i], "a text of documents", &texts[i]) < 0) return -1;
    *places[i] = texts[i].view;
  }
  return 0;
}

typedef struct Writing {
  const cupel_report* report;
  cupel_document_options options;
  cupel_status status;
  cupel_error* error;
  Call call;
  PyObject* list;
  cupel_view piece;
} Writing;

static int KeepDocument(void* args) {
  Writing* a = (Writing*)args;
  PyObject* text = TextOf(a->piece);
  const int failed = text == NULL ? -1 : PyList_Append(a->list, text);
  Py_XDECREF(text);
  return failed;
}

static int32_t OnDocument(void* user_data, cupel_view piece) {
  Writing* a = (Writing*)user_data;
  a->piece = piece;
  return InPython(&a->call, KeepDocument, a);
}

static void WriteAll(void* args, cupel_cancel* Py_UNUSED(cancel)) {
  Writing* a = (Writing*)args;
  a->status =
      cupel_report_documents(a->report, &a->options, OnDocument, a, &a->error);
}

/* report_documents(report, options) -> [str] */
static PyObject* Documents(PyObject* module, PyObject* args) {
  ModuleState* state = ModuleStateOf(module);
  PyObject* report = NULL;
  PyObject* options = NULL;
  Borrowed texts[3] = {{{0}}};
  const cupel_document_options empty = CUPEL_DOCUMENT_OPTIONS_INIT;
  Writing writing = {.options = empty};
  if (!PyArg_ParseTuple(args, "OO!:report_documents", &report, &PyTuple_Type,
                        &options) ||
      CheckHandle(state, kTypeReport, report, "report", 0,
                  (void**)&writing.report) < 0) {
    return NULL;
  }
  int failed = ReadDocumentOptions(options, texts, &writing.options);
  if (failed == 0) {
    writing.list = PyList_New(0);
    failed = writing.list == NULL || RunCall(state, &writing.call, NULL,
                                             kIsShort, WriteAll, &writing) < 0;
  }
  for (int i = 0; i < 3; ++i) GiveBack(&texts[i]);
  if (failed) {
    cupel_error_free(writing.error);
    Py_XDECREF(writing.list);
    return NULL;
  }
  if (writing.status == CUPEL_STATUS_OK) return writing.list;
  Py_DECREF(writing.list);
  return Raise(state, writing.status, writing.error);
}

/* --------------------------------------------------------------------- use */

#define CUPEL_USE_TEXTS 8

/* What use_plugins takes. */
typedef struct Use {
  Borrowed texts[CUPEL_USE_TEXTS];
  Borrowed document_texts[3];
  FieldList by_type;
  cupel_document_options documents;
  cupel_plugin_use use;
  PyObject* plugins;
  PyObject* log;
} Use;

static void FreeUse(Use* use) {
  for (int i = 0; i < CUPEL_USE_TEXTS; ++i) GiveBack(&use->texts[i]);
  for (int i = 0; i < 3; ++i) GiveBack(&use->document_texts[i]);
  FreeFields(&use->by_type);
}

static int ReadUse(ModuleState* state, PyObject* args, Use* out) {
  const cupel_plugin_use empty = CUPEL_PLUGIN_USE_INIT;
  const cupel_document_options defaults = CUPEL_DOCUMENT_OPTIONS_INIT;
  out->use = empty;
  out->documents = defaults;
  PyObject *rules, *pairs, *documents, *texts;
  if (!PyArg_ParseTuple(args, "OO!OO&OOO:use_plugins", &out->plugins,
                        &PyTuple_Type, &texts, &rules, ConvertU32,
                        &out->use.flags, &pairs, &documents, &out->log) ||
      CheckHandle(state, kTypePlugins, out->plugins, "plugins", 1,
                  (void**)&out->use.plugins) < 0 ||
      CheckHandle(state, kTypeRuleset, rules, "dispatch_rules", 1,
                  (void**)&out->use.dispatch_rules) < 0 ||
      CheckCount("texts of use_plugins", PyTuple_Size(texts), CUPEL_USE_TEXTS) <
          0 ||
      ReadFields(pairs, "by_type", &out->by_type) < 0) {
    return -1;
  }
  cupel_view* const places[CUPEL_USE_TEXTS] = {
      &out->use.run,        &out->use.decorators,
      &out->use.connectors, &out->use.error_connectors,
      &out->use.archive,    &out->use.tlp,
      &out->use.metadata,   &out->use.rate_folder};
  for (int i = 0; i < CUPEL_USE_TEXTS; ++i) {
    if (BorrowText(PyTuple_GetItem(texts, i), "a text of use_plugins",
                   &out->texts[i]) < 0) {
      return -1;
    }
    *places[i] = out->texts[i].view;
  }
  out->use.by_type = out->by_type.fields;
  out->use.by_type_count = out->by_type.count;
  if (documents != Py_None) {
    if (ReadDocumentOptions(documents, out->document_texts, &out->documents) <
        0) {
      return -1;
    }
    out->use.documents = &out->documents;
  }
  if (out->log != Py_None) {
    if (CheckGate(state) < 0) return -1;
    out->use.log = LogPluginLine;
    out->use.user_data = out->log;
  }
  return 0;
}

PyObject* ScannerUsePlugins(PyObject* self, PyObject* args) {
  ModuleState* state = StateOf(self);
  Use use = {.plugins = NULL};
  PyObject* kept = NULL;
  if (ReadUse(state, args, &use) < 0 ||
      (kept = PyTuple_Pack(2, use.plugins, use.log)) == NULL) {
    FreeUse(&use);
    return NULL;
  }
  cupel_scanner* scanner = ScannerOf(self);
  cupel_error* error = NULL;
  cupel_status status;
  /* Those that were in use are ended, and may want the GIL. */
  Py_BEGIN_ALLOW_THREADS;
  status = cupel_scanner_use_plugins(scanner, &use.use, &error);
  Py_END_ALLOW_THREADS;
  FreeUse(&use);
  if (status != CUPEL_STATUS_OK) {
    Py_DECREF(kept);
    return Raise(state, status, error);
  }
  PyObject* before = ((ScannerObject*)self)->kept;
  ((ScannerObject*)self)->kept = kept;
  Py_XDECREF(before);
  Py_RETURN_NONE;
}

/* ----------------------------------------------------------------- sources */

typedef struct Ingesting {
  ScannerObject* scanner;
  ModuleState* state;
  Texts in;
  PyObject* told;
  cupel_report* report; /* the one at hand, until Python has it */
  cupel_status status;
  cupel_error* error;
} Ingesting;

static int TellReport(void* args) {
  Ingesting* a = (Ingesting*)args;
  PyObject* report = WrapReport(a->state, a->report);
  a->report = NULL;
  if (report == NULL) return -1;
  PyObject* given = PyObject_CallFunctionObjArgs(a->told, report, NULL);
  Py_DECREF(report);
  if (given == NULL) return -1;
  const int stop = given == Py_False;
  Py_DECREF(given);
  return stop;
}

static int32_t OnReport(void* user_data, cupel_report* report) {
  Ingesting* a = (Ingesting*)user_data;
  a->report = report;
  const int32_t stop = InPython(a->scanner->call, TellReport, a);
  cupel_report_free(a->report); /* if nobody was told */
  a->report = NULL;
  return stop;
}

static void IngestAll(void* args, cupel_cancel* cancel) {
  Ingesting* a = (Ingesting*)args;
  a->status = cupel_scanner_ingest((cupel_scanner*)a->scanner->base.handle,
                                   a->in.view[0], a->in.view[1], OnReport, a,
                                   cancel, &a->error);
}

PyObject* ScannerIngest(PyObject* self, PyObject* args) {
  PyObject* cancel = NULL;
  Ingesting ingesting = {.scanner = (ScannerObject*)self,
                         .state = StateOf(self)};
  if (ReadTexts(args, "ingest", 2, &ingesting.in, "OO", &ingesting.told,
                &cancel) < 0) {
    return NULL;
  }
  const int ran = RunScanner(self, cancel, kMayLast, IngestAll, &ingesting);
  GiveBackTexts(&ingesting.in);
  if (ran < 0) {
    cupel_error_free(ingesting.error);
    return NULL;
  }
  if (ingesting.status != CUPEL_STATUS_OK) {
    return Raise(StateOf(self), ingesting.status, ingesting.error);
  }
  Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"report_documents", Documents, METH_VARARGS,
     PyDoc_STR("report_documents(report, options) -> list of str")},
    {NULL, NULL, 0, NULL},
};

int AddPluginUse(PyObject* module) {
  return PyModule_AddFunctions(module, functions);
}
