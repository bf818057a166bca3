#include "builtin/reader/charset_guess.h"

#include <algorithm>
#include <cstdint>

#include "base/status.h"
#include "format/escape.h"

namespace cupel {
namespace {

constexpr size_t kSample = size_t{64} << 10;

CharsetGuess ByMark(std::string_view bytes) {
  const std::string_view utf32le("\xff\xfe\0\0", 4);
  const std::string_view utf32be("\0\0\xfe\xff", 4);
  if (bytes.starts_with("\xef\xbb\xbf")) return {"UTF-8", 3};
  // UTF-16 could begin like that too, but only with a NUL.
  if (bytes.starts_with(utf32le) && bytes.size() % 4 == 0) {
    return {"UTF-32LE", 4};
  }
  if (bytes.starts_with(utf32be)) return {"UTF-32BE", 4};
  if (bytes.starts_with("\xff\xfe")) return {"UTF-16LE", 2};
  if (bytes.starts_with("\xfe\xff")) return {"UTF-16BE", 2};
  return {};
}

bool IsControl(unsigned c) {
  return (c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' &&
          c != '\b' && c != 0x1b) ||
         c == 0x7f;
}

// True if nearly all units are of the alphabets up to Arabic, and nearly none
// is a control character. `high` is where the high byte of a unit stands.
bool ReadsAsUtf16(std::string_view sample, size_t high) {
  const size_t units = sample.size() / 2;
  if (units < 2) return false;
  size_t alphabetic = 0;
  size_t swapped = 0;  // alphabetic if it were the other order
  size_t controls = 0;
  for (size_t i = 0; i < units; ++i) {
    const auto upper = static_cast<uint8_t>(sample[2 * i + high]);
    const auto lower = static_cast<uint8_t>(sample[2 * i + 1 - high]);
    if (upper <= 0x06) ++alphabetic;
    if (lower <= 0x06) ++swapped;
    if (upper == 0 && IsControl(lower)) ++controls;
  }
  return alphabetic * 10 >= units * 7 && swapped * 10 <= units * 3 &&
         controls * 100 <= units;
}

// The end of a piece of at most `size` bytes that cuts no character.
size_t PieceEnd(std::string_view bytes, size_t at, size_t size) {
  if (bytes.size() - at <= size) return bytes.size();
  size_t end = at + size;
  for (int i = 0; i < 3 && (bytes[end] & 0xc0) == 0x80; ++i) --end;
  return end;
}

struct Counts {
  bool utf8 = true;
  size_t controls = 0;
  size_t c1 = 0;         // 0x80 to 0x9f, letters in Windows-1252
  size_t undefined = 0;  // bytes that Windows-1252 has not
};

absl::StatusOr<Counts> Count(std::string_view bytes, const StopFn& stop) {
  Counts counts;
  for (size_t at = 0; at < bytes.size();) {
    CUPEL_RETURN_IF_ERROR(CheckStop(stop));
    const size_t end = PieceEnd(bytes, at, kStopInterval);
    const std::string_view piece = bytes.substr(at, end - at);
    counts.utf8 = counts.utf8 && IsUtf8(piece);
    for (const char c : piece) {
      const auto byte = static_cast<uint8_t>(c);
      if (IsControl(byte)) ++counts.controls;
      if (byte >= 0x80 && byte < 0xa0) {
        ++counts.c1;
        if (byte == 0x81 || byte == 0x8d || byte == 0x8f || byte == 0x90 ||
            byte == 0x9d) {
          ++counts.undefined;
        }
      }
    }
    at = end;
  }
  return counts;
}

}  // namespace

absl::StatusOr<CharsetGuess> GuessCharset(std::string_view bytes,
                                          const StopFn& stop) {
  const CharsetGuess marked = ByMark(bytes);
  if (!marked.charset.empty()) return marked;
  const std::string_view sample = bytes.substr(0, kSample);
  if (ReadsAsUtf16(sample, 1)) return CharsetGuess{"UTF-16LE", 0};
  if (ReadsAsUtf16(sample, 0)) return CharsetGuess{"UTF-16BE", 0};
  CUPEL_ASSIGN_OR_RETURN(const Counts counts, Count(bytes, stop));
  if (counts.controls * 20 > bytes.size()) return CharsetGuess{};
  if (counts.utf8) return CharsetGuess{"UTF-8", 0};
  if (counts.c1 > 0 && counts.undefined == 0) {
    return CharsetGuess{"WINDOWS-1252", 0};
  }
  return CharsetGuess{"ISO-8859-1", 0};
}

}  // namespace cupel
