#include "tests/differential/encode.h"

#include <cctype>
#include <string_view>

namespace cupel::differential {
namespace {

constexpr std::string_view kUsual =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string Base64(std::string_view bytes, std::string_view alphabet) {
  std::string out;
  uint32_t bits = 0;
  int many = 0;
  for (const char c : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    many += 8;
    for (; many >= 6; many -= 6) out += alphabet[bits >> (many - 6) & 63];
  }
  if (many != 0) out += alphabet[bits << (6 - many) & 63];
  while (out.size() % 4 != 0) out += '=';
  return out;
}

std::string OtherCase(Draw* draw, std::string bytes) {
  const bool all = draw->Chance(30);
  for (char& c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && std::isalpha(byte) && (all || draw->Chance(50))) {
      c = static_cast<char>(byte ^ 0x20);
    }
  }
  return bytes;
}

std::string Xored(std::string bytes, unsigned key) {
  for (char& c : bytes) c = static_cast<char>(c ^ static_cast<char>(key));
  return bytes;
}

std::string InBase64(Draw* draw, const MadeString& string, std::string bytes) {
  if (string.wide && (!string.ascii || draw->Chance(50))) bytes = Wide(bytes);
  const std::string before = draw->From("ab\x01\xfe", draw->Below(3));
  const std::string after = draw->From("ab\x01\xfe", draw->Below(3));
  const std::string text =
      Base64(before + bytes + after,
             string.alphabet.empty() ? kUsual : string.alphabet);
  const bool wide = string.base64wide && (!string.base64 || draw->Chance(50));
  return wide ? Wide(text) : text;
}

std::string FlipByte(Draw* draw, std::string bytes) {
  if (bytes.empty()) return bytes;
  bytes[draw->Below(static_cast<uint32_t>(bytes.size()))] ^=
      static_cast<char>(1 << draw->Below(8));
  return bytes;
}

}  // namespace

std::string Wide(const std::string& bytes) {
  std::string out;
  for (const char c : bytes) {
    out += c;
    out += '\0';
  }
  return out;
}

std::string Occurrence(Draw* draw, const MadeString& string) {
  std::string bytes = draw->Pick(string.samples);
  if (string.base64 || string.base64wide) {
    return InBase64(draw, string, std::move(bytes));
  }
  if (string.nocase && draw->Chance(60)) bytes = OtherCase(draw, bytes);
  if (string.wide && (!string.ascii || draw->Chance(50))) bytes = Wide(bytes);
  if (string.has_xor) {
    bytes = Xored(bytes, static_cast<unsigned>(
                             draw->Between(string.xor_min, string.xor_max)));
  }
  return bytes;
}

std::string NearMiss(Draw* draw, const MadeString& string) {
  std::string bytes = Occurrence(draw, string);
  const auto size = static_cast<uint32_t>(bytes.size());
  switch (draw->Below(9)) {
    case 0:
      return FlipByte(draw, bytes);
    case 1:
      return size == 0 ? bytes : bytes.substr(1);
    case 2:
      return bytes.substr(0, size == 0 ? 0 : size - 1);
    case 3:
      return bytes.substr(0, size / 2) + draw->Bytes(1) +
             bytes.substr(size / 2);
    case 4:
      return OtherCase(draw, bytes);
    case 5:
      return Wide(bytes);
    case 6:
      return Xored(bytes, draw->Below(256));
    case 7:  // half a wide one
      return Wide(bytes).substr(0, size);
    default:
      return "a" + bytes + "b";
  }
}

}  // namespace cupel::differential
