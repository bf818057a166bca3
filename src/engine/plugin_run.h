// One plugin on one payload, without a scan around it.
#ifndef CUPEL_ENGINE_PLUGIN_RUN_H_
#define CUPEL_ENGINE_PLUGIN_RUN_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "budget/cancel.h"
#include "plugin/plugin.h"
#include "plugin/plugin_set.h"

namespace cupel {

struct PluginRun {
  std::string plugin;  // "decoder:base64"
  PluginMethod method = PluginMethod::kScan;
  bool main_method = true;  // of its category, instead of `method`
  std::string_view bytes;
  std::string_view name;
  std::string_view document;  // JSON, or empty
  std::string options;        // JSON object over the plugin's own, or empty
  std::string tlp = "clear";
  const std::vector<std::pair<std::string, std::string>>* environment = nullptr;
  uint64_t timeout_ns = 0;  // 0: none
  AnswerLimits limits;
  bool base64 = false;  // the bytes of children in the JSON
};

// Told each child, or each item of a source that has bytes, in order. False
// ends the run.
using PluginBytesFn = std::function<bool(uint64_t index, std::string_view name,
                                         std::string_view bytes)>;

// Activates the plugin and calls it once (a connector: connects, calls,
// disconnects). What came of it as JSON, as cupel_plugins_run has it, also if
// the plugin failed or was stopped. An error if it could not be called:
// NOT_FOUND, FAILED_PRECONDITION for one that is broken or does not activate,
// PERMISSION_DENIED for a TLP label that it may not see. `cancel` and `take`
// may be null.
absl::StatusOr<std::string> RunPlugin(
    const std::shared_ptr<const PluginSet>& plugins, const PluginRun& run,
    Cancel* cancel, const PluginBytesFn& take);

}  // namespace cupel

#endif  // CUPEL_ENGINE_PLUGIN_RUN_H_
