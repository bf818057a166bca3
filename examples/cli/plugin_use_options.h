// The options of `cupel scan` that say which plugins take part.
#ifndef CUPEL_EXAMPLES_CLI_PLUGIN_USE_OPTIONS_H_
#define CUPEL_EXAMPLES_CLI_PLUGIN_USE_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cupel/cupel.hpp"
#include "plugin_options.h"

namespace cli {

struct PluginUseOptions {
  PluginOptions set;  // which there are
  std::vector<std::string> workers;
  std::vector<std::string> dispatch;
  std::vector<std::string> types;  // TYPE=PLUGIN
  std::vector<std::string> decorators;
  std::vector<std::string> connectors;
  std::vector<std::string> error_connectors;
  std::string archive;
  std::string source;
  std::string tlp;
  std::vector<std::string> metadata;  // k:v
  std::string template_name;
  std::string schema = "cupel";
  std::string delimiter;
  bool split = false;
  bool flatten = false;
  bool quirks = false;
  bool no_consumes = false;
  bool verbose = false;

  // True if the scan has anything to do with plugins.
  bool any() const;
  // True if the connector `stdout` prints the report.
  bool prints() const;
  // True if the report is to be written in another form than the usual.
  bool documents() const { return split || flatten || schema != "cupel"; }
};

// `options` must outlive `app`.
void AddPluginUseOptions(CLI::App& app, PluginUseOptions* options);

cupel::DocumentOptions DocumentOptionsOf(const PluginUseOptions& options,
                                         bool indent, bool timing);

// The plugins that the options name, and what is used of them. Throws
// UsageError and cupel::Error.
cupel::Plugins MakeUsedPlugins(const PluginUseOptions& options);
// What the [core] of the configuration says of a scan (default_tlp,
// max_recursion), where the command line does not.
void TakeCore(const cupel::Plugins& plugins, PluginUseOptions* options,
              cupel::Limits* limits);
// `dispatch` keeps the rules that the result refers to.
cupel::PluginUse MakePluginUse(const cupel::Engine& engine,
                               const PluginUseOptions& options,
                               std::optional<cupel::Ruleset>* dispatch);

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_PLUGIN_USE_OPTIONS_H_
