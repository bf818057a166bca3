// The plugins of a host, told as JSON.
#ifndef CUPEL_ENGINE_PLUGIN_HOST_JSON_H_
#define CUPEL_ENGINE_PLUGIN_HOST_JSON_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/plugins.h"

namespace cupel {

// See cupel_plugins_json, cupel_plugins_show_json, cupel_plugins_warnings_json
// and cupel_plugins_config_json.
std::string HostPluginsJson(const PluginHost& host);
// Values of options that look like secrets are masked unless `reveal`.
absl::StatusOr<std::string> HostPluginJson(const PluginHost& host,
                                           std::string_view plugin,
                                           bool reveal);
std::string HostWarningsJson(const PluginHost& host);
std::string HostConfigJson(const PluginHost& host);

}  // namespace cupel

#endif  // CUPEL_ENGINE_PLUGIN_HOST_JSON_H_
