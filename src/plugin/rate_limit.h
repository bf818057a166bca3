// How often a plugin may start: "4/1", evenly spaced, for all threads and, if
// they name the same file, all processes of a worker together.
#ifndef CUPEL_PLUGIN_RATE_LIMIT_H_
#define CUPEL_PLUGIN_RATE_LIMIT_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "budget/cancel.h"

namespace cupel {

// "n/s", n starts in s seconds, with decimals on both sides ("1/10", "0.5/1"):
// the nanoseconds from one start to the next, from 1 ns to 366 days.
// INVALID_ARGUMENT says what is expected.
absl::StatusOr<uint64_t> ParseRate(std::string_view text);

// Lets one through, then none for `interval`: no bursts, whatever was left
// unused before. The first does not wait. Thread-safe.
//
// All it keeps is one number, the earliest moment of the next start, on the
// monotonic clock that all processes of a machine share; it is moved by
// compare-and-swap, and only by who starts. So one that gives up waiting, is
// stopped or is killed leaves nothing behind. Who of several that wait is next
// is left to chance.
class RateLimit {
 public:
  // For this process.
  explicit RateLimit(uint64_t interval);
  // For all processes that open the same file; it is made if there is none,
  // 0600, and stays. A time in it that this limit can't have set, of before a
  // reboot perhaps, counts for one interval at the most. FAILED_PRECONDITION if
  // the file is something else, PERMISSION_DENIED if others may write to it;
  // RESOURCE_EXHAUSTED for a full disk.
  static absl::StatusOr<std::unique_ptr<RateLimit>> Open(
      const std::string& path, uint64_t interval);
  ~RateLimit();
  RateLimit(const RateLimit&) = delete;
  RateLimit& operator=(const RateLimit&) = delete;

  // Waits for the next start, and gives its moment (MonotonicNanos): those that
  // are given lie at least an interval apart. CANCELLED (`cancel` may be null),
  // or DEADLINE_EXCEEDED, at once if it can't be kept.
  absl::StatusOr<int64_t> Acquire(Cancel* cancel, Deadline deadline);

  uint64_t interval() const { return static_cast<uint64_t>(interval_); }

 private:
  // What lies in the file.
  struct Slot {
    std::atomic<int64_t> next;
    std::atomic<uint64_t> magic;
  };
  RateLimit(uint64_t interval, Slot* mapped);

  // The moment of a start that was taken now, or the one to wait for.
  struct Try {
    bool taken = false;
    int64_t at = 0;
  };
  Try TryNow();

  const int64_t interval_;
  Slot own_{};
  Slot* const mapped_;  // null: own_
  Slot& slot_;
};

// The rate limits of a host's plugins, each made when it is first asked for.
// Thread-safe.
class RateLimits {
 public:
  // `folder`: shared with all processes that name the same one; it must be
  // there. Empty: for this process.
  explicit RateLimits(std::string folder = {}) : folder_(std::move(folder)) {}

  // Waits as RateLimit::Acquire does. `name` is whose limit it is
  // ("worker:yara"); two rates of one name are two limits. An empty rate is
  // none.
  absl::Status Acquire(const std::string& name, std::string_view rate,
                       Cancel* cancel, Deadline deadline);

 private:
  absl::StatusOr<RateLimit*> Get(const std::string& name,
                                 std::string_view rate);

  const std::string folder_;
  Mutex mutex_;
  std::map<std::pair<std::string, uint64_t>, std::unique_ptr<RateLimit>> limits_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace cupel

#endif  // CUPEL_PLUGIN_RATE_LIMIT_H_
