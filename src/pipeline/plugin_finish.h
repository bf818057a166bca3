// The end of a job with plugins: decorators, connectors, and which plugins had
// a part in it.
#ifndef CUPEL_PIPELINE_PLUGIN_FINISH_H_
#define CUPEL_PIPELINE_PLUGIN_FINISH_H_

#include "budget/cancel.h"
#include "budget/limits.h"
#include "pipeline/plugin_thread.h"
#include "report/report.h"

namespace cupel {

// Takes a finished report through the decorators, then hands it to the
// connectors. Their failures are incidents in it: of what a connector could not
// take the report that is returned knows, and those before it don't. Connectors
// are connected before their first document, and stay so. `cancel` may be null.
void FinishWithPlugins(PluginThread& thread, const Limits& limits,
                       Cancel* cancel, Report* report);

// Marks the plugins that had a part in the job, failed ones too.
void MarkUsedPlugins(const PluginRoster& roster, Report* report);

}  // namespace cupel

#endif  // CUPEL_PIPELINE_PLUGIN_FINISH_H_
