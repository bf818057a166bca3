// What a sequence of calls has in its hands: a few handles of each kind, and
// the bytes that say what comes next.
#ifndef CUPEL_TESTS_FUZZ_CAPI_HANDLES_H_
#define CUPEL_TESTS_FUZZ_CAPI_HANDLES_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "cupel/cupel.h"

namespace cupel_fuzz {

inline void Check(bool good) {
  if (!good) abort();
}

// The input, read from its start; zeros once it is over.
class Input {
 public:
  Input(const uint8_t* data, size_t size) : data_(data), size_(size) {}

  bool empty() const { return size_ == 0; }
  uint8_t Byte() {
    if (size_ == 0) return 0;
    --size_;
    return *data_++;
  }
  // A length and so many bytes; what lies in the input itself.
  cupel_view Bytes() {
    const size_t size = std::min<size_t>(Byte(), size_);
    const cupel_view view = {data_, size};
    data_ += size;
    size_ -= size;
    return view;
  }

 private:
  const uint8_t* data_;
  size_t size_;
};

// Three handles of one kind, each of which may be missing.
template <typename T, void (*kFree)(T*)>
class Slots {
 public:
  Slots() = default;
  ~Slots() {
    for (T* handle : held_) kFree(handle);
  }
  Slots(const Slots&) = delete;
  Slots& operator=(const Slots&) = delete;

  T* Pick(Input& in) const { return held_[in.Byte() % held_.size()]; }
  // Takes what was made, if anything, in place of one that is freed.
  void Put(T* made, Input& in) {
    T*& slot = held_[in.Byte() % held_.size()];
    if (made == nullptr) return;
    kFree(slot);
    slot = made;
  }
  void Drop(Input& in) {
    T*& slot = held_[in.Byte() % held_.size()];
    kFree(slot);
    slot = nullptr;
  }

 private:
  std::array<T*, 3> held_{};
};

// Calls function(arguments…, &error), and checks what the interface promises
// of errors.
template <typename Function, typename... Arguments>
cupel_status Call(Function function, Arguments... arguments) {
  cupel_error* error = nullptr;
  const cupel_status status = function(arguments..., &error);
  Check(status >= CUPEL_STATUS_OK && status <= CUPEL_STATUS_UNAUTHENTICATED);
  Check((error != nullptr) == (status != CUPEL_STATUS_OK));
  Check(cupel_error_code(error) == status);
  const cupel_view message = cupel_error_message(error);
  Check(error == nullptr || message.size > 0);
  for (size_t i = 0; i < message.size; ++i) Check(message.data[i] >= 0x20);
  // Not expected of anything here, whatever it is given.
  Check(status != CUPEL_STATUS_INTERNAL && status != CUPEL_STATUS_UNKNOWN);
  cupel_error_free(error);
  return status;
}

// Calls function(arguments…, &made, &error), and checks that there is a handle
// if and only if it is OK.
template <typename T, typename Function, typename... Arguments>
T* Make(Function function, Arguments... arguments) {
  T* made = reinterpret_cast<T*>(uintptr_t{8});
  const cupel_status status = Call(function, arguments..., &made);
  Check((made != nullptr) == (status == CUPEL_STATUS_OK));
  return made;
}

}  // namespace cupel_fuzz

#endif  // CUPEL_TESTS_FUZZ_CAPI_HANDLES_H_
