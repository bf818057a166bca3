#include "rules/splitter.h"

#include <algorithm>

namespace cupel {
namespace {

class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {
    TokenList list = Tokenize(text);
    split_.tokens = std::move(list.tokens);
    split_.understood = list.exact;
    for (uint32_t i = 0; i < split_.tokens.size(); ++i) {
      if (split_.tokens[i].kind == TokenKind::kInclude) {
        split_.includes.push_back(i);
      }
    }
  }

  SplitText Run() {
    while (at_ < size()) {
      if (Kind(at_) == TokenKind::kInclude) {
        ++at_;
      } else if (IsWord(at_, "import")) {
        Import();
      } else if (StartsRule(at_)) {
        Rule();
      } else {
        split_.understood = false;
        ++at_;
      }
    }
    return std::move(split_);
  }

 private:
  size_t size() const { return split_.tokens.size(); }
  TokenKind Kind(size_t i) const { return split_.tokens[i].kind; }
  std::string_view Text(size_t i) const { return split_.tokens[i].In(text_); }
  bool IsWord(size_t i, std::string_view word) const {
    return i < size() && Kind(i) == TokenKind::kIdentifier && Text(i) == word;
  }
  bool IsPunct(size_t i, char c) const {
    return i < size() && Kind(i) == TokenKind::kPunct && Text(i).size() == 1 &&
           Text(i)[0] == c;
  }
  bool Is(size_t i, TokenKind kind) const {
    return i < size() && Kind(i) == kind;
  }

  // At `rule`, or at modifiers that lead to it.
  bool StartsRule(size_t i) const {
    while (IsWord(i, "global") || IsWord(i, "private")) ++i;
    return IsWord(i, "rule");
  }

  void Import() {
    if (!Is(at_ + 1, TokenKind::kString)) {
      split_.understood = false;
      ++at_;
      return;
    }
    ImportText import;
    import.module = StringValue(Text(at_ + 1)).value_or("");
    import.begin = split_.tokens[at_].begin;
    import.end = split_.tokens[at_ + 1].end;
    split_.imports.push_back(std::move(import));
    at_ += 2;
  }

  void Rule() {
    RuleText rule;
    const size_t first = at_;
    rule.begin = split_.tokens[at_].begin;
    rule.first_line = split_.tokens[at_].line;
    for (; !IsWord(at_, "rule"); ++at_) {
      (IsWord(at_, "global") ? rule.global : rule.is_private) = true;
    }
    rule.line = split_.tokens[at_].line;
    ++at_;
    if (Is(at_, TokenKind::kIdentifier)) {
      rule.name = Text(at_);
      rule.line = split_.tokens[at_].line;
    }
    const size_t body = at_;
    rule.well_formed = Body(&rule);
    if (!rule.well_formed) {
      split_.understood = false;
      rule.strings = rule.condition = {};
      at_ = body;
      SkipMalformed();
    }
    const Token& last = split_.tokens[std::max(first, at_ - 1)];
    rule.end = last.end;
    rule.last_line = last.line;
    for (uint32_t i = last.begin; i < last.end; ++i) {
      rule.last_line += text_[i] == '\n';
    }
    split_.rules.push_back(std::move(rule));
  }

  // To behind the next closing brace, but never into the next rule: `rule` is
  // a keyword that no rule can hold.
  void SkipMalformed() {
    while (at_ < size() && !StartsRule(at_) && !IsWord(at_, "import") &&
           !Is(at_, TokenKind::kInclude)) {
      if (IsPunct(at_++, '}')) return;
    }
  }

  bool Body(RuleText* rule) {
    if (rule->name.empty()) return false;
    ++at_;
    if (IsPunct(at_, ':')) {
      const size_t tags = ++at_;
      while (Is(at_, TokenKind::kIdentifier)) ++at_;
      if (at_ == tags) return false;
    }
    if (!IsPunct(at_, '{')) return false;
    ++at_;
    if (Section("meta") && !Metas()) return false;
    if (Section("strings") && !Strings(&rule->strings)) return false;
    return Section("condition") && Condition(&rule->condition);
  }

  bool Section(std::string_view name) {
    if (!IsWord(at_, name) || !IsPunct(at_ + 1, ':')) return false;
    at_ += 2;
    return true;
  }
  bool AtSection() const {
    return (IsWord(at_, "strings") || IsWord(at_, "condition")) &&
           IsPunct(at_ + 1, ':');
  }

  bool Metas() {
    while (!AtSection()) {
      if (!Is(at_, TokenKind::kIdentifier) || !IsPunct(at_ + 1, '=')) {
        return false;
      }
      at_ += 2;
      if (IsPunct(at_, '-')) ++at_;
      if (!Is(at_, TokenKind::kString) && !Is(at_, TokenKind::kNumber) &&
          !IsWord(at_, "true") && !IsWord(at_, "false")) {
        return false;
      }
      ++at_;
    }
    return true;
  }

  bool Strings(TokenRange* range) {
    range->begin = static_cast<uint32_t>(at_);
    while (!AtSection()) {
      if (!Is(at_, TokenKind::kStringId) || !IsPunct(at_ + 1, '=')) {
        return false;
      }
      at_ += 2;
      if (!Is(at_, TokenKind::kString) && !Is(at_, TokenKind::kRegex) &&
          !Is(at_, TokenKind::kHex)) {
        return false;
      }
      ++at_;
      if (!StringModifiers()) return false;
    }
    range->end = static_cast<uint32_t>(at_);
    return true;
  }

  bool StringModifiers() {
    while (!AtSection() && Is(at_, TokenKind::kIdentifier)) {
      ++at_;
      if (!IsPunct(at_, '(')) continue;
      const size_t close = at_ + 6;  // xor(0x01-0xff), base64("…")
      while (at_ < size() && at_ < close && !IsPunct(at_, ')')) ++at_;
      if (!IsPunct(at_, ')')) return false;
      ++at_;
    }
    return true;
  }

  bool Condition(TokenRange* range) {
    range->begin = static_cast<uint32_t>(at_);
    for (; at_ < size(); ++at_) {
      const TokenKind kind = Kind(at_);
      if (IsPunct(at_, '}')) {
        range->end = static_cast<uint32_t>(at_);
        ++at_;
        return range->end > range->begin;
      }
      if (IsPunct(at_, '{') || kind == TokenKind::kHex ||
          kind == TokenKind::kInclude || kind == TokenKind::kBad ||
          StartsRule(at_)) {
        return false;
      }
    }
    return false;
  }

  const std::string_view text_;
  size_t at_ = 0;
  SplitText split_;
};

}  // namespace

SplitText Split(std::string_view text) { return Splitter(text).Run(); }

RuleReferences ReferencesOf(const SplitText& split, const RuleText& rule,
                            std::string_view text) {
  RuleReferences out;
  const auto& [begin, end] = rule.condition;
  const auto punct = [&](uint32_t i, std::string_view what) {
    return split.tokens[i].kind == TokenKind::kPunct &&
           split.tokens[i].In(text) == what;
  };
  for (uint32_t i = begin; i < end; ++i) {
    if (split.tokens[i].kind != TokenKind::kIdentifier) continue;
    if (i > begin && punct(i - 1, ".")) continue;
    const std::string_view name = split.tokens[i].In(text);
    const bool wildcard =
        i > begin && i + 2 < end && (punct(i - 1, "(") || punct(i - 1, ",")) &&
        punct(i + 1, "*") && (punct(i + 2, ")") || punct(i + 2, ","));
    (wildcard ? out.prefixes : out.names).push_back(name);
  }
  return out;
}

}  // namespace cupel
