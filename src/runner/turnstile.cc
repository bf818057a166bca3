#include "runner/turnstile.h"

#include <algorithm>
#include <chrono>

#include "base/status.h"

namespace cupel {
namespace {

constexpr uint64_t kDayNanos = 86'400'000'000'000;

absl::Status Over(Cancel* cancel, const Deadline& deadline) {
  if (cancel != nullptr && cancel->triggered()) {
    return Cancelled("cancelled while waiting for the plugin");
  }
  if (deadline.passed()) {
    return DeadlineExceeded("the plugin was not free in time");
  }
  return absl::OkStatus();
}

}  // namespace

// `condition` is asked with the mutex held.
template <typename Condition>
absl::Status Turnstile::WaitFor(Condition&& condition, const Deadline& most,
                                Cancel* cancel, const Deadline& deadline) {
  // The lock orders it after a look at `cancel` that came too early.
  const Cancel::Listener listener(cancel, [this] {
    MutexLock lock(mutex_);
    changed_.notify_all();
  });
  MutexLock lock(mutex_);
  for (;;) {
    CUPEL_RETURN_IF_ERROR(Over(cancel, deadline));
    if (condition()) return absl::OkStatus();
    const uint64_t nanos =
        std::min({deadline.remaining(), most.remaining(), kDayNanos});
    changed_.wait_for(mutex_, std::chrono::nanoseconds(nanos));
  }
}

absl::Status Turnstile::Enter(Cancel* cancel, const Deadline& deadline) {
  const auto take = [this]() ABSL_NO_THREAD_SAFETY_ANALYSIS {
    if (taken_) return false;
    taken_ = true;
    return true;
  };
  return WaitFor(take, Deadline(), cancel, deadline);
}

void Turnstile::Leave() {
  MutexLock lock(mutex_);
  taken_ = false;
  changed_.notify_all();
}

absl::Status Turnstile::Sleep(uint64_t nanos, Cancel* cancel,
                              const Deadline& deadline) {
  const Deadline until = Deadline::After(nanos);
  return WaitFor([&] { return until.passed(); }, until, cancel, deadline);
}

}  // namespace cupel
