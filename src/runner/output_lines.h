// What a plugin writes to its standard output and error: lines for the log.
#ifndef CUPEL_RUNNER_OUTPUT_LINES_H_
#define CUPEL_RUNNER_OUTPUT_LINES_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "plugin/plugin.h"

namespace cupel {

// One of the two. Not thread-safe.
class OutputLines {
 public:
  OutputLines(std::string_view name, LogLevel level)
      : name_(name), level_(level) {}

  // For the next call: where lines go, and how many bytes of them.
  void Begin(const PluginServices* services, uint64_t bytes);
  // Reads some of what is there from a descriptor that does not block. False at
  // its end.
  bool Read(int fd);
  // Reads as much as a pipe holds, but what is written meanwhile.
  void Drain(int fd);
  // The call is over: a line that has no end yet counts as one, and what was
  // left out is told.
  void End();

 private:
  ptrdiff_t ReadSome(int fd);
  void Take(std::string_view bytes);
  void Emit(std::string_view line);

  const std::string_view name_;
  const LogLevel level_;
  const PluginServices* services_ = nullptr;
  uint64_t left_ = 0;
  uint64_t left_out_ = 0;
  std::string line_;
};

}  // namespace cupel

#endif  // CUPEL_RUNNER_OUTPUT_LINES_H_
