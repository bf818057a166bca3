// Characters and sets of them, as ECMA-262 has them.
#ifndef CUPEL_PATTERN_ECMA_TEXT_H_
#define CUPEL_PATTERN_ECMA_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cupel {

inline constexpr uint32_t kLastCodePoint = 0x10ffff;
inline constexpr uint32_t kNoCodePoint = 0xffffffff;

inline bool IsHighSurrogate(uint32_t c) { return c >= 0xd800 && c <= 0xdbff; }
inline bool IsLowSurrogate(uint32_t c) { return c >= 0xdc00 && c <= 0xdfff; }

// The code point at `*at`, which moves behind it; kNoCodePoint, and nothing
// moves, if that is no well-formed UTF-8.
uint32_t DecodeUtf8(std::string_view text, size_t* at);

// For d, D, w, W, s and S, what stands for \d and the others inside of a
// bracket expression of RE2's; empty for any other.
std::string_view ClassEscape(char c);

}  // namespace cupel

#endif  // CUPEL_PATTERN_ECMA_TEXT_H_
