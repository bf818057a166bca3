#include "engine/queue_worker.h"

#include <algorithm>
#include <utility>

#include "base/status.h"
#include "engine/config_values.h"
#include "engine/executors.h"
#include "format/escape.h"
#include "format/units.h"
#include "store/database_url.h"
#include "worker/queue_source.h"

namespace cupel {
namespace {

constexpr uint64_t kDefaultLeaseMs = 60'000;
constexpr std::string_view kTable = "queue";

// A URL without what lies between "//" and "@".
std::vector<std::string> KindsOf(const Json& config) {
  std::vector<std::string> kinds = ConfigTexts(config, kTable, "kinds");
  if (kinds.empty()) kinds.emplace_back("scan");
  return kinds;
}

WorkerSource Describe(const Json& config) {
  const std::string url = ConfigText(config, kTable, "url");
  WorkerSource source;
  source.kinds = KindsOf(config);
  source.lease_ms = ConfigCount(config, kTable, "lease", kDefaultLeaseMs);
  source.any_path = url.starts_with("sqlite:") || url.starts_with("memory:");
  std::string kinds;
  for (const std::string& kind : source.kinds) {
    kinds += (kinds.empty() ? "" : ", ") + EscapePrintable(kind);
  }
  source.plan = {
      fmt::format("takes jobs of kind {} from the queue {}", kinds,
                  PrintableUrl(url)),
      fmt::format("holds each for {} at a time, put off at a third of it",
                  FormatDuration(source.lease_ms * 1'000'000))};
  return source;
}

queue::QueueOptions QueueOptionsOf(const Json& config) {
  queue::QueueOptions options;
  options.max_attempts = static_cast<uint32_t>(
      ConfigCount(config, kTable, "max_attempts", options.max_attempts));
  options.driver_folders = ConfigTexts(config, kTable, "driver_folders");
  return options;
}

}  // namespace

WorkerSource CheckQueueWorker(const SourceContext& context,
                              ConfigProblems* problems) {
  const Json& config = *context.config;
  if (ConfigText(config, kTable, "url").empty()) {
    problems->push_back({"queue.url", "is missing",
                         "say where jobs come from: sqlite:PATH, or --queue"});
  }
  const std::vector<std::string> known = ExecutorKinds();
  for (const std::string& kind : KindsOf(config)) {
    if (std::find(known.begin(), known.end(), kind) != known.end()) continue;
    std::string names;
    for (const std::string& name : known) {
      names += (names.empty() ? "" : ", ") + name;
    }
    problems->push_back(
        {"queue.kinds",
         fmt::format("'{}' is no kind of job", EscapePrintable(kind)),
         "some of " + names});
  }
  return Describe(config);
}

absl::StatusOr<WorkerSource> OpenQueueWorker(const SourceContext& context) {
  const Json& config = *context.config;
  WorkerSource source = Describe(config);
  CUPEL_ASSIGN_OR_RETURN(source.queue,
                         queue::OpenQueue(ConfigText(config, kTable, "url"),
                                          QueueOptionsOf(config)));
  source.source =
      worker::NewQueueSource(source.queue, {.worker = context.worker_name,
                                            .lease_ms = source.lease_ms,
                                            .kinds = source.kinds});
  return source;
}

}  // namespace cupel
