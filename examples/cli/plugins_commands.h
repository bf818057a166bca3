// The parts of `cupel plugins`, each in a file of its own.
#ifndef CUPEL_EXAMPLES_CLI_PLUGINS_COMMANDS_H_
#define CUPEL_EXAMPLES_CLI_PLUGINS_COMMANDS_H_

#include <CLI/CLI.hpp>

#include "app.h"

namespace cli {

void AddPluginsShow(CLI::App& plugins, Action* action);
void AddPluginsRun(CLI::App& plugins, Action* action);
void AddPluginsInstall(CLI::App& plugins, Action* action);

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_PLUGINS_COMMANDS_H_
