// Steps of a job on their way to the supervisor: not more than one can read.
#ifndef CUPEL_ENGINE_JOB_RUNNER_STEP_SENDER_H_
#define CUPEL_ENGINE_JOB_RUNNER_STEP_SENDER_H_

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/mutex.h"
#include "engine/job_runner/job_link.h"
#include "engine/job_runner/no_memory.h"
#include "format/escape.h"

namespace cupel {

// Thread-safe.
class StepSender {
 public:
  static constexpr double kBurst = 50;      // at once
  static constexpr double kPerSecond = 50;  // after that
  static constexpr size_t kMostBytes = 1024;

  StepSender(JobLink* link, uint64_t number) : link_(link), number_(number) {}

  void Tell(std::string_view step) {
    {
      const MutexLock lock(mutex_);
      const int64_t now = MonotonicNanos();
      left_ = std::min(
          kBurst, left_ + static_cast<double>(now - at_) * kPerSecond / 1e9);
      at_ = now;
      if (left_ < 1) return;
      left_ -= 1;
    }
    // A step is for people: if it can't be sent, the result will say so.
    (void)WithoutBadAlloc([&] {
      return link_->Send(pool_wire::Step{
          number_, EscapePrintable(step.substr(0, kMostBytes))});
    });
  }

 private:
  JobLink* const link_;
  const uint64_t number_;
  Mutex mutex_;
  double left_ ABSL_GUARDED_BY(mutex_) = kBurst;
  int64_t at_ ABSL_GUARDED_BY(mutex_) = MonotonicNanos();
};

}  // namespace cupel

#endif  // CUPEL_ENGINE_JOB_RUNNER_STEP_SENDER_H_
