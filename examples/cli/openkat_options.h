// Options of `cupel worker openkat`.
#ifndef CUPEL_EXAMPLES_CLI_OPENKAT_OPTIONS_H_
#define CUPEL_EXAMPLES_CLI_OPENKAT_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace cli {

struct OpenKatSettings {
  std::vector<std::string> plugin_folders;
  std::vector<std::string> plugins;
  std::vector<std::string> images;
  std::string spool;
  bool upstream_metas = false;
  bool serve_api = false;
};

void AddOpenKatOptions(CLI::App& command, OpenKatSettings* settings);

// As variables, "NAME=value", which stand above the table "openkat". Nothing
// for what was not given.
std::vector<std::string> OpenKatVariables(const OpenKatSettings& settings);

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_OPENKAT_OPTIONS_H_
