// What the expressions in a condition can be.
#include <optional>
#include <string>
#include <utility>

#include "rules/plan/formula_bytes.h"
#include "rules/plan/formula_reader.h"
#include "rules/plan/formula_what_if.h"

namespace cupel::plan {
namespace {

// More than any count, length, offset or size of a file can be; small enough
// for sums and products of a few of them to stay within 64 bits.
constexpr Number kCount = {0, int64_t{1} << 32};
constexpr Number kOffset = {0, int64_t{1} << 56};

bool IsMadeOfConstants(const ast::Expr& expr) {
  if (expr.kind == ast::Expr::Kind::kArithmetic) {
    for (const ast::ExprPtr& child : expr.children) {
      if (!IsMadeOfConstants(*child)) return false;
    }
    return true;
  }
  return expr.kind == ast::Expr::Kind::kInteger ||
         expr.kind == ast::Expr::Kind::kIdentifier;
}

}  // namespace

Number Reader::Value(const Expr& expr, uint32_t absent) const {
  switch (expr.kind) {
    case Expr::Kind::kInteger:
      return Constant(expr.integer);
    case Expr::Kind::kFilesize:
      return kOffset;
    case Expr::Kind::kIdentifier:
      return ValueOfIdentifier(expr);
    case Expr::Kind::kReadInteger: {
      const std::optional<IntegerRead> read = IntegerReadOf(expr.text);
      return read.has_value() ? read->Values() : AnyNumber();
    }
    case Expr::Kind::kStringCount:
      return IsAbsent(StringIndex(expr.text), absent) ? Constant(0) : kCount;
    case Expr::Kind::kStringOffset:
    case Expr::Kind::kStringLength:
      return IsAbsent(StringIndex(expr.text), absent) ? NeverNumber() : kOffset;
    case Expr::Kind::kArithmetic: {
      const Number last = Value(*expr.children.back(), absent);
      if (expr.children.size() < 2) return Arithmetic(expr.op, last, last);
      return Arithmetic(expr.op, Value(*expr.children.front(), absent), last);
    }
    default:
      return AnyNumber();
  }
}

Number Reader::ValueOfIdentifier(const Expr& expr) const {
  if (const Variable* variable = FindVariable(expr.text)) {
    return variable->integer ? Constant(*variable->integer) : AnyNumber();
  }
  const ExternalValue* define = names_.Define(expr.text);
  if (define == nullptr) return AnyNumber();
  if (const auto* integer = std::get_if<int64_t>(define)) {
    return Constant(*integer);
  }
  if (const auto* boolean = std::get_if<bool>(define)) {
    return Constant(*boolean ? 1 : 0);
  }
  return AnyNumber();
}

std::optional<int64_t> Reader::Integer(const Expr& expr) const {
  // `uint8(0) & 0` is 0 or undefined.
  if (!IsMadeOfConstants(expr)) return std::nullopt;
  const Number value = Value(expr, kNoString);
  if (!value.IsConstant() || value.low == kYaraUndefined) return std::nullopt;
  return value.low;
}

std::optional<std::string> Reader::Text(const Expr& expr) const {
  if (expr.kind == Expr::Kind::kText) return expr.text;
  if (expr.kind != Expr::Kind::kIdentifier) return std::nullopt;
  if (const Variable* variable = FindVariable(expr.text)) {
    return variable->text;
  }
  const ExternalValue* define = names_.Define(expr.text);
  if (define == nullptr) return std::nullopt;
  const auto* text = std::get_if<std::string>(define);
  if (text == nullptr) return std::nullopt;
  return text->substr(0, text->find('\0'));
}

void Reader::MeasuredStrings(const Expr& expr,
                             std::vector<uint32_t>* out) const {
  switch (expr.kind) {
    case Expr::Kind::kStringCount:
    case Expr::Kind::kStringOffset:
    case Expr::Kind::kStringLength:
      if (const auto string = StringIndex(expr.text)) out->push_back(*string);
      return;
    case Expr::Kind::kArithmetic:
      for (const ast::ExprPtr& child : expr.children)
        MeasuredStrings(*child, out);
      return;
    default:
      return;
  }
}

std::optional<Reader::Member> Reader::MemberIn(const Expr& expr) const {
  const Expr* at = &expr;
  Member member;
  while (at->kind == Expr::Kind::kField || at->kind == Expr::Kind::kIndex ||
         at->kind == Expr::Kind::kCall) {
    member.name = {};
    if (at->kind == Expr::Kind::kField) member.name = at->text;
    at = at->children.front().get();
  }
  if (at->kind != Expr::Kind::kIdentifier || member.name.empty()) {
    return std::nullopt;
  }
  member.module = at->text;
  if (FindVariable(member.module) != nullptr ||
      Names::FileExternal(member.module).has_value() ||
      names_.Define(member.module) != nullptr) {
    return std::nullopt;
  }
  return member;
}

}  // namespace cupel::plan
