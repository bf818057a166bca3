#include "rules/direct/fixed_text.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "rules/plan/frequency.h"

namespace cupel::direct {
namespace {

// A text of which both probed bytes stand in more places than one in so many is
// found sooner by libyara, which looks for longer pieces.
constexpr size_t kBytesPerLook = 64;
constexpr size_t kLooks = 64;

// libyara searches longer hex strings in pieces.
constexpr size_t kMostHexBytes = 128;

bool IsLetter(uint8_t byte) {
  const uint8_t lower = byte | 0x20;
  return lower >= 'a' && lower <= 'z';
}

bool IsAlnum(char c) {
  const auto byte = static_cast<uint8_t>(c);
  return IsLetter(byte) || (byte >= '0' && byte <= '9');
}

// The logarithm of how many bytes a probed byte lets through, in the kinds of
// files that are searched.
float Chance(const FixedText::Byte& byte) {
  const auto worse_of = [](uint8_t value) {
    return std::max(plan::ByteChance(plan::Corpus::kText, value),
                    plan::ByteChance(plan::Corpus::kBinary, value));
  };
  if (byte.mask == 0xff) return worse_of(byte.value);
  if (byte.mask == 0xdf) {
    return 1 + std::max(worse_of(byte.value), worse_of(byte.value | 0x20));
  }
  return 0;
}

// The sets of bytes that a mask can tell.
std::optional<FixedText::Byte> MaskOf(const ast::ByteSet& set) {
  uint8_t all = 0xff;
  uint8_t any = 0;
  for (size_t i = 0; i < set.size(); ++i) {
    if (!set[i]) continue;
    all &= static_cast<uint8_t>(i);
    any |= static_cast<uint8_t>(i);
  }
  const auto open = static_cast<uint8_t>(all ^ any);
  const size_t told = size_t{1} << static_cast<size_t>(
                          std::popcount(static_cast<unsigned>(open)));
  if (set.count() != told) return std::nullopt;
  const auto mask = static_cast<uint8_t>(~open);
  return FixedText::Byte{static_cast<uint8_t>(all & mask), mask};
}

bool AppendHex(const ast::Pattern& pattern, std::vector<FixedText::Byte>* out) {
  using Kind = ast::Pattern::Kind;
  if (out->size() > kMostHexBytes) return false;
  switch (pattern.kind) {
    case Kind::kBytes: {
      const auto byte = MaskOf(pattern.set);
      if (byte.has_value()) out->push_back(*byte);
      return byte.has_value();
    }
    case Kind::kConcat:
      return std::all_of(
          pattern.children.begin(), pattern.children.end(),
          [out](const ast::Pattern& child) { return AppendHex(child, out); });
    case Kind::kAlternate: {
      ast::Pattern any;
      any.kind = Kind::kBytes;
      for (const ast::Pattern& child : pattern.children) {
        if (child.kind != Kind::kBytes) return false;
        any.set |= child.set;
      }
      return AppendHex(any, out);
    }
    case Kind::kRepeat:
      if (pattern.min != pattern.max) return false;
      for (uint32_t i = 0; i < pattern.min; ++i) {
        if (!AppendHex(pattern.children.front(), out)) return false;
      }
      return true;
    default:
      return false;
  }
}

}  // namespace

FixedText::FixedText(std::vector<Byte> bytes, Borders borders,
                     std::optional<XorKeys> keys)
    : bytes_(std::move(bytes)), borders_(borders), keys_(keys) {
  for (const Byte& byte : bytes_) {
    if (byte.mask == 0xff) whole_ += static_cast<char>(byte.value);
  }
  if (whole_.size() != bytes_.size()) whole_.clear();
  ChooseProbe();
  ChooseGram();
}

// Up to eight of them; zeros behind the end.
uint64_t FixedText::BytesFrom(size_t at) const {
  uint64_t bytes = 0;
  for (size_t i = 0; i < sizeof(bytes) && at + i < size(); ++i) {
    bytes |= uint64_t{bytes_[at + i].value} << (8 * i);
  }
  return bytes;
}

// The rarest bytes; of differences those with the fewest zeros, which stand
// wherever a byte is repeated.
void FixedText::ChooseGram() {
  const bool differences = keys_.has_value();
  const size_t length = differences ? 5 : 4;
  std::vector<float> chances(size());
  for (size_t i = 0; i < size(); ++i) {
    const Byte& byte = bytes_[i];
    // A byte of which not even the letter is known is in no gram.
    chances[i] = byte.mask != 0xff && byte.mask != 0xdf ? 1000
                 : !differences                         ? Chance(byte)
                 : i + 1 < size() && byte.value == bytes_[i + 1].value ? 1
                                                                       : 0;
  }
  size_t best_at = 0;
  float best = 1000;
  for (size_t at = 0; at + length <= size(); ++at) {
    const float chance =
        chances[at] + chances[at + 1] + chances[at + 2] + chances[at + 3];
    if (chance < best) {
      best = chance;
      best_at = at;
    }
  }
  if (best > 100) return;
  const uint64_t bytes = BytesFrom(best_at);
  gram_ = Gram{static_cast<uint32_t>(best_at),
               static_cast<uint32_t>(differences ? FoldToDifferences(bytes)
                                                 : FoldCase(bytes)),
               differences};
}

// The two rarest bytes. Of differences nothing is known; those at both ends are
// as good as any.
void FixedText::ChooseProbe() {
  probe_.differences = keys_.has_value();
  if (probe_.differences) {
    const auto difference = [this](size_t at) {
      return prefilter::ProbedByte{
          static_cast<uint32_t>(at),
          static_cast<uint8_t>(bytes_[at].value ^ bytes_[at + 1].value), 0xff};
    };
    probe_.first = difference(0);
    probe_.second = difference(bytes_.size() - 2);
    return;
  }
  size_t first = 0;
  for (size_t i = 1; i < bytes_.size(); ++i) {
    if (Chance(bytes_[i]) < Chance(bytes_[first])) first = i;
  }
  size_t second = first == 0 && bytes_.size() > 1 ? 1 : 0;
  for (size_t i = 0; i < bytes_.size(); ++i) {
    if (i != first && Chance(bytes_[i]) < Chance(bytes_[second])) second = i;
  }
  const auto probed = [this](size_t at) {
    return prefilter::ProbedByte{static_cast<uint32_t>(at), bytes_[at].value,
                                 bytes_[at].mask};
  };
  probe_.first = probed(first);
  probe_.second = probed(second);
}

bool FixedText::FindAll(std::string_view text, size_t most,
                        std::vector<Place>* out) const {
  if (text.size() < size()) return true;
  static const prefilter::ProbeFunction find = prefilter::BestProbe();
  const size_t end = text.size() - size() + 1;
  size_t looks = kLooks + text.size() / kBytesPerLook;
  Place place;
  const char* const begin = text.data();
  for (size_t at = find(begin, 0, end, probe_); at < end;
       at = find(begin, at + 1, end, probe_)) {
    if (looks-- == 0) return false;
    if (!StandsAt(text, at, &place)) continue;
    if (most-- == 0) return false;
    out->push_back(place);
  }
  return true;
}

void FixedText::FindAt(std::string_view text, uint64_t offset,
                       std::vector<Place>* out) const {
  if (text.size() < size() || offset > text.size() - size()) return;
  Place place;
  if (StandsAt(text, static_cast<size_t>(offset), &place)) {
    out->push_back(place);
  }
}

bool FixedText::MayOccur(std::string_view text) const {
  std::vector<Place> places;
  return !FindAll(text, 0, &places);
}

bool FixedText::StandsAt(std::string_view text, size_t at) const {
  Place place;
  return text.size() >= size() && at <= text.size() - size() &&
         StandsAt(text, at, &place);
}

bool FixedText::StandsAt(std::string_view text, size_t at, Place* place) const {
  const char* here = text.data() + at;
  *place = {at, static_cast<uint32_t>(size()), std::nullopt};
  if (keys_.has_value()) {
    const auto key =
        static_cast<uint8_t>(static_cast<uint8_t>(here[0]) ^ bytes_[0].value);
    if (key < keys_->min || key > keys_->max) return false;
    for (size_t i = 0; i < size(); ++i) {
      if ((static_cast<uint8_t>(here[i]) ^ key) != bytes_[i].value) {
        return false;
      }
    }
    place->xor_key = key;
  } else if (!whole_.empty()) {
    if (std::memcmp(here, whole_.data(), whole_.size()) != 0) return false;
  } else {
    for (size_t i = 0; i < size(); ++i) {
      if ((static_cast<uint8_t>(here[i]) & bytes_[i].mask) != bytes_[i].value) {
        return false;
      }
    }
  }
  return borders_ == Borders::kAny || HasBorders(text, at);
}

bool FixedText::HasBorders(std::string_view text, size_t at) const {
  const size_t end = at + size();
  if (borders_ == Borders::kWord) {
    return !(at >= 1 && IsAlnum(text[at - 1])) &&
           !(end < text.size() && IsAlnum(text[end]));
  }
  return !(at >= 2 && text[at - 1] == '\0' && IsAlnum(text[at - 2])) &&
         !(end + 1 < text.size() && text[end + 1] == '\0' &&
           IsAlnum(text[end]));
}

std::vector<FixedText::Byte> TextBytes(std::string_view text, bool nocase,
                                       bool wide) {
  std::vector<FixedText::Byte> out;
  out.reserve(wide ? 2 * text.size() : text.size());
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    if (nocase && IsLetter(byte)) {
      out.push_back({static_cast<uint8_t>(byte & 0xdf), 0xdf});
    } else {
      out.push_back({byte, 0xff});
    }
    if (wide) out.push_back({0, 0xff});
  }
  return out;
}

std::optional<std::vector<FixedText::Byte>> HexBytes(
    const ast::Pattern& pattern) {
  std::vector<FixedText::Byte> out;
  if (!AppendHex(pattern, &out) || out.size() > kMostHexBytes ||
      std::none_of(out.begin(), out.end(), [](const FixedText::Byte& byte) {
        return byte.mask == 0xff;
      })) {
    return std::nullopt;
  }
  return out;
}

}  // namespace cupel::direct
