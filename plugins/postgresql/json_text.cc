#include "json_text.h"

#include <cstddef>
#include <cstdint>

namespace cupel_pg {
namespace {

// The number of the escape \uXXXX at `place`, or -1.
int32_t EscapeAt(std::string_view json, size_t place) {
  const std::string_view escape = json.substr(place, 6);
  if (escape.size() < 6 || escape.substr(0, 2) != "\\u") return -1;
  int32_t number = 0;
  for (const char c : escape.substr(2)) {
    int32_t digit = -1;
    if (c >= '0' && c <= '9') digit = c - '0';
    if (c >= 'a' && c <= 'f') digit = c - 'a' + 10;
    if (c >= 'A' && c <= 'F') digit = c - 'A' + 10;
    if (digit < 0) return -1;
    number = number * 16 + digit;
  }
  return number;
}

bool IsHigh(int32_t number) { return number >= 0xd800 && number < 0xdc00; }
bool IsLow(int32_t number) { return number >= 0xdc00 && number < 0xe000; }

}  // namespace

std::string ForJsonb(std::string_view json) {
  std::string text;
  text.reserve(json.size());
  size_t place = 0;
  while (place < json.size()) {
    const int32_t number = EscapeAt(json, place);
    size_t taken = json[place] == '\\' ? 2 : 1;
    if (IsHigh(number) && IsLow(EscapeAt(json, place + 6))) {
      taken = 12;
    } else if (number == 0 || IsHigh(number) || IsLow(number)) {
      text += "\\ufffd";
      place += 6;
      continue;
    }
    text += json.substr(place, taken);
    place += taken;
  }
  return text;
}

}  // namespace cupel_pg
