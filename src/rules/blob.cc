#include "rules/blob.h"

#include <sys/mman.h>

#include <cstdint>
#include <new>

namespace cupel {
namespace {

constexpr size_t kHugePage = size_t{2} << 20;
// Below, the rest of a huge page would be wasted.
constexpr size_t kLeastMapped = size_t{1} << 20;

size_t RoundUp(size_t size, size_t to) { return (size + to - 1) / to * to; }

}  // namespace

std::shared_ptr<char> NewBlob(size_t size) {
  if (size < kLeastMapped) {
    return std::shared_ptr<char>(new char[size], std::default_delete<char[]>());
  }
  // One more than needed, as only the system could align it.
  const size_t mapped = RoundUp(size, kHugePage) + kHugePage;
  void* const at = mmap(nullptr, mapped, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) throw std::bad_alloc();
  const auto start = reinterpret_cast<uintptr_t>(at);
  auto* const data =
      static_cast<char*>(at) + (RoundUp(start, kHugePage) - start);
  // Without them it is slower, that is all.
  madvise(data, RoundUp(size, kHugePage), MADV_HUGEPAGE);
  return std::shared_ptr<char>(data,
                               [at, mapped](char*) { munmap(at, mapped); });
}

}  // namespace cupel
