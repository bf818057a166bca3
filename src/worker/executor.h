// Who runs a job: in a process of the pool (job_process.h), or in a thread of
// the worker for jobs that only scan. An executor talks to no queue, no API
// and no database of the worker's: all it needs comes with the order.
#ifndef CUPEL_WORKER_EXECUTOR_H_
#define CUPEL_WORKER_EXECUTOR_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "budget/cancel.h"

namespace cupel::worker {

struct WorkOrder {
  std::string job_id;
  std::string organisation;
  std::string kind;  // "scan", "boefje", "normalizer", "package"
  std::string body;  // JSON object: docs/queue.md
  // Bytes that go with it: a normalizer's raw.
  std::string attachment;
  // Secrets: wiped by those who hold them, never logged. Of a boefje.
  std::vector<std::pair<std::string, std::string>> environment;
  uint64_t time_ms = 0;  // wall time; 0: the executor's own limit
};

struct WorkResult {
  std::string type;   // MIME type
  std::string bytes;  // JSON
  // For logs and metrics, without secrets: "verdict" -> "matched", …
  std::vector<std::pair<std::string, std::string>> facts;
  // "scan.bytes" -> 1234: added up by the worker's metrics.
  std::vector<std::pair<std::string, double>> counts;
};

// One job at a time, one thread at a time (Run is called by any).
class Executor {
 public:
  // Told what is being done now: "unpack pkg.tgz!/a.py". Cheap; may be called
  // often, from any thread.
  using StepSink = std::function<void(std::string_view step)>;

  virtual ~Executor() = default;

  // kCancelled if `cancel` (may be null) ended it. Any other error: the job
  // failed, and the message, one line without secrets, says why; kUnavailable,
  // kResourceExhausted and kAborted: another attempt may do better.
  virtual absl::StatusOr<WorkResult> Run(const WorkOrder& order,
                                         const StepSink& step,
                                         Cancel* cancel) = 0;
  // Rules and plugins are read again before the next job.
  virtual absl::Status Reload() = 0;
};

}  // namespace cupel::worker

#endif  // CUPEL_WORKER_EXECUTOR_H_
