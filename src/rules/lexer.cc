#include "rules/lexer.h"

#include <charconv>

namespace cupel {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool IsWord(char c) { return IsLetter(c) || IsDigit(c); }
int HexDigit(char c) {
  if (IsDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}
bool IsHexStringByte(char c) {
  return HexDigit(c) >= 0 ||
         std::string_view(" -|~?[]()\n\r\t").find(c) != std::string_view::npos;
}

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  TokenList Run() {
    while (pos_ < text_.size()) {
      if (list_.tokens.size() == kMaxTokens) {
        list_.exact = false;
        break;
      }
      Step();
    }
    return std::move(list_);
  }

 private:
  char At(size_t i) const { return i < text_.size() ? text_[i] : '\0'; }
  bool StartsWith(std::string_view what) const {
    return text_.substr(pos_, what.size()) == what;
  }

  void Emit(TokenKind kind, size_t end) {
    list_.tokens.push_back(
        {kind, static_cast<uint32_t>(pos_), static_cast<uint32_t>(end), line_});
    for (; pos_ < end; ++pos_) line_ += text_[pos_] == '\n';
  }

  // libyara stops reading here; we go on behind the line, for the sake of the
  // rules that follow.
  void Bad() {
    list_.exact = false;
    size_t end = text_.find('\n', pos_);
    if (end == std::string_view::npos) end = text_.size();
    Emit(TokenKind::kBad, end);
  }

  void SkipTo(size_t end) {
    for (; pos_ < end; ++pos_) line_ += text_[pos_] == '\n';
  }

  void Step() {
    const char c = text_[pos_];
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      SkipTo(pos_ + 1);
    } else if (StartsWith("//")) {
      SkipTo(std::min(text_.find('\n', pos_), text_.size()));
    } else if (StartsWith("/*")) {
      Comment();
    } else if (c == '"') {
      Quoted('"', TokenKind::kString);
    } else if (c == '/') {
      Quoted('/', TokenKind::kRegex);
    } else if (c == '{') {
      const size_t end = HexStringEnd();
      Emit(end != 0 ? TokenKind::kHex : TokenKind::kPunct,
           end != 0 ? end : pos_ + 1);
    } else if (IsDigit(c)) {
      Number();
    } else if (IsLetter(c)) {
      Word();
    } else if (c == '$' || c == '#' || c == '@' || c == '!') {
      StringId();
    } else if (c > ' ' && c < 127) {
      Punct();
    } else {
      Bad();
    }
  }

  void Comment() {
    const size_t end = text_.find("*/", pos_ + 2);
    if (end == std::string_view::npos) {
      list_.exact = false;  // libyara takes it for a comment to the end
      SkipTo(text_.size());
    } else {
      SkipTo(end + 2);
    }
  }

  // A backslash takes the next character along, whatever it is but a newline.
  void Quoted(char quote, TokenKind kind) {
    size_t i = pos_ + 1;
    while (i < text_.size() && text_[i] != quote && text_[i] != '\n') {
      i += text_[i] == '\\' && i + 1 < text_.size() && text_[i + 1] != '\n' ? 2
                                                                            : 1;
    }
    if (At(i) != quote || i >= text_.size()) return Bad();
    ++i;
    if (kind == TokenKind::kRegex) {
      if (At(i) == 'i') ++i;
      if (At(i) == 's') ++i;
    }
    Emit(kind, i);
  }

  // The longest stretch of hex digits, wildcards, jumps, alternatives and
  // comments that ends in a brace; 0 if there is none. A brace inside a line
  // comment is an end too, if nothing longer fits.
  size_t HexStringEnd() const {
    size_t last = 0;
    size_t i = pos_ + 1;
    if (At(i) == '}') return 0;  // at least one element
    while (i < text_.size()) {
      if (IsHexStringByte(text_[i])) {
        ++i;
      } else if (text_.substr(i, 2) == "/*") {
        const size_t end = text_.find("*/", i + 2);
        if (end == std::string_view::npos) return last;
        i = end + 2;
      } else if (text_.substr(i, 2) == "//") {
        const size_t end = std::min(text_.find('\n', i), text_.size());
        const size_t brace = text_.substr(i, end - i).rfind('}');
        if (brace != std::string_view::npos) last = i + brace + 1;
        i = end;
      } else {
        return text_[i] == '}' ? i + 1 : last;
      }
    }
    return last;
  }

  void Number() {
    size_t i = pos_;
    if (text_[i] == '0' && (At(i + 1) == 'x' || At(i + 1) == 'o') &&
        HexDigit(At(i + 2)) >= 0) {
      const int base = text_[i + 1] == 'x' ? 16 : 8;
      i += 2;
      while (HexDigit(At(i)) >= 0 && HexDigit(At(i)) < base) ++i;
      return Emit(TokenKind::kNumber, i);
    }
    while (IsDigit(At(i))) ++i;
    if (At(i) == '.' && IsDigit(At(i + 1))) {
      ++i;
      while (IsDigit(At(i))) ++i;
    } else if ((At(i) == 'K' || At(i) == 'M') && At(i + 1) == 'B') {
      i += 2;
    }
    Emit(TokenKind::kNumber, i);
  }

  void Word() {
    size_t i = pos_;
    while (IsWord(At(i))) ++i;
    if (text_.substr(pos_, i - pos_) == "include") {
      size_t quote = i;
      while (At(quote) == ' ' || At(quote) == '\t') ++quote;
      if (quote > i && At(quote) == '"') {
        const size_t end = text_.find('"', quote + 1);
        if (end == std::string_view::npos) return Bad();
        return Emit(TokenKind::kInclude, end + 1);
      }
    }
    Emit(TokenKind::kIdentifier, i);
  }

  void StringId() {
    size_t i = pos_ + 1;
    while (IsWord(At(i))) ++i;
    if (i == pos_ + 1 && StartsWith("!=")) {
      return Emit(TokenKind::kPunct, i + 1);
    }
    if (text_[pos_] == '$' && At(i) == '*') ++i;
    Emit(TokenKind::kStringId, i);
  }

  void Punct() {
    for (const std::string_view two : {"==", "<=", ">=", "<<", ">>", ".."}) {
      if (StartsWith(two)) return Emit(TokenKind::kPunct, pos_ + 2);
    }
    Emit(TokenKind::kPunct, pos_ + 1);
  }

  const std::string_view text_;
  size_t pos_ = 0;
  uint32_t line_ = 1;
  TokenList list_;
};

}  // namespace

TokenList Tokenize(std::string_view text) {
  if (text.size() > UINT32_MAX) return {{}, false};
  return Lexer(text).Run();
}

std::optional<int64_t> NumberValue(std::string_view token) {
  int64_t scale = 1;
  if (token.ends_with("KB")) scale = 1024;
  if (token.ends_with("MB")) scale = 1048576;
  if (scale != 1) token.remove_suffix(2);
  int base = 10;
  if (token.starts_with("0x")) base = 16;
  if (token.starts_with("0o")) base = 8;
  if (base != 10) token.remove_prefix(2);
  int64_t value = 0;
  const auto [end, error] =
      std::from_chars(token.data(), token.data() + token.size(), value, base);
  if (error != std::errc() || end != token.data() + token.size() ||
      value > INT64_MAX / scale) {
    return std::nullopt;
  }
  return value * scale;
}

std::optional<std::string> StringValue(std::string_view token) {
  if (token.size() < 2) return std::nullopt;
  token = token.substr(1, token.size() - 2);
  std::string out;
  for (size_t i = 0; i < token.size(); ++i) {
    if (token[i] != '\\') {
      out += token[i];
      continue;
    }
    if (++i == token.size()) return std::nullopt;
    static constexpr std::string_view kEscapes = "tnr\"\\";
    static constexpr std::string_view kValues = "\t\n\r\"\\";
    const size_t at = kEscapes.find(token[i]);
    if (at != std::string_view::npos) {
      out += kValues[at];
    } else if (token[i] == 'x' && i + 2 < token.size() &&
               HexDigit(token[i + 1]) >= 0 && HexDigit(token[i + 2]) >= 0) {
      out += static_cast<char>(HexDigit(token[i + 1]) * 16 +
                               HexDigit(token[i + 2]));
      i += 2;
    } else {
      return std::nullopt;
    }
  }
  return out;
}

IncludePath IncludePathOf(std::string_view token) {
  const size_t quote = token.find('"');
  return {token.substr(quote + 1, token.size() - quote - 2), quote + 1};
}

}  // namespace cupel
