#include "budget/cancel.h"

#include <utility>

namespace cupel {

void Cancel::Trigger() {
  if (triggered_.exchange(true, std::memory_order_acq_rel)) return;
  MutexLock lock(mutex_);
  for (auto& [id, listener] : listeners_) listener();
}

Cancel::Listener::Listener(Cancel* cancel, std::function<void()> listener)
    : cancel_(cancel) {
  if (cancel_ == nullptr) return;
  MutexLock lock(cancel_->mutex_);
  if (cancel_->triggered()) listener();
  id_ = cancel_->next_id_++;
  cancel_->listeners_.emplace(id_, std::move(listener));
}

Cancel::Listener::~Listener() {
  if (cancel_ == nullptr) return;
  MutexLock lock(cancel_->mutex_);
  cancel_->listeners_.erase(id_);
}

}  // namespace cupel
