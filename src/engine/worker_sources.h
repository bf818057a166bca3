// Where a worker's jobs can come from, by name. Each source reads its own table
// of the configuration, and says what it would do.
#ifndef CUPEL_ENGINE_WORKER_SOURCES_H_
#define CUPEL_ENGINE_WORKER_SOURCES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "format/json.h"
#include "queue/job_queue.h"
#include "worker/job_source.h"
#include "worker/log.h"

namespace cupel {

// One thing wrong with a configuration; all are told at once.
struct ConfigProblem {
  std::string key;      // "queue.lease", or the name of a variable
  std::string message;  // "must be …, not …"; shows no value that is a secret
  std::string remedy;   // may be empty
};
using ConfigProblems = std::vector<ConfigProblem>;

struct SourceContext {
  // The whole configuration, an object of tables. Those of the worker are
  // checked and plain ("queue.lease_ms"); "openkat" and "dragonfly" are as they
  // were given, for their sources to check, and may be missing.
  const Json* config = nullptr;
  // All variables of the environment that the host has handed over. Secrets.
  const std::vector<std::pair<std::string, std::string>>* environment = nullptr;
  std::string worker_name;  // for people and other systems: "host:pid"
  // Null while only a check is wanted. Outlives the source.
  const worker::Log* log = nullptr;
};

struct WorkerSource {
  std::shared_ptr<worker::JobSource> source;  // null after a check
  // Set for sources over a queue of ours: for metrics.
  std::shared_ptr<queue::JobQueue> queue;
  std::vector<std::string> kinds;  // of the jobs that come
  // Added to the configuration that executors are made of: tables of the
  // source's own ("package", "boefje"). No secrets. An object.
  Json executor_config = Json::object();
  uint32_t pool_size = 0;  // 0: nothing is said
  uint64_t lease_ms = 0;   // 0: there are no leases
  std::string log_level;   // empty: nothing is said
  bool log_json = false;   // unless the configuration says how
  bool any_path = false;   // who submits is who runs it: no roots needed
  // What it would do, one line each, for people.
  std::vector<std::string> plan;
};

// "queue", "openkat-boefje", "openkat-normalizer", "dragonfly".
std::vector<std::string> WorkerSourceNames();

// Adds all that is wrong to `problems`; opens and asks nothing. What it gives
// has no source.
WorkerSource CheckWorkerSource(std::string_view name,
                               const SourceContext& context,
                               ConfigProblems* problems);
// For a configuration that was checked.
absl::StatusOr<WorkerSource> OpenWorkerSource(std::string_view name,
                                              const SourceContext& context);

}  // namespace cupel

#endif  // CUPEL_ENGINE_WORKER_SOURCES_H_
