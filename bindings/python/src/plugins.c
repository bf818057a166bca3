/* Plugins: those that a host uses, and what is configured for them. */
#include "keeping.h"
#include "methods.h"
#include "plugin_table.h"

/* plugins_new(runner, python_path, python, flags, min_tier) */
static PyObject* New(PyObject* module, PyObject* args) {
  ModuleState* state = ModuleStateOf(module);
  Texts in;
  cupel_plugins_options options = CUPEL_PLUGINS_OPTIONS_INIT;
  if (ReadTexts(args, "plugins_new", 3, &in, "O&i", ConvertU32, &options.flags,
                &options.min_tier) < 0) {
    return NULL;
  }
  options.runner = in.view[0];
  options.python_path = in.view[1];
  options.python = in.view[2];
  cupel_plugins* plugins = NULL;
  cupel_error* error = NULL;
  const cupel_status status = cupel_plugins_new(&options, &plugins, &error);
  GiveBackTexts(&in);
  if (status != CUPEL_STATUS_OK) return Raise(state, status, error);
  /* The tables that are registered. */
  PyObject* tables = PyList_New(0);
  if (tables == NULL) {
    cupel_plugins_free(plugins);
    return NULL;
  }
  PyObject* made =
      WrapKeeping(state, kTypePlugins, plugins, PluginsFree, tables);
  Py_DECREF(tables);
  return made;
}

static PyObject* Install(PyObject* module, PyObject* args) {
  Texts in;
  Answer out = {0};
  uint32_t flags = 0;
  if (ReadTexts(args, "plugins_install", 2, &in, "O&", ConvertU32, &flags) <
      0) {
    return NULL;
  }
  Py_BEGIN_ALLOW_THREADS;
  out.status = cupel_plugins_install(in.view[0], in.view[1], flags, &out.buffer,
                                     &out.error);
  Py_END_ALLOW_THREADS;
  return Finish(ModuleStateOf(module), &in, &out);
}

static PyMethodDef functions[] = {
    {"plugins_new", New, METH_VARARGS,
     PyDoc_STR("plugins_new(runner, python_path, python, flags, min_tier) "
               "-> Plugins")},
    {"plugins_install", Install, METH_VARARGS,
     PyDoc_STR("plugins_install(folder, destination, flags) -> bytes")},
    {NULL, NULL, 0, NULL},
};

/* ----------------------------------------------------------------- methods */

TEXT_METHOD(AddPath, "add_path", 1,
            cupel_plugins_add_path(PluginsOf(self), in.view[0], &out.error));
TEXT_METHOD(LoadConfig, "load_config", 1,
            cupel_plugins_load_config(PluginsOf(self), in.view[0], &out.error));
TEXT_METHOD(SetOptionText, "set_option_text", 1,
            cupel_plugins_set_option_text(PluginsOf(self), in.view[0],
                                          &out.error));
TEXT_METHOD(JsonOf, "json", 0,
            cupel_plugins_json(PluginsOf(self), &out.buffer, &out.error));
TEXT_METHOD_WITH(Show, "show", 1, uint32_t, ConvertU32,
                 cupel_plugins_show_json(PluginsOf(self), in.view[0], number,
                                         &out.buffer, &out.error));
TEXT_METHOD(Warnings, "warnings", 0,
            cupel_plugins_warnings_json(PluginsOf(self), &out.buffer,
                                        &out.error));
TEXT_METHOD(Config, "config", 0,
            cupel_plugins_config_json(PluginsOf(self), &out.buffer,
                                      &out.error));

static PyObject* Register(PyObject* self, PyObject* table) {
  ModuleState* state = StateOf(self);
  if (!Py_IS_TYPE(table, state->types[kTypePluginTable])) {
    PyErr_SetString(PyExc_TypeError, "a PluginTable is needed");
    return NULL;
  }
  /* First, so that it is there whatever comes. */
  if (PyList_Append(((KeepingObject*)self)->kept, table) < 0) return NULL;
  Answer out = {0};
  Py_BEGIN_ALLOW_THREADS;
  out.status =
      cupel_plugins_register(PluginsOf(self), TableOf(table), &out.error);
  Py_END_ALLOW_THREADS;
  return AnswerOf(state, &out);
}

/* set_option(plugin, option, value, flags, origin) */
static PyObject* SetOption(PyObject* self, PyObject* args) {
  Texts in;
  Answer out = {0};
  uint32_t flags = 0;
  int origin = 0;
  if (ReadTexts(args, "set_option", 3, &in, "O&i", ConvertU32, &flags,
                &origin) < 0) {
    return NULL;
  }
  Py_BEGIN_ALLOW_THREADS;
  out.status = cupel_plugins_set_option(PluginsOf(self), in.view[0], in.view[1],
                                        in.view[2], flags, origin, &out.error);
  Py_END_ALLOW_THREADS;
  return Finish(StateOf(self), &in, &out);
}

/* ----------------------------------------------------------------- running */

typedef struct Running {
  cupel_plugins* plugins;
  Texts in;
  Borrowed document;
  Borrowed tlp;
  FieldList environment;
  cupel_plugin_input input;
  PyObject* take; /* None: nobody */
  Call call;
  Answer out;
  uint64_t index; /* of the bytes at hand */
  cupel_view name;
  cupel_view bytes;
} Running;

static int HandOver(void* args) {
  Running* a = (Running*)args;
  PyObject* name = BytesOf(a->name);
  PyObject* bytes = BytesOf(a->bytes);
  PyObject* given = NULL;
  if (name != NULL && bytes != NULL) {
    given = PyObject_CallFunction(a->take, "KOO", (unsigned long long)a->index,
                                  name, bytes);
  }
  Py_XDECREF(name);
  Py_XDECREF(bytes);
  if (given == NULL) return -1;
  const int stop = given == Py_False;
  Py_DECREF(given);
  return stop;
}

static int32_t Take(void* user_data, uint64_t index, cupel_view name,
                    cupel_view bytes) {
  Running* a = (Running*)user_data;
  a->index = index;
  a->name = name;
  a->bytes = bytes;
  return InPython(&a->call, HandOver, a);
}

static void RunOnce(void* args, cupel_cancel* cancel) {
  Running* a = (Running*)args;
  a->out.status = cupel_plugins_run(a->plugins, a->in.view[0], &a->input,
                                    a->take == Py_None ? NULL : Take, a, cancel,
                                    &a->out.buffer, &a->out.error);
}

static void FreeRun(Running* run) {
  FreeFields(&run->environment);
  GiveBack(&run->document);
  GiveBack(&run->tlp);
  GiveBackTexts(&run->in);
}

/* run(plugin, bytes, name, options, document, tlp, flags, method, environment,
 * timeout_ns, max_children, max_children_bytes, take, cancel): `environment`
 * is None for none. */
static PyObject* Run(PyObject* self, PyObject* args) {
  PyObject* document = NULL;
  PyObject* tlp = NULL;
  PyObject* variables = NULL;
  PyObject* cancel = NULL;
  Running run = {.plugins = PluginsOf(self)};
  const cupel_plugin_input empty = CUPEL_PLUGIN_INPUT_INIT;
  run.input = empty;
  if (ReadTexts(args, "run", 4, &run.in, "OOO&iOO&O&O&OO", &document, &tlp,
                ConvertU32, &run.input.flags, &run.input.method, &variables,
                ConvertU64, &run.input.timeout_ns, ConvertU64,
                &run.input.max_children, ConvertU64,
                &run.input.max_children_bytes, &run.take, &cancel) < 0) {
    return NULL;
  }
  static const cupel_field none[1];
  if (BorrowText(document, "document", &run.document) < 0 ||
      BorrowText(tlp, "tlp", &run.tlp) < 0 ||
      (variables != Py_None &&
       ReadFields(variables, "environment", &run.environment) < 0)) {
    FreeRun(&run);
    return NULL;
  }
  run.input.bytes = run.in.view[1];
  run.input.name = run.in.view[2];
  run.input.options = run.in.view[3];
  run.input.document = run.document.view;
  run.input.tlp = run.tlp.view;
  if (variables != Py_None) {
    run.input.environment =
        run.environment.count == 0 ? none : run.environment.fields;
    run.input.environment_count = run.environment.count;
  }
  const int ran =
      RunCall(StateOf(self), &run.call, cancel, kMayLast, RunOnce, &run);
  FreeRun(&run);
  if (ran < 0) {
    cupel_buffer_free(run.out.buffer);
    cupel_error_free(run.out.error);
    return NULL;
  }
  return AnswerOf(StateOf(self), &run.out);
}

static PyMethodDef methods[] = {
    {"add_path", AddPath, METH_VARARGS, PyDoc_STR("add_path(path)")},
    {"register", Register, METH_O, PyDoc_STR("register(table)")},
    {"load_config", LoadConfig, METH_VARARGS, PyDoc_STR("load_config(path)")},
    {"set_option", SetOption, METH_VARARGS,
     PyDoc_STR("set_option(plugin, option, value, flags, origin)")},
    {"set_option_text", SetOptionText, METH_VARARGS,
     PyDoc_STR("set_option_text(setting)")},
    {"json", JsonOf, METH_VARARGS, PyDoc_STR("json() -> bytes")},
    {"show", Show, METH_VARARGS, PyDoc_STR("show(plugin, flags) -> bytes")},
    {"warnings", Warnings, METH_VARARGS, PyDoc_STR("warnings() -> bytes")},
    {"config", Config, METH_VARARGS, PyDoc_STR("config() -> bytes")},
    {"run", Run, METH_VARARGS,
     PyDoc_STR("run(plugin, bytes, name, options, document, tlp, flags, "
               "method, environment, timeout_ns, max_children, "
               "max_children_bytes, take, cancel) -> bytes")},
    {NULL, NULL, 0, NULL},
};

static void Dealloc(PyObject* self) { KeepingDealloc(self, PluginsFree); }

static PyType_Slot slots[] = {
    {Py_tp_doc, (void*)PyDoc_STR("The plugins that a host uses.")},
    {Py_tp_dealloc, (void*)Dealloc},
    {Py_tp_traverse, (void*)KeepingTraverse},
    {Py_tp_methods, methods},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "cupel._cupel.Plugins",
    .basicsize = sizeof(KeepingObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION |
             Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_HAVE_GC,
    .slots = slots,
};

int AddPlugins(PyObject* module) {
  if (AddType(module, kTypePlugins, &spec) < 0) return -1;
  return PyModule_AddFunctions(module, functions);
}
