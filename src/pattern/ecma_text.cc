#include "pattern/ecma_text.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cupel {
namespace {

// The insides of bracket expressions. White space is ECMA's: tab, line ends,
// the byte order mark and Unicode's space separators.
constexpr std::string_view kDigits = "0-9";
constexpr std::string_view kNoDigits = R"(\x{0}-\x{2F}\x{3A}-\x{10FFFF})";
constexpr std::string_view kWord = "0-9A-Za-z_";
constexpr std::string_view kNoWord =
    R"(\x{0}-\x{2F}\x{3A}-\x{40}\x{5B}-\x{5E}\x{60}\x{7B}-\x{10FFFF})";
constexpr std::string_view kSpace =
    R"(\x{9}-\x{D}\x{20}\x{A0}\x{1680}\x{2000}-\x{200A}\x{2028}\x{2029})"
    R"(\x{202F}\x{205F}\x{3000}\x{FEFF})";
constexpr std::string_view kNoSpace =
    R"(\x{0}-\x{8}\x{E}-\x{1F}\x{21}-\x{9F}\x{A1}-\x{167F}\x{1681}-\x{1FFF})"
    R"(\x{200B}-\x{2027}\x{202A}-\x{202E}\x{2030}-\x{205E}\x{2060}-\x{2FFF})"
    R"(\x{3001}-\x{FEFE}\x{FF00}-\x{10FFFF})";

}  // namespace

uint32_t DecodeUtf8(std::string_view text, size_t* at) {
  const auto lead = static_cast<uint8_t>(text[*at]);
  if (lead < 0x80) {
    ++*at;
    return lead;
  }
  if (lead < 0xc2 || lead > 0xf4) return kNoCodePoint;
  const size_t more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
  uint32_t c = lead & (0x3fu >> more);
  for (size_t i = 1; i <= more; ++i) {
    const auto next = *at + i < text.size()
                          ? static_cast<uint8_t>(text[*at + i])
                          : uint8_t{0};
    if ((next & 0xc0) != 0x80) return kNoCodePoint;
    c = c << 6 | (next & 0x3fu);
  }
  constexpr uint32_t kLeast[] = {0, 0x80, 0x800, 0x10000};
  if (c < kLeast[more] || c > kLastCodePoint || IsHighSurrogate(c) ||
      IsLowSurrogate(c)) {
    return kNoCodePoint;
  }
  *at += more + 1;
  return c;
}

std::string_view ClassEscape(char c) {
  switch (c) {
    case 'd':
      return kDigits;
    case 'D':
      return kNoDigits;
    case 'w':
      return kWord;
    case 'W':
      return kNoWord;
    case 's':
      return kSpace;
    case 'S':
      return kNoSpace;
    default:
      return {};
  }
}

}  // namespace cupel
