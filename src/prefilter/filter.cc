#include "prefilter/filter.h"

#include <array>
#include <bit>

namespace cupel::prefilter {
namespace {

template <Kind kKind>
uint64_t Block(const uint32_t* table, const char* text) {
  constexpr KeyForm kForm = kForms[kKind];
  uint64_t out = 0;
  for (size_t i = 0; i < kBlock; i += kForm.stride) {
    const FilterBits at = BitsOf(kForm, KeyOf(kForm, Load32(text + i)));
    const uint64_t has = (table[at.word] & at.bits) == at.bits;
    out |= has << i;
  }
  return out;
}

struct Available {
  std::array<Variant, 2> variants{};
  size_t count = 0;
};

Available FindAvailable() {
  Available out;
  out.variants[out.count++] = kScalarFilter;
  if (const Variant* avx2 = Avx2Filter()) out.variants[out.count++] = *avx2;
  return out;
}

}  // namespace

constinit const Variant kScalarFilter = {
    "scalar", {Block<kGram>, Block<kTriple>, Block<kPair>}};

std::span<const Variant> Variants() {
  static const Available available = FindAvailable();
  return std::span(available.variants).first(available.count);
}

}  // namespace cupel::prefilter
