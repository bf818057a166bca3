// The pool of a worker: takes jobs from a source, has each run in one of its
// slots, keeps their leases, and says what became of them.
#ifndef CUPEL_WORKER_POOL_H_
#define CUPEL_WORKER_POOL_H_

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/mutex.h"
#include "budget/cancel.h"
#include "worker/hand_over.h"
#include "worker/holding.h"
#include "worker/job_source.h"
#include "worker/lease_keeper.h"
#include "worker/log.h"
#include "worker/metrics.h"
#include "worker/slot_runner.h"

namespace cupel::worker {

struct PoolOptions {
  uint32_t size = 1;  // slots: each is a thread here and, mostly, a process
  bool exit_when_empty = false;
  uint64_t time_ms = 0;  // of a job whose order says nothing; 0: no end
  // What those who stop get to give back what they hold.
  uint64_t farewell_ms = 10'000;
  // After a lease that failed; then double, up to the second.
  uint64_t first_retry_ms = 500;
  uint64_t longest_retry_ms = 30'000;
  std::function<std::unique_ptr<SlotRunner>()> new_runner;
  const Log* log = nullptr;    // borrowed
  Metrics* metrics = nullptr;  // borrowed; may be null
};

struct SlotStatus {
  std::string state;  // "starting", "idle", "running", "failing", "ended"
  pid_t pid = 0;
  std::string job;
  std::string kind;
  std::string step;
  int64_t since_micros = 0;  // UTC; of the state
  uint64_t jobs = 0;         // that ended here
  uint64_t starts = 0;       // of its process
};

struct JobFailureStatus {
  int64_t time_micros = 0;
  std::string job;
  std::string kind;
  std::string outcome;  // "failed", "lost"
  std::string reason;
  std::string step;
};

struct PoolStatus {
  std::vector<SlotStatus> slots;
  uint64_t waiting = 0;
  uint64_t completed = 0;
  uint64_t failed = 0;
  uint64_t lost = 0;
  uint64_t cancelled = 0;
  uint64_t given_back = 0;
  uint64_t mean_run_ns = 0;
  bool draining = false;
  bool ready = false;        // a slot is there, and the source answers
  std::string source_error;  // of the last lease; empty: it worked
  std::vector<JobFailureStatus> failures;  // the latest first; 20 at most
};

// Thread-safe. Run is called once; all else at any time.
class Pool {
 public:
  Pool(std::shared_ptr<JobSource> source, PoolOptions options);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  // Works until it is drained or stopped, or, with exit_when_empty, there is
  // nothing left to do. `cancel` (may be null) stops it. An error if none of
  // the slots came up at its first attempt: that is the configuration's fault.
  absl::Status Run(Cancel* cancel);

  // Takes no more jobs, ends those that run, gives back those that wait.
  void Drain();
  // Also makes those that run end, and gives them back.
  void Stop();
  // Each slot reads rules and plugins again before its next job.
  void Reload();

  PoolStatus status() const;

 private:
  struct Slot;
  using HoldingPtr = std::shared_ptr<Holding>;

  absl::Status Fetch();
  bool NoneCameUp() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  uint32_t Wanted() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool FetchOnce(uint32_t wanted, uint64_t* retry_ms);
  bool NothingLeft();
  void Take(std::vector<HeldJob> jobs);
  void Farewell();
  void LastWord();

  void SlotMain(Slot& slot);
  bool SlotReady(Slot& slot);
  void SlotLookAfter(Slot& slot);
  void SlotReload(Slot& slot);
  void NoteProcess(Slot& slot) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  HoldingPtr NextFor(Slot& slot, bool* over);
  void WaitIn(Slot& slot, uint64_t most_ns);
  void RunIn(Slot& slot, const HoldingPtr& holding);
  bool PrepareIn(Holding& holding, JobOutcome* outcome);
  void End(Slot& slot, const HoldingPtr& holding, JobOutcome outcome);
  void Count(const Slot& slot, const Holding& holding,
             const JobOutcome& outcome);
  void GiveBack(Holding& holding);
  void SetState(Slot& slot, std::string state);

  const std::shared_ptr<JobSource> source_;
  const PoolOptions options_;
  Cancel fetching_;  // ends a Lease that waits
  Cancel starting_;  // ends starts of processes
  Cancel farewell_;  // ends what those who stop still say

  mutable Mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::deque<HoldingPtr> waiting_ ABSL_GUARDED_BY(mutex_);
  std::vector<HoldingPtr> running_ ABSL_GUARDED_BY(mutex_);
  HandOver hand_over_ ABSL_GUARDED_BY(mutex_);
  uint64_t lease_ns_ ABSL_GUARDED_BY(mutex_) = 0;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  bool over_ ABSL_GUARDED_BY(mutex_) = false;  // slots end when nothing waits
  bool all_ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool ever_ready_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status never_ready_ ABSL_GUARDED_BY(mutex_);
  PoolStatus status_ ABSL_GUARDED_BY(mutex_);
  std::unique_ptr<LeaseKeeper> keeper_;
};

}  // namespace cupel::worker

#endif  // CUPEL_WORKER_POOL_H_
