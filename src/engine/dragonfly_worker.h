// A worker for Dragonfly's API: its variables, its files, and the table
// "dragonfly" of the configuration.
#ifndef CUPEL_ENGINE_DRAGONFLY_WORKER_H_
#define CUPEL_ENGINE_DRAGONFLY_WORKER_H_

#include "absl/status/statusor.h"
#include "engine/worker_sources.h"

namespace cupel {

WorkerSource CheckDragonflyWorker(const SourceContext& context,
                                  ConfigProblems* problems);
absl::StatusOr<WorkerSource> OpenDragonflyWorker(const SourceContext& context);

}  // namespace cupel

#endif  // CUPEL_ENGINE_DRAGONFLY_WORKER_H_
