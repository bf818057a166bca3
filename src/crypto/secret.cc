#include "crypto/secret.h"

#include <sodium.h>

#include <cstring>
#include <new>
#include <utility>

#include "crypto/sodium_start.h"

namespace cupel {

Secret::Secret(std::string_view bytes) : Secret(OfSize(bytes.size())) {
  if (!bytes.empty()) std::memcpy(data_, bytes.data(), bytes.size());
}

Secret Secret::OfSize(size_t size) {
  Secret secret;
  if (size == 0) return secret;
  StartSodium();
  // Locking fails under a low RLIMIT_MEMLOCK; sodium_malloc goes on without.
  secret.data_ = static_cast<uint8_t*>(sodium_malloc(size));
  if (secret.data_ == nullptr) throw std::bad_alloc();
  secret.size_ = size;
  std::memset(secret.data_, 0, size);
  return secret;
}

Secret::Secret(Secret&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  Secret old(std::move(other));
  std::swap(data_, old.data_);
  std::swap(size_, old.size_);
  return *this;
}

// sodium_free overwrites the bytes first.
Secret::~Secret() { sodium_free(data_); }

Secret Secret::Copy() const { return Secret(view()); }

bool ConstantTimeEqual(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         (a.empty() || sodium_memcmp(a.data(), b.data(), a.size()) == 0);
}

void Wipe(void* data, size_t size) {
  if (size != 0) sodium_memzero(data, size);
}

}  // namespace cupel
