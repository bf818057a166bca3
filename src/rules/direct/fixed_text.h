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

 private:
  bool StandsAt(std::string_view text, size_t at, Place* place) const;
  bool HasBorders(std::string_view text, size_t at) const;
  void ChooseProbe();

  std::vector<Byte> bytes_;
  std::string whole_;  // the bytes, if all masks are whole
  const Borders borders_;
  const std::optional<XorKeys> keys_;
  prefilter::Probe probe_;
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
