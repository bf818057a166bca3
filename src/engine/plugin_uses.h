// How a host says which plugins a scan uses.
#ifndef CUPEL_ENGINE_PLUGIN_USES_H_
#define CUPEL_ENGINE_PLUGIN_USES_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "compat/stoq/documents.h"
#include "pipeline/plugin_use.h"
#include "plugin/names.h"
#include "report/report.h"

namespace cupel {

// "a, decoder:b": a name without a category is of `category`. INVALID_ARGUMENT
// for an item that is no name.
absl::StatusOr<std::vector<PluginName>> ParsePluginNames(
    std::string_view text, PluginCategory category);

// Puts the members that are text into `use`, checked: see cupel_plugin_use.
struct PluginUseTexts {
  std::string_view run;
  std::string_view decorators;
  std::string_view connectors;
  std::string_view error_connectors;
  std::string_view archive;
  std::string_view tlp;
  std::string_view metadata;
  std::string_view rate_folder;
  std::vector<std::pair<std::string_view, std::string_view>> by_type;
};
absl::Status FillPluginUse(const PluginUseTexts& texts, PluginUse* use);

// The documents of a report, with a time and ids of their own each time.
absl::StatusOr<std::vector<std::string>> DocumentsOf(const Report& report,
                                                     DocumentOptions options);
absl::Status WriteDocumentsOf(const Report& report, DocumentOptions options,
                              const WriteSink& sink);

}  // namespace cupel

#endif  // CUPEL_ENGINE_PLUGIN_USES_H_
