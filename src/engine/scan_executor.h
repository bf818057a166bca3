// Jobs of kind "scan": files and bytes against rules. docs/worker.md has the
// form of the body.
#ifndef CUPEL_ENGINE_SCAN_EXECUTOR_H_
#define CUPEL_ENGINE_SCAN_EXECUTOR_H_

#include <memory>

#include "absl/status/statusor.h"
#include "format/json.h"
#include "worker/executor.h"

namespace cupel {

// Reads "rules", "scan" and "plugins" of the configuration, and compiles the
// rules that jobs run without any of their own.
absl::StatusOr<std::unique_ptr<worker::Executor>> NewScanExecutor(
    const Json& config);

}  // namespace cupel

#endif  // CUPEL_ENGINE_SCAN_EXECUTOR_H_
