// The commands below `cupel queue` that have files of their own.
#ifndef CUPEL_EXAMPLES_CLI_QUEUE_COMMANDS_H_
#define CUPEL_EXAMPLES_CLI_QUEUE_COMMANDS_H_

#include <CLI/CLI.hpp>

#include "app.h"

namespace cli {

void AddQueueSubmit(CLI::App& queue, Action* action);
// list, dead, show, result and stats.
void AddQueueShow(CLI::App& queue, Action* action);

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_QUEUE_COMMANDS_H_
