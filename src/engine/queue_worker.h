// A worker over a queue of ours: the table "queue" of its configuration.
#ifndef CUPEL_ENGINE_QUEUE_WORKER_H_
#define CUPEL_ENGINE_QUEUE_WORKER_H_

#include "absl/status/statusor.h"
#include "engine/worker_sources.h"

namespace cupel {

WorkerSource CheckQueueWorker(const SourceContext& context,
                              ConfigProblems* problems);
absl::StatusOr<WorkerSource> OpenQueueWorker(const SourceContext& context);

}  // namespace cupel

#endif  // CUPEL_ENGINE_QUEUE_WORKER_H_
