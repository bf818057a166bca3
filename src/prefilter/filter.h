// The first look at a text: at which places may a literal be.
//
// Every literal is found by a key, a few of its bytes. Those of five bytes and
// more have two, the windows of four bytes at two neighbouring places, so that
// it is enough to look at every second place of a text; those of four bytes
// have their first and last three. The shorter ones have their first two, and
// are looked for everywhere. For each kind there is a table of bits, in which a
// key sets two bits of one word.
#ifndef CUPEL_PREFILTER_FILTER_H_
#define CUPEL_PREFILTER_FILTER_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace cupel::prefilter {

enum Kind : uint8_t { kGram, kTriple, kPair };
inline constexpr size_t kKinds = 3;

struct KeyForm {
  uint32_t bytes;
  uint32_t mask;        // of a word that is loaded at the place
  uint32_t fold;        // is or-ed to that, so that letters have one case
  uint32_t stride;      // between places that are looked at
  uint32_t log2_words;  // of 32 bits in the table
};
inline constexpr KeyForm kForms[kKinds] = {
    {4, 0xFFFFFFFF, 0x20202020, 2, 15},
    {3, 0x00FFFFFF, 0x00202020, 2, 12},
    {2, 0x0000FFFF, 0, 1, 11},
};

inline uint32_t Load32(const char* bytes) {
  uint32_t word;
  std::memcpy(&word, bytes, sizeof(word));
  return word;
}
inline uint32_t KeyOf(const KeyForm& form, uint32_t word) {
  return (word & form.mask) | form.fold;
}

inline constexpr uint32_t kHashFactor = 0x9E3779B1;
inline uint32_t Hash(uint32_t key) { return key * kHashFactor; }

// Where the table has the two bits of a key. The upper bits of a hash are those
// that all of the key goes into: they choose the word.
struct FilterBits {
  uint32_t word;
  uint32_t bits;
};
inline FilterBits BitsOf(const KeyForm& form, uint32_t key) {
  const uint32_t hash = Hash(key);
  const uint32_t first = hash >> (27 - form.log2_words) & 31;
  const uint32_t second = hash >> (22 - form.log2_words) & 31;
  return {hash >> (32 - form.log2_words),
          uint32_t{1} << first | uint32_t{1} << second};
}

// So many places are looked at at once, and so many bytes behind the last of
// them may be read.
inline constexpr size_t kBlock = 64;
inline constexpr size_t kBlockReadsBehind = 16;

// Bit i is set if the key at `text + i` is in the table, and sometimes if it is
// not; never if i is no multiple of the stride.
using BlockFunction = uint64_t (*)(const uint32_t* table, const char* text);

struct Variant {
  std::string_view name;
  BlockFunction blocks[kKinds];
};

// Those that this processor can run, the best one last. All find the same.
std::span<const Variant> Variants();
inline const Variant& BestVariant() { return Variants().back(); }

// The parts that Variants() is made of; null where the compiler has no such
// instructions.
extern const Variant kScalarFilter;
const Variant* Avx2Filter();

}  // namespace cupel::prefilter

#endif  // CUPEL_PREFILTER_FILTER_H_
