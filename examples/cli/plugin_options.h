// --plugins, --config, --plugin-opt, --min-tier: which plugins there are and
// how they are set up. The same for every command that runs some.
#ifndef CUPEL_EXAMPLES_CLI_PLUGIN_OPTIONS_H_
#define CUPEL_EXAMPLES_CLI_PLUGIN_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "cupel/cupel.hpp"

namespace cli {

struct PluginOptions {
  std::vector<std::string> paths;     // folders, shared objects
  std::vector<std::string> configs;   // stoq.cfg
  std::vector<std::string> settings;  // name:key=value
  std::string min_tier = "builtin";
};

void AddPluginOptions(CLI::App& command, PluginOptions* options);

// The plugins, with the variables of the environment. Throws cupel::Error.
cupel::Plugins MakePlugins(const PluginOptions& options);

// What is not right with them goes to standard error.
void TellWarnings(const cupel::Plugins& plugins);

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_PLUGIN_OPTIONS_H_
