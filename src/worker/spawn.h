// Starting a cupel-job-runner.
#ifndef CUPEL_WORKER_SPAWN_H_
#define CUPEL_WORKER_SPAWN_H_

#include <sys/types.h>

#include <string>

#include "absl/status/statusor.h"
#include "runner/unique_fd.h"

namespace cupel::worker {

// Its end of the channel, in the process.
inline constexpr int kJobChannelFd = 3;

struct Spawned {
  pid_t pid = -1;
  UniqueFd channel;  // ours
  UniqueFd err;      // what it writes to standard error; does not block
};

// In a session of its own, with no signal blocked, and with nothing of our
// environment but what says where things are: secrets of the supervisor's stay
// here.
absl::StatusOr<Spawned> SpawnJobRunner(const std::string& program);

}  // namespace cupel::worker

#endif  // CUPEL_WORKER_SPAWN_H_
