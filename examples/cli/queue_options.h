// Which queue a command is about.
#ifndef CUPEL_EXAMPLES_CLI_QUEUE_OPTIONS_H_
#define CUPEL_EXAMPLES_CLI_QUEUE_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "cupel/cupel.hpp"

namespace cli {

struct QueueSettings {
  std::string url;  // empty: the variable CUPEL_QUEUE
  std::vector<std::string> driver_folders;
};

// `settings` must outlive `command`.
void AddQueueOptions(CLI::App& command, QueueSettings* settings);

// Throws UsageError if nobody said which, and cupel::Error.
cupel::Queue OpenQueue(const QueueSettings& settings);

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_QUEUE_OPTIONS_H_
