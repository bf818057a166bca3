// Where a worker's jobs come from and what becomes of them: a queue of ours,
// OpenKAT's scheduler, Dragonfly's API. The pool (pool.h) knows nothing else.
#ifndef CUPEL_WORKER_JOB_SOURCE_H_
#define CUPEL_WORKER_JOB_SOURCE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "budget/cancel.h"
#include "worker/executor.h"

namespace cupel::worker {

// A job that this worker holds. Made by a source, which finds it again by id
// and token.
struct HeldJob {
  std::string id;
  uint64_t token = 0;  // 0 where the system has no such thing
  uint32_t attempt = 1;
  WorkOrder order;  // filled by Prepare at the latest
  Deadline lease;   // never: the system has no leases
  std::shared_ptr<void> of_source;
};

// How running a job ended.
struct JobOutcome {
  enum class Kind : uint8_t {
    kCompleted,  // `result` says all
    kFailed,     // the job: another attempt may well end the same way
    kLost,       // the process that ran it died, or was ended for its time
    kCancelled,  // the source asked for it (Renew)
  };
  Kind kind = Kind::kFailed;
  WorkResult result;   // kCompleted
  std::string reason;  // else; one line without secrets
  int signal = 0;      // kLost: what ended the process, or 0
  uint64_t max_rss_bytes = 0;
  std::string last_step;
  uint64_t run_ns = 0;
};

// Thread-safe. Calls that wait end within 50 ms of `cancel`, which may be null,
// with kCancelled.
class JobSource {
 public:
  virtual ~JobSource() = default;

  virtual std::string_view name() const = 0;  // "queue", "mula", "dragonfly"

  // Up to `max` jobs; waits for the first as long as is usual for the source
  // and then gives none. An error is told to the log and tried again later.
  virtual absl::StatusOr<std::vector<HeldJob>> Lease(uint32_t max,
                                                     Cancel* cancel) = 0;
  // Called by the thread that is about to run the job: says that it runs, and
  // gets what its order lacks. kAborted: not ours any more, drop it; any other
  // error: Finish is called with it as kFailed.
  virtual absl::Status Prepare(HeldJob& job, Cancel* cancel) = 0;
  // Puts job.lease off. kAborted: not ours any more; kCancelled: somebody wants
  // it to end.
  virtual absl::Status Renew(HeldJob& job, Cancel* cancel) = 0;
  // Delivers. An error is told to the log; the source has kept what can be
  // delivered later.
  virtual absl::Status Finish(HeldJob& job, JobOutcome outcome,
                              Cancel* cancel) = 0;
  // The job was not begun, or was stopped with the worker: somebody else is to
  // have it.
  virtual absl::Status GiveBack(HeldJob& job, Cancel* cancel) = 0;

  // What it has read of files is read again; on error the old stays.
  virtual absl::Status Reload() { return absl::OkStatus(); }

  // True once there will be no more jobs, as far as one can tell now.
  virtual absl::StatusOr<bool> Drained() = 0;
};

}  // namespace cupel::worker

#endif  // CUPEL_WORKER_JOB_SOURCE_H_
