/* Schema: JSON Schema, for the settings of plugins. */
#include "methods.h"

static PyObject* Compile(PyObject* module, PyObject* args) {
  ModuleState* state = ModuleStateOf(module);
  Texts in;
  if (ReadTexts(args, "schema_compile", 1, &in, "") < 0) return NULL;
  cupel_schema* schema = NULL;
  cupel_error* error = NULL;
  cupel_status status;
  Py_BEGIN_ALLOW_THREADS;
  status = cupel_schema_compile(in.view[0], &schema, &error);
  Py_END_ALLOW_THREADS;
  GiveBackTexts(&in);
  if (status != CUPEL_STATUS_OK) return Raise(state, status, error);
  return WrapSchema(state, schema);
}

static PyMethodDef functions[] = {
    {"schema_compile", Compile, METH_VARARGS,
     PyDoc_STR("schema_compile(json) -> Schema")},
    {NULL, NULL, 0, NULL},
};

TEXT_METHOD(Validate, "validate", 1,
            cupel_schema_validate(SchemaOf(self), in.view[0], &out.error));
TEXT_METHOD(Check, "check", 1,
            cupel_schema_check(SchemaOf(self), in.view[0], &out.buffer,
                               &out.error));
TEXT_METHOD(JsonOf, "json", 0,
            cupel_schema_json(SchemaOf(self), &out.buffer, &out.error));

static PyMethodDef methods[] = {
    {"validate", Validate, METH_VARARGS, PyDoc_STR("validate(json)")},
    {"check", Check, METH_VARARGS, PyDoc_STR("check(json) -> bytes")},
    {"json", JsonOf, METH_VARARGS, PyDoc_STR("json() -> bytes")},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_doc, (void*)PyDoc_STR("A JSON Schema, understood.")},
    {Py_tp_dealloc, (void*)SchemaDealloc},
    {Py_tp_methods, methods},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "cupel._cupel.Schema",
    .basicsize = sizeof(HandleObject),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION |
             Py_TPFLAGS_IMMUTABLETYPE,
    .slots = slots,
};

int AddSchema(PyObject* module) {
  if (AddType(module, kTypeSchema, &spec) < 0) return -1;
  return PyModule_AddFunctions(module, functions);
}
