// What the worker commands have in common: options over the configuration file
// and the environment.
#ifndef CUPEL_EXAMPLES_CLI_WORKER_OPTIONS_H_
#define CUPEL_EXAMPLES_CLI_WORKER_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "cupel/cupel.hpp"
#include "openkat_options.h"

namespace cli {

struct WorkerSettings {
  std::string config;  // a file
  bool check = false;
  std::string format = "text";  // of the check
  bool exit_when_empty = false;
  std::vector<std::string> rules;
  std::vector<std::string> roots;
  // By the variable that says the same; an empty one was not given.
  struct Given {
    const char* variable;
    std::string value;
  };
  std::vector<Given> given;
  OpenKatSettings openkat;
};

// `source`: where jobs come from, and what its command needs.
void AddWorkerOptions(CLI::App& command, WorkerSettings* settings,
                      bool with_queue);

// The configuration file, this process's environment and, above both, what was
// given. `config` gets the file's text and must outlive what is made of it.
cupel::WorkerOptions WorkerOptionsOf(const WorkerSettings& settings,
                                     const std::string& source,
                                     std::string* config);

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_WORKER_OPTIONS_H_
