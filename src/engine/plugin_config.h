// stoq.cfg, and the other ways in which options of plugins come as text.
#ifndef CUPEL_ENGINE_PLUGIN_CONFIG_H_
#define CUPEL_ENGINE_PLUGIN_CONFIG_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "plugin/names.h"
#include "plugin/plugin_set.h"

namespace cupel {

// One option of a plugin that is set from outside. A value type.
struct OptionSetting {
  std::optional<PluginCategory> category;  // nothing: of any
  std::string plugin;
  std::string option;
  std::string value;
  bool is_json = false;  // the value is JSON, else text
  OptionOrigin origin = OptionOrigin::kCall;
  std::string place;  // "stoq.cfg:12", "--plugin-opt", the name of a variable
};

// A key of [core].
struct CoreSetting {
  std::string json;
  std::string place;
};

// A value type.
struct StoqConfig {
  std::map<std::string, CoreSetting> core;
  std::vector<OptionSetting> options;
  std::vector<std::string> warnings;
};

// The text of a stoq.cfg. [core] has the settings of the framework; any other
// section, "[name]" or "[category:name]", the options of that plugin.
// [DEFAULT] is what "%(x)s" may name, and nothing else. `path` is for places.
// INVALID_ARGUMENT with the line for what is no INI file, and for a known key
// of [core] whose value is of another type; an unknown one is a warning.
absl::StatusOr<StoqConfig> ReadStoqConfig(std::string_view text,
                                          std::string_view path);

// "name:key=value" or "category:name:key=value", as on a command line: what is
// set, without origin and place. INVALID_ARGUMENT shows what is expected.
absl::StatusOr<OptionSetting> ParseOptionSetting(std::string_view text);

// "worker:size" or "size": the plugin, whose category may be left open.
absl::StatusOr<std::pair<std::optional<PluginCategory>, std::string>>
ParseOpenName(std::string_view text);

// The process's variables whose names begin with CUPEL_PLUGIN_, which must not
// be changed meanwhile. Names with their values.
std::vector<std::pair<std::string, std::string>> PluginVariables();

// "size-of" -> "SIZE_OF": as names stand in variables.
std::string VariableWord(std::string_view name);

}  // namespace cupel

#endif  // CUPEL_ENGINE_PLUGIN_CONFIG_H_
