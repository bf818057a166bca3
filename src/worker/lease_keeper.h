// Puts the leases of all held jobs off in time.
#ifndef CUPEL_WORKER_LEASE_KEEPER_H_
#define CUPEL_WORKER_LEASE_KEEPER_H_

#include <condition_variable>
#include <memory>
#include <thread>
#include <vector>

#include "base/mutex.h"
#include "worker/holding.h"
#include "worker/job_source.h"
#include "worker/log.h"
#include "worker/metrics.h"

namespace cupel::worker {

// Has a thread. Thread-safe.
class LeaseKeeper {
 public:
  // All borrowed. `log` and `metrics` may be null.
  LeaseKeeper(JobSource* source, const Log* log, Metrics* metrics);
  // Triggers the Cancel of a renewal that is under way and waits for it.
  ~LeaseKeeper();
  LeaseKeeper(const LeaseKeeper&) = delete;
  LeaseKeeper& operator=(const LeaseKeeper&) = delete;

  // Renews at a third of the lease, each time. A job that isn't ours any more,
  // or that is to be cancelled, is ended; so is one whose lease ran out while
  // the source could not be reached. One after the other; of those that are due
  // the one whose lease ends first.
  void Add(std::shared_ptr<Holding> holding);
  // May still be renewing it, for a moment.
  void Remove(const Holding* holding);

 private:
  struct Kept {
    std::shared_ptr<Holding> holding;
    HeldJob job;  // without what its order holds
    int64_t due = 0;
    int64_t ends = 0;
  };

  void Main();
  std::vector<Kept>::iterator First(int64_t now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Renew(Kept kept);

  JobSource* const source_;
  const Log* const log_;
  Metrics* const metrics_;
  Cancel cancel_;
  Mutex mutex_;
  std::condition_variable_any changed_;
  std::vector<Kept> kept_ ABSL_GUARDED_BY(mutex_);
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace cupel::worker

#endif  // CUPEL_WORKER_LEASE_KEEPER_H_
