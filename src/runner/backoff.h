// How long to wait before a process that keeps dying is started again.
#ifndef CUPEL_RUNNER_BACKOFF_H_
#define CUPEL_RUNNER_BACKOFF_H_

#include <cstdint>

namespace cupel {

// Not thread-safe. Times are MonotonicNanos().
class Backoff {
 public:
  static constexpr uint64_t kFirstNanos = 100'000'000;
  static constexpr uint64_t kLongestNanos = 5'000'000'000;
  static constexpr int kMostFailedStarts = 5;
  static constexpr int64_t kRefusedNanos = 30'000'000'000;

  // It died in a call: at once the first time, later and later after that.
  void Died(int64_t now) {
    ++deaths_;
    last_ = now;
  }
  // It did not come up.
  void StartFailed(int64_t now) {
    ++failed_starts_;
    Died(now);
  }
  void Started() { failed_starts_ = 0; }
  void Succeeded() { deaths_ = 0; }

  // Nanoseconds that the next start has to wait.
  uint64_t Wait(int64_t now) const {
    if (deaths_ < 2) return 0;
    const int doublings = deaths_ - 2 < 16 ? deaths_ - 2 : 16;
    uint64_t wait = kFirstNanos << doublings;
    if (wait > kLongestNanos) wait = kLongestNanos;
    const auto waited = static_cast<uint64_t>(now - last_);
    return waited >= wait ? 0 : wait - waited;
  }
  // Not even waiting helps for now.
  bool Refuses(int64_t now) const {
    return failed_starts_ >= kMostFailedStarts && now - last_ < kRefusedNanos;
  }
  int failed_starts() const { return failed_starts_; }

 private:
  int deaths_ = 0;
  int failed_starts_ = 0;
  int64_t last_ = 0;
};

}  // namespace cupel

#endif  // CUPEL_RUNNER_BACKOFF_H_
