// One at a time, where those who wait can be called off.
#ifndef CUPEL_RUNNER_TURNSTILE_H_
#define CUPEL_RUNNER_TURNSTILE_H_

#include <condition_variable>
#include <cstdint>

#include "absl/status/status.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "budget/cancel.h"

namespace cupel {

class Turnstile {
 public:
  // Waits until nobody else is in. kCancelled, kDeadlineExceeded.
  absl::Status Enter(Cancel* cancel, const Deadline& deadline);
  void Leave();

  // For who is in: waits for so long. The same errors.
  absl::Status Sleep(uint64_t nanos, Cancel* cancel, const Deadline& deadline);

 private:
  template <typename Condition>
  absl::Status WaitFor(Condition&& condition, const Deadline& most,
                       Cancel* cancel, const Deadline& deadline);

  Mutex mutex_;
  std::condition_variable_any changed_;
  bool taken_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace cupel

#endif  // CUPEL_RUNNER_TURNSTILE_H_
