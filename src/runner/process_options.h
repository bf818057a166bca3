// How a plugin is run in a process of its own. docs/runner.md is the guide.
#ifndef CUPEL_RUNNER_PROCESS_OPTIONS_H_
#define CUPEL_RUNNER_PROCESS_OPTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "plugin/plugin.h"

namespace cupel {

// What one process may take. 0: the system's limit, for those that say so.
struct ProcessLimits {
  uint64_t address_space = uint64_t{4} << 30;  // bytes; 0: the system's
  // Of the process's whole life, all calls together; 0: the system's.
  uint64_t cpu_seconds = 0;
  uint64_t file_size = uint64_t{1} << 30;  // bytes, of each file it writes
  uint64_t open_files = 256;               // at least 16
  // Processes that the plugin may start and have at one time; 0: none.
  uint64_t processes = 64;
  // For calls that come without a nearer deadline; 0: none.
  uint64_t call_timeout_ms = uint64_t{10} * 60 * 1000;
  // From its start to having loaded and activated the plugin.
  uint64_t start_timeout_ms = uint64_t{30} * 1000;
  // What a process that was told to cancel gets before it is killed. Up to 40,
  // so that a call ends within 50 ms.
  uint64_t cancel_grace_ms = 20;
  // Output on stdout and stderr that goes to the log, of each call.
  uint64_t output_bytes = uint64_t{64} * 1024;
};

enum class CodeKind : uint8_t { kSharedObject, kPython, kBuiltin };

struct ProcessOptions {
  // The program cupel-runner; empty: FindRunner().
  std::string runner;
  CodeKind kind = CodeKind::kSharedObject;
  std::string origin;    // the shared object, or the folder of a Python plugin
  std::string manifest;  // of a Python plugin, beside origin; empty: the one
  std::string python = "/usr/bin/python3";
  std::vector<std::string> python_path;  // where cupel.host is, and more
  ProcessLimits limits;
  AnswerLimits answer;
  // The network: granted if the plugin needs it (PluginInfo::needs) and this
  // allows it.
  bool allow_network = false;
  // The same for writing anywhere (kNeedsFiles).
  bool allow_files = false;
  std::vector<std::string> readable;  // besides the system and its own folder
  std::vector<std::string> writable;  // besides its temporary folder
  // Where the temporary folder is made; empty: TMPDIR or /tmp.
  std::string temp_folder;
  // Accept a kernel without Landlock: files are then guarded by their owners
  // and modes only. Else that is an error.
  bool without_landlock = false;
};

}  // namespace cupel

#endif  // CUPEL_RUNNER_PROCESS_OPTIONS_H_
