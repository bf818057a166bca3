/* logs.h: lines of a log on their way to a callable. */
#ifndef CUPEL_BINDINGS_PYTHON_LOGS_H_
#define CUPEL_BINDINGS_PYTHON_LOGS_H_

#include "cupel_python.h"

/* Calls `callable`, a PyObject, with (level, text), or (level, text, plugin);
 * from any thread. What it raises goes to sys.unraisablehook. */
void LogLine(void* callable, cupel_log_level level, cupel_view text);
void LogPluginLine(void* callable, cupel_view plugin, cupel_log_level level,
                   cupel_view text);

#endif /* CUPEL_BINDINGS_PYTHON_LOGS_H_ */
