// All that can run jobs, in one: it picks by the kind of the order. What is in
// it is made when it is first needed, of the worker's configuration.
#ifndef CUPEL_ENGINE_EXECUTORS_H_
#define CUPEL_ENGINE_EXECUTORS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "format/json.h"
#include "worker/executor.h"

namespace cupel {

// `config` is the worker's, an object with the tables "rules", "scan",
// "plugins", … as docs/worker.md has them, checked and with plain values
// (milliseconds, bytes). The executors for its "kinds" (an array of texts) are
// made now, so that what is wrong with them is an error here.
absl::StatusOr<std::unique_ptr<worker::Executor>> NewExecutors(
    const Json& config);

// The kinds there are.
std::vector<std::string> ExecutorKinds();

}  // namespace cupel

#endif  // CUPEL_ENGINE_EXECUTORS_H_
