// The command line of cupel-runner: how the process that it starts is confined.
// Nothing secret; it shows in lists of processes.
#ifndef CUPEL_RUNNER_RUNNER_ARGS_H_
#define CUPEL_RUNNER_RUNNER_ARGS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "runner/process_options.h"

namespace cupel {

struct RunnerArgs {
  CodeKind kind = CodeKind::kSharedObject;
  std::string python;  // the interpreter, if it is that kind
  std::string temp;    // the process's own folder
  uint64_t address_space = 0;
  uint64_t cpu_seconds = 0;
  uint64_t file_size = 0;
  uint64_t open_files = 0;
  uint64_t processes = 0;
  bool network = false;
  bool files = false;  // may write anywhere
  bool without_landlock = false;
  std::vector<std::string> readable;
  std::vector<std::string> writable;

  friend bool operator==(const RunnerArgs&, const RunnerArgs&) = default;
};

// Without the program's name.
std::vector<std::string> PrintRunnerArgs(const RunnerArgs& args);
absl::StatusOr<RunnerArgs> ParseRunnerArgs(
    const std::vector<std::string>& words);

}  // namespace cupel

#endif  // CUPEL_RUNNER_RUNNER_ARGS_H_
