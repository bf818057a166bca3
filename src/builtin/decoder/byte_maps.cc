#include "builtin/decoder/byte_maps.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/status.h"

namespace cupel {
namespace {

constexpr std::string_view kBetweenNumbers = " \t\r\n,";

bool OnlyNumbers(std::string_view text) {
  return text.find_first_not_of("0123456789 \t\r\n,[]") ==
             std::string_view::npos &&
         text.find_first_of("0123456789") != std::string_view::npos;
}

absl::StatusOr<std::string> DecimalKey(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) {
    text = text.substr(1, text.size() - 2);
  }
  std::string key;
  size_t at = 0;
  while ((at = text.find_first_not_of(kBetweenNumbers, at)) !=
         std::string_view::npos) {
    const size_t end =
        std::min(text.find_first_of(kBetweenNumbers, at), text.size());
    unsigned value = 0;
    const auto [stopped, error] =
        std::from_chars(text.data() + at, text.data() + end, value);
    if (error != std::errc() || stopped != text.data() + end || value > 255) {
      return InvalidArgument(
          "number {} of it is none from 0 to 255; several bytes are written "
          "as \"12 34\" or \"0x0c22\"",
          key.size() + 1);
    }
    key += static_cast<char>(value);
    at = end;
  }
  return key;
}

absl::StatusOr<std::string> HexKey(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2);
  if (text.size() % 2 != 0) {
    return InvalidArgument("it has an odd number of hexadecimal digits");
  }
  std::string key;
  for (size_t at = 0; at < text.size(); at += 2) {
    unsigned value = 0;
    const char* const end = text.data() + at + 2;
    const auto [stopped, error] =
        std::from_chars(text.data() + at, end, value, 16);
    if (error != std::errc() || stopped != end) {
      return InvalidArgument("there is no hexadecimal digit at offset {} of it",
                             at);
    }
    key += static_cast<char>(value);
  }
  return key;
}

KeyForm FormOf(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) return KeyForm::kHex;
  return OnlyNumbers(text) ? KeyForm::kDecimal : KeyForm::kText;
}

}  // namespace

absl::StatusOr<std::string> ParseXorKey(std::string_view text, KeyForm form) {
  if (form == KeyForm::kAuto) form = FormOf(text);
  absl::StatusOr<std::string> key = std::string(text);
  if (form == KeyForm::kDecimal) key = DecimalKey(text);
  if (form == KeyForm::kHex) key = HexKey(text);
  if (!key.ok()) return key;
  if (key->empty()) {
    return InvalidArgument(
        "a key is needed: \"12 34\", \"0x0c22\" or the bytes of a text");
  }
  if (key->size() > kMaxXorKey) {
    return InvalidArgument("it is {} bytes long, at most {} are allowed",
                           key->size(), kMaxXorKey);
  }
  if (key->find_first_not_of('\0') == std::string::npos) {
    return InvalidArgument("a key of zeros changes nothing");
  }
  return key;
}

Decoded Xor(std::string_view bytes, std::string_view key, const StopFn& stop) {
  // The key as often as fits, so that the inner loop is one over two arrays.
  std::string pattern;
  while (pattern.size() < kStopInterval) pattern += key;
  Decoded out;
  out.bytes.assign(bytes);
  for (size_t at = 0; at < bytes.size(); at += pattern.size()) {
    out.status = CheckStop(stop);
    if (!out.status.ok()) {
      out.bytes.resize(at);
      break;
    }
    const size_t count = std::min(pattern.size(), bytes.size() - at);
    for (size_t i = 0; i < count; ++i) {
      out.bytes[at + i] = static_cast<char>(out.bytes[at + i] ^ pattern[i]);
    }
  }
  return out;
}

ByteMap RotLetters(int n) {
  ByteMap map{};
  for (int c = 0; c < 256; ++c) {
    int to = c;
    if (c >= 'a' && c <= 'z') to = 'a' + (c - 'a' + 26 - n) % 26;
    if (c >= 'A' && c <= 'Z') to = 'A' + (c - 'A' + 26 - n) % 26;
    map[static_cast<size_t>(c)] = static_cast<uint8_t>(to);
  }
  return map;
}

ByteMap Rot47() {
  ByteMap map{};
  for (int c = 0; c < 256; ++c) {
    const bool printable = c >= '!' && c <= '~';
    map[static_cast<size_t>(c)] =
        static_cast<uint8_t>(printable ? '!' + (c - '!' + 47) % 94 : c);
  }
  return map;
}

ByteMap RotateBits(int bits, bool right) {
  const unsigned left = static_cast<unsigned>(right ? 8 - bits : bits) % 8;
  ByteMap map{};
  for (unsigned c = 0; c < 256; ++c) {
    map[c] = static_cast<uint8_t>(c << left | c >> (8 - left));
  }
  return map;
}

Decoded MapBytes(std::string_view bytes, const ByteMap& map,
                 const StopFn& stop) {
  Decoded out;
  out.bytes.assign(bytes);
  for (size_t at = 0; at < bytes.size(); at += kStopInterval) {
    out.status = CheckStop(stop);
    if (!out.status.ok()) {
      out.bytes.resize(at);
      break;
    }
    const size_t end = std::min(at + kStopInterval, bytes.size());
    for (size_t i = at; i < end; ++i) {
      out.bytes[i] =
          static_cast<char>(map[static_cast<unsigned char>(out.bytes[i])]);
    }
  }
  return out;
}

}  // namespace cupel
