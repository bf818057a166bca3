#include "format/escape.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <iterator>

#include "format/ascii_run.h"

namespace cupel {
namespace {

// Length of the well-formed UTF-8 sequence at the start of `s` and its code
// point; 0 if there is none. Table 3-7 of the Unicode Standard.
size_t DecodeUtf8(std::string_view s, uint32_t* code_point) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(s[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) {
    *code_point = lead;
    return 1;
  }
  size_t length = 0;
  uint8_t low = 0x80;
  uint8_t high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  } else {
    return 0;
  }
  if (s.size() < length) return 0;
  uint32_t value = lead & (0xFFu >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if (byte(i) < low || byte(i) > high) return 0;
    low = 0x80;
    high = 0xBF;
    value = value << 6 | (byte(i) & 0x3F);
  }
  *code_point = value;
  return length;
}

// Characters that print as nothing or change how their neighbours print.
bool IsDeceptive(uint32_t c) {
  return c == 0xAD || (c >= 0x80 && c < 0xA0) || c == 0x34F || c == 0x61C ||
         (c >= 0x115F && c <= 0x1160) || (c >= 0x17B4 && c <= 0x17B5) ||
         (c >= 0x180B && c <= 0x180F) || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) ||
         c == 0x3164 || (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF ||
         c == 0xFFA0 || (c >= 0xFFF0 && c <= 0xFFFB) ||
         (c >= 0xE0000 && c <= 0xE0FFF);
}

void AppendEscapedByte(uint8_t byte, std::string* out) {
  switch (byte) {
    case '\n':
      out->append("\\n");
      return;
    case '\r':
      out->append("\\r");
      return;
    case '\t':
      out->append("\\t");
      return;
    case '\\':
      out->append("\\\\");
      return;
    default:
      fmt::format_to(std::back_inserter(*out), "\\x{:02x}", byte);
  }
}

}  // namespace

bool IsUtf8(std::string_view bytes) {
  uint32_t code_point = 0;
  for (;;) {
    bytes.remove_prefix(AsciiRun(bytes));
    if (bytes.empty()) return true;
    const size_t length = DecodeUtf8(bytes, &code_point);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
}

std::string EscapePrintable(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (;;) {
    const size_t plain = PrintableRun(bytes, '\\', '\\');
    out.append(bytes.substr(0, plain));
    bytes.remove_prefix(plain);
    if (bytes.empty()) return out;
    uint32_t c = 0;
    const size_t length = DecodeUtf8(bytes, &c);
    if (length <= 1) {
      AppendEscapedByte(static_cast<uint8_t>(bytes[0]), &out);
      bytes.remove_prefix(1);
      continue;
    }
    if (IsDeceptive(c)) {
      fmt::format_to(std::back_inserter(out), "\\u{{{:04x}}}", c);
    } else {
      out.append(bytes.substr(0, length));
    }
    bytes.remove_prefix(length);
  }
}

std::string EscapeAscii(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (;;) {
    const size_t plain = PrintableRun(bytes, '\\', '\\');
    out.append(bytes.substr(0, plain));
    bytes.remove_prefix(plain);
    if (bytes.empty()) return out;
    AppendEscapedByte(static_cast<uint8_t>(bytes[0]), &out);
    bytes.remove_prefix(1);
  }
}

std::string ReplaceInvalidUtf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  uint32_t code_point = 0;
  while (!bytes.empty()) {
    const size_t length = DecodeUtf8(bytes, &code_point);
    out.append(length == 0 ? std::string_view("\xEF\xBF\xBD")
                           : bytes.substr(0, length));
    bytes.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

}  // namespace cupel
