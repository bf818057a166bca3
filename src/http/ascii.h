// Text of HTTP headers: ASCII, whatever the locale.
#ifndef CUPEL_HTTP_ASCII_H_
#define CUPEL_HTTP_ASCII_H_

#include <string>
#include <string_view>

namespace cupel::http {

inline std::string LowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// Without spaces, tabs and line ends at both ends.
inline std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  size_t begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
}

}  // namespace cupel::http

#endif  // CUPEL_HTTP_ASCII_H_
