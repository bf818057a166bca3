#include "worker/pause.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "base/mutex.h"
#include "base/status.h"

namespace cupel::worker {

absl::Status PauseUntil(const Deadline& until, Cancel* cancel) {
  // The longest that clocks take without overflowing; then it looks again.
  constexpr uint64_t kHourNanos = 3'600'000'000'000;
  Mutex mutex;
  std::condition_variable_any changed;
  bool cancelled = false;
  Cancel::Listener listener(cancel, [&] {
    MutexLock lock(mutex);
    cancelled = true;
    changed.notify_all();
  });
  MutexLock lock(mutex);
  while (!cancelled && !until.passed()) {
    changed.wait_for(mutex, std::chrono::nanoseconds(
                                std::min(until.remaining(), kHourNanos)));
  }
  if (cancelled) return Cancelled("cancelled while waiting");
  return absl::OkStatus();
}

}  // namespace cupel::worker
