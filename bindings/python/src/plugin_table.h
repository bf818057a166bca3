/* plugin_table.h: plugins that are written in Python. */
#ifndef CUPEL_BINDINGS_PYTHON_PLUGIN_TABLE_H_
#define CUPEL_BINDINGS_PYTHON_PLUGIN_TABLE_H_

#include "cupel_python.h"

/* Of an object of type PluginTable; lives as long as that. */
const cupel_plugin_v1* TableOf(PyObject* object);

#endif /* CUPEL_BINDINGS_PYTHON_PLUGIN_TABLE_H_ */
