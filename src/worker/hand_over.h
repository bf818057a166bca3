// How many jobs a pool may hold at once: those that run, and as many that wait
// as can come to their end before their lease does.
#ifndef CUPEL_WORKER_HAND_OVER_H_
#define CUPEL_WORKER_HAND_OVER_H_

#include <algorithm>
#include <cstdint>

namespace cupel::worker {

// Not thread-safe.
class HandOver {
 public:
  explicit HandOver(uint32_t slots) : slots_(slots) {}

  void Ran(uint64_t nanos) {
    // The latest count most: what comes next is most like them.
    mean_ = jobs_ == 0 ? static_cast<double>(nanos)
                       : mean_ * 0.8 + static_cast<double>(nanos) * 0.2;
    ++jobs_;
  }

  // How many may wait beside those that run; `lease_ns` 0: there are no leases,
  // and a job is nobody else's until it was given back, so none waits. No more
  // than can be begun and ended in half a lease; none before it is known how
  // long one takes.
  uint32_t MayWait(uint64_t lease_ns) const {
    if (jobs_ == 0 || lease_ns == 0) return 0;
    const double half = static_cast<double>(lease_ns) / 2;
    // Each waits for one that runs, and then runs itself.
    const double rounds = half / std::max(mean_, 1.0) - 1;
    if (rounds <= 0) return 0;
    return static_cast<uint32_t>(
        std::min<double>(slots_, rounds * static_cast<double>(slots_)));
  }

  uint64_t mean_ns() const { return static_cast<uint64_t>(mean_); }

 private:
  const uint32_t slots_;
  double mean_ = 0;
  uint64_t jobs_ = 0;
};

}  // namespace cupel::worker

#endif  // CUPEL_WORKER_HAND_OVER_H_
