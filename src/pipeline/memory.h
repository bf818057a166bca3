// Payload bytes, counted against the job's memory limit.
#ifndef CUPEL_PIPELINE_MEMORY_H_
#define CUPEL_PIPELINE_MEMORY_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

#include "base/mutex.h"

namespace cupel {

// How many bytes are held at once. Internally synchronised: the unpacking
// thread takes, scanning threads give back.
class MemoryGate {
 public:
  explicit MemoryGate(uint64_t limit) : limit_(limit) {}

  uint64_t limit() const { return limit_; }
  bool TryAcquire(uint64_t bytes);
  void Release(uint64_t bytes);

 private:
  const uint64_t limit_;
  Mutex mutex_;
  uint64_t in_use_ ABSL_GUARDED_BY(mutex_) = 0;
};

// The bytes of one payload: grown while reading, then only read. Not
// std::string, which would write zeros over every byte before it is read.
// Movable; gives its room back to the gate, which must outlive it.
class Bytes {
 public:
  Bytes() = default;
  explicit Bytes(MemoryGate* gate) : gate_(gate) {}

  // Bytes of somebody else, who keeps them until the scan is over.
  static Bytes Borrowed(std::string_view view) {
    Bytes bytes;
    bytes.data_ = const_cast<char*>(view.data());  // never written: no room
    bytes.size_ = view.size();
    return bytes;
  }

  // Bytes that `owner` keeps, also after the scan.
  static Bytes Shared(std::shared_ptr<const void> owner,
                      std::string_view view) {
    Bytes bytes = Borrowed(view);
    bytes.owner_ = std::move(owner);
    return bytes;
  }

  ~Bytes() { Reset(); }
  Bytes(Bytes&& other) noexcept { Swap(other); }
  Bytes& operator=(Bytes&& other) noexcept {
    Bytes(std::move(other)).Swap(*this);
    return *this;
  }
  Bytes(const Bytes&) = delete;
  Bytes& operator=(const Bytes&) = delete;

  std::string_view view() const { return {data_, size_}; }
  size_t size() const { return size_; }
  size_t capacity() const { return capacity_; }
  char* tail() { return data_ + size_; }
  size_t room() const { return capacity_ > size_ ? capacity_ - size_ : 0; }
  void Advance(size_t bytes) { size_ += bytes; }

  // Grows to `capacity`, for which the caller has acquired the difference from
  // the gate. Throws std::bad_alloc when the system has no more memory.
  void Grow(size_t capacity);

 private:
  void Reset();
  void Swap(Bytes& other) noexcept;

  MemoryGate* gate_ = nullptr;
  std::shared_ptr<const void> owner_;  // of shared bytes
  char* data_ = nullptr;
  size_t size_ = 0;
  size_t capacity_ = 0;
};

}  // namespace cupel

#endif  // CUPEL_PIPELINE_MEMORY_H_
