#include "base/clock.h"

#include <ctime>

namespace cupel {
namespace {

int64_t Nanos(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

}  // namespace

int64_t MonotonicNanos() { return Nanos(CLOCK_MONOTONIC); }
int64_t ThreadCpuNanos() { return Nanos(CLOCK_THREAD_CPUTIME_ID); }

Deadline Deadline::After(uint64_t nanos) {
  Deadline deadline;
  const int64_t now = MonotonicNanos();
  if (nanos < static_cast<uint64_t>(kNever - now)) {
    deadline.at_ = now + static_cast<int64_t>(nanos);
  }
  return deadline;
}

uint64_t Deadline::remaining() const {
  if (is_never()) return std::numeric_limits<uint64_t>::max();
  const int64_t now = MonotonicNanos();
  return now >= at_ ? 0 : static_cast<uint64_t>(at_ - now);
}

}  // namespace cupel
