#include "rules/ast/parser.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "rules/ast/condition.h"
#include "rules/ast/strings.h"
#include "rules/ast/token_cursor.h"
#include "rules/splitter.h"

namespace cupel::ast {
namespace {

// Goes through the files of a unit as libyara reads them.
class UnitParser {
 public:
  explicit UnitParser(const RuleUnit& unit)
      : unit_(unit), seen_(unit.files.size(), false) {}

  Source Run() {
    if (!unit_.files.empty()) File(0, 0);
    return std::move(source_);
  }

 private:
  // What stands at the top level of a file.
  struct Item {
    enum class Kind : uint8_t { kImport, kRule, kInclude };
    uint32_t begin;
    Kind kind;
    uint32_t index;  // into the list of its kind
  };

  static std::vector<Item> ItemsOf(const SplitText& split) {
    std::vector<Item> items;
    for (uint32_t i = 0; i < split.imports.size(); ++i) {
      items.push_back({split.imports[i].begin, Item::Kind::kImport, i});
    }
    for (uint32_t i = 0; i < split.rules.size(); ++i) {
      items.push_back({split.rules[i].begin, Item::Kind::kRule, i});
    }
    for (uint32_t i = 0; i < split.includes.size(); ++i) {
      items.push_back(
          {split.tokens[split.includes[i]].begin, Item::Kind::kInclude, i});
    }
    std::sort(items.begin(), items.end(),
              [](const Item& a, const Item& b) { return a.begin < b.begin; });
    return items;
  }

  void File(uint32_t file, size_t depth) {
    if (seen_[file] || depth > kMaxIncludeDepth) {
      source_.understood = false;
      return;
    }
    seen_[file] = true;
    const std::string& text = unit_.files[file].text;
    const SplitText split = Split(text);
    // libyara stops reading at a NUL.
    if (!split.understood || text.find('\0') != std::string::npos) {
      source_.understood = false;
    }
    for (const Item& item : ItemsOf(split)) {
      switch (item.kind) {
        case Item::Kind::kImport:
          Import(split, split.imports[item.index], file);
          break;
        case Item::Kind::kRule:
          Rule(split, split.rules[item.index], file);
          break;
        case Item::Kind::kInclude:
          Include(split.tokens[split.includes[item.index]].In(text), depth);
          break;
      }
    }
  }

  void Include(std::string_view token, size_t depth) {
    const size_t target = UnitFileIndex(unit_, IncludePathOf(token).path);
    if (target == 0) {
      source_.understood = false;
      return;
    }
    File(static_cast<uint32_t>(target), depth + 1);
  }

  // The tokens that begin in [begin, end).
  static std::span<const Token> TokensIn(const SplitText& split, uint32_t begin,
                                         uint32_t end) {
    const auto before = [](const Token& token, uint32_t at) {
      return token.begin < at;
    };
    const auto first = std::lower_bound(split.tokens.begin(),
                                        split.tokens.end(), begin, before);
    const auto last = std::lower_bound(first, split.tokens.end(), end, before);
    return {first, last};
  }

  void Import(const SplitText& split, const ImportText& import, uint32_t file) {
    const auto tokens = TokensIn(split, import.begin, import.end);
    source_.imports.push_back(
        {import.module, file, {import.begin, import.end, tokens[0].line}});
  }

  void Rule(const SplitText& split, const RuleText& text, uint32_t file) {
    if (text.name.empty()) return;
    const std::string_view source = unit_.files[file].text;
    ast::Rule rule;
    rule.name = text.name;
    rule.global = text.global;
    rule.is_private = text.is_private;
    rule.file = file;
    rule.span = {text.begin, text.end, text.first_line};
    rule.name_line = text.line;
    if (text.well_formed) {
      TokenCursor in(source, TokensIn(split, text.begin, text.end));
      Head(&in, &rule);
      if (!ParseStrings(source, Of(split, text.strings), &rule.strings)) {
        source_.understood = false;
      }
      rule.condition = ParseCondition(source, Of(split, text.condition));
    } else {
      rule.condition = ParseCondition(source, {});
    }
    source_.rules.push_back(std::move(rule));
  }

  static std::span<const Token> Of(const SplitText& split, TokenRange range) {
    return std::span<const Token>(split.tokens)
        .subspan(range.begin, range.end - range.begin);
  }

  // Tags and metas of a rule that has the right shape.
  static void Head(TokenCursor* in, ast::Rule* rule) {
    while (!in->IsWord("rule")) in->Skip();
    in->Skip(2);
    if (in->TakePunct(":")) {
      for (; in->IsKind(TokenKind::kIdentifier); in->Skip()) {
        rule->tags.emplace_back(in->Text());
      }
    }
    in->Skip();  // {
    if (!in->IsWord("meta") || !in->IsPunct(":", 1)) return;
    in->Skip(2);
    while (in->IsKind(TokenKind::kIdentifier) && in->IsPunct("=", 1)) {
      std::string name(in->Text());
      in->Skip(2);
      rule->metas.emplace_back(std::move(name), Meta(in));
    }
  }

  static MetaValue Meta(TokenCursor* in) {
    const bool negative = in->TakePunct("-");
    MetaValue value = false;
    if (in->IsKind(TokenKind::kString)) {
      // libyara keeps them as strings of C.
      std::string bytes = StringValue(in->Text()).value_or("");
      value = bytes.substr(0, bytes.find('\0'));
    } else if (in->IsKind(TokenKind::kNumber)) {
      const int64_t number = NumberValue(in->Text()).value_or(0);
      value = negative ? -number : number;
    } else {
      value = in->IsWord("true");
    }
    in->Skip();
    return value;
  }

  const RuleUnit& unit_;
  std::vector<bool> seen_;  // beside unit_.files
  Source source_;
};

}  // namespace

Source Parse(const RuleUnit& unit) { return UnitParser(unit).Run(); }

}  // namespace cupel::ast
