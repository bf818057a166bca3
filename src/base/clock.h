// Monotonic time in nanoseconds, and deadlines made of it.
#ifndef CUPEL_BASE_CLOCK_H_
#define CUPEL_BASE_CLOCK_H_

#include <cstdint>
#include <limits>

namespace cupel {

// Nanoseconds on a clock that never steps. Thread-safe.
int64_t MonotonicNanos();

// CPU time of the calling thread in nanoseconds.
int64_t ThreadCpuNanos();

// A point on the monotonic clock, or never. A value type.
class Deadline {
 public:
  Deadline() = default;  // never

  static Deadline After(uint64_t nanos);

  bool is_never() const { return at_ == kNever; }
  bool passed() const { return !is_never() && MonotonicNanos() >= at_; }
  // Nanoseconds left; 0 when passed; UINT64_MAX when never.
  uint64_t remaining() const;

 private:
  static constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
  int64_t at_ = kNever;
};

}  // namespace cupel

#endif  // CUPEL_BASE_CLOCK_H_
