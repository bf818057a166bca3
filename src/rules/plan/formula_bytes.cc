#include "rules/plan/formula_bytes.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "rules/plan/formula_make.h"

namespace cupel::plan {
namespace {

using ast::ByteSet;
using ast::Pattern;

// More would cost more to look at than it rules out.
constexpr size_t kMaxPrefix = 16;
constexpr size_t kMaxPrefixes = 8;

// What a match can begin with, byte by byte.
struct Prefix {
  std::vector<ByteSet> sets;
  bool is_open = true;  // false: what comes behind is not known

  void Add(const ByteSet& set) {
    if (!is_open) return;
    sets.push_back(set);
    if (sets.size() >= kMaxPrefix) is_open = false;
  }
};

using Prefixes = std::vector<Prefix>;

bool AnyOpen(const Prefixes& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [](const Prefix& prefix) { return prefix.is_open; });
}

void Close(Prefixes* prefixes) {
  for (Prefix& prefix : *prefixes) prefix.is_open = false;
}

void Extend(const Pattern& pattern, Prefixes* prefixes);

void ExtendByAlternatives(const Pattern& pattern, Prefixes* prefixes) {
  if (prefixes->size() * pattern.children.size() > kMaxPrefixes) {
    Close(prefixes);
    return;
  }
  Prefixes out;
  Prefixes open;
  for (Prefix& prefix : *prefixes) {
    (prefix.is_open ? open : out).push_back(std::move(prefix));
  }
  for (const Pattern& child : pattern.children) {
    Prefixes extended = open;
    Extend(child, &extended);
    out.insert(out.end(), extended.begin(), extended.end());
  }
  *prefixes = std::move(out);
}

void ExtendByRepeats(const Pattern& pattern, Prefixes* prefixes) {
  const uint32_t times = std::min<uint32_t>(pattern.min, kMaxPrefix);
  for (uint32_t i = 0; i < times && AnyOpen(*prefixes); ++i) {
    Extend(pattern.children.front(), prefixes);
  }
  if (pattern.max != pattern.min || times != pattern.min) Close(prefixes);
}

// Appends what `pattern` matches to every prefix that is open.
void Extend(const Pattern& pattern, Prefixes* prefixes) {
  switch (pattern.kind) {
    case Pattern::Kind::kEmpty:
    case Pattern::Kind::kStart:
    case Pattern::Kind::kEnd:
    case Pattern::Kind::kWordBoundary:
    case Pattern::Kind::kNotWordBoundary:
      return;
    case Pattern::Kind::kBytes:
      for (Prefix& prefix : *prefixes) prefix.Add(pattern.set);
      return;
    case Pattern::Kind::kConcat:
      for (const Pattern& child : pattern.children) {
        if (AnyOpen(*prefixes)) Extend(child, prefixes);
      }
      return;
    case Pattern::Kind::kAlternate:
      ExtendByAlternatives(pattern, prefixes);
      return;
    case Pattern::Kind::kRepeat:
      ExtendByRepeats(pattern, prefixes);
      return;
  }
}

ByteSet Only(uint8_t byte) {
  ByteSet set;
  set.set(byte);
  return set;
}

ByteSet EitherCase(uint8_t byte) {
  ByteSet set = Only(byte);
  if ((byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z')) {
    set.set(byte ^ 0x20);
  }
  return set;
}

Prefix TextPrefix(const ast::String& string) {
  Prefix prefix;
  for (const char c : string.bytes) {
    const auto byte = static_cast<uint8_t>(c);
    prefix.Add(string.nocase ? EitherCase(byte) : Only(byte));
  }
  return prefix;
}

Prefix Widened(const Prefix& prefix) {
  Prefix wide;
  for (const ByteSet& set : prefix.sets) {
    wide.Add(set);
    wide.Add(Only(0));
  }
  return wide;
}

// A fact that holds for all bytes that fit, and maybe for more: those bits
// count that are the same in the whole set.
Formula PrefixAt(const Prefix& prefix, uint64_t offset) {
  std::string bytes;
  std::string mask;
  size_t size = 0;
  for (const ByteSet& set : prefix.sets) {
    uint8_t every = 0xff;
    uint8_t some = 0;
    for (int byte = 0; byte < 256; ++byte) {
      if (!set[byte]) continue;
      every &= byte;
      some |= byte;
    }
    const auto same = static_cast<uint8_t>(set.none() ? 0 : ~(every ^ some));
    bytes.push_back(static_cast<char>(every & same));
    mask.push_back(static_cast<char>(same));
    if (same != 0) size = bytes.size();
  }
  if (size == 0) return True();
  bytes.resize(size);
  mask.resize(size);
  return Have(BytesAt(offset, std::move(bytes), std::move(mask)));
}

Prefixes PrefixesOf(const ast::String& string) {
  Prefixes prefixes;
  if (string.kind == ast::String::Kind::kText) {
    prefixes.push_back(TextPrefix(string));
  } else {
    prefixes.emplace_back();
    Extend(string.pattern, &prefixes);
  }
  if (string.kind == ast::String::Kind::kHex || !string.wide) return prefixes;
  Prefixes out;
  if (string.ascii) out = prefixes;
  for (const Prefix& prefix : prefixes) out.push_back(Widened(prefix));
  return out;
}

}  // namespace

Number IntegerRead::Values() const {
  const auto all = static_cast<int64_t>(AllBits());
  if (!is_signed) return {0, all};
  return {-(all >> 1) - 1, all >> 1};
}

std::optional<IntegerRead> IntegerReadOf(std::string_view name) {
  IntegerRead read;
  read.is_signed = !name.starts_with("u");
  if (!read.is_signed) name.remove_prefix(1);
  if (!name.starts_with("int")) return std::nullopt;
  name.remove_prefix(3);
  read.big_endian = name.ends_with("be");
  if (read.big_endian) name.remove_suffix(2);
  if (name == "8") return read;
  read.width = name == "16" ? 2 : 4;
  if (name != "16" && name != "32") return std::nullopt;
  return read;
}

std::optional<Formula> ReadEquals(const IntegerRead& read, int64_t offset,
                                  std::optional<int64_t> mask, int64_t value) {
  // Nothing can be read there.
  if (offset < 0) return False();
  const auto all = static_cast<int64_t>(read.AllBits());
  if (mask.has_value()) {
    // Higher bits would be those of the sign.
    if (*mask < 0 || *mask > all) return std::nullopt;
    if (value < 0 || (value & ~*mask) != 0) return False();
  } else if (const Number values = read.Values();
             value < values.low || value > values.high) {
    return False();
  }
  const auto end = static_cast<uint64_t>(offset) + read.width;
  if (mask == 0) {
    return Have(FileSize(Fact::Op::kGe, static_cast<int64_t>(end)));
  }
  std::string bytes;
  std::string bits;
  for (int i = 0; i < read.width; ++i) {
    const int shift = 8 * (read.big_endian ? read.width - 1 - i : i);
    bytes.push_back(static_cast<char>(value >> shift));
    bits.push_back(static_cast<char>(mask.value_or(all) >> shift));
  }
  return Have(BytesAt(static_cast<uint64_t>(offset), std::move(bytes),
                      std::move(bits)));
}

Formula StringBegins(const ast::String& string, uint64_t offset) {
  if (!string.understood || string.has_xor || string.base64 ||
      string.base64wide) {
    return True();
  }
  std::vector<Formula> out;
  for (const Prefix& prefix : PrefixesOf(string)) {
    out.push_back(PrefixAt(prefix, offset));
  }
  return Any(std::move(out));
}

}  // namespace cupel::plan
