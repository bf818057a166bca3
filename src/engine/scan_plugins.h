// The plugins that a worker's scans use, out of its configuration.
#ifndef CUPEL_ENGINE_SCAN_PLUGINS_H_
#define CUPEL_ENGINE_SCAN_PLUGINS_H_

#include "absl/status/statusor.h"
#include "format/json.h"
#include "pipeline/plugin_use.h"

namespace cupel {

// Reads the table "plugins". With none of it, nothing is used.
absl::StatusOr<PluginUse> ScanPluginsOf(const Json& config);

}  // namespace cupel

#endif  // CUPEL_ENGINE_SCAN_PLUGINS_H_
