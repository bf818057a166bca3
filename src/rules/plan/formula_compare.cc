// Comparisons of numbers and texts.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "rules/plan/formula_bytes.h"
#include "rules/plan/formula_fact.h"
#include "rules/plan/formula_make.h"
#include "rules/plan/formula_modules.h"
#include "rules/plan/formula_reader.h"
#include "rules/plan/formula_what_if.h"

namespace cupel::plan {
namespace {

using ast::Expr;

// Strings of one comparison that are looked at one by one.
constexpr size_t kMaxCounted = 64;

Formula Known(bool is_true) { return is_true ? True() : False(); }

// a op b is b Flip(op) a.
Expr::Op Flip(Expr::Op op) {
  switch (op) {
    case Expr::Op::kLt:
      return Expr::Op::kGt;
    case Expr::Op::kLe:
      return Expr::Op::kGe;
    case Expr::Op::kGt:
      return Expr::Op::kLt;
    case Expr::Op::kGe:
      return Expr::Op::kLe;
    default:
      return op;
  }
}

Fact::Op NumberOp(Expr::Op op) {
  switch (op) {
    case Expr::Op::kNe:
      return Fact::Op::kNe;
    case Expr::Op::kLt:
      return Fact::Op::kLt;
    case Expr::Op::kLe:
      return Fact::Op::kLe;
    case Expr::Op::kGt:
      return Fact::Op::kGt;
    case Expr::Op::kGe:
      return Fact::Op::kGe;
    default:
      return Fact::Op::kEq;
  }
}

// The operators for which Fact has one on texts.
std::optional<Fact::Op> TextOp(Expr::Op op) {
  switch (op) {
    case Expr::Op::kEq:
      return Fact::Op::kEq;
    case Expr::Op::kNe:
      return Fact::Op::kNe;
    case Expr::Op::kContains:
      return Fact::Op::kContains;
    case Expr::Op::kIContains:
      return Fact::Op::kIContains;
    case Expr::Op::kStartsWith:
      return Fact::Op::kStartsWith;
    case Expr::Op::kIStartsWith:
      return Fact::Op::kIStartsWith;
    case Expr::Op::kEndsWith:
      return Fact::Op::kEndsWith;
    case Expr::Op::kIEndsWith:
      return Fact::Op::kIEndsWith;
    case Expr::Op::kIEquals:
      return Fact::Op::kIEquals;
    default:
      return std::nullopt;
  }
}

bool IgnoresCase(Fact::Op op) {
  return op == Fact::Op::kIContains || op == Fact::Op::kIStartsWith ||
         op == Fact::Op::kIEndsWith || op == Fact::Op::kIEquals;
}

// What the case of other bytes is depends on the host's locale.
bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x80;
  });
}

bool IsMember(const Expr& expr) {
  return expr.kind == Expr::Kind::kField || expr.kind == Expr::Kind::kIndex ||
         expr.kind == Expr::Kind::kCall;
}

}  // namespace

std::optional<Formula> Reader::Exact(const Expr& expr) const {
  switch (expr.kind) {
    case Expr::Kind::kBool:
      return Known(expr.boolean);
    case Expr::Kind::kText:
      return Known(!expr.text.empty());
    case Expr::Kind::kFilesize:
      return Have(FileSize(Fact::Op::kNe, 0));
    case Expr::Kind::kIdentifier:
      return ExactIdentifier(expr);
    case Expr::Kind::kInteger:
    case Expr::Kind::kArithmetic:
      if (const std::optional<int64_t> value = Integer(expr)) {
        return Known(*value != 0);
      }
      return std::nullopt;
    case Expr::Kind::kCompare:
      return ExactCompare(expr);
    case Expr::Kind::kTextOp:
      if (const std::optional<Fact::Op> op = TextOp(expr.op)) {
        return ExactText(*op, *expr.children[0], *expr.children[1]);
      }
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

std::optional<Formula> Reader::ExactIdentifier(const Expr& expr) const {
  if (const std::optional<int64_t> value = Integer(expr)) {
    return Known(*value != 0);
  }
  return ExactText(Fact::Op::kNotEmpty, expr, expr);
}

std::optional<Formula> Reader::ExactCompare(const Expr& expr) const {
  const Expr* left = expr.children[0].get();
  const Expr* right = expr.children[1].get();
  if (const std::optional<Fact::Op> op = TextOp(expr.op)) {
    if (auto text = ExactText(*op, *left, *right)) return text;
    // == and != are the same from both sides.
    if (auto text = ExactText(*op, *right, *left)) return text;
  }
  Expr::Op op = expr.op;
  std::optional<int64_t> number = Integer(*right);
  if (const std::optional<int64_t> other = Integer(*left)) {
    if (number) return Known(CanHold(op, Constant(*other), Constant(*number)));
    std::swap(left, right);
    op = Flip(op);
    number = other;
  }
  if (!number.has_value()) return std::nullopt;
  if (left->kind == Expr::Kind::kFilesize) {
    return Have(FileSize(NumberOp(op), *number));
  }
  if (op == Expr::Op::kEq) return ExactRead(*left, *right);
  return std::nullopt;
}

// uint16(0) == 1, uint32(0) & 0xFF == 1. `right` is a constant.
std::optional<Formula> Reader::ExactRead(const Expr& left,
                                         const Expr& right) const {
  const Expr* source = &left;
  std::optional<int64_t> mask;
  if (left.kind == Expr::Kind::kArithmetic && left.op == Expr::Op::kBitAnd) {
    const bool is_first = Integer(*left.children[0]).has_value();
    mask = Integer(*left.children[is_first ? 0 : 1]);
    source = left.children[is_first ? 1 : 0].get();
    if (!mask.has_value()) return std::nullopt;
  }
  if (source->kind != Expr::Kind::kReadInteger) return std::nullopt;
  const std::optional<IntegerRead> read = IntegerReadOf(source->text);
  const std::optional<int64_t> offset = Integer(*source->children[0]);
  if (!read.has_value() || !offset.has_value()) return std::nullopt;
  return ReadEquals(*read, *offset, mask, *Integer(right));
}

// `right` is ignored by kNotEmpty.
std::optional<Formula> Reader::ExactText(Fact::Op op, const Expr& left,
                                         const Expr& right) const {
  std::string text;
  if (op != Fact::Op::kNotEmpty) {
    std::optional<std::string> constant = Text(right);
    if (!constant.has_value()) return std::nullopt;
    text = *std::move(constant);
  }
  if (IgnoresCase(op) && !IsAscii(text)) return std::nullopt;
  if (const std::optional<std::string> value = Text(left)) {
    if (IgnoresCase(op) && !IsAscii(*value)) return std::nullopt;
    return Known(TextHolds(op, *value, text));
  }
  if (left.kind != Expr::Kind::kIdentifier || FindVariable(left.text)) {
    return std::nullopt;
  }
  const std::optional<uint8_t> external = Names::FileExternal(left.text);
  if (!external.has_value()) return std::nullopt;
  Fact fact;
  fact.kind = Fact::Kind::kExternal;
  fact.op = op;
  fact.external = *external;
  fact.bytes = std::move(text);
  return Have(std::move(fact));
}

// Also of texts: all that is said there is that both sides are defined.
Formula Reader::TrueCompare(const Expr& expr, int depth) {
  const Expr& left = *expr.children[0];
  const Expr& right = *expr.children[1];
  std::vector<Formula> parts;
  parts.push_back(DefinedChildren(expr, depth));
  if (expr.kind == Expr::Kind::kTextOp) return All(std::move(parts));
  parts.push_back(Counts(expr.op, left, &right));
  parts.push_back(NonZeroMember(expr.op, left, right));
  parts.push_back(NonZeroMember(Flip(expr.op), right, left));
  if (expr.op == Expr::Op::kNe) {
    const bool is_first = Integer(left).has_value();
    if (is_first || Integer(right).has_value()) {
      const std::optional<Formula> equal =
          ExactRead(is_first ? right : left, is_first ? left : right);
      if (equal && equal->op == Formula::Op::kFact) {
        parts.push_back(HaveNot(equal->fact));
      }
    }
  }
  return All(std::move(parts));
}

Formula Reader::TrueArithmetic(const Expr& expr, int depth) {
  return All(
      {DefinedChildren(expr, depth), Counts(Expr::Op::kNe, expr, nullptr)});
}

// What a comparison asks of the strings that it counts: without them it can't
// hold. A null `right` is 0.
Formula Reader::Counts(Expr::Op op, const Expr& left, const Expr* right) {
  const auto can_hold = [&](uint32_t absent) {
    return CanHold(op, Value(left, absent),
                   right == nullptr ? Constant(0) : Value(*right, absent));
  };
  if (!can_hold(kNoString)) return False();
  std::vector<uint32_t> strings;
  MeasuredStrings(left, &strings);
  if (right != nullptr) MeasuredStrings(*right, &strings);
  if (strings.empty() || can_hold(kAllStrings) || !Spend(strings.size())) {
    return True();
  }
  std::sort(strings.begin(), strings.end());
  strings.erase(std::unique(strings.begin(), strings.end()), strings.end());
  std::vector<Formula> each;
  std::vector<Formula> one_of_them;
  for (const uint32_t string : strings) {
    one_of_them.push_back(Occurs({index_, string}));
    if (strings.size() <= kMaxCounted && !can_hold(string)) {
      each.push_back(Occurs({index_, string}));
    }
  }
  return each.empty() ? Any(std::move(one_of_them)) : All(std::move(each));
}

// pe.is_pe == 1: a member that is 0 without a header, but must not be.
Formula Reader::NonZeroMember(Expr::Op op, const Expr& expr,
                              const Expr& other) {
  if (!IsMember(expr)) return True();
  const std::optional<Member> member = MemberIn(expr);
  if (!member.has_value() ||
      MemberOf(member->module, member->name) != ModuleMember::kFalse) {
    return True();
  }
  const Number value = other.kind == Expr::Kind::kUnknown
                           ? Constant(0)
                           : Value(other, kNoString);
  return CanHold(op, Constant(0), value) ? True() : HeaderOf(member->module);
}

}  // namespace cupel::plan
