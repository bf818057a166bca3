// cupel registry serve.
#ifndef CUPEL_EXAMPLES_CLI_REGISTRY_SERVE_H_
#define CUPEL_EXAMPLES_CLI_REGISTRY_SERVE_H_

#include <CLI/CLI.hpp>

#include "app.h"

namespace cli {

void AddServeCommand(CLI::App& registry, Action* action);

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_REGISTRY_SERVE_H_
