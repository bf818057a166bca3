#include "tests/differential/pattern_sample.h"

#include <algorithm>

namespace cupel::differential {
namespace {

// One of the bytes; a printable one, if there is one, three times of four.
char SomeByte(Draw* draw, const ast::ByteSet& set) {
  std::string all;
  std::string printable;
  for (size_t i = 0; i < 256; ++i) {
    if (!set[i]) continue;
    all += static_cast<char>(i);
    if (i >= 0x20 && i < 0x7f) printable += static_cast<char>(i);
  }
  if (all.empty()) return '\0';
  return draw->From(!printable.empty() && draw->Chance(75) ? printable : all,
                    1)[0];
}

}  // namespace

std::string Sample(Draw* draw, const ast::Pattern& pattern) {
  using Kind = ast::Pattern::Kind;
  std::string out;
  switch (pattern.kind) {
    case Kind::kBytes:
      return {SomeByte(draw, pattern.set)};
    case Kind::kConcat:
      for (const ast::Pattern& child : pattern.children) {
        out += Sample(draw, child);
      }
      return out;
    case Kind::kAlternate:
      return Sample(draw, draw->Pick(pattern.children));
    case Kind::kRepeat: {
      const uint32_t most =
          std::max(pattern.min, std::min(pattern.max, pattern.min + 4));
      const int64_t times = draw->Between(pattern.min, most);
      for (int64_t i = 0; i < times && out.size() < 2000; ++i) {
        out += Sample(draw, pattern.children[0]);
      }
      return out;
    }
    default:
      return out;
  }
}

MadeString FromTree(Draw* draw, const ast::String& string) {
  MadeString out;
  out.id = string.id;
  out.ascii = string.ascii;
  out.wide = string.wide;
  out.nocase = string.nocase;
  out.fullword = string.fullword;
  out.has_xor = string.has_xor;
  out.xor_min = string.xor_min;
  out.xor_max = string.xor_max;
  out.base64 = string.base64;
  out.base64wide = string.base64wide;
  if (string.base64 || string.base64wide) out.alphabet = string.base64_alphabet;
  if (string.kind == ast::String::Kind::kText) {
    out.samples.push_back(string.bytes);
    return out;
  }
  for (int i = 0; i < 3; ++i) {
    out.samples.push_back(Sample(draw, string.pattern));
  }
  return out;
}

}  // namespace cupel::differential
