// Rule text -> trees. The first byte 0x01 in the text ends a file, so that
// there are includes too.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "rules/ast/parser.h"

namespace cupel::ast {
namespace {

void Check(bool good) {
  if (!good) abort();
}

// Nodes of a pattern; none may be deeper than groups can be nested.
size_t CheckPattern(const Pattern& pattern, int height) {
  Check(height <= 4 * kMaxNesting);
  Check(pattern.min <= pattern.max || pattern.kind != Pattern::Kind::kRepeat);
  Check((pattern.kind == Pattern::Kind::kRepeat) <=
        (pattern.children.size() == 1));
  size_t nodes = 1;
  for (const Pattern& child : pattern.children) {
    nodes += CheckPattern(child, height + 1);
  }
  return nodes;
}

void CheckSpan(const Span& span, const Span& outer) {
  Check(span.begin >= outer.begin && span.end <= outer.end &&
        span.begin <= span.end && span.line >= outer.line);
}

// Trees are bounded, and children stand inside of their parents.
void CheckExpr(const Expr& expr, const Span& outer, int height) {
  Check(height <= kMaxNesting);
  CheckSpan(expr.span, outer);
  if (expr.pattern != nullptr) {
    Check(CheckPattern(*expr.pattern, 0) <= 2 * expr.text.size());
  }
  if (expr.quantifier.value != nullptr) {
    CheckExpr(*expr.quantifier.value, expr.span, height + 1);
  }
  for (const ExprPtr& child : expr.children) {
    Check(child != nullptr);
    CheckExpr(*child, expr.span, height + 1);
  }
}

void CheckRule(const Rule& rule, const RuleUnit& unit) {
  Check(rule.file < unit.files.size());
  CheckSpan(rule.span,
            {0, static_cast<uint32_t>(unit.files[rule.file].text.size()), 1});
  for (const String& string : rule.strings) {
    CheckSpan(string.span, rule.span);
    Check(CheckPattern(string.pattern, 0) <= 2 * string.source.size());
    Check(string.xor_min <= string.xor_max || !string.understood);
  }
  Check(rule.condition != nullptr);
  if (!rule.condition->span.line) return;  // of a rule that is none
  CheckExpr(*rule.condition, rule.span, 1);
}

RuleUnit UnitOf(std::string_view text) {
  RuleUnit unit;
  do {
    const size_t end = text.find('\x01');
    unit.files.push_back({"t", "", std::string(text.substr(0, end)), false});
    text = end == std::string_view::npos ? "" : text.substr(end + 1);
  } while (!text.empty() && unit.files.size() < 8);
  return unit;
}

}  // namespace
}  // namespace cupel::ast

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const cupel::RuleUnit unit =
      cupel::ast::UnitOf({reinterpret_cast<const char*>(data), size});
  const cupel::ast::Source source = cupel::ast::Parse(unit);
  for (const cupel::ast::Rule& rule : source.rules) {
    cupel::ast::CheckRule(rule, unit);
  }
  return 0;
}
