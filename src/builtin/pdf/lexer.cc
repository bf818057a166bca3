#include "builtin/pdf/lexer.h"

#include <algorithm>
#include <charconv>

#include "builtin/pe/resources.h"

namespace cupel {
namespace {

constexpr size_t kMostEntries = 4096;

bool IsDelimiter(char c) {
  return std::string_view("()<>[]{}/%").find(c) != std::string_view::npos;
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::string HexString(std::string_view digits) {
  std::string out;
  int high = -1;
  for (const char c : digits) {
    const int digit = HexDigit(c);
    if (digit < 0) continue;
    if (high < 0) {
      high = digit;
    } else {
      out.push_back(static_cast<char>(high << 4 | digit));
      high = -1;
    }
  }
  if (high >= 0) out.push_back(static_cast<char>(high << 4));
  return out;
}

// Up to three octal digits at `at`, which is moved to the last of them.
char Octal(std::string_view text, size_t* at) {
  int value = 0;
  size_t i = *at;
  for (; i < text.size() && i < *at + 3 && text[i] >= '0' && text[i] <= '7';
       ++i) {
    value = value * 8 + (text[i] - '0');
  }
  *at = i - 1;
  return static_cast<char>(value);
}

std::string LiteralString(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out.push_back(text[i]);
      continue;
    }
    const char c = text[++i];
    constexpr std::string_view kNames = "nrtbf";
    constexpr std::string_view kValues = "\n\r\t\b\f";
    if (const size_t found = kNames.find(c); found != std::string_view::npos) {
      out.push_back(kValues[found]);
    } else if (c >= '0' && c <= '7') {
      out.push_back(Octal(text, &i));
    } else if (c == '\r') {  // a line that goes on
      if (i + 1 < text.size() && text[i + 1] == '\n') ++i;
    } else if (c != '\n') {
      out.push_back(c);
    }
  }
  return out;
}

}  // namespace

bool IsPdfSpace(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' ||
         c == '\0';
}

PdfToken PdfLexer::Take(PdfTokenKind kind, size_t end, size_t skip) {
  const PdfToken token{kind, text_.substr(at_ + skip, end - at_ - skip)};
  at_ = end;
  return token;
}

// Behind the bracket that closes a literal string; brackets nest.
size_t PdfLexer::StringEnd() const {
  int depth = 0;
  for (size_t i = at_; i < text_.size(); ++i) {
    if (text_[i] == '\\') {
      ++i;
    } else if (text_[i] == '(') {
      ++depth;
    } else if (text_[i] == ')' && --depth == 0) {
      return i + 1;
    }
  }
  return text_.size();
}

PdfToken PdfLexer::Next() {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == '%') {
      at_ = std::min(text_.find_first_of("\r\n", at_), text_.size());
    } else if (IsPdfSpace(c) || c == ')' || c == '{' || c == '}') {
      ++at_;
    } else {
      break;
    }
  }
  if (at_ >= text_.size()) return {};
  const char c = text_[at_];
  if (c == '(') return Take(PdfTokenKind::kString, StringEnd());
  if (c == '[' || c == ']') return Take(PdfTokenKind::kBracket, at_ + 1);
  if (c == '<' || c == '>') {
    if (at_ + 1 < text_.size() && text_[at_ + 1] == c) {
      return Take(PdfTokenKind::kBracket, at_ + 2);
    }
    if (c == '>') return Take(PdfTokenKind::kBracket, at_ + 1);
    const size_t end = text_.find('>', at_);
    return Take(PdfTokenKind::kString,
                end == std::string_view::npos ? text_.size() : end + 1);
  }
  size_t end = at_ + 1;
  while (end < text_.size() && !IsPdfSpace(text_[end]) &&
         !IsDelimiter(text_[end])) {
    ++end;
  }
  if (c == '/') return Take(PdfTokenKind::kName, end, 1);
  return Take(PdfTokenKind::kWord, end);
}

std::string PdfName(std::string_view written) {
  std::string out;
  for (size_t i = 0; i < written.size(); ++i) {
    if (written[i] == '#' && i + 2 < written.size() &&
        HexDigit(written[i + 1]) >= 0 && HexDigit(written[i + 2]) >= 0) {
      out.push_back(static_cast<char>(HexDigit(written[i + 1]) << 4 |
                                      HexDigit(written[i + 2])));
      i += 2;
    } else {
      out.push_back(written[i]);
    }
  }
  return out;
}

std::string PdfString(std::string_view token) {
  if (token.empty()) return {};
  const bool hex = token.front() == '<';
  token.remove_prefix(1);
  if (!token.empty() && token.back() == (hex ? '>' : ')')) {
    token.remove_suffix(1);
  }
  std::string bytes = hex ? HexString(token) : LiteralString(token);
  if (bytes.starts_with("\xfe\xff")) {
    return Utf16ToUtf8(std::string_view(bytes).substr(2), true);
  }
  if (bytes.starts_with("\xff\xfe")) {
    return Utf16ToUtf8(std::string_view(bytes).substr(2));
  }
  if (bytes.starts_with("\xef\xbb\xbf")) bytes.erase(0, 3);
  return bytes;
}

std::optional<PdfDictionary> ReadPdfDictionary(std::string_view text, size_t at,
                                               size_t* end, bool* closed) {
  PdfLexer lexer(text, at);
  if (lexer.Next().text != "<<") return std::nullopt;
  PdfDictionary dictionary;
  int depth = 0;
  std::optional<std::string> key;
  size_t value_at = 0;
  // A value goes from behind its key to the next key, or the end.
  const auto finish = [&](size_t value_end) {
    if (!key.has_value() || dictionary.size() >= kMostEntries) return;
    std::string_view value = text.substr(value_at, value_end - value_at);
    while (!value.empty() && IsPdfSpace(value.front())) value.remove_prefix(1);
    while (!value.empty() && IsPdfSpace(value.back())) value.remove_suffix(1);
    dictionary.emplace(*std::move(key), value);
    key.reset();
  };
  bool value_seen = false;
  size_t stop = text.size();
  bool ended = true;
  for (;;) {
    const PdfToken token = lexer.Next();
    const size_t begin = lexer.position() - token.text.size();
    stop = lexer.position();
    if (token.kind == PdfTokenKind::kEnd) {
      finish(text.size());
      ended = false;
      break;
    }
    if (token.kind == PdfTokenKind::kWord &&
        (token.text == "obj" || token.text == "endobj" ||
         token.text == "stream")) {
      finish(begin);
      stop = begin;
      break;
    }
    if (token.kind == PdfTokenKind::kBracket) {
      const bool opens = token.text == "<<" || token.text == "[";
      if (depth == 0 && token.text == ">>") {
        finish(begin);
        break;
      }
      depth += opens ? 1 : -1;
      depth = std::max(depth, 0);
      value_seen = true;
    } else if (depth == 0 && token.kind == PdfTokenKind::kName &&
               (!key.has_value() || value_seen)) {
      finish(begin - 1);
      key = PdfName(token.text);
      value_at = lexer.position();
      value_seen = false;
    } else {
      value_seen = true;
    }
  }
  if (end != nullptr) *end = stop;
  if (closed != nullptr) *closed = ended;
  return dictionary;
}

std::optional<uint32_t> PdfReference(std::string_view value) {
  PdfLexer lexer(value);
  const std::optional<int64_t> number = PdfInteger(lexer.Next().text);
  const std::optional<int64_t> generation = PdfInteger(lexer.Next().text);
  if (!number.has_value() || !generation.has_value() || *number < 0 ||
      *number > 0xffffffff || lexer.Next().text != "R") {
    return std::nullopt;
  }
  return static_cast<uint32_t>(*number);
}

std::optional<int64_t> PdfInteger(std::string_view value) {
  int64_t number = 0;
  if (value.starts_with('+')) value.remove_prefix(1);
  const char* const end = value.data() + value.size();
  const auto [stopped, error] = std::from_chars(value.data(), end, number);
  if (error != std::errc() || stopped != end || value.empty()) {
    return std::nullopt;
  }
  return number;
}

}  // namespace cupel
