// The time of a queue, and whether it stepped.
#ifndef CUPEL_QUEUE_QUEUE_CLOCK_H_
#define CUPEL_QUEUE_QUEUE_CLOCK_H_

#include <cstdint>
#include <functional>
#include <utility>

#include "base/mutex.h"

namespace cupel::queue {

// Microseconds since 1970, and on a clock that never steps.
struct ClockSource {
  std::function<int64_t()> wall;
  std::function<int64_t()> monotonic;
  static ClockSource System();
};

// What is left of a time after the wall clock was set? Leases and back-offs are
// spans, but are kept as times, because they outlive processes. Their rows have
// the span too, so that it can begin anew.
struct Step {
  bool stepped = false;
  // Forward: what was written until then was written by the clock as it was
  // before. 0: it went back, and such things were written after now.
  int64_t before_micros = 0;
};

// Thread-safe.
class QueueClock {
 public:
  // Less is what a clock that is being adjusted does.
  static constexpr int64_t kLeastStepMicros = 2'000'000;

  explicit QueueClock(ClockSource source) : source_(std::move(source)) {}

  int64_t Now() const { return source_.wall(); }
  int64_t Monotonic() const { return source_.monotonic(); }

  // Has the wall clock been set since the last Settle, or has there been none
  // (then nobody knows what other processes saw)? Stays true until then.
  Step Look(int64_t now);
  // What was to be done about it at `now` is done.
  void Settle(int64_t now);

 private:
  const ClockSource source_;
  Mutex mutex_;
  bool settled_ ABSL_GUARDED_BY(mutex_) = false;
  // As of the last look at which nothing had stepped.
  int64_t wall_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t monotonic_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace cupel::queue

#endif  // CUPEL_QUEUE_QUEUE_CLOCK_H_
