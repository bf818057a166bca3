// One payload on its way through the plugins.
#ifndef CUPEL_PIPELINE_PLUGIN_RUN_H_
#define CUPEL_PIPELINE_PLUGIN_RUN_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "budget/cancel.h"
#include "budget/limits.h"
#include "pipeline/plugin_thread.h"
#include "plugin/plugin.h"
#include "report/report.h"

namespace cupel {

// What is known of a payload, for the plugins that see it.
struct PluginTask {
  uint32_t payload = 0;
  uint32_t depth = 0;
  std::string name;       // raw
  std::string path;       // printable
  std::string_view type;  // static, both
  std::string_view mime;
  std::string sha256;
  std::string tlp;
  std::vector<PluginName> dispatch;  // what made it wants run on it
  bool save = false;                 // by the archive connector
};

struct MadeChild {
  uint32_t plugin = kNoPlugin;
  PluginChild child;
  bool cut = false;
  std::string rule_metas;  // of the rule that dispatched; JSON or empty
};

struct PluginIncident {
  IncidentKind kind = IncidentKind::kPlugin;
  std::string name;
  std::string detail;
  std::optional<uint64_t> value;
};

// What came of it. `sayings` is null if no plugin ran.
struct PluginOutcome {
  std::shared_ptr<const PluginSayings> sayings;
  std::vector<MadeChild> children;
  std::vector<SavedPayload> saved;
  std::vector<PluginIncident> incidents;
  bool stopped = false;  // the job was cancelled, or is out of time
};

// Of the job: what every call may take.
struct PluginBudget {
  Limits limits;
  Deadline deadline;
  Cancel* cancel = nullptr;
};

// Runs everything that is to run on `bytes`, which `owner` keeps, one after the
// other, each plugin once with the same options: what the roster selects, what
// the task names, what the dispatching rules say, what those plugins ask for,
// and before each of them whatever it requires.
PluginOutcome RunPlugins(const PluginBudget& budget, const PluginTask& task,
                         std::string_view bytes,
                         const std::shared_ptr<const void>& owner,
                         PluginThread& thread);

}  // namespace cupel

#endif  // CUPEL_PIPELINE_PLUGIN_RUN_H_
