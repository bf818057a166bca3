/* payload.h: the bytes of a plugin's call, shown to Python while it lasts. */
#ifndef CUPEL_BINDINGS_PYTHON_PAYLOAD_H_
#define CUPEL_BINDINGS_PYTHON_PAYLOAD_H_

#include "cupel_python.h"

/* An object that exports `view` without a copy. New reference. */
PyObject* NewPayload(ModuleState* state, cupel_view view);
/* From now on nobody gets the bytes. Those who still have them are counted. */
void EndPayload(PyObject* payload);

#endif /* CUPEL_BINDINGS_PYTHON_PAYLOAD_H_ */
