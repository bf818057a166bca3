// A worker: configuration, source of jobs, pool, and what is told of them.
#ifndef CUPEL_ENGINE_WORKER_H_
#define CUPEL_ENGINE_WORKER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "budget/cancel.h"
#include "engine/worker_config.h"
#include "registry/rest.h"
#include "worker/log.h"
#include "worker/metrics.h"
#include "worker/pool.h"

namespace cupel {

struct WorkerSetup {
  std::string toml;
  std::string toml_name = "worker.toml";
  // All that the host hands over, secrets of sources included. Later ones win.
  EnvironmentPairs environment;
  // Gets whole lines, in the form that worker.log_format says, from any thread.
  std::function<void(worker::LogLevel level, std::string_view line)> log;
};

// A configuration that was looked at.
struct WorkerPlan {
  ConfigProblems problems;
  Json config = Json::object();  // as ReadWorkerConfig has it
  std::string source_name;
  WorkerSource source;  // checked, not opened
  uint32_t pool_size = 0;
  bool threads = false;
  uint64_t time_ms = 0;
  uint64_t start_ms = 0;
  uint64_t grace_ms = 0;
  std::string name;
  std::string listen;
  worker::LogLevel log_level = worker::LogLevel::kInfo;
  bool log_json = false;
  std::string executor_config;     // JSON, what job runners are given
  std::vector<std::string> lines;  // what it would do, for people
};
WorkerPlan PlanWorker(const WorkerSetup& setup);
// Makes plan->executor_config of the configuration and of the source's tables:
// once more when the source is open, and says where its files are.
void MakeExecutorConfig(WorkerPlan* plan);

// {"schema":"cupel.worker-check/1","ok":true,"problems":[{"key","message",
// "remedy"}],"plan":["…"]}, or the same as text for people: with what a job
// runner says that is started for it, and ended again. Nothing is asked of the
// source.
std::string CheckWorker(const WorkerSetup& setup, bool text, Cancel* cancel,
                        bool* ok);

// Thread-safe.
class Worker {
 public:
  // INVALID_ARGUMENT names all problems of the configuration; else what the
  // source says when it is opened.
  static absl::StatusOr<std::unique_ptr<Worker>> New(const WorkerSetup& setup);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // As Pool's; once.
  absl::Status Run(Cancel* cancel);
  void Drain();
  void Stop();
  void Reload();

  const std::string& listen() const { return plan_.listen; }
  // /, /healthz, /readyz, /metrics, /status.json; GET and HEAD.
  RestResponse Http(std::string_view method, std::string_view path);
  // docs/worker.md has its form.
  std::string StatusJson();

 private:
  explicit Worker(WorkerPlan plan);

  // Of the queue; not asked more than once a second. Null: there is none.
  std::unique_ptr<queue::QueueStats> Stats();
  std::string MetricsText();
  std::string StatusHtml();

  WorkerPlan plan_;
  std::unique_ptr<worker::Log> log_;
  worker::Metrics metrics_;
  WorkerSource source_;
  std::unique_ptr<worker::Pool> pool_;
  int64_t started_micros_ = 0;
  Mutex mutex_;
  bool ran_ ABSL_GUARDED_BY(mutex_) = false;
  std::unique_ptr<queue::QueueStats> stats_ ABSL_GUARDED_BY(mutex_);
  int64_t stats_at_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace cupel

#endif  // CUPEL_ENGINE_WORKER_H_
