// Finding every place at which a text of fixed length stands, as libyara does.
#ifndef CUPEL_RULES_DIRECT_FIXED_TEXT_H_
#define CUPEL_RULES_DIRECT_FIXED_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "prefilter/probe.h"
#include "rules/ast/pattern.h"

namespace cupel::direct {

// A match of a string.
struct Place {
  uint64_t offset = 0;
  uint32_t length = 0;
  std::optional<uint8_t> xor_key;
};

// What libyara's `fullword` asks of the bytes on both sides.
enum class Borders : uint8_t { kAny, kWord, kWideWord };

// Bytes, of which the first is the lowest, without case (bit 5 of each is set);
// and each xor the one behind it, of which the last means nothing. The lowest
// four are a gram.
inline uint64_t FoldCase(uint64_t bytes) { return bytes | 0x2020202020202020; }
inline uint64_t FoldToDifferences(uint64_t bytes) { return bytes ^ bytes >> 8; }

// Immutable and thread-safe.
class FixedText {
 public:
  // A byte b stands where `b & mask` is `value`.
  struct Byte {
    uint8_t value = 0;
    uint8_t mask = 0xff;
  };
  struct XorKeys {
    uint8_t min = 0;
    uint8_t max = 0;
  };

  // One or more bytes. With keys: three or more, whose masks are whole.
  FixedText(std::vector<Byte> bytes, Borders borders,
            std::optional<XorKeys> keys);

  size_t size() const { return bytes_.size(); }

  // Appends the places in ascending order. False if it gave up, because more
  // than `most` are there or too many places look like one.
  bool FindAll(std::string_view text, size_t most,
               std::vector<Place>* out) const;
  // The same for one place.
  void FindAt(std::string_view text, uint64_t offset,
              std::vector<Place>* out) const;
  // False: it stands nowhere. True: somewhere, or it gave up.
  bool MayOccur(std::string_view text) const;
  // False too where it would not fit.
  bool StandsAt(std::string_view text, size_t at) const;

  // What it can be found by among others: `value` stands `at` places behind
  // its beginning.
  struct Gram {
    uint32_t at = 0;
    uint32_t value = 0;
    bool differences = false;
  };
  // Nothing if it is too short, or without as many bytes in a row.
  const std::optional<Gram>& gram() const { return gram_; }

 private:
  bool StandsAt(std::string_view text, size_t at, Place* place) const;
  bool HasBorders(std::string_view text, size_t at) const;
  void ChooseProbe();
  void ChooseGram();
  uint64_t BytesFrom(size_t at) const;

  std::vector<Byte> bytes_;
  std::string whole_;  // the bytes, if all masks are whole
  const Borders borders_;
  const std::optional<XorKeys> keys_;
  prefilter::Probe probe_;
  std::optional<Gram> gram_;
};

// The bytes of a text without NULs between ascii and wide form; letters of
// either case if `nocase`.
std::vector<FixedText::Byte> TextBytes(std::string_view text, bool nocase,
                                       bool wide);

// Those of a hex string all of whose matches are equally long and where each
// byte can be told by a mask. Nullopt: it is another.
std::optional<std::vector<FixedText::Byte>> HexBytes(
    const ast::Pattern& pattern);

}  // namespace cupel::direct

#endif  // CUPEL_RULES_DIRECT_FIXED_TEXT_H_
