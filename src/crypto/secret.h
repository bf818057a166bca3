// Bytes that must not leak: in locked memory, wiped when they go.
#ifndef CUPEL_CRYPTO_SECRET_H_
#define CUPEL_CRYPTO_SECRET_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cupel {

// Owns bytes in memory from sodium_malloc: locked where the system's limits
// allow it, kept out of core dumps, guarded by unreadable pages, overwritten
// before it goes back. Move-only; a copy is asked for by name. Not
// synchronised.
class Secret {
 public:
  Secret() = default;
  // A copy of `bytes`; the caller wipes the original. std::bad_alloc if there
  // is no memory.
  explicit Secret(std::string_view bytes);
  static Secret OfSize(size_t size);  // zeros

  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret();

  Secret Copy() const;

  std::string_view view() const {
    return {reinterpret_cast<const char*>(data_), size_};
  }
  uint8_t* data() { return data_; }
  const uint8_t* data() const { return data_; }
  size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

// Takes the same time whatever the contents; lengths are no secret.
bool ConstantTimeEqual(std::string_view a, std::string_view b);

// Overwrites bytes that are about to go, in a way no compiler leaves out.
void Wipe(void* data, size_t size);

// Overwrites the characters of a std::string (or anything with data() and
// size()) when it goes out of scope.
template <typename Text>
class WipeAtEnd {
 public:
  explicit WipeAtEnd(Text* text) : text_(text) {}
  ~WipeAtEnd() { Wipe(text_->data(), text_->size()); }
  WipeAtEnd(const WipeAtEnd&) = delete;
  WipeAtEnd& operator=(const WipeAtEnd&) = delete;

 private:
  Text* text_;
};

}  // namespace cupel

#endif  // CUPEL_CRYPTO_SECRET_H_
