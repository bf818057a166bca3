// The process between a host and a plugin's process: it starts the latter,
// waits for its end or for that of the host, and leaves nothing behind: no
// process, no folder.
//
// Why it is there: only the parent of a process learns of its end, and a host
// that is killed can't clean up. (PR_SET_PDEATHSIG follows the thread that
// started a process, which in a host may well end before.) It reads nothing
// that a plugin wrote.
#ifndef CUPEL_RUNNER_SUPERVISOR_H_
#define CUPEL_RUNNER_SUPERVISOR_H_

#include <cstdint>
#include <functional>

#include "runner/runner_args.h"

namespace cupel {

// Descriptors of cupel-runner. The plugin's process has no kControlFd.
inline constexpr int kChannelFd = 3;
inline constexpr int kControlFd = 4;

// What it tells the host over kControlFd, in one message, when all that the
// plugin started is gone. A byte the other way, or its end: kill all.
struct SupervisorReport {
  int32_t wait_status = 0;  // as waitpid has it
  int32_t reserved = 0;
  uint64_t max_rss_kib = 0;
};

// Runs `plugin` in a child, with the descriptor through which its forks are to
// be asked for sent by `plugin` to link (-1: none are asked for), and stays
// until all is over. Returns the status to exit with.
int Supervise(const RunnerArgs& args,
              const std::function<int(int link)>& plugin);

// How `plugin` hands that descriptor over.
bool SendNotifyFd(int link, int fd);

}  // namespace cupel

#endif  // CUPEL_RUNNER_SUPERVISOR_H_
