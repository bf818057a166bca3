#include "engine/worker_sources.h"

#include "base/status.h"
#include "engine/dragonfly_worker.h"
#include "engine/openkat_worker.h"
#include "engine/queue_worker.h"
#include "format/escape.h"

namespace cupel {
namespace {

struct SourceKind {
  std::string_view name;
  WorkerSource (*check)(const SourceContext& context, ConfigProblems* problems);
  absl::StatusOr<WorkerSource> (*open)(const SourceContext& context);
};

// A line for each source.
std::vector<SourceKind> Sources() {
  return {
      {"queue", CheckQueueWorker, OpenQueueWorker},
      {"dragonfly", CheckDragonflyWorker, OpenDragonflyWorker},
      {"openkat-boefje", CheckOpenKatBoefjes, OpenOpenKatBoefjes},
      {"openkat-normalizer", CheckOpenKatNormalizers, OpenOpenKatNormalizers},
  };
}

}  // namespace

std::vector<std::string> WorkerSourceNames() {
  std::vector<std::string> names;
  for (const SourceKind& source : Sources()) names.emplace_back(source.name);
  return names;
}

WorkerSource CheckWorkerSource(std::string_view name,
                               const SourceContext& context,
                               ConfigProblems* problems) {
  std::string known;
  for (const SourceKind& source : Sources()) {
    if (source.name == name) return source.check(context, problems);
    known += known.empty() ? "" : ", ";
    known += source.name;
  }
  problems->push_back(
      {"worker.source",
       fmt::format("'{}' is no source of jobs", EscapePrintable(name)),
       "one of " + known});
  return {};
}

absl::StatusOr<WorkerSource> OpenWorkerSource(std::string_view name,
                                              const SourceContext& context) {
  for (const SourceKind& source : Sources()) {
    if (source.name == name) return source.open(context);
  }
  return InvalidArgument("'{}' is no source of jobs", EscapePrintable(name));
}

}  // namespace cupel
