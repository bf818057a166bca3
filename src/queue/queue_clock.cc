#include "queue/queue_clock.h"

#include <ctime>

#include "base/clock.h"

namespace cupel::queue {

ClockSource ClockSource::System() {
  return {[] {
            timespec now{};
            clock_gettime(CLOCK_REALTIME, &now);
            return int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
          },
          [] { return MonotonicNanos() / 1000; }};
}

Step QueueClock::Look(int64_t now) {
  const int64_t monotonic = Monotonic();
  const MutexLock lock(mutex_);
  if (!settled_) return {true, 0};
  const int64_t drift = (now - wall_) - (monotonic - monotonic_);
  if (drift >= kLeastStepMicros) return {true, now - drift};
  if (drift <= -kLeastStepMicros) return {true, 0};
  // Slow adjustment does not add up.
  wall_ = now;
  monotonic_ = monotonic;
  return {};
}

void QueueClock::Settle(int64_t now) {
  const int64_t monotonic = Monotonic();
  const MutexLock lock(mutex_);
  settled_ = true;
  wall_ = now;
  monotonic_ = monotonic;
}

}  // namespace cupel::queue
