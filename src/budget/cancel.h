// Cooperative cancellation, with a push to those who cannot poll.
#ifndef CUPEL_BUDGET_CANCEL_H_
#define CUPEL_BUDGET_CANCEL_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>

#include "base/mutex.h"

namespace cupel {

// Shared between the one who cancels and those who work. Internally
// synchronised; Trigger may come from any thread, any number of times.
class Cancel {
 public:
  Cancel() = default;
  Cancel(const Cancel&) = delete;
  Cancel& operator=(const Cancel&) = delete;

  // Runs every registered listener once, on the calling thread.
  void Trigger();

  bool triggered() const { return triggered_.load(std::memory_order_acquire); }

  // While it lives, `listener` is called by Trigger (at once, if that already
  // happened). The listener must be short and must not touch this object.
  // Register per worker thread, never per file: it takes a lock.
  class Listener {
   public:
    Listener(Cancel* cancel, std::function<void()> listener);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

   private:
    Cancel* cancel_;
    uint64_t id_ = 0;
  };

 private:
  std::atomic<bool> triggered_{false};
  Mutex mutex_;
  uint64_t next_id_ ABSL_GUARDED_BY(mutex_) = 1;
  std::map<uint64_t, std::function<void()>> listeners_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cupel

#endif  // CUPEL_BUDGET_CANCEL_H_
