/* plugin_call.h: a call of a plugin's method, as Python has it. */
#ifndef CUPEL_BINDINGS_PYTHON_PLUGIN_CALL_H_
#define CUPEL_BINDINGS_PYTHON_PLUGIN_CALL_H_

#include "cupel_python.h"

/* An object with the host's functions for `call`. New reference. */
PyObject* NewPluginCall(ModuleState* state, cupel_call* call);
/* The method is about to return: the object refuses everything from now on. */
void EndPluginCall(PyObject* object);

#endif /* CUPEL_BINDINGS_PYTHON_PLUGIN_CALL_H_ */
