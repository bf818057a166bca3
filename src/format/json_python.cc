// Text as Python writes it, for what Python programs compare or parse.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "format/escape.h"
#include "format/json.h"

namespace cupel {
namespace {

// float.__repr__: the shortest digits that give the same double, without an
// exponent from 1e-4 up to 1e16.
std::string FloatRepr(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  std::array<char, 64> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(),
                                 value, std::chars_format::scientific)
                       .ptr;
  const std::string_view text(buffer.data(),
                              static_cast<size_t>(end - buffer.data()));
  const size_t e = text.find('e');
  int exponent = 0;
  const char* first = text.data() + e + 1;
  if (*first == '+') ++first;
  std::from_chars(first, end, exponent);
  // to_chars writes exponents as Python does: a sign and two digits or more.
  if (exponent < -4 || exponent >= 16) return std::string(text);

  std::string digits(text.substr(0, e));
  std::string sign;
  if (digits.front() == '-') {
    sign = "-";
    digits.erase(0, 1);
  }
  digits.erase(std::remove(digits.begin(), digits.end(), '.'), digits.end());
  if (exponent < 0) {
    return sign + "0." + std::string(static_cast<size_t>(-exponent - 1), '0') +
           digits;
  }
  const size_t whole = static_cast<size_t>(exponent) + 1;
  if (digits.size() <= whole) digits.append(whole + 1 - digits.size(), '0');
  return sign + digits.substr(0, whole) + "." + digits.substr(whole);
}

// Takes one character off `text`, which must be UTF-8 and not be empty.
char32_t TakeCharacter(std::string_view* text) {
  const auto lead = static_cast<uint8_t>(text->front());
  const size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  constexpr std::array<uint8_t, 5> kMask = {0, 0x7f, 0x1f, 0x0f, 0x07};
  char32_t character = lead & kMask[size];
  for (size_t i = 1; i < size; ++i) {
    character = character << 6 | (static_cast<uint8_t>((*text)[i]) & 0x3f);
  }
  text->remove_prefix(size);
  return character;
}

void AppendJsonString(std::string_view text, std::string* out) {
  const std::string mended = IsUtf8(text) ? "" : ReplaceInvalidUtf8(text);
  if (!mended.empty()) text = mended;
  const auto into = std::back_inserter(*out);
  *out += '"';
  while (!text.empty()) {
    const char32_t c = TakeCharacter(&text);
    constexpr std::string_view kNamed = "\"\\\b\f\n\r\t";
    constexpr std::string_view kNames = "\"\\bfnrt";
    const size_t named =
        c < 0x80 ? kNamed.find(static_cast<char>(c)) : kNamed.npos;
    if (named != kNamed.npos) {
      *out += '\\';
      *out += kNames[named];
    } else if (c >= 0x20 && c < 0x7f) {
      *out += static_cast<char>(c);
    } else if (c == 0x7f) {
      *out += '\x7f';  // Python leaves DEL as it is
    } else if (c < 0x10000) {
      fmt::format_to(into, "\\u{:04x}", static_cast<uint32_t>(c));
    } else {
      const auto rest = static_cast<uint32_t>(c) - 0x10000;
      fmt::format_to(into, "\\u{:04x}\\u{:04x}", 0xd800 + (rest >> 10),
                     0xdc00 + (rest & 0x3ff));
    }
  }
  *out += '"';
}

// What str.isprintable() says no to, but for code points that no version of
// Unicode has named: which those are depends on the version of Python.
bool IsPrintable(char32_t c) {
  constexpr std::pair<char32_t, char32_t> kHidden[] = {
      {0x00, 0x1f},       {0x7f, 0xa0},       {0xad, 0xad},
      {0x600, 0x605},     {0x61c, 0x61c},     {0x6dd, 0x6dd},
      {0x70f, 0x70f},     {0x890, 0x891},     {0x8e2, 0x8e2},
      {0x1680, 0x1680},   {0x180e, 0x180e},   {0x2000, 0x200f},
      {0x2028, 0x202f},   {0x205f, 0x206f},   {0x3000, 0x3000},
      {0xe000, 0xf8ff},   {0xfdd0, 0xfdef},   {0xfeff, 0xfeff},
      {0xfff9, 0xfffb},   {0x110bd, 0x110bd}, {0x110cd, 0x110cd},
      {0x13430, 0x1343f}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a},
      {0xe0000, 0xe007f}, {0xf0000, 0x10ffff}};
  if ((c & 0xfffe) == 0xfffe) return false;
  return std::none_of(
      std::begin(kHidden), std::end(kHidden),
      [c](const auto& range) { return c >= range.first && c <= range.second; });
}

void AppendRepr(std::string_view text, std::string* out) {
  const std::string mended = IsUtf8(text) ? "" : ReplaceInvalidUtf8(text);
  if (!mended.empty()) text = mended;
  const bool double_quotes =
      text.find('\'') != text.npos && text.find('"') == text.npos;
  const char quote = double_quotes ? '"' : '\'';
  const auto into = std::back_inserter(*out);
  *out += quote;
  while (!text.empty()) {
    const std::string_view before = text;
    const char32_t c = TakeCharacter(&text);
    constexpr std::string_view kNamed = "\\\n\r\t";
    constexpr std::string_view kNames = "\\nrt";
    const size_t named =
        c < 0x80 ? kNamed.find(static_cast<char>(c)) : kNamed.npos;
    const auto code = static_cast<uint32_t>(c);
    if (named != kNamed.npos) {
      *out += '\\';
      *out += kNames[named];
    } else if (c == static_cast<char32_t>(quote)) {
      *out += '\\';
      *out += quote;
    } else if (IsPrintable(c)) {
      out->append(before.substr(0, before.size() - text.size()));
    } else if (c < 0x100) {
      fmt::format_to(into, "\\x{:02x}", code);
    } else if (c < 0x10000) {
      fmt::format_to(into, "\\u{:04x}", code);
    } else {
      fmt::format_to(into, "\\U{:08x}", code);
    }
  }
  *out += quote;
}

struct Words {
  std::string_view null;
  std::string_view yes;
  std::string_view no;
  void (*append_string)(std::string_view text, std::string* out);
};
constexpr Words kJsonWords = {"null", "true", "false", AppendJsonString};
constexpr Words kReprWords = {"None", "True", "False", AppendRepr};

void Append(const Json& value, const Words& words, std::string* out) {
  std::string_view separator;
  switch (value.type()) {
    case Json::value_t::string:
      words.append_string(value.get_ref<const std::string&>(), out);
      return;
    case Json::value_t::boolean:
      *out += value.get<bool>() ? words.yes : words.no;
      return;
    case Json::value_t::number_integer:
      *out += std::to_string(value.get<int64_t>());
      return;
    case Json::value_t::number_unsigned:
      *out += std::to_string(value.get<uint64_t>());
      return;
    case Json::value_t::number_float:
      *out += FloatRepr(value.get<double>());
      return;
    case Json::value_t::array:
      *out += '[';
      for (const Json& element : value) {
        *out += std::exchange(separator, ", ");
        Append(element, words, out);
      }
      *out += ']';
      return;
    case Json::value_t::object:
      *out += '{';
      for (const auto& [key, element] :
           value.get_ref<const Json::object_t&>()) {
        *out += std::exchange(separator, ", ");
        words.append_string(key, out);
        *out += ": ";
        Append(element, words, out);
      }
      *out += '}';
      return;
    case Json::value_t::null:
    case Json::value_t::binary:
    case Json::value_t::discarded:
      break;
  }
  *out += words.null;
}

}  // namespace

std::string PythonJsonDumps(const Json& value) {
  std::string text;
  Append(value, kJsonWords, &text);
  return text;
}

std::string PythonStr(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  std::string text;
  Append(value, kReprWords, &text);
  return text;
}

}  // namespace cupel
