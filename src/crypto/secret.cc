#include "crypto/secret.h"

#include <sodium.h>

#include <array>
#include <bit>
#include <cstring>
#include <new>
#include <utility>

#include "crypto/sodium_start.h"

namespace cupel {
namespace {

// Each block of sodium_malloc costs half a dozen system calls, and an
// environment has a block for each value. So small ones are made in a few
// sizes, and each thread keeps some, wiped and locked, for the next secret.
constexpr size_t kSmallest = 64;
constexpr size_t kSizes = 7;  // up to 4096
constexpr size_t kKeptOfEach = 8;

// kSizes or more: not kept.
size_t SizeClass(size_t size) {
  if (size <= kSmallest) return 0;
  return static_cast<size_t>(std::bit_width((size - 1) / kSmallest));
}

size_t BlockSize(size_t size_class, size_t size) {
  return size_class < kSizes ? kSmallest << size_class : size;
}

class KeptBlocks {
 public:
  ~KeptBlocks() {
    for (size_t i = 0; i < kSizes; ++i) {
      while (count_[i] > 0) sodium_free(kept_[i][--count_[i]]);
    }
    gone = true;
  }

  uint8_t* Take(size_t size_class) {
    if (size_class >= kSizes || count_[size_class] == 0) return nullptr;
    return kept_[size_class][--count_[size_class]];
  }
  // False if there are enough of them.
  bool Keep(uint8_t* block, size_t size_class) {
    if (size_class >= kSizes || count_[size_class] == kKeptOfEach) return false;
    kept_[size_class][count_[size_class]++] = block;
    return true;
  }

  // Secrets of static objects may go after those of their thread.
  static thread_local bool gone;

 private:
  std::array<std::array<uint8_t*, kKeptOfEach>, kSizes> kept_;
  std::array<size_t, kSizes> count_{};
};

thread_local bool KeptBlocks::gone = false;
thread_local KeptBlocks kept_blocks;

// Locking fails under a low RLIMIT_MEMLOCK; sodium_malloc goes on without.
uint8_t* TakeBlock(size_t size_class, size_t block_size) {
  if (!KeptBlocks::gone) {
    if (uint8_t* const kept = kept_blocks.Take(size_class)) return kept;
  }
  StartSodium();
  auto* const block = static_cast<uint8_t*>(sodium_malloc(block_size));
  if (block == nullptr) throw std::bad_alloc();
  std::memset(block, 0, block_size);
  return block;
}

void GiveBlockBack(uint8_t* block, size_t size_class, size_t block_size) {
  sodium_memzero(block, block_size);
  if (!KeptBlocks::gone && kept_blocks.Keep(block, size_class)) return;
  sodium_free(block);
}

}  // namespace

Secret::Secret(std::string_view bytes) : Secret(OfSize(bytes.size())) {
  if (!bytes.empty()) std::memcpy(data_, bytes.data(), bytes.size());
}

Secret Secret::OfSize(size_t size) {
  Secret secret;
  if (size == 0) return secret;
  const size_t size_class = SizeClass(size);
  const size_t block_size = BlockSize(size_class, size);
  // At its end, so that the first byte behind it cannot be read.
  secret.data_ = TakeBlock(size_class, block_size) + (block_size - size);
  secret.size_ = size;
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

Secret::~Secret() {
  if (data_ == nullptr) return;
  const size_t size_class = SizeClass(size_);
  const size_t block_size = BlockSize(size_class, size_);
  GiveBlockBack(data_ - (block_size - size_), size_class, block_size);
}

Secret Secret::Copy() const { return Secret(view()); }

bool ConstantTimeEqual(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         (a.empty() || sodium_memcmp(a.data(), b.data(), a.size()) == 0);
}

void Wipe(void* data, size_t size) {
  if (size != 0) sodium_memzero(data, size);
}

}  // namespace cupel
