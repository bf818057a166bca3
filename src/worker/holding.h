// A job that the pool holds, from its lease to its end.
#ifndef CUPEL_WORKER_HOLDING_H_
#define CUPEL_WORKER_HOLDING_H_

#include <atomic>
#include <cstdint>
#include <utility>

#include "budget/cancel.h"
#include "worker/job_source.h"

namespace cupel::worker {

struct Holding {
  explicit Holding(HeldJob held) : job(std::move(held)) {}

  // Why a job is made to end before its time.
  enum class Stop : uint8_t {
    kNone,
    kLost,       // it is somebody else's now
    kCancelled,  // the source wants it to end
    kStopped,    // the worker stops
  };

  // The first reason counts.
  void End(Stop why) {
    Stop none = Stop::kNone;
    if (stop.compare_exchange_strong(none, why)) cancel.Trigger();
  }

  HeldJob job;  // of the thread that runs it
  Cancel cancel;
  std::atomic<Stop> stop{Stop::kNone};
  // Its outcome is being delivered: that the lease is gone is no news then.
  std::atomic<bool> finishing{false};
};

}  // namespace cupel::worker

#endif  // CUPEL_WORKER_HOLDING_H_
