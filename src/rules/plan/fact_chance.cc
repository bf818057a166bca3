#include "rules/plan/fact_chance.h"

#include <algorithm>
#include <cmath>

namespace cupel::plan {
namespace {

// Sizes are spread evenly over their logarithms, from 64 bytes to 16 MB.
float SmallerThan(int64_t size) {
  constexpr float kLeast = 6;
  constexpr float kMost = 24;
  if (size < 1) return 0;
  const float log = std::log2(static_cast<float>(size));
  return std::clamp((log - kLeast) / (kMost - kLeast), 0.0F, 1.0F);
}

float SizeChance(const Fact& fact) {
  constexpr float kOneSize = 1.0F / 4096;
  switch (fact.op) {
    case Fact::Op::kLt:
    case Fact::Op::kLe:
      return SmallerThan(fact.number);
    case Fact::Op::kGt:
    case Fact::Op::kGe:
      return 1 - SmallerThan(fact.number);
    case Fact::Op::kNe:
      return 1 - kOneSize;
    default:
      return kOneSize;
  }
}

float ExternalChance(const Fact& fact) {
  switch (fact.op) {
    case Fact::Op::kNe:
    case Fact::Op::kNotEmpty:
      return 1;
    case Fact::Op::kEq:
    case Fact::Op::kIEquals:
      return 1.0F / 64;
    default:
      return 1.0F / 8;
  }
}

// What stands at the beginning is known well enough to be one of a few.
float BytesChance(const Fact& fact, FileClass file_class) {
  const size_t bytes = fact.bytes.size();
  if (file_class == FileClass::kOther && fact.offset == 0 && bytes > 1) {
    return 1.0F / 16;
  }
  return std::exp2(-4.0F * static_cast<float>(std::min<size_t>(bytes, 3)));
}

}  // namespace

float ChanceOf(const Fact& fact, FileClass file_class) {
  switch (fact.kind) {
    case Fact::Kind::kBytesAt:
      return BytesChance(fact, file_class);
    case Fact::Kind::kFileSize:
      return SizeChance(fact);
    case Fact::Kind::kExternal:
      return ExternalChance(fact);
  }
  return 1;
}

}  // namespace cupel::plan
