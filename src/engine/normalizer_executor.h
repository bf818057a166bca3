// Runs normalizers for a worker.
#ifndef CUPEL_ENGINE_NORMALIZER_EXECUTOR_H_
#define CUPEL_ENGINE_NORMALIZER_EXECUTOR_H_

#include <memory>

#include "absl/status/statusor.h"
#include "engine/openkat_job.h"
#include "worker/executor.h"

namespace cupel {

// The body of an order is {"task":{…}}, a Task with a NormalizerMeta; its
// attachment is the raw. The result is application/vnd.cupel.normalizer+json:
//   {"schema":"cupel.normalizer-output/1","status":"completed"|"failed",
//    "tier","problem","warnings":[],"log":[],
//    "results":{…NormalizerResults…},"normalizer_meta":{…}}
// One that failed is a result too, without results.
absl::StatusOr<std::unique_ptr<worker::Executor>> NewNormalizerExecutor(
    OpenKatExecutorOptions options);

}  // namespace cupel

#endif  // CUPEL_ENGINE_NORMALIZER_EXECUTOR_H_
