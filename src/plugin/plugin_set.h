// The plugins that a host has, by category and name, with their options.
#ifndef CUPEL_PLUGIN_PLUGIN_SET_H_
#define CUPEL_PLUGIN_PLUGIN_SET_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "plugin/plugin.h"

namespace cupel {

// Where an option's value came from; a later one is over an earlier one.
enum class OptionOrigin : uint8_t {
  kDefault,      // of the plugin's code or table
  kManifest,     // .stoq, plugin.json
  kConfigFile,   // stoq.cfg
  kEnvironment,  // CUPEL_PLUGIN_<CATEGORY>_<NAME>_<OPTION>
  kCommandLine,
  kCall,  // by the API, or metas of a dispatching rule
};
std::string_view OptionOriginName(OptionOrigin origin);

struct PluginOptionValue {
  std::string name;
  std::string json;
  OptionOrigin origin = OptionOrigin::kDefault;
  std::string place;  // file and line where there is one
};

// A plugin that was found and can't be used.
struct BrokenPlugin {
  std::string name;  // as far as it is known
  std::string origin;
  std::string problem;
};

// Built up by one thread, then immutable and shared.
class PluginSet {
 public:
  // ALREADY_EXISTS if there is one of this category and name, naming both.
  absl::Status Add(std::shared_ptr<Plugin> plugin);
  void AddBroken(BrokenPlugin broken) { broken_.push_back(std::move(broken)); }

  // Null if there is none.
  std::shared_ptr<Plugin> Find(const PluginName& name) const;
  // NOT_FOUND, with the nearest names and the broken one if it is that.
  absl::StatusOr<std::shared_ptr<Plugin>> Get(const PluginName& name) const;
  // Sorted by category and name.
  std::vector<std::shared_ptr<Plugin>> all() const;
  const std::vector<BrokenPlugin>& broken() const { return broken_; }

  // An option of a plugin, over what came from earlier origins. `json` is one
  // JSON value. Not an error for an option that the plugin does not know.
  absl::Status SetOption(const PluginName& plugin, std::string_view option,
                         std::string_view json, OptionOrigin origin,
                         std::string_view place);
  // Every option with its value and where that came from, sorted by name.
  std::vector<PluginOptionValue> OptionsOf(const Plugin& plugin) const;
  // The same as one JSON object, `over` (a JSON object or empty) on top.
  std::string OptionsJson(const Plugin& plugin,
                          std::string_view over = {}) const;

 private:
  std::map<PluginName, std::shared_ptr<Plugin>> plugins_;
  std::map<PluginName, std::map<std::string, PluginOptionValue>> options_;
  std::vector<BrokenPlugin> broken_;
};

}  // namespace cupel

#endif  // CUPEL_PLUGIN_PLUGIN_SET_H_
