#include "pattern/ecma.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "base/status.h"
#include "pattern/ecma_text.h"

namespace cupel {
namespace {

constexpr int kMaxNesting = 200;
constexpr uint32_t kMaxRepeat = 1000;  // RE2's own

constexpr std::string_view kNothing = R"([^\x{0}-\x{10FFFF}])";
constexpr std::string_view kAnything = R"([\x{0}-\x{10FFFF}])";
constexpr std::string_view kNoLineEnd = R"([^\n\r\x{2028}\x{2029}])";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

uint32_t HexDigit(char c) {
  if (IsDigit(c)) return static_cast<uint32_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<uint32_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<uint32_t>(c - 'A' + 10);
  return kNoCodePoint;
}

class Translator {
 public:
  explicit Translator(std::string_view in) : in_(in) {}

  absl::StatusOr<std::string> Run() {
    while (!AtEnd()) {
      if (NextCodePoint() == kNoCodePoint) return Broken("no UTF-8");
    }
    at_ = 0;
    while (!AtEnd()) CUPEL_RETURN_IF_ERROR(Term());
    if (depth_ > 0) return Broken("a group is not closed");
    return std::move(out_);
  }

 private:
  absl::Status Term();
  absl::Status Group();
  absl::Status GroupName();
  absl::Status AtomEscape();
  absl::Status Property(bool negated, std::string* item);
  absl::Status Class();
  // One member of a class: a character, or else a set, appended to `item`.
  absl::Status ClassMember(uint32_t* character, std::string* item);
  // After the backslash. Not those that are sets or assertions.
  absl::StatusOr<uint32_t> CharacterEscape(bool in_class);
  absl::StatusOr<uint32_t> HexEscape(size_t digits);
  absl::StatusOr<uint32_t> UnicodeEscape();
  absl::Status Quantifier();
  // True, with the place moved behind it, if "{1}", "{1,}" or "{1,2}" is here.
  bool Braces(uint32_t* least, uint32_t* most, bool* open_ended);
  bool Number(uint32_t* number);
  uint32_t NextCodePoint() { return DecodeUtf8(in_, &at_); }
  void Literal(uint32_t c, std::string* out) const;

  bool AtEnd() const { return at_ >= in_.size(); }
  char Peek() const { return AtEnd() ? '\0' : in_[at_]; }
  bool StartsWith(std::string_view text) const {
    return in_.substr(at_, text.size()) == text;
  }
  absl::Status Broken(std::string_view why) const {
    return InvalidArgument("pattern: {}, at byte {}", why, at_);
  }
  absl::Status Unsupported(std::string_view what) const {
    return Unimplemented(
        "pattern: {} at byte {} is not supported, because matching has to take "
        "time linear in the text: write the pattern without it",
        what, at_);
  }

  std::string_view in_;
  size_t at_ = 0;
  int depth_ = 0;
  bool repeatable_ = false;  // whether a quantifier may follow
  std::string out_;
};

void Translator::Literal(uint32_t c, std::string* out) const {
  if (c < 0x80 && (IsLetter(static_cast<char>(c)) ||
                   IsDigit(static_cast<char>(c)) || c == '_')) {
    out->push_back(static_cast<char>(c));
  } else {
    fmt::format_to(std::back_inserter(*out), "\\x{{{:X}}}", c);
  }
}

absl::Status Translator::Term() {
  const char c = Peek();
  switch (c) {
    case '^':
    case '$':
      ++at_;
      out_ += c == '^' ? "\\A" : "\\z";
      repeatable_ = false;
      return absl::OkStatus();
    case '|':
      ++at_;
      out_ += '|';
      repeatable_ = false;
      return absl::OkStatus();
    case '.':
      ++at_;
      out_ += kNoLineEnd;
      break;
    case '(':
      return Group();
    case ')':
      if (--depth_ < 0) return Broken("a group is closed that was not opened");
      ++at_;
      out_ += ')';
      break;
    case '[':
      CUPEL_RETURN_IF_ERROR(Class());
      break;
    case '\\':
      CUPEL_RETURN_IF_ERROR(AtomEscape());
      break;
    case '*':
    case '+':
    case '?':
      return Quantifier();
    case '{': {
      uint32_t least = 0;
      uint32_t most = 0;
      bool open_ended = false;
      const size_t start = at_;
      const bool counted = Braces(&least, &most, &open_ended);
      at_ = start;
      if (counted) return Quantifier();
      Literal(NextCodePoint(), &out_);
      break;
    }
    default:
      Literal(NextCodePoint(), &out_);
      break;
  }
  repeatable_ = true;
  return absl::OkStatus();
}

absl::Status Translator::Group() {
  if (StartsWith("(?=") || StartsWith("(?!")) return Unsupported("look-ahead");
  if (StartsWith("(?<=") || StartsWith("(?<!")) {
    return Unsupported("look-behind");
  }
  if (++depth_ > kMaxNesting) {
    return ResourceExhausted(
        "pattern: groups within one another more than {} deep, at byte {}",
        kMaxNesting, at_);
  }
  if (StartsWith("(?:")) {
    at_ += 3;
  } else if (StartsWith("(?<")) {
    at_ += 3;
    CUPEL_RETURN_IF_ERROR(GroupName());
  } else if (StartsWith("(?")) {
    return Broken("\"(?\" begins no group that ECMA-262 knows");
  } else {
    ++at_;
  }
  out_ += "(?:";
  repeatable_ = false;
  return absl::OkStatus();
}

absl::Status Translator::GroupName() {
  const size_t start = at_;
  while (!AtEnd() && (IsLetter(Peek()) || IsDigit(Peek()) || Peek() == '_' ||
                      Peek() == '$')) {
    ++at_;
  }
  if (at_ == start || Peek() != '>') return Broken("a group's name is broken");
  ++at_;
  return absl::OkStatus();
}

absl::Status Translator::AtomEscape() {
  const char c = at_ + 1 < in_.size() ? in_[at_ + 1] : '\0';
  if (const std::string_view set = ClassEscape(c); !set.empty()) {
    at_ += 2;
    out_ += '[';
    out_ += set;
    out_ += ']';
    return absl::OkStatus();
  }
  if (c == 'b' || c == 'B') {
    out_ += in_.substr(at_, 2);
    at_ += 2;
    return absl::OkStatus();
  }
  if ((c >= '1' && c <= '9') || c == 'k') return Unsupported("back reference");
  if (c == 'p' || c == 'P') {
    std::string item;
    CUPEL_RETURN_IF_ERROR(Property(c == 'P', &item));
    out_ += item;
    return absl::OkStatus();
  }
  ++at_;
  CUPEL_ASSIGN_OR_RETURN(const uint32_t character, CharacterEscape(false));
  Literal(character, &out_);
  return absl::OkStatus();
}

absl::Status Translator::Property(bool negated, std::string* item) {
  const size_t open = at_ + 2;
  const size_t close = in_.find('}', at_);
  if (open >= in_.size() || in_[open] != '{' ||
      close == std::string_view::npos) {
    return Broken("\\p wants the name of a property in braces");
  }
  const std::string name = Re2Property(in_.substr(open + 1, close - open - 1));
  if (name.empty()) {
    return Unimplemented(
        "pattern: the Unicode property at byte {} is not known: general "
        "categories (\\p{{Letter}}, \\p{{Lu}}) and \\p{{Script=...}} are",
        at_);
  }
  fmt::format_to(std::back_inserter(*item), "\\{}{{{}}}", negated ? 'P' : 'p',
                 name);
  at_ = close + 1;
  return absl::OkStatus();
}

absl::StatusOr<uint32_t> Translator::CharacterEscape(bool in_class) {
  if (AtEnd()) return Broken("a backslash with nothing behind it");
  const char c = in_[at_];
  constexpr std::string_view kControls = "tnvfr";
  constexpr std::string_view kControlCodes = "\t\n\v\f\r";
  if (const size_t i = kControls.find(c); i != std::string_view::npos) {
    ++at_;
    return static_cast<uint32_t>(kControlCodes[i]);
  }
  if (c == 'c' && at_ + 1 < in_.size() && IsLetter(in_[at_ + 1])) {
    at_ += 2;
    return static_cast<uint32_t>(in_[at_ - 1]) & 0x1fu;
  }
  if (c == '0' && (at_ + 1 >= in_.size() || !IsDigit(in_[at_ + 1]))) {
    ++at_;
    return 0u;
  }
  if (c == 'x') return HexEscape(2);
  if (c == 'u') return UnicodeEscape();
  if (in_class && c == 'b') {
    ++at_;
    return 8u;
  }
  if (IsLetter(c) || IsDigit(c)) {
    return Broken(fmt::format("\\{} is no escape that ECMA-262 knows", c));
  }
  return NextCodePoint();
}

absl::StatusOr<uint32_t> Translator::HexEscape(size_t digits) {
  ++at_;
  uint32_t value = 0;
  for (size_t i = 0; i < digits; ++i) {
    const uint32_t digit = HexDigit(Peek());
    if (digit == kNoCodePoint) return Broken("hexadecimal digits are missing");
    value = value << 4 | digit;
    ++at_;
  }
  return value;
}

absl::StatusOr<uint32_t> Translator::UnicodeEscape() {
  if (StartsWith("u{")) {
    at_ += 2;
    uint32_t value = 0;
    const size_t start = at_;
    for (; HexDigit(Peek()) != kNoCodePoint; ++at_) {
      value = value << 4 | HexDigit(Peek());
      if (value > kLastCodePoint) return Broken("no such code point");
    }
    if (at_ == start || Peek() != '}') return Broken("\\u{ is not closed");
    ++at_;
    return value;
  }
  CUPEL_ASSIGN_OR_RETURN(const uint32_t first, HexEscape(4));
  if (IsHighSurrogate(first) && StartsWith("\\u")) {
    ++at_;
    CUPEL_ASSIGN_OR_RETURN(const uint32_t second, HexEscape(4));
    if (IsLowSurrogate(second)) {
      return 0x10000 + ((first & 0x3ff) << 10) + (second & 0x3ff);
    }
  }
  if (IsHighSurrogate(first) || IsLowSurrogate(first)) {
    return Unsupported("half of a surrogate pair");
  }
  return first;
}

absl::Status Translator::Class() {
  ++at_;
  const bool negated = Peek() == '^';
  if (negated) ++at_;
  if (Peek() == ']') {
    ++at_;
    out_ += negated ? kAnything : kNothing;
    return absl::OkStatus();
  }
  std::string items;
  while (Peek() != ']' || AtEnd()) {
    if (AtEnd()) return Broken("a character class is not closed");
    uint32_t low = kNoCodePoint;
    CUPEL_RETURN_IF_ERROR(ClassMember(&low, &items));
    const bool range =
        Peek() == '-' && at_ + 1 < in_.size() && in_[at_ + 1] != ']';
    if (!range || low == kNoCodePoint) {
      if (low != kNoCodePoint) Literal(low, &items);
      continue;
    }
    const size_t hyphen = at_++;
    uint32_t high = kNoCodePoint;
    std::string set;
    CUPEL_RETURN_IF_ERROR(ClassMember(&high, &set));
    Literal(low, &items);
    if (high == kNoCodePoint) {  // [a-\d]: three members
      Literal('-', &items);
      items += set;
      continue;
    }
    if (high < low) {
      at_ = hyphen;
      return Broken("a range runs backwards");
    }
    items += '-';
    Literal(high, &items);
  }
  ++at_;
  fmt::format_to(std::back_inserter(out_), "[{}{}]", negated ? "^" : "", items);
  return absl::OkStatus();
}

absl::Status Translator::ClassMember(uint32_t* character, std::string* item) {
  if (Peek() != '\\') {
    *character = NextCodePoint();
    return absl::OkStatus();
  }
  const char c = at_ + 1 < in_.size() ? in_[at_ + 1] : '\0';
  if (const std::string_view set = ClassEscape(c); !set.empty()) {
    at_ += 2;
    *item += set;
    return absl::OkStatus();
  }
  if (c == 'p' || c == 'P') return Property(c == 'P', item);
  ++at_;
  CUPEL_ASSIGN_OR_RETURN(*character, CharacterEscape(true));
  return absl::OkStatus();
}

bool Translator::Number(uint32_t* number) {
  const size_t start = at_;
  *number = 0;
  for (; IsDigit(Peek()); ++at_) {
    // Anything beyond the limit is as good as any other.
    if (*number <= kMaxRepeat) {
      *number = *number * 10 + static_cast<uint32_t>(Peek() - '0');
    }
  }
  return at_ > start;
}

bool Translator::Braces(uint32_t* least, uint32_t* most, bool* open_ended) {
  ++at_;
  if (!Number(least)) return false;
  *most = *least;
  if (Peek() == ',') {
    ++at_;
    *open_ended = !Number(most);
    if (*open_ended) *most = *least;
  }
  if (Peek() != '}') return false;
  ++at_;
  return true;
}

absl::Status Translator::Quantifier() {
  if (!repeatable_) return Broken("there is nothing to repeat");
  repeatable_ = false;
  const size_t start = at_;
  if (Peek() == '{') {
    uint32_t least = 0;
    uint32_t most = 0;
    bool open_ended = false;
    (void)Braces(&least, &most, &open_ended);
    if (least > kMaxRepeat || most > kMaxRepeat) {
      at_ = start;
      return ResourceExhausted(
          "pattern: more than {} repetitions are asked for at byte {}",
          kMaxRepeat, start);
    }
    if (most < least) {
      at_ = start;
      return Broken("a repetition asks for less than its least");
    }
    // Anew, because RE2 takes "{01}" for text.
    fmt::format_to(std::back_inserter(out_), "{{{}", least);
    if (open_ended) {
      out_ += ',';
    } else if (most > least) {
      fmt::format_to(std::back_inserter(out_), ",{}", most);
    }
    out_ += '}';
  } else {
    out_ += in_[at_++];
  }
  if (Peek() == '?') {  // lazy: the same to one who asks only whether
    ++at_;
    out_ += '?';
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> EcmaToRe2(std::string_view expression) {
  return Translator(expression).Run();
}

}  // namespace cupel
