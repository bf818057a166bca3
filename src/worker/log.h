// What a worker tells of itself while it runs: events with facts. Who writes
// them, and where, is the host's affair.
#ifndef CUPEL_WORKER_LOG_H_
#define CUPEL_WORKER_LOG_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cupel::worker {

// Values are those of the C interface.
enum class LogLevel : int32_t {
  kDebug = 0,
  kInfo = 1,
  kWarning = 2,
  kError = 3,
};
std::string_view LogLevelName(LogLevel level);              // "DEBUG", …
std::optional<LogLevel> LogLevelOf(std::string_view name);  // in any case

// No secrets, ever. The same facts have the same names everywhere: "job",
// "kind", "slot", "pid", "signal", "step", "reason".
using Facts = std::vector<std::pair<std::string, std::string>>;

struct LogEvent {
  int64_t time_micros = 0;  // since 1970, UTC
  LogLevel level = LogLevel::kInfo;
  std::string job;    // empty: of no job
  std::string event;  // what happened, in few words: "job completed"
  Facts facts;
};

// Thread-safe as long as the sink is.
class Log {
 public:
  using Sink = std::function<void(const LogEvent&)>;

  Log(LogLevel least, Sink sink) : least_(least), sink_(std::move(sink)) {}

  bool Wants(LogLevel level) const { return sink_ && level >= least_; }
  void Say(LogLevel level, std::string_view event, std::string_view job = {},
           Facts facts = {}) const;

  void Debug(std::string_view event, std::string_view job = {},
             Facts facts = {}) const {
    Say(LogLevel::kDebug, event, job, std::move(facts));
  }
  void Info(std::string_view event, std::string_view job = {},
            Facts facts = {}) const {
    Say(LogLevel::kInfo, event, job, std::move(facts));
  }
  void Warning(std::string_view event, std::string_view job = {},
               Facts facts = {}) const {
    Say(LogLevel::kWarning, event, job, std::move(facts));
  }
  void Error(std::string_view event, std::string_view job = {},
             Facts facts = {}) const {
    Say(LogLevel::kError, event, job, std::move(facts));
  }

 private:
  const LogLevel least_;
  const Sink sink_;
};

// One line, without a line feed:
// 2026-01-02T03:04:05.678Z INFO job completed job=… kind=scan
std::string LogLine(const LogEvent& event);
// {"time":"…","level":"INFO","event":"job completed","job":"…","kind":"scan"}
std::string LogJson(const LogEvent& event);

}  // namespace cupel::worker

#endif  // CUPEL_WORKER_LOG_H_
