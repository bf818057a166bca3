// What a slot of the pool runs its jobs with: a process of its own, or an
// executor in the slot's thread.
#ifndef CUPEL_WORKER_SLOT_RUNNER_H_
#define CUPEL_WORKER_SLOT_RUNNER_H_

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "budget/cancel.h"
#include "worker/executor.h"
#include "worker/job_process.h"
#include "worker/job_source.h"

namespace cupel::worker {

// One thread, always the same.
class SlotRunner {
 public:
  virtual ~SlotRunner() = default;

  // Gets what a job needs; called before each, but not before wait_ns() is
  // over.
  virtual absl::Status Prepare(Cancel* cancel) = 0;
  virtual uint64_t wait_ns() const = 0;
  // The order's secrets are wiped.
  virtual JobOutcome Run(WorkOrder& order, uint64_t time_ms,
                         const Executor::StepSink& step, Cancel* cancel) = 0;
  // An error leaves all as it was.
  virtual absl::Status Reload(Cancel* cancel) = 0;

  // Readable if it has ended while nothing ran; -1: that can't be.
  virtual int idle_fd() const { return -1; }
  // How it ended; empty if it is there.
  virtual std::string LookAfter() { return {}; }
  virtual pid_t pid() const { return 0; }
  virtual uint64_t starts() const { return 0; }
};

std::unique_ptr<SlotRunner> NewProcessRunner(JobProcessOptions options);

using ExecutorFactory =
    std::function<absl::StatusOr<std::unique_ptr<Executor>>()>;
std::unique_ptr<SlotRunner> NewThreadRunner(ExecutorFactory factory);

}  // namespace cupel::worker

#endif  // CUPEL_WORKER_SLOT_RUNNER_H_
