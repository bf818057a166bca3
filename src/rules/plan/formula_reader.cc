#include "rules/plan/formula_reader.h"

#include <utility>

#include "rules/plan/formula_bytes.h"
#include "rules/plan/formula_make.h"
#include "rules/plan/formula_modules.h"

namespace cupel::plan {
namespace {

// The parser nests less deep; loops over sets multiply the steps.
constexpr int kMaxDepth = 200;
constexpr size_t kMaxSteps = 1 << 16;
// References make formulas deeper than any condition is.
constexpr int kMaxReferenceDepth = 40;
// Of what can be read at fixed offsets, nothing is said for less.
constexpr int64_t kSmallFile = 16;

Formula Negation(Formula formula) {
  switch (formula.op) {
    case Formula::Op::kTrue:
      return False();
    case Formula::Op::kFalse:
      return True();
    case Formula::Op::kFact:
      formula.op = Formula::Op::kNotFact;
      return formula;
    case Formula::Op::kNotFact:
      formula.op = Formula::Op::kFact;
      return formula;
    default:
      return True();
  }
}

}  // namespace

Reader::Reader(const PlanInput& input, const Names& names,
               const std::vector<Formula>& own, uint32_t rule, size_t max_nodes)
    : input_(input),
      names_(names),
      own_(own),
      index_(rule),
      rule_(*input.rules[rule].rule),
      nodes_left_(max_nodes),
      steps_left_(kMaxSteps) {
  for (uint32_t i = 0; i < rule_.strings.size(); ++i) {
    strings_.emplace(rule_.strings[i].id, i);
  }
}

Formula Reader::Condition() { return WhenTrue(*rule_.condition, 0); }

bool Reader::Spend(size_t nodes) {
  if (nodes > nodes_left_) return false;
  nodes_left_ -= nodes;
  return true;
}

Formula Reader::WhenTrue(const Expr& expr, int depth) {
  if (depth > kMaxDepth || steps_left_ == 0) return True();
  --steps_left_;
  if (!Spend(1)) return True();
  if (std::optional<Formula> exact = Exact(expr)) return *std::move(exact);
  return ByKind(expr, depth + 1);
}

// What WhenTrue says of a kind of expression.
Formula Reader::ByKind(const Expr& expr, int depth) {
  std::vector<Formula> parts;
  switch (expr.kind) {
    case Expr::Kind::kAnd:
    case Expr::Kind::kOr:
      for (const ast::ExprPtr& child : expr.children) {
        parts.push_back(WhenTrue(*child, depth));
      }
      return expr.kind == Expr::Kind::kAnd ? All(std::move(parts))
                                           : Any(std::move(parts));
    case Expr::Kind::kNot:
      return WhenFalse(*expr.children.front(), depth);
    case Expr::Kind::kDefined:
      return WhenDefined(*expr.children.front(), depth);
    case Expr::Kind::kString:
      return String(expr.text);
    case Expr::Kind::kStringAt:
      return TrueStringAt(expr, depth);
    case Expr::Kind::kStringIn:
      return All({String(expr.text), DefinedChildren(expr, depth)});
    case Expr::Kind::kStringCount:
      return All(
          {Counts(Expr::Op::kNe, expr, nullptr), DefinedChildren(expr, depth)});
    case Expr::Kind::kIdentifier:
      return TrueIdentifier(expr);
    case Expr::Kind::kField:
    case Expr::Kind::kIndex:
    case Expr::Kind::kCall: {
      const Expr zero;
      return All(
          {WhenDefined(expr, depth), NonZeroMember(Expr::Op::kNe, expr, zero)});
    }
    case Expr::Kind::kArithmetic:
      return TrueArithmetic(expr, depth);
    case Expr::Kind::kCompare:
    case Expr::Kind::kTextOp:
      return TrueCompare(expr, depth);
    case Expr::Kind::kOf:
      return TrueOf(expr, depth);
    case Expr::Kind::kForOf:
      return TrueForOf(expr, depth);
    case Expr::Kind::kForIn:
      return TrueForIn(expr, depth);
    default:
      return WhenDefined(expr, depth);
  }
}

Formula Reader::WhenFalse(const Expr& expr, int depth) {
  if (depth > kMaxDepth || steps_left_ == 0) return True();
  switch (expr.kind) {
    case Expr::Kind::kNot:
      return WhenTrue(*expr.children.front(), depth + 1);
    case Expr::Kind::kAnd:
    case Expr::Kind::kOr:
      return WhenNotTrue(expr, depth);
    default:
      return All({WhenNotTrue(expr, depth + 1), WhenDefined(expr, depth + 1)});
  }
}

Formula Reader::WhenNotTrue(const Expr& expr, int depth) {
  if (depth > kMaxDepth || steps_left_ == 0) return True();
  --steps_left_;
  if (!Spend(1)) return True();
  if (std::optional<Formula> exact = Exact(expr)) {
    return Negation(*std::move(exact));
  }
  std::vector<Formula> parts;
  switch (expr.kind) {
    case Expr::Kind::kAnd:
    case Expr::Kind::kOr:
      for (const ast::ExprPtr& child : expr.children) {
        parts.push_back(WhenNotTrue(*child, depth + 1));
      }
      return expr.kind == Expr::Kind::kAnd ? Any(std::move(parts))
                                           : All(std::move(parts));
    case Expr::Kind::kNot:
      if (CanBeUndefined(*expr.children.front())) return True();
      return WhenTrue(*expr.children.front(), depth + 1);
    default:
      return True();
  }
}

Formula Reader::WhenDefined(const Expr& expr, int depth) {
  if (depth > kMaxDepth || steps_left_ == 0) return True();
  --steps_left_;
  switch (expr.kind) {
    case Expr::Kind::kNot:
    case Expr::Kind::kArithmetic:
    case Expr::Kind::kStringCount:
    case Expr::Kind::kTextOp:
      return DefinedChildren(expr, depth + 1);
    case Expr::Kind::kCompare:
      // Of real numbers this one is false if one is undefined.
      if (expr.op == Expr::Op::kLt) return True();
      return DefinedChildren(expr, depth + 1);
    case Expr::Kind::kReadInteger:
      return DefinedRead(expr, depth + 1);
    case Expr::Kind::kStringOffset:
    case Expr::Kind::kStringLength:
      return All({String(expr.text), DefinedChildren(expr, depth + 1)});
    case Expr::Kind::kField:
    case Expr::Kind::kIndex:
    case Expr::Kind::kCall:
      return DefinedMember(expr, depth + 1);
    default:
      return True();
  }
}

Formula Reader::DefinedChildren(const Expr& expr, int depth) {
  std::vector<Formula> parts;
  for (const ast::ExprPtr& child : expr.children) {
    parts.push_back(WhenDefined(*child, depth));
  }
  return All(std::move(parts));
}

Formula Reader::DefinedRead(const Expr& expr, int depth) {
  const Expr& offset = *expr.children.front();
  const std::optional<IntegerRead> read = IntegerReadOf(expr.text);
  const std::optional<int64_t> constant = Integer(offset);
  if (!read.has_value() || !constant.has_value()) {
    return WhenDefined(offset, depth);
  }
  if (*constant < 0) return False();
  if (*constant < kSmallFile || *constant > INT64_MAX - read->width) {
    return True();
  }
  return Have(FileSize(Fact::Op::kGe, *constant + read->width));
}

// pe.sections[i].name, pe.exports(x): one by one up to the module's name.
Formula Reader::DefinedMember(const Expr& expr, int depth) {
  std::vector<Formula> parts;
  const std::optional<Member> member = MemberIn(expr);
  if (member.has_value() &&
      MemberOf(member->module, member->name) == ModuleMember::kUndefined) {
    parts.push_back(HeaderOf(member->module));
  }
  const Expr* at = &expr;
  while (at->kind == Expr::Kind::kField || at->kind == Expr::Kind::kIndex ||
         at->kind == Expr::Kind::kCall) {
    for (size_t i = 1; i < at->children.size(); ++i) {
      parts.push_back(WhenDefined(*at->children[i], depth));
    }
    at = at->children.front().get();
  }
  return All(std::move(parts));
}

std::optional<uint32_t> Reader::StringIndex(std::string_view id) const {
  if (id == "$") return loop_string_;
  const auto found = strings_.find(id);
  if (found == strings_.end()) return std::nullopt;
  return found->second;
}

Formula Reader::String(std::string_view id) {
  const std::optional<uint32_t> string = StringIndex(id);
  if (!string.has_value() || !Spend(1)) return True();
  return Occurs({index_, *string});
}

Formula Reader::TrueStringAt(const Expr& expr, int depth) {
  const Expr& offset = *expr.children.front();
  std::vector<Formula> parts;
  parts.push_back(String(expr.text));
  parts.push_back(WhenDefined(offset, depth));
  const std::optional<uint32_t> string = StringIndex(expr.text);
  const std::optional<int64_t> constant = Integer(offset);
  if (string.has_value() && constant.has_value() && *constant >= 0) {
    parts.push_back(
        StringBegins(rule_.strings[*string], static_cast<uint64_t>(*constant)));
  }
  return All(std::move(parts));
}

// Values of externals are facts, so this is a rule or a loop's variable.
Formula Reader::TrueIdentifier(const Expr& expr) {
  if (FindVariable(expr.text) != nullptr ||
      Names::FileExternal(expr.text).has_value() ||
      names_.Define(expr.text) != nullptr) {
    return True();
  }
  const std::optional<uint32_t> rule = names_.Rule(expr.text, index_);
  return rule.has_value() ? Reference(*rule) : True();
}

Formula Reader::Reference(uint32_t rule) {
  const Formula& formula = own_[rule];
  if (DepthOf(formula) > kMaxReferenceDepth || !Spend(NodesOf(formula))) {
    return True();
  }
  return formula;
}

bool Reader::CanBeUndefined(const Expr& expr) const {
  switch (expr.kind) {
    case Expr::Kind::kBool:
    case Expr::Kind::kInteger:
    case Expr::Kind::kText:
    case Expr::Kind::kFilesize:
    case Expr::Kind::kString:
    case Expr::Kind::kAnd:
    case Expr::Kind::kOr:
    case Expr::Kind::kDefined:
    case Expr::Kind::kForOf:
    case Expr::Kind::kForIn:
      return false;
    case Expr::Kind::kStringCount:
      return !expr.children.empty();
    case Expr::Kind::kOf:
      return expr.quantifier.kind == Expr::Quantifier::Kind::kPercent ||
             expr.place != Expr::Place::kAnywhere;
    case Expr::Kind::kIdentifier:
      return FindVariable(expr.text) != nullptr ||
             (!Names::FileExternal(expr.text).has_value() &&
              names_.Define(expr.text) == nullptr);
    case Expr::Kind::kNot:
    case Expr::Kind::kCompare:
      for (const ast::ExprPtr& child : expr.children) {
        if (CanBeUndefined(*child)) return true;
      }
      return false;
    default:
      return true;
  }
}

bool Reader::IsZeroOrOne(const Expr& expr) const {
  switch (expr.kind) {
    case Expr::Kind::kBool:
    case Expr::Kind::kString:
    case Expr::Kind::kStringAt:
    case Expr::Kind::kStringIn:
    case Expr::Kind::kAnd:
    case Expr::Kind::kNot:
    case Expr::Kind::kDefined:
    case Expr::Kind::kCompare:
    case Expr::Kind::kTextOp:
    case Expr::Kind::kOf:
    case Expr::Kind::kForOf:
    case Expr::Kind::kForIn:
      return true;
    case Expr::Kind::kOr:
      // It is what its left side is, if that is not 0.
      for (const ast::ExprPtr& child : expr.children) {
        if (!IsZeroOrOne(*child)) return false;
      }
      return true;
    case Expr::Kind::kIdentifier:
      return FindVariable(expr.text) == nullptr &&
             names_.Define(expr.text) == nullptr &&
             names_.Rule(expr.text, index_).has_value();
    default:
      return false;
  }
}

const Reader::Variable* Reader::FindVariable(std::string_view name) const {
  for (const Variable& variable : variables_) {
    if (variable.name == name) return &variable;
  }
  return nullptr;
}

}  // namespace cupel::plan
