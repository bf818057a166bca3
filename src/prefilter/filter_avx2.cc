// Eight places at once: their keys lie in one register, and their words of the
// table are gathered by one instruction.
#include "prefilter/filter.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace cupel::prefilter {

#if defined(__x86_64__)
namespace {

// The four bytes at each of eight places from `text` on.
template <uint32_t kStride>
__attribute__((target("avx2"), always_inline)) inline __m256i LoadWords(
    const char* text) {
  const auto* at = reinterpret_cast<const __m128i*>(text);
  if constexpr (kStride == 1) {
    const __m256i order = _mm256_setr_epi8(
        0, 1, 2, 3, 1, 2, 3, 4, 2, 3, 4, 5, 3, 4, 5, 6,  // each half has all
        4, 5, 6, 7, 5, 6, 7, 8, 6, 7, 8, 9, 7, 8, 9, 10);
    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(_mm_loadu_si128(at)),
                               order);
  } else {
    static_assert(kStride == 2);
    const __m128i lower = _mm_loadu_si128(at);
    const __m128i upper =
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + 8));
    const __m256i order = _mm256_setr_epi8(
        0, 1, 2, 3, 2, 3, 4, 5, 4, 5, 6, 7, 6, 7, 8, 9,  // as seen from each
        0, 1, 2, 3, 2, 3, 4, 5, 4, 5, 6, 7, 6, 7, 8, 9);
    return _mm256_shuffle_epi8(
        _mm256_inserti128_si256(_mm256_castsi128_si256(lower), upper, 1),
        order);
  }
}

// Bit i: whether the table has the key at the i-th of eight places.
template <Kind kKind>
__attribute__((target("avx2"), always_inline)) inline uint32_t EightPlaces(
    const uint32_t* table, const char* text) {
  constexpr KeyForm kForm = kForms[kKind];
  __m256i key = LoadWords<kForm.stride>(text);
  key = _mm256_and_si256(key, _mm256_set1_epi32(static_cast<int>(kForm.mask)));
  key = _mm256_or_si256(key, _mm256_set1_epi32(static_cast<int>(kForm.fold)));
  const __m256i hash =
      _mm256_mullo_epi32(key, _mm256_set1_epi32(static_cast<int>(kHashFactor)));
  const __m256i word =
      _mm256_srli_epi32(hash, static_cast<int>(32 - kForm.log2_words));
  const __m256i bits =
      _mm256_i32gather_epi32(reinterpret_cast<const int*>(table), word, 4);
  // Each of the two bits goes to the top of its word: 31 - n is ~n there.
  const __m256i low = _mm256_set1_epi32(31);
  const __m256i first = _mm256_andnot_si256(
      _mm256_srli_epi32(hash, static_cast<int>(27 - kForm.log2_words)), low);
  const __m256i second = _mm256_andnot_si256(
      _mm256_srli_epi32(hash, static_cast<int>(22 - kForm.log2_words)), low);
  const __m256i both = _mm256_and_si256(_mm256_sllv_epi32(bits, first),
                                        _mm256_sllv_epi32(bits, second));
  return static_cast<uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(both)));
}

// 0b1011 -> 0b01000101: place i is at byte 2 * i.
inline uint32_t Spread(uint32_t eight) {
  eight = (eight | eight << 4) & 0x0F0F;
  eight = (eight | eight << 2) & 0x3333;
  return (eight | eight << 1) & 0x5555;
}

template <Kind kKind>
__attribute__((target("avx2"))) uint64_t Block(const uint32_t* table,
                                               const char* text) {
  constexpr uint32_t kStride = kForms[kKind].stride;
  uint64_t out = 0;
  for (size_t i = 0; i < kBlock; i += 8 * kStride) {
    uint32_t eight = EightPlaces<kKind>(table, text + i);
    if constexpr (kStride == 2) eight = Spread(eight);
    out |= uint64_t{eight} << i;
  }
  return out;
}

constexpr Variant kAvx2Filter = {"avx2",
                                 {Block<kGram>, Block<kTriple>, Block<kPair>}};

}  // namespace

const Variant* Avx2Filter() {
  return __builtin_cpu_supports("avx2") ? &kAvx2Filter : nullptr;
}

#else

const Variant* Avx2Filter() { return nullptr; }

#endif

}  // namespace cupel::prefilter
