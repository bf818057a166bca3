// Letters of ASCII in texts of unknown making.
#ifndef CUPEL_BUILTIN_CARVER_ASCII_TEXT_H_
#define CUPEL_BUILTIN_CARVER_ASCII_TEXT_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace cupel {

inline char AsciiLower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

inline bool IsAsciiSpace(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' ||
         c == '\v';
}

// `lower` is in lower case.
inline bool HasPrefixIgnoringCase(std::string_view text,
                                  std::string_view lower) {
  if (text.size() < lower.size()) return false;
  for (size_t i = 0; i < lower.size(); ++i) {
    if (AsciiLower(text[i]) != lower[i]) return false;
  }
  return true;
}

// Like std::string_view::find. `mark` is a character of `lower` that has no
// cases, at `mark_at`: it is what the search runs on.
inline size_t FindIgnoringCase(std::string_view text, std::string_view lower,
                               size_t mark_at, size_t from) {
  for (size_t at = from + mark_at;; ++at) {
    at = text.find(lower[mark_at], at);
    if (at == std::string_view::npos) return at;
    if (HasPrefixIgnoringCase(text.substr(at - mark_at), lower)) {
      return at - mark_at;
    }
  }
}

// "%41" -> "A"; what is no such thing stays.
std::string PercentDecode(std::string_view text);

}  // namespace cupel

#endif  // CUPEL_BUILTIN_CARVER_ASCII_TEXT_H_
