#include "builtin/mail/transfer.h"

namespace cupel {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// Where the line ends that has only white space from `at` on, else npos: such
// white space was added on the way.
size_t BlankEnd(std::string_view text, size_t at) {
  const size_t end = text.find_first_not_of(" \t\r", at);
  if (end == std::string_view::npos) return text.size();
  return text[end] == '\n' ? end : std::string_view::npos;
}

}  // namespace

std::string DecodeQuotedPrintable(std::string_view text, bool words) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (words && c == '_') {
      out.push_back(' ');
    } else if (c == '=' && i + 2 < text.size() && HexDigit(text[i + 1]) >= 0 &&
               HexDigit(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(HexDigit(text[i + 1]) << 4 |
                                      HexDigit(text[i + 2])));
      i += 2;
    } else if (const size_t end = BlankEnd(text, i + 1);
               c == '=' && !words && end != std::string_view::npos) {
      i = end;  // a soft line break
    } else {
      out.push_back(c);
    }
  }
  return out;
}

}  // namespace cupel
