// 32 places at once.
#include "prefilter/probe.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include <bit>
#endif

namespace cupel::prefilter {

#if defined(__x86_64__)
namespace {

constexpr size_t kPlaces = 32;

__attribute__((target("avx2"), always_inline)) inline __m256i Load(
    const char* text) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text));
}

template <bool kDifferences>
__attribute__((target("avx2"), always_inline)) inline __m256i Look(
    const char* text) {
  if constexpr (!kDifferences) return Load(text);
  return _mm256_xor_si256(Load(text), Load(text + 1));
}

__attribute__((target("avx2"), always_inline)) inline __m256i All(
    uint8_t byte) {
  return _mm256_set1_epi8(static_cast<char>(byte));
}

template <bool kDifferences>
__attribute__((target("avx2"))) size_t FindIn(const char* text, size_t begin,
                                              size_t end, const Probe& probe) {
  const __m256i first = All(probe.first.value);
  const __m256i first_mask = All(probe.first.mask);
  const __m256i second = All(probe.second.value);
  const __m256i second_mask = All(probe.second.mask);
  size_t i = begin;
  for (; i + kPlaces <= end; i += kPlaces) {
    const __m256i a = Look<kDifferences>(text + i + probe.first.at);
    const __m256i b = Look<kDifferences>(text + i + probe.second.at);
    const __m256i both = _mm256_and_si256(
        _mm256_cmpeq_epi8(_mm256_and_si256(a, first_mask), first),
        _mm256_cmpeq_epi8(_mm256_and_si256(b, second_mask), second));
    const auto found = static_cast<uint32_t>(_mm256_movemask_epi8(both));
    if (found != 0) return i + static_cast<size_t>(std::countr_zero(found));
  }
  return kScalarProbe.find(text, i, end, probe);
}

__attribute__((target("avx2"))) size_t Find(const char* text, size_t begin,
                                            size_t end, const Probe& probe) {
  return probe.differences ? FindIn<true>(text, begin, end, probe)
                           : FindIn<false>(text, begin, end, probe);
}

constexpr ProbeVariant kAvx2Probe = {"avx2", Find};

}  // namespace

const ProbeVariant* Avx2Probe() {
  return __builtin_cpu_supports("avx2") ? &kAvx2Probe : nullptr;
}

#else

const ProbeVariant* Avx2Probe() { return nullptr; }

#endif

}  // namespace cupel::prefilter
