/* PluginTable: a plugin that is written in Python, as the library knows it. */
#include "plugin_table.h"

#include <stdlib.h>
#include <string.h>

#include "gate.h"
#include "keeping.h"
#include "methods.h"
#include "plugin_call.h"

enum { kTextCount = 10 };

/* What `activate` stores. Its plugin is its table's to tell the garbage
 * collector of: it may lead to the scanner that activated it. Whoever activates
 * keeps the table, so there is no reference to that. Guarded by the GIL. */
typedef struct Activated {
  struct TableObject* table; /* NULL, and no plugin: the table went first */
  PyObject* plugin;
  struct Activated* before;
  struct Activated* next;
} Activated;

typedef struct TableObject {
  PyObject_HEAD cupel_plugin_v1 table;
  PyObject* activate; /* activate(PluginCall) -> plugin, or a status */
  Activated* activated;
  char* texts[kTextCount];
} TableObject;

const cupel_plugin_v1* TableOf(PyObject* object) {
  return &((TableObject*)object)->table;
}

/* ------------------------------------------------------------- trampolines */

/* Takes no reference. */
static Activated* Link(TableObject* table, PyObject* plugin) {
  Activated* made = calloc(1, sizeof(*made));
  if (made == NULL) return NULL;
  made->table = table;
  made->plugin = plugin;
  made->next = table->activated;
  if (made->next != NULL) made->next->before = made;
  table->activated = made;
  return made;
}

/* Lets go of the plugin, at last: that may run anything. */
static void Unlink(Activated* activated) {
  TableObject* table = activated->table;
  if (table == NULL) return;
  if (activated->next != NULL) activated->next->before = activated->before;
  if (activated->before != NULL) activated->before->next = activated->next;
  if (table->activated == activated) table->activated = activated->next;
  activated->table = NULL;
  Py_CLEAR(activated->plugin);
}

/* The layer in Python catches what plugins raise. What comes through is said
 * by LeaveGate, and here. */
static cupel_status Broken(cupel_call* call) {
  if (PyErr_Occurred()) PyErr_WriteUnraisable(NULL);
  return cupel_call_fail(call, CUPEL_STATUS_INTERNAL,
                         "the plugin could not be called: see what Python "
                         "wrote to its standard error");
}

static cupel_status Activate(cupel_call* call, void** out) {
  PyObject* table = (PyObject*)call->state; /* the table's user_data */
  Visit visit;
  if (!EnterGate(&visit)) return CUPEL_STATUS_CANCELLED;
  cupel_status status = CUPEL_STATUS_INTERNAL;
  PyObject* factory = ((TableObject*)table)->activate;
  PyObject* handle = NewPluginCall(StateOf(table), call);
  PyObject* plugin = handle == NULL || factory == NULL
                         ? NULL
                         : PyObject_CallFunctionObjArgs(factory, handle, NULL);
  if (handle != NULL) EndPluginCall(handle);
  Py_XDECREF(handle);
  Activated* activated = NULL;
  if (plugin == NULL) {
    status = Broken(call);
  } else if (PyLong_Check(plugin)) {
    status = (cupel_status)PyLong_AsLong(plugin);
  } else if ((activated = Link((TableObject*)table, plugin)) == NULL) {
    status = CUPEL_STATUS_RESOURCE_EXHAUSTED;
  } else {
    plugin = NULL; /* it has it */
    *out = activated;
    status = CUPEL_STATUS_OK;
  }
  Py_XDECREF(plugin);
  LeaveGate(&visit);
  return status;
}

static void Deactivate(void* state) {
  Activated* activated = (Activated*)state;
  Visit visit;
  if (!EnterGate(&visit)) return; /* it goes with the process */
  if (activated->plugin != NULL) {
    PyObject* done = PyObject_CallMethod(activated->plugin, "deactivate", NULL);
    Py_XDECREF(done);
  }
  Unlink(activated);
  free(activated);
  LeaveGate(&visit);
}

static cupel_status Invoke(cupel_call* call, int method) {
  const Activated* activated = (const Activated*)call->state;
  Visit visit;
  if (!EnterGate(&visit)) return CUPEL_STATUS_CANCELLED;
  PyObject* plugin = activated->plugin;
  Py_XINCREF(plugin);
  PyObject* handle =
      plugin == NULL
          ? NULL
          : NewPluginCall(StateOf((PyObject*)activated->table), call);
  PyObject* given = handle == NULL ? NULL
                                   : PyObject_CallMethod(plugin, "invoke", "iO",
                                                         method, handle);
  const cupel_status status = given != NULL && PyLong_Check(given)
                                  ? (cupel_status)PyLong_AsLong(given)
                                  : Broken(call);
  Py_XDECREF(given);
  if (handle != NULL) EndPluginCall(handle);
  Py_XDECREF(handle);
  Py_XDECREF(plugin);
  LeaveGate(&visit);
  return status;
}

#define TRAMPOLINE(Name, method)                \
  static cupel_status Name(cupel_call* call) {  \
    return Invoke(call, CUPEL_METHOD_##method); \
  }                                             \
  struct Name##NeedsASemicolon

TRAMPOLINE(Ingest, INGEST);
TRAMPOLINE(Read, READ);
TRAMPOLINE(Scan, SCAN);
TRAMPOLINE(Extract, EXTRACT);
TRAMPOLINE(Carve, CARVE);
TRAMPOLINE(Decode, DECODE);
TRAMPOLINE(Decorate, DECORATE);
TRAMPOLINE(Save, SAVE);
TRAMPOLINE(Normalize, NORMALIZE);
TRAMPOLINE(Connect, CONNECT);
TRAMPOLINE(Disconnect, DISCONNECT);
TRAMPOLINE(GetFile, GET_FILE);
TRAMPOLINE(Heartbeat, HEARTBEAT);

static int SetMethod(cupel_plugin_v1* table, int32_t method) {
  cupel_method_fn* const places[] = {NULL,
                                     &table->ingest,
                                     &table->read,
                                     &table->scan,
                                     &table->extract,
                                     &table->carve,
                                     &table->decode,
                                     &table->decorate,
                                     &table->save,
                                     &table->normalize,
                                     &table->connect,
                                     &table->disconnect,
                                     &table->get_file,
                                     &table->heartbeat};
  static const cupel_method_fn functions[] = {
      NULL,     Ingest, Read,      Scan,    Extract,    Carve,   Decode,
      Decorate, Save,   Normalize, Connect, Disconnect, GetFile, Heartbeat};
  if (method < 1 || method > CUPEL_METHOD_HEARTBEAT) {
    PyErr_SetString(PyExc_ValueError, "there is no such method");
    return -1;
  }
  *places[method] = functions[method];
  return 0;
}

/* ------------------------------------------------------------------ making */

static char* Copied(PyObject* text) {
  Py_ssize_t size = 0;
  const char* utf8 = PyUnicode_AsUTF8AndSize(text, &size);
  if (utf8 == NULL) return NULL;
  if (strlen(utf8) != (size_t)size) {
    PyErr_SetString(PyExc_ValueError, "a plugin's texts must have no NUL");
    return NULL;
  }
  char* copy = malloc((size_t)size + 1);
  if (copy == NULL) {
    PyErr_NoMemory();
    return NULL;
  }
  memcpy(copy, utf8, (size_t)size + 1);
  return copy;
}

/* name, version, description, author, consumes, requires, max_tlp, min_version,
 * max_version, options; empty ones stay NULL, but for the name. */
static int CopyTexts(TableObject* self, PyObject* texts) {
  cupel_plugin_v1* table = &self->table;
  const char** const places[kTextCount] = {
      &table->name,    &table->version,     &table->description,
      &table->author,  &table->consumes,    &table->requires_plugins,
      &table->max_tlp, &table->min_version, &table->max_version,
      &table->options};
  if (PyTuple_Size(texts) != kTextCount) {
    PyErr_Format(PyExc_TypeError, "plugin_table takes %d texts", kTextCount);
    return -1;
  }
  for (int i = 0; i < kTextCount; ++i) {
    self->texts[i] = Copied(PyTuple_GetItem(texts, i));
    if (self->texts[i] == NULL) return -1;
    if (i == 0 || self->texts[i][0] != '\0') *places[i] = self->texts[i];
  }
  return 0;
}

static int SetMethods(cupel_plugin_v1* table, PyObject* numbers) {
  const Py_ssize_t count = PyTuple_Size(numbers);
  for (Py_ssize_t i = 0; i < count; ++i) {
    int32_t method = 0;
    if (ToI32(PyTuple_GetItem(numbers, i), "method", &method) < 0 ||
        SetMethod(table, method) < 0) {
      return -1;
    }
  }
  return 0;
}

/* plugin_table(texts, category, needs, least_tier, heartbeat_ns, methods,
 * activate) */
static PyObject* New(PyObject* module, PyObject* args) {
  ModuleState* state = ModuleStateOf(module);
  cupel_plugin_v1 table = {.struct_size = sizeof(table),
                           .abi = CUPEL_PLUGIN_ABI};
  PyObject* texts = NULL;
  PyObject* methods = NULL;
  PyObject* activate = NULL;
  if (CheckGate(state) < 0 ||
      !PyArg_ParseTuple(args, "O!iO&iO&O!O:plugin_table", &PyTuple_Type, &texts,
                        &table.category, ConvertU32, &table.needs,
                        &table.least_tier, ConvertU64, &table.heartbeat_ns,
                        &PyTuple_Type, &methods, &activate)) {
    return NULL;
  }
  PyTypeObject* type = state->types[kTypePluginTable];
  const allocfunc alloc = (allocfunc)PyType_GetSlot(type, Py_tp_alloc);
  TableObject* made = (TableObject*)alloc(type, 0);
  if (made == NULL) return NULL;
  made->table = table;
  made->table.user_data = made;
  made->table.activate = Activate;
  made->table.deactivate = Deactivate;
  if (CopyTexts(made, texts) < 0 || SetMethods(&made->table, methods) < 0) {
    Py_DECREF(made);
    return NULL;
  }
  Py_INCREF(activate);
  made->activate = activate;
  return (PyObject*)made;
}

static PyMethodDef functions[] = {
    {"plugin_table", New, METH_VARARGS,
     PyDoc_STR("plugin_table(texts, category, needs, least_tier, "
               "heartbeat_ns, methods, activate) -> PluginTable")},
    {NULL, NULL, 0, NULL},
};

static int Traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(((TableObject*)self)->activate);
  for (Activated* a = ((TableObject*)self)->activated; a != NULL; a = a->next) {
    Py_VISIT(a->plugin);
  }
  return 0;
}

/* The table itself stays until nobody has it. Scanners have deactivated what
 * they activated before this comes; what is left could only be broken. */
static int Clear(PyObject* object) {
  TableObject* self = (TableObject*)object;
  Py_CLEAR(self->activate);
  while (self->activated != NULL) Unlink(self->activated);
  return 0;
}

static void Dealloc(PyObject* object) {
  TableObject* self = (TableObject*)object;
  PyObject_GC_UnTrack(object);
  Clear(object);
  for (int i = 0; i < kTextCount; ++i) free(self->texts[i]);
  FreeHeapObject(object);
}

static PyType_Slot slots[] = {
    {Py_tp_doc, (void*)PyDoc_STR("A plugin that is written in Python.")},
    {Py_tp_dealloc, (void*)Dealloc},
    {Py_tp_traverse, (void*)Traverse},
    {Py_tp_clear, (void*)Clear},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "cupel._cupel.PluginTable",
    .basicsize = sizeof(TableObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION |
             Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_HAVE_GC,
    .slots = slots,
};

int AddPluginTable(PyObject* module) {
  if (AddType(module, kTypePluginTable, &spec) < 0) return -1;
  return PyModule_AddFunctions(module, functions);
}
