// Which system calls a plugin's process may make, by seccomp. The only place
// that knows libseccomp. Why it is a list of what is allowed: docs/runner.md.
#ifndef CUPEL_RUNNER_SYSCALL_FILTER_H_
#define CUPEL_RUNNER_SYSCALL_FILTER_H_

#include <sys/types.h>

#include <functional>

#include "absl/status/statusor.h"
#include "runner/unique_fd.h"

namespace cupel {

struct SyscallPolicy {
  bool network = false;
  // May start processes; each start is asked for through the descriptor that
  // FilterSyscalls returns.
  bool processes = false;
  // Landlock keeps signals inside; else only those to the process itself are
  // allowed.
  bool signals_scoped = false;
};

// For the calling thread and all it starts, for good. Returns the descriptor on
// which starts of processes are asked for, invalid if there are none.
absl::StatusOr<UniqueFd> FilterSyscalls(const SyscallPolicy& policy);

// Answers one question on that descriptor, once it is readable.
void AnswerFork(int notify_fd, const std::function<bool()>& may_fork);

}  // namespace cupel

#endif  // CUPEL_RUNNER_SYSCALL_FILTER_H_
