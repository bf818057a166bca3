#include "no_memory/faults.h"

#include <malloc.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <new>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CUPEL_OWN_MALLOC 0
#else
#define CUPEL_OWN_MALLOC 1
#endif

namespace no_memory {
namespace {

std::atomic<bool> armed{false};
std::atomic<uint64_t> requests{0};
std::atomic<uint64_t> first{0};
std::atomic<Source> armed_source{Source::kNew};
std::atomic<Length> armed_length{Length::kOnce};
std::atomic<bool> fired{false};
std::atomic<int64_t> live{0};

bool MustFail(Source source) {
  if (!armed.load(std::memory_order_relaxed)) return false;
  if (armed_source.load() == Source::kNew && source != Source::kNew) {
    return false;
  }
  const uint64_t number = requests.fetch_add(1) + 1;
  const bool fails = armed_length.load() == Length::kOnce
                         ? number == first.load()
                         : number >= first.load();
  if (fails) fired.store(true);
  return fails;
}

}  // namespace

bool MallocCanFail() { return CUPEL_OWN_MALLOC != 0; }

void Arm(uint64_t n, Source source, Length length) {
  requests = 0;
  first = n;
  armed_source = source;
  armed_length = length;
  fired = false;
  armed = true;
}

bool Disarm() {
  armed = false;
  return fired.load();
}

uint64_t Requests() { return requests.load(); }

int64_t LiveBlocks() { return live.load(); }

}  // namespace no_memory

using no_memory::MustFail;
using no_memory::Source;

#if CUPEL_OWN_MALLOC

extern "C" {

// What is behind glibc's own.
void* __libc_malloc(size_t size);
void* __libc_calloc(size_t count, size_t size);
void* __libc_realloc(void* block, size_t size);
void* __libc_memalign(size_t alignment, size_t size);
void __libc_free(void* block);

static void* Counted(void* block) {
  if (block != nullptr) ++no_memory::live;
  return block;
}

static bool OutOfMemory() {
  if (!MustFail(Source::kAll)) return false;
  errno = ENOMEM;
  return true;
}

void* malloc(size_t size) {
  return OutOfMemory() ? nullptr : Counted(__libc_malloc(size));
}
void* calloc(size_t count, size_t size) {
  return OutOfMemory() ? nullptr : Counted(__libc_calloc(count, size));
}
void* realloc(void* block, size_t size) {
  if (OutOfMemory()) return nullptr;
  void* const made = __libc_realloc(block, size);
  if (block == nullptr && made != nullptr) ++no_memory::live;
  if (block != nullptr && size == 0) --no_memory::live;
  return made;
}
void* memalign(size_t alignment, size_t size) {
  return OutOfMemory() ? nullptr : Counted(__libc_memalign(alignment, size));
}
void* aligned_alloc(size_t alignment, size_t size) {
  return memalign(alignment, size);
}
int posix_memalign(void** out, size_t alignment, size_t size) {
  void* const made = memalign(alignment, size);
  if (made == nullptr) return ENOMEM;
  *out = made;
  return 0;
}
void free(void* block) {
  if (block != nullptr) --no_memory::live;
  __libc_free(block);
}

}  // extern "C"

#endif  // CUPEL_OWN_MALLOC

namespace {

// Past malloc above, which would count it once more.
void* Allocate(size_t size, size_t alignment) {
  if (MustFail(Source::kNew)) return nullptr;
#if CUPEL_OWN_MALLOC
  void* const made =
      alignment == 0 ? __libc_malloc(size) : __libc_memalign(alignment, size);
  return Counted(made);
#else
  return alignment == 0 ? malloc(size) : memalign(alignment, size);
#endif
}

void* AllocateOrThrow(size_t size, size_t alignment) {
  void* const made = Allocate(size, alignment);
  if (made == nullptr) throw std::bad_alloc();
  return made;
}

}  // namespace

void* operator new(size_t size) { return AllocateOrThrow(size, 0); }
void* operator new[](size_t size) { return AllocateOrThrow(size, 0); }
void* operator new(size_t size, std::align_val_t alignment) {
  return AllocateOrThrow(size, static_cast<size_t>(alignment));
}
void* operator new[](size_t size, std::align_val_t alignment) {
  return AllocateOrThrow(size, static_cast<size_t>(alignment));
}
void* operator new(size_t size, const std::nothrow_t&) noexcept {
  return Allocate(size, 0);
}
void* operator new[](size_t size, const std::nothrow_t&) noexcept {
  return Allocate(size, 0);
}
void operator delete(void* block) noexcept { free(block); }
void operator delete[](void* block) noexcept { free(block); }
void operator delete(void* block, size_t) noexcept { free(block); }
void operator delete[](void* block, size_t) noexcept { free(block); }
void operator delete(void* block, std::align_val_t) noexcept { free(block); }
void operator delete[](void* block, std::align_val_t) noexcept { free(block); }
void operator delete(void* block, size_t, std::align_val_t) noexcept {
  free(block);
}
void operator delete[](void* block, size_t, std::align_val_t) noexcept {
  free(block);
}
void operator delete(void* block, const std::nothrow_t&) noexcept {
  free(block);
}
void operator delete[](void* block, const std::nothrow_t&) noexcept {
  free(block);
}
