// Putting a process that is about to run a plugin where it can do no harm.
#ifndef CUPEL_RUNNER_CONFINE_H_
#define CUPEL_RUNNER_CONFINE_H_

#include "absl/status/statusor.h"
#include "runner/runner_args.h"
#include "runner/unique_fd.h"

namespace cupel {

// For the calling process, which has one thread, and for good: limits, no
// privileges, then files and system calls. Returns what FilterSyscalls does.
// An error says what of it can't be had here.
absl::StatusOr<UniqueFd> Confine(const RunnerArgs& args);

}  // namespace cupel

#endif  // CUPEL_RUNNER_CONFINE_H_
