// The tokens of YARA source text, cut exactly where libyara's scanner cuts.
#ifndef CUPEL_RULES_LEXER_H_
#define CUPEL_RULES_LEXER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cupel {

enum class TokenKind : uint8_t {
  kIdentifier,  // keywords too
  kString,      // "…" with its quotes
  kRegex,       // /…/is
  kHex,         // { … }
  kNumber,      // 12, 0x1F, 0o17, 1.5, 3KB
  kStringId,    // $a, $a*, #a, @a, !a
  kInclude,     // include "path", whole
  kPunct,       // one or two characters
  kBad,         // libyara refuses it: reaches to the end of its line
};

struct Token {
  TokenKind kind;
  uint32_t begin;  // bytes [begin, end) of the text
  uint32_t end;
  uint32_t line;  // from 1

  std::string_view In(std::string_view text) const {
    return text.substr(begin, end - begin);
  }
};

struct TokenList {
  std::vector<Token> tokens;
  // False if a token is bad, a comment has no end or there are more tokens
  // than kMaxTokens: then nothing may be proved from the list.
  bool exact = true;
};

// Bounds the memory that a hostile rule file can take: 16 bytes each.
inline constexpr size_t kMaxTokens = size_t{1} << 23;

// Never fails; time and memory are linear in the text.
TokenList Tokenize(std::string_view text);

// The value of a kNumber token: decimal (KB, MB), 0x, 0o; none for a fraction
// or a number that does not fit.
std::optional<int64_t> NumberValue(std::string_view token);

// The bytes that a kString token stands for; none if an escape is illegal.
std::optional<std::string> StringValue(std::string_view token);

// The path in a kInclude token, and where it starts within the token.
struct IncludePath {
  std::string_view path;
  size_t offset;
};
IncludePath IncludePathOf(std::string_view token);

}  // namespace cupel

#endif  // CUPEL_RULES_LEXER_H_
