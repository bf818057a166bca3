// A worker for OpenKAT: the table "openkat" of its configuration and OpenKAT's
// own variables. docs/openkat-worker.md has both.
#ifndef CUPEL_ENGINE_OPENKAT_WORKER_H_
#define CUPEL_ENGINE_OPENKAT_WORKER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "engine/worker_sources.h"
#include "format/json.h"
#include "worker/executor.h"

namespace cupel {

WorkerSource CheckOpenKatBoefjes(const SourceContext& context,
                                 ConfigProblems* problems);
WorkerSource CheckOpenKatNormalizers(const SourceContext& context,
                                     ConfigProblems* problems);
absl::StatusOr<WorkerSource> OpenOpenKatBoefjes(const SourceContext& context);
absl::StatusOr<WorkerSource> OpenOpenKatNormalizers(
    const SourceContext& context);

// Read the table "openkat" of the configuration that executors are made of.
absl::StatusOr<std::unique_ptr<worker::Executor>> MakeBoefjeExecutor(
    const Json& config);
absl::StatusOr<std::unique_ptr<worker::Executor>> MakeNormalizerExecutor(
    const Json& config);

}  // namespace cupel

#endif  // CUPEL_ENGINE_OPENKAT_WORKER_H_
