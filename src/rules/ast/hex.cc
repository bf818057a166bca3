// Hex strings: { 4D 5? ~00 [2-4] ( 01 | ?? 02 ) }.
#include <algorithm>
#include <optional>
#include <utility>

#include "rules/ast/parser.h"
#include "rules/ast/pattern.h"

namespace cupel::ast {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Jumps longer than this are refused by libyara inside of alternatives.
constexpr uint32_t kMaxJumpInGroup = 200;
// As many digits as libyara reads without an overflow.
constexpr size_t kMaxDigits = 9;

class HexParser {
 public:
  explicit HexParser(std::string_view text) : text_(text) {}

  bool Run(Pattern* out) {
    if (!Take('{') || !Sequence(0, out) || !Take('}')) return false;
    SkipSpace();
    return at_ == text_.size();
  }

 private:
  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  // Spaces and comments, which may stand between any two elements.
  void SkipSpace() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        ++at_;
      } else if (text_.substr(at_, 2) == "//") {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (text_.substr(at_, 2) == "/*") {
        const size_t end = text_.find("*/", at_ + 2);
        at_ = end == std::string_view::npos ? text_.size() : end + 2;
      } else {
        return;
      }
    }
  }

  bool Take(char c) {
    SkipSpace();
    if (Peek() != c) return false;
    ++at_;
    return true;
  }

  // Elements up to what ends a sequence; no jump at either end.
  bool Sequence(int nesting, Pattern* out) {
    out->kind = Pattern::Kind::kConcat;
    bool last_is_jump = false;
    while (true) {
      SkipSpace();
      const char c = Peek();
      if (c == '\0' || c == '}' || c == ')' || c == '|') break;
      last_is_jump = c == '[';
      if (last_is_jump && out->children.empty()) return false;
      Pattern element;
      if (!Element(c, nesting, &element)) return false;
      out->children.push_back(std::move(element));
    }
    if (out->children.empty() || last_is_jump) return false;
    if (out->children.size() == 1) {
      Pattern only = std::move(out->children[0]);
      *out = std::move(only);
    }
    return true;
  }

  bool Element(char c, int nesting, Pattern* out) {
    if (c == '[') return Jump(nesting, out);
    if (c == '(') return Alternatives(nesting + 1, out);
    return Byte(out);
  }

  bool Alternatives(int nesting, Pattern* out) {
    if (nesting > kMaxNesting) return false;
    ++at_;
    out->kind = Pattern::Kind::kAlternate;
    do {
      if (!Sequence(nesting, &out->children.emplace_back())) return false;
    } while (Take('|'));
    if (!Take(')')) return false;
    if (out->children.size() == 1) {
      Pattern only = std::move(out->children[0]);
      *out = std::move(only);
    }
    return true;
  }

  // 4D, 4?, ?D, ??, and each but the last with ~ before it.
  bool Byte(Pattern* out) {
    const bool negated = Peek() == '~';
    if (negated) ++at_;
    if (at_ + 2 > text_.size()) return false;
    uint8_t mask = 0;
    uint8_t value = 0;
    for (int i = 0; i < 2; ++i) {
      const char c = text_[at_++];
      const int digit = HexDigit(c);
      if (digit < 0 && c != '?') return false;
      mask = static_cast<uint8_t>(mask << 4 | (digit < 0 ? 0 : 15));
      value = static_cast<uint8_t>(value << 4 | (digit < 0 ? 0 : digit));
    }
    if (negated && mask == 0) return false;
    out->kind = Pattern::Kind::kBytes;
    for (int b = 0; b < 256; ++b)
      out->set[b] = ((b & mask) == value) != negated;
    return true;
  }

  std::optional<uint32_t> Number() {
    SkipSpace();
    uint32_t value = 0;
    size_t digits = 0;
    for (; Peek() >= '0' && Peek() <= '9'; ++at_) {
      if (++digits > kMaxDigits) return std::nullopt;
      value = value * 10 + static_cast<uint32_t>(Peek() - '0');
    }
    if (digits == 0) return std::nullopt;
    return value;
  }

  // [4], [2-4], [2-], [-]
  bool Jump(int nesting, Pattern* out) {
    ++at_;
    out->kind = Pattern::Kind::kRepeat;
    out->greedy = false;
    out->max = Pattern::kUnbounded;
    SkipSpace();
    const bool open_start = Peek() == '-';
    if (!open_start) {
      const auto low = Number();
      if (!low.has_value()) return false;
      out->min = *low;
    }
    if (Take('-')) {
      SkipSpace();
      if (Peek() != ']') {
        const auto high = Number();
        if (!high.has_value() || open_start || *high < out->min) return false;
        out->max = *high;
      }
    } else {
      if (out->min == 0) return false;
      out->max = out->min;
    }
    if (!Take(']')) return false;
    if (nesting > 0 && out->max > kMaxJumpInGroup) return false;
    Pattern any;
    any.kind = Pattern::Kind::kBytes;
    any.set.set();
    out->children.push_back(std::move(any));
    return true;
  }

  const std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

bool ParseHex(std::string_view token, Pattern* out) {
  *out = Pattern();
  if (HexParser(token).Run(out)) return true;
  *out = Pattern();
  return false;
}

}  // namespace cupel::ast
