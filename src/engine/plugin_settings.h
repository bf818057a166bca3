// Options that come from outside, put onto the plugins that they are for.
#ifndef CUPEL_ENGINE_PLUGIN_SETTINGS_H_
#define CUPEL_ENGINE_PLUGIN_SETTINGS_H_

#include <string>
#include <utility>
#include <vector>

#include "engine/plugin_config.h"
#include "engine/plugin_specs.h"

namespace cupel {

// A plugin with the options that were set for it, lowest origin first.
struct SetUpPlugin {
  PluginSpec spec;
  std::vector<PluginOptionValue> options;
};

// Text becomes a value of the type that the option has otherwise
// (option_text.h); for a stoQ plugin one in stoQ's manner. A value of a wrong
// type makes that plugin one with a problem. max_tlp, rate_limit (stoQ:
// ratelimit) and needs ("network, files") are not options but change what is
// known of the plugin. What is for no plugin, or for an option that it does not
// have, is a warning that names the nearest; an unknown option is handed over
// all the same.
void ApplySettings(std::vector<OptionSetting> settings,
                   std::vector<SetUpPlugin>* plugins,
                   std::vector<std::string>* warnings);

// What CUPEL_PLUGIN_<CATEGORY>_<NAME>_<OPTION> sets. Underscores may be of any
// of the three: a plugin that has the option is taken before one that has not,
// and a longer name before a shorter one.
std::vector<OptionSetting> SettingsOfVariables(
    const std::vector<std::pair<std::string, std::string>>& variables,
    const std::vector<SetUpPlugin>& plugins,
    std::vector<std::string>* warnings);

}  // namespace cupel

#endif  // CUPEL_ENGINE_PLUGIN_SETTINGS_H_
