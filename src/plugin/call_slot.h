// The place of a cupel_call, which outlives the call: a plugin that kept the
// pointer is refused, and not served with what is gone.
#ifndef CUPEL_PLUGIN_CALL_SLOT_H_
#define CUPEL_PLUGIN_CALL_SLOT_H_

#include <atomic>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "cupel/plugin.h"

namespace cupel {

class HostCall;

struct CallSlot {
  cupel_call call{};
  std::atomic<HostCall*> current{nullptr};  // null between calls
  std::atomic<std::thread::id> thread{};    // of the call
  // Somebody tried to hand something back from another thread.
  std::atomic<bool> misused{false};
};

// The slots of one activated plugin, each used for one call after the other.
// Freed with it: a plugin ends its threads when it is deactivated. Any number
// of threads.
class CallSlots {
 public:
  // Borrowed from `slots`, and given back.
  class Lease {
   public:
    explicit Lease(CallSlots* slots) : slots_(slots), slot_(slots->Take()) {}
    ~Lease() { slots_->Give(std::move(slot_)); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

    CallSlot* get() const { return slot_.get(); }

   private:
    CallSlots* const slots_;
    std::unique_ptr<CallSlot> slot_;
  };

 private:
  std::unique_ptr<CallSlot> Take() {
    const MutexLock lock(mutex_);
    if (free_.empty()) {
      auto made = std::make_unique<CallSlot>();
      // So that giving it back takes no memory.
      free_.reserve(++made_);
      return made;
    }
    std::unique_ptr<CallSlot> slot = std::move(free_.back());
    free_.pop_back();
    return slot;
  }
  void Give(std::unique_ptr<CallSlot> slot) noexcept {
    const MutexLock lock(mutex_);
    free_.push_back(std::move(slot));
  }

  Mutex mutex_;
  std::vector<std::unique_ptr<CallSlot>> free_ ABSL_GUARDED_BY(mutex_);
  size_t made_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace cupel

#endif  // CUPEL_PLUGIN_CALL_SLOT_H_
