// Starting programs of ours: in a session of their own, with the signals of a
// fresh process, and no descriptors but those that are meant for them.
#ifndef CUPEL_RUNNER_SPAWN_PROGRAM_H_
#define CUPEL_RUNNER_SPAWN_PROGRAM_H_

#include <sys/types.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "runner/unique_fd.h"

namespace cupel {

// Out of the way of the descriptors that it is to become in a new process.
absl::Status MoveUp(UniqueFd* fd);

// Starts `program` with `words` (its name first) and `environment`. `moves`:
// ours, after MoveUp, and what it is there. 0 and 1 lead nowhere unless moved.
// Everything else of ours must close on exec. kFailedPrecondition names it.
absl::StatusOr<pid_t> SpawnProgram(
    const std::string& program, std::vector<std::string> words,
    std::vector<std::string> environment,
    const std::vector<std::pair<int, int>>& moves);

}  // namespace cupel

#endif  // CUPEL_RUNNER_SPAWN_PROGRAM_H_
