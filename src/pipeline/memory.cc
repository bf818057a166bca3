#include "pipeline/memory.h"

#include <cstdlib>
#include <new>

namespace cupel {

bool MemoryGate::TryAcquire(uint64_t bytes) {
  MutexLock lock(mutex_);
  if (bytes > limit_ - in_use_) return false;
  in_use_ += bytes;
  return true;
}

void MemoryGate::Release(uint64_t bytes) {
  MutexLock lock(mutex_);
  in_use_ -= bytes;
}

void Bytes::Grow(size_t capacity) {
  auto* grown = static_cast<char*>(std::realloc(data_, capacity));
  if (grown == nullptr) {
    gate_->Release(capacity - capacity_);
    throw std::bad_alloc();
  }
  data_ = grown;
  capacity_ = capacity;
}

void Bytes::Reset() {
  if (capacity_ > 0) {  // else borrowed, or none
    std::free(data_);
    gate_->Release(capacity_);
  }
  owner_.reset();
  data_ = nullptr;
  size_ = capacity_ = 0;
}

void Bytes::Swap(Bytes& other) noexcept {
  std::swap(gate_, other.gate_);
  std::swap(owner_, other.owner_);
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(capacity_, other.capacity_);
}

}  // namespace cupel
