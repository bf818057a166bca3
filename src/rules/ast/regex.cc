// Regular expressions, as libyara's own engine reads them.
#include <algorithm>
#include <optional>
#include <utility>

#include "rules/ast/parser.h"
#include "rules/ast/pattern.h"

namespace cupel::ast {
namespace {

using Kind = Pattern::Kind;

// The most that a quantifier may ask for; as an upper bound it means none.
constexpr uint32_t kMaxCount = 32767;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
int HexDigit(char c) {
  if (IsDigit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

ByteSet Range(int low, int high) {
  ByteSet set;
  for (int b = low; b <= high; ++b) set.set(static_cast<size_t>(b));
  return set;
}

// The set behind \w, \s, \d and their opposites; none for other letters.
std::optional<ByteSet> NamedSet(char letter) {
  ByteSet set;
  switch (letter) {
    case 'w':
    case 'W':
      set = Range('0', '9') | Range('A', 'Z') | Range('a', 'z');
      set.set('_');
      break;
    case 's':
    case 'S':
      set = Range('\t', '\r');
      set.set(' ');
      break;
    case 'd':
    case 'D':
      set = Range('0', '9');
      break;
    default:
      return std::nullopt;
  }
  return letter < 'a' ? ~set : set;
}

class RegexParser {
 public:
  RegexParser(std::string text, bool nocase, bool dot_all)
      : text_(std::move(text)), nocase_(nocase) {
    any_.set();
    if (!dot_all) any_.reset('\n');
  }

  bool Run(Pattern* out) { return Alternatives(0, out) && at_ == text_.size(); }

 private:
  char At(size_t i) const { return i < text_.size() ? text_[i] : '\0'; }
  bool AtEnd() const { return at_ >= text_.size(); }

  // An alternative may be empty, but not the first.
  bool Alternatives(int nesting, Pattern* out) {
    if (!Sequence(nesting, out) || out->kind == Kind::kEmpty) return false;
    if (At(at_) != '|') return true;
    Pattern first = std::move(*out);
    *out = Pattern();
    out->kind = Kind::kAlternate;
    out->children.push_back(std::move(first));
    while (At(at_) == '|') {
      ++at_;
      if (!Sequence(nesting, &out->children.emplace_back())) return false;
    }
    return true;
  }

  bool Sequence(int nesting, Pattern* out) {
    std::vector<Pattern> parts;
    while (!AtEnd() && At(at_) != '|' && At(at_) != ')') {
      Pattern part;
      if (!Assertion(&part)) {
        if (!Single(nesting, &part) || !Quantifiers(&part)) return false;
      }
      parts.push_back(std::move(part));
    }
    if (parts.size() == 1) {
      *out = std::move(parts[0]);
    } else if (!parts.empty()) {
      out->kind = Kind::kConcat;
      out->children = std::move(parts);
    }
    return true;
  }

  // What matches without taking a byte; nothing of it can be repeated.
  bool Assertion(Pattern* out) {
    const char c = At(at_);
    const char escaped = c == '\\' ? At(at_ + 1) : '\0';
    if (c == '^') {
      out->kind = Kind::kStart;
    } else if (c == '$') {
      out->kind = Kind::kEnd;
    } else if (escaped == 'b') {
      out->kind = Kind::kWordBoundary;
    } else if (escaped == 'B') {
      out->kind = Kind::kNotWordBoundary;
    } else {
      return false;
    }
    at_ += c == '\\' ? 2 : 1;
    return true;
  }

  bool Single(int nesting, Pattern* out) {
    const char c = At(at_);
    if (c == '(') {
      if (nesting >= kMaxNesting) return false;
      ++at_;
      if (!Alternatives(nesting + 1, out) || At(at_) != ')') return false;
      ++at_;
      return true;
    }
    out->kind = Kind::kBytes;
    if (c == '[') return Class(&out->set);
    if (c == '.') {
      ++at_;
      out->set = any_;
      return true;
    }
    if (c == '\\') {
      const auto named = NamedSet(At(at_ + 1));
      if (named.has_value()) {
        at_ += 2;
        out->set = *named;
        return true;
      }
      if (IsDigit(At(at_ + 1))) return false;  // refers back
    } else if (c == '*' || c == '+' || c == '?' || CountLength() != 0) {
      return false;  // nothing to repeat
    }
    const auto byte = Character();
    if (!byte.has_value()) return false;
    out->set.set(*byte);
    if (nocase_) AddOtherCase(&out->set);
    return true;
  }

  // A character, or an escape that stands for one.
  std::optional<uint8_t> Character() {
    if (AtEnd()) return std::nullopt;
    const char c = text_[at_++];
    if (c != '\\') return static_cast<uint8_t>(c);
    if (AtEnd()) return std::nullopt;
    const char escaped = text_[at_++];
    switch (escaped) {
      case 'n':
        return '\n';
      case 't':
        return '\t';
      case 'r':
        return '\r';
      case 'f':
        return '\f';
      case 'a':
        return '\a';
      case 'x': {
        const int high = HexDigit(At(at_));
        const int low = HexDigit(At(at_ + 1));
        if (high < 0 || low < 0) return std::nullopt;
        at_ += 2;
        return static_cast<uint8_t>(high * 16 + low);
      }
      default:
        return static_cast<uint8_t>(escaped);
    }
  }

  static void AddOtherCase(ByteSet* set) {
    for (size_t b = 'A'; b <= 'Z'; ++b) {
      const bool either = set->test(b) || set->test(b + 32);
      set->set(b, either);
      set->set(b + 32, either);
    }
  }

  // From [ to behind ]. A ] that comes first is a member. Under nocase the
  // members are folded before a ^ turns the set around.
  bool Class(ByteSet* out) {
    ++at_;
    const bool negated = At(at_) == '^';
    if (negated) ++at_;
    ByteSet set;
    if (At(at_) == ']') {
      set.set(']');
      ++at_;
    }
    while (At(at_) != ']') {
      if (AtEnd() || !Member(&set)) return false;
    }
    ++at_;
    if (nocase_) AddOtherCase(&set);
    *out = negated ? ~set : set;
    return true;
  }

  // One character, range or named set. Where a range fits it is one, whatever
  // the letter means otherwise: [\w-z] is that of w to z.
  bool Member(ByteSet* set) {
    const size_t length = StartLength();
    const char end = At(at_ + length + 1);
    if (length != 0 && At(at_ + length) == '-' && end != ']' && end != '\0') {
      const auto low = Character();
      ++at_;
      const auto high = Character();
      if (!low.has_value() || !high.has_value() || *high < *low) return false;
      *set |= Range(*low, *high);
      return true;
    }
    if (At(at_) == '\\') {
      const auto named = NamedSet(At(at_ + 1));
      if (named.has_value()) {
        at_ += 2;
        *set |= *named;
        return true;
      }
    } else if (At(at_) < 32 || At(at_) >= 127) {
      return false;
    }
    const auto byte = Character();
    if (!byte.has_value()) return false;
    set->set(*byte);
    return true;
  }

  // Of what could start a range here: a character or an escape.
  size_t StartLength() const {
    if (At(at_) != '\\') return At(at_) == ']' ? 0 : 1;
    if (At(at_ + 1) == 'x' && HexDigit(At(at_ + 2)) >= 0 &&
        HexDigit(At(at_ + 3)) >= 0) {
      return 4;
    }
    return 2;
  }

  // Of {n}, {n,}, {,m} or {n , m} at the current place; 0 if it is just a
  // brace.
  size_t CountLength() const {
    size_t i = at_;
    if (At(i) != '{') return 0;
    ++i;
    const size_t digits = i;
    while (IsDigit(At(i))) ++i;
    if (At(i) == '}') return i > digits ? i + 1 - at_ : 0;
    while (At(i) == ' ') ++i;
    if (At(i) != ',') return 0;
    ++i;
    while (At(i) == ' ') ++i;
    while (IsDigit(At(i))) ++i;
    return At(i) == '}' ? i + 1 - at_ : 0;
  }

  bool Quantifiers(Pattern* part) {
    uint32_t min = 0;
    uint32_t max = Pattern::kUnbounded;
    switch (At(at_)) {
      case '*':
        ++at_;
        break;
      case '+':
        min = 1;
        ++at_;
        break;
      case '?':
        max = 1;
        ++at_;
        break;
      default:
        if (CountLength() == 0) return true;
        if (!Counts(&min, &max)) return false;
    }
    Pattern repeat;
    repeat.kind = Kind::kRepeat;
    repeat.min = min;
    repeat.max = max;
    if (At(at_) == '?') {
      repeat.greedy = false;
      ++at_;
    }
    repeat.children.push_back(std::move(*part));
    *part = std::move(repeat);
    return true;
  }

  bool Counts(uint32_t* min, uint32_t* max) {
    const size_t end = at_ + CountLength();
    const std::string_view inside =
        std::string_view(text_).substr(at_ + 1, end - at_ - 2);
    at_ = end;
    const size_t comma = inside.find(',');
    const auto low = Count(inside.substr(0, comma));
    if (!low.has_value()) return false;
    *min = *low;
    *max = *low;
    if (comma != std::string_view::npos) {
      const std::string_view rest = inside.substr(comma + 1);
      const auto high = Count(rest);
      if (!high.has_value()) return false;
      *max = rest.find_first_not_of(' ') == std::string_view::npos ? kMaxCount
                                                                   : *high;
    }
    if (*min > *max || *max > kMaxCount) return false;
    if (*max == kMaxCount) *max = Pattern::kUnbounded;
    return true;
  }

  // 0 if there are no digits; none if there are more than libyara can hold.
  static std::optional<uint32_t> Count(std::string_view text) {
    uint32_t value = 0;
    for (const char c : text) {
      if (c == ' ') continue;
      value = value * 10 + static_cast<uint32_t>(c - '0');
      if (value > kMaxCount) return std::nullopt;
    }
    return value;
  }

  const std::string text_;
  const bool nocase_;
  ByteSet any_;
  size_t at_ = 0;
};

}  // namespace

bool ParseRegex(std::string_view token, bool nocase, Pattern* out) {
  *out = Pattern();
  const size_t end = token.rfind('/');
  if (token.size() < 2 || token[0] != '/' || end == 0) return false;
  const std::string_view flags = token.substr(end + 1);
  // \/ is a slash before anything else is looked at.
  std::string text;
  for (size_t i = 1; i < end; ++i) {
    if (token[i] == '\0') return false;
    if (token[i] == '\\' && i + 1 < end) {
      if (token[i + 1] != '/') text += '\\';
      text += token[++i];
    } else {
      text += token[i];
    }
  }
  RegexParser parser(std::move(text),
                     nocase || flags.find('i') != std::string_view::npos,
                     flags.find('s') != std::string_view::npos);
  if (parser.Run(out)) return true;
  *out = Pattern();
  return false;
}

}  // namespace cupel::ast
