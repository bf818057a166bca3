#include "rules/plan/base64_forms.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cupel::plan {
namespace {

// The six bits from `bit` on, which all lie within `bytes`.
uint32_t Sextet(std::string_view bytes, size_t bit) {
  const size_t at = bit / 8;
  uint32_t two = uint32_t{static_cast<uint8_t>(bytes[at])} << 8;
  if (at + 1 < bytes.size()) two |= static_cast<uint8_t>(bytes[at + 1]);
  return two >> (10 - bit % 8) & 63;
}

// `before` bytes of the group stand before the text.
std::string Encode(std::string_view bytes, size_t before,
                   std::string_view alphabet) {
  std::string out;
  // The first character whose bits are all ours begins here.
  size_t bit = (6 - 8 * before % 6) % 6;
  for (; bit + 6 <= 8 * bytes.size(); bit += 6) {
    out += alphabet[Sextet(bytes, bit)];
  }
  return out;
}

}  // namespace

std::vector<std::string> Base64Forms(const std::vector<std::string>& forms,
                                     const ast::String& string) {
  std::vector<std::string> out;
  if (string.base64_alphabet.size() != 64) return {std::string()};
  for (const std::string& form : forms) {
    for (size_t before = 0; before < 3; ++before) {
      // libyara doesn't look for a single byte in the middle.
      if (before == 1 && form.size() == 1) continue;
      const std::string text = Encode(form, before, string.base64_alphabet);
      if (string.base64) out.push_back(text);
      if (!string.base64wide) continue;
      std::string wide;
      for (const char c : text) {
        wide += c;
        wide += '\0';
      }
      out.push_back(std::move(wide));
    }
  }
  return out;
}

}  // namespace cupel::plan
