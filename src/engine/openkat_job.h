// What the executors of boefjes and normalizers have in common: the task in an
// order, and the document that tells how its run went.
#ifndef CUPEL_ENGINE_OPENKAT_JOB_H_
#define CUPEL_ENGINE_OPENKAT_JOB_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "engine/boefje_calls.h"
#include "format/json.h"
#include "format/json_writer.h"
#include "job/task.h"
#include "worker/executor.h"

namespace cupel {

struct OpenKatExecutorOptions {
  std::vector<std::string> plugin_folders;
  PluginRunOptions run;
  uint64_t max_raw_bytes = uint64_t{64} << 20;  // of one file
};

// The object that an order's body is.
absl::StatusOr<Json> ParseBody(const worker::WorkOrder& order);
// Its "task". INVALID_ARGUMENT says where it is wrong.
absl::StatusOr<job::Task> TaskOf(const Json& body);

// What a plugin logs while it runs. Thread-safe; bounded, the rest is counted.
class RunLog {
 public:
  void Add(LogLevel level, std::string_view text);
  // ["warning: …"]
  void Write(JsonWriter* json) const;

 private:
  mutable Mutex mutex_;
  std::vector<std::string> lines_ ABSL_GUARDED_BY(mutex_);
  size_t left_out_ ABSL_GUARDED_BY(mutex_) = 0;
};

// The options of one run: the order's time, and the log of its own.
PluginRunOptions OptionsOf(const OpenKatExecutorOptions& options,
                           const worker::WorkOrder& order, RunLog* log);

// "schema", "status", "tier", "problem", "warnings" and "log".
void WriteRun(std::string_view schema, job::StatusEnum status, Tier tier,
              std::string_view problem,
              const std::vector<std::string>& warnings, const RunLog& log,
              JsonWriter* json);

}  // namespace cupel

#endif  // CUPEL_ENGINE_OPENKAT_JOB_H_
