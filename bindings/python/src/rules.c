/* RuleSources and Ruleset: from the text of rules to compiled ones. */
#include "cupel_python.h"

/* ----------------------------------------------------------------- sources */

static PyObject* NewSources(PyTypeObject* type, PyObject* args,
                            PyObject* keywords) {
  if (CheckNoArguments("RuleSources", args, keywords) < 0) return NULL;
  ModuleState* state = (ModuleState*)PyType_GetModuleState(type);
  cupel_rule_sources* handle = NULL;
  cupel_error* error = NULL;
  const cupel_status status = cupel_rule_sources_new(&handle, &error);
  if (status != CUPEL_STATUS_OK) return Raise(state, status, error);
  return WrapRuleSources(state, handle);
}

static PyObject* AddPathWith(PyObject* self, PyObject* path,
                             cupel_status (*add)(cupel_rule_sources*,
                                                 cupel_view, cupel_error**)) {
  Borrowed name;
  if (BorrowPath(path, "path", &name) < 0) return NULL;
  cupel_error* error = NULL;
  const cupel_status status = add(RuleSourcesOf(self), name.view, &error);
  GiveBack(&name);
  if (status != CUPEL_STATUS_OK) return Raise(StateOf(self), status, error);
  Py_RETURN_NONE;
}

static PyObject* AddPath(PyObject* self, PyObject* path) {
  return AddPathWith(self, path, cupel_rule_sources_add_path);
}

static PyObject* AddIncludeRoot(PyObject* self, PyObject* folder) {
  return AddPathWith(self, folder, cupel_rule_sources_add_include_root);
}

static PyObject* AddText(PyObject* self, PyObject* const* args,
                         Py_ssize_t count) {
  if (CheckCount("add_text", count, 2) < 0) return NULL;
  Borrowed name;
  Borrowed text;
  if (BorrowText(args[0], "a namespace", &name) < 0) return NULL;
  if (BorrowText(args[1], "the text of rules", &text) < 0) {
    GiveBack(&name);
    return NULL;
  }
  cupel_error* error = NULL;
  const cupel_status status = cupel_rule_sources_add_text(
      RuleSourcesOf(self), name.view, text.view, &error);
  GiveBack(&text);
  GiveBack(&name);
  if (status != CUPEL_STATUS_OK) return Raise(StateOf(self), status, error);
  Py_RETURN_NONE;
}

/* -1 with an exception set, or the status of the definition. */
static int DefineValue(cupel_rule_sources* sources, cupel_view name,
                       PyObject* value, cupel_error** error) {
  if (PyBool_Check(value)) {
    return cupel_rule_sources_define_boolean(sources, name, value == Py_True,
                                             error);
  }
  if (PyLong_Check(value)) {
    int64_t number = 0;
    if (ToI64(value, "the value of an external variable", &number) < 0) {
      return -1;
    }
    return cupel_rule_sources_define_integer(sources, name, number, error);
  }
  if (PyFloat_Check(value)) {
    return cupel_rule_sources_define_float(sources, name,
                                           PyFloat_AsDouble(value), error);
  }
  Borrowed text;
  if (BorrowText(value, "the value of an external variable", &text) < 0) {
    return -1;
  }
  const int status =
      cupel_rule_sources_define_string(sources, name, text.view, error);
  GiveBack(&text);
  return status;
}

static PyObject* Define(PyObject* self, PyObject* const* args,
                        Py_ssize_t count) {
  if (CheckCount("define", count, 2) < 0) return NULL;
  Borrowed name;
  if (BorrowText(args[0], "the name of an external variable", &name) < 0) {
    return NULL;
  }
  cupel_error* error = NULL;
  const int status =
      DefineValue(RuleSourcesOf(self), name.view, args[1], &error);
  GiveBack(&name);
  if (status < 0) return NULL;
  if (status != CUPEL_STATUS_OK) return Raise(StateOf(self), status, error);
  Py_RETURN_NONE;
}

typedef struct Compiling {
  const cupel_engine* engine;
  const cupel_rule_sources* sources;
  const cupel_ruleset_options* options;
  cupel_ruleset* made;
  cupel_status status;
  cupel_error* error;
} Compiling;

/* Nothing ends it early; handlers of signals need not wait for it all the
 * same. */
static void DoCompile(void* args, cupel_cancel* cancel) {
  (void)cancel;
  Compiling* compiling = args;
  compiling->status = cupel_ruleset_compile(
      compiling->engine, compiling->sources, compiling->options,
      &compiling->made, &compiling->error);
}

static PyObject* Compile(PyObject* self, PyObject* const* args,
                         Py_ssize_t count) {
  ModuleState* state = StateOf(self);
  void* engine = NULL;
  cupel_ruleset_options options = CUPEL_RULESET_OPTIONS_INIT;
  uint32_t rule_engine = 0;
  Borrowed cache_dir = {0};
  if (CheckCount("compile", count, 4) < 0 ||
      CheckHandle(state, kTypeEngine, args[0], "engine", 0, &engine) < 0 ||
      ToU32(args[1], "flags", &options.flags) < 0 ||
      ToU32(args[3], "rule_engine", &rule_engine) < 0) {
    return NULL;
  }
  options.engine = (cupel_rule_engine)rule_engine;
  if (args[2] != Py_None && BorrowPath(args[2], "cache_dir", &cache_dir) < 0) {
    return NULL;
  }
  options.cache_dir = cache_dir.view;
  Compiling compiling = {
      .engine = engine, .sources = RuleSourcesOf(self), .options = &options};
  Call call;
  const int raised =
      RunCall(state, &call, NULL, kMayLast, DoCompile, &compiling) < 0;
  GiveBack(&cache_dir);
  if (raised) {
    cupel_ruleset_free(compiling.made);
    cupel_error_free(compiling.error);
    return NULL;
  }
  if (compiling.status != CUPEL_STATUS_OK) {
    return Raise(state, compiling.status, compiling.error);
  }
  return WrapRuleset(state, compiling.made);
}

static PyMethodDef sources_methods[] = {
    {"add_path", AddPath, METH_O, PyDoc_STR("add_path(path)")},
    {"add_include_root", AddIncludeRoot, METH_O,
     PyDoc_STR("add_include_root(folder)")},
    {"add_text", (PyCFunction)(void (*)(void))AddText, METH_FASTCALL,
     PyDoc_STR("add_text(namespace, text)")},
    {"define", (PyCFunction)(void (*)(void))Define, METH_FASTCALL,
     PyDoc_STR("define(name, value)")},
    {"compile", (PyCFunction)(void (*)(void))Compile, METH_FASTCALL,
     PyDoc_STR("compile(engine, flags, cache_dir, rule_engine) -> Ruleset")},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot sources_slots[] = {
    {Py_tp_doc, (void*)PyDoc_STR("RuleSources()\n\nWhere rules come from.")},
    {Py_tp_new, (void*)NewSources},
    {Py_tp_dealloc, (void*)RuleSourcesDealloc},
    {Py_tp_methods, sources_methods},
    {0, NULL},
};

static PyType_Spec sources_spec = {
    .name = "cupel._cupel.RuleSources",
    .basicsize = sizeof(HandleObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = sources_slots,
};

/* ---------------------------------------------------------------- compiled */

static Py_ssize_t Length(PyObject* self) {
  return (Py_ssize_t)cupel_ruleset_count(RulesetOf(self));
}

static PyObject* GetDigest(PyObject* self, void* Py_UNUSED(closure)) {
  return TextOf(cupel_ruleset_digest(RulesetOf(self)));
}

static PyObject* GetSkippedCount(PyObject* self, void* Py_UNUSED(closure)) {
  return PyLong_FromSize_t(cupel_ruleset_skipped_count(RulesetOf(self)));
}

static PyObject* GetFromCache(PyObject* self, void* Py_UNUSED(closure)) {
  return PyBool_FromLong(cupel_ruleset_from_cache(RulesetOf(self)));
}

static PyObject* Warnings(PyObject* self, PyObject* Py_UNUSED(ignored)) {
  const size_t count = cupel_ruleset_warning_count(RulesetOf(self));
  PyObject* all = PyTuple_New((Py_ssize_t)count);
  for (size_t i = 0; all != NULL && i < count; ++i) {
    cupel_diagnostic remark = {.struct_size = sizeof(remark)};
    cupel_ruleset_warning(RulesetOf(self), i, &remark);
    PyObject* one = DiagnosticObject(StateOf(self), &remark);
    if (one == NULL || PyTuple_SetItem(all, (Py_ssize_t)i, one) < 0) {
      Py_CLEAR(all);
    }
  }
  return all;
}

static PyObject* Json(PyObject* self, PyObject* Py_UNUSED(ignored)) {
  cupel_buffer* made = NULL;
  cupel_error* error = NULL;
  cupel_status status;
  Py_BEGIN_ALLOW_THREADS;
  status = cupel_ruleset_json(RulesetOf(self), &made, &error);
  Py_END_ALLOW_THREADS;
  if (status != CUPEL_STATUS_OK) return Raise(StateOf(self), status, error);
  return TakeText(made);
}

/* explain(rule, path, bytes): bytes may be None. */
static PyObject* Explain(PyObject* self, PyObject* const* args,
                         Py_ssize_t count) {
  Borrowed rule, path, bytes = {0};
  cupel_buffer* made = NULL;
  cupel_error* error = NULL;
  cupel_status status;
  if (CheckCount("explain", count, 3) < 0) return NULL;
  if (BorrowText(args[0], "rule", &rule) < 0) return NULL;
  if (BorrowPath(args[1], "path", &path) < 0) {
    GiveBack(&rule);
    return NULL;
  }
  const int has_file = args[2] != Py_None;
  if (has_file && BorrowBytes(args[2], "data", &bytes) < 0) {
    GiveBack(&path);
    GiveBack(&rule);
    return NULL;
  }
  if (has_file && bytes.view.data == NULL) bytes.view.data = (const uint8_t*)"";
  Py_BEGIN_ALLOW_THREADS;
  status = cupel_ruleset_explain(RulesetOf(self), rule.view, path.view,
                                 bytes.view, &made, &error);
  Py_END_ALLOW_THREADS;
  if (has_file) GiveBack(&bytes);
  GiveBack(&path);
  GiveBack(&rule);
  if (status != CUPEL_STATUS_OK) return Raise(StateOf(self), status, error);
  return TakeText(made);
}

static PyObject* Save(PyObject* self, PyObject* path) {
  Borrowed name;
  if (BorrowPath(path, "path", &name) < 0) return NULL;
  cupel_error* error = NULL;
  cupel_status status;
  Py_BEGIN_ALLOW_THREADS;
  status = cupel_ruleset_save(RulesetOf(self), name.view, &error);
  Py_END_ALLOW_THREADS;
  GiveBack(&name);
  if (status != CUPEL_STATUS_OK) return Raise(StateOf(self), status, error);
  Py_RETURN_NONE;
}

static PyMethodDef ruleset_methods[] = {
    {"warnings", Warnings, METH_NOARGS,
     PyDoc_STR("warnings() -> tuple[Diagnostic, ...]")},
    {"json", Json, METH_NOARGS, PyDoc_STR("json() -> str")},
    {"explain", (PyCFunction)(void (*)(void))Explain, METH_FASTCALL,
     PyDoc_STR("explain(rule, path, data) -> str")},
    {"save", Save, METH_O, PyDoc_STR("save(path)")},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef ruleset_attributes[] = {
    {"digest", GetDigest, NULL, NULL, NULL},
    {"skipped_count", GetSkippedCount, NULL, NULL, NULL},
    {"from_cache", GetFromCache, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot ruleset_slots[] = {
    {Py_tp_doc, (void*)PyDoc_STR("Compiled rules.")},
    {Py_tp_dealloc, (void*)RulesetDealloc},
    {Py_tp_methods, ruleset_methods},
    {Py_tp_getset, ruleset_attributes},
    {Py_sq_length, (void*)Length},
    {0, NULL},
};

static PyType_Spec ruleset_spec = {
    .name = "cupel._cupel.Ruleset",
    .basicsize = sizeof(HandleObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION |
             Py_TPFLAGS_IMMUTABLETYPE,
    .slots = ruleset_slots,
};

int AddRules(PyObject* module) {
  if (AddType(module, kTypeRuleSources, &sources_spec) < 0) return -1;
  return AddType(module, kTypeRuleset, &ruleset_spec);
}
