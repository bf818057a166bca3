// How far a text is made of characters that need no second look, eight at a
// time: reports are nearly all of them.
#ifndef CUPEL_FORMAT_ASCII_RUN_H_
#define CUPEL_FORMAT_ASCII_RUN_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace cupel {
namespace ascii_run_internal {

inline constexpr uint64_t kOnes = 0x0101010101010101;
inline constexpr uint64_t kHighs = kOnes << 7;

// Has the high bit of some byte if a byte is zero, and only then.
constexpr uint64_t AnyZero(uint64_t word) {
  return (word - kOnes) & ~word & kHighs;
}

// Bytes from the start of `text` for which `is_odd` is false; `any_odd` is not
// 0 if it is true for any byte of a word.
template <typename AnyOdd, typename IsOdd>
size_t Run(std::string_view text, AnyOdd any_odd, IsOdd is_odd) {
  size_t at = 0;
  for (uint64_t word = 0; text.size() - at >= sizeof(word);
       at += sizeof(word)) {
    std::memcpy(&word, text.data() + at, sizeof(word));
    if (any_odd(word) != 0) break;
  }
  while (at < text.size() && !is_odd(static_cast<uint8_t>(text[at]))) ++at;
  return at;
}

}  // namespace ascii_run_internal

// Bytes below 0x80 at the start of `text`.
inline size_t AsciiRun(std::string_view text) {
  using namespace ascii_run_internal;
  return Run(
      text, [](uint64_t word) { return word & kHighs; },
      [](uint8_t byte) { return byte >= 0x80; });
}

// Printable ASCII at the start of `text`, without `but` and `other`.
inline size_t PrintableRun(std::string_view text, char but, char other) {
  using namespace ascii_run_internal;
  const uint64_t buts = kOnes * static_cast<uint8_t>(but);
  const uint64_t others = kOnes * static_cast<uint8_t>(other);
  return Run(
      text,
      [=](uint64_t word) {
        // What is below 0x20 borrows from the high bit, if that isn't set.
        const uint64_t control = (word - kOnes * 0x20) & kHighs;
        return (word & kHighs) | control | AnyZero(word ^ kOnes * 0x7F) |
               AnyZero(word ^ buts) | AnyZero(word ^ others);
      },
      [=](uint8_t byte) {
        return byte < 0x20 || byte >= 0x7F ||
               byte == static_cast<uint8_t>(but) ||
               byte == static_cast<uint8_t>(other);
      });
}

}  // namespace cupel

#endif  // CUPEL_FORMAT_ASCII_RUN_H_
