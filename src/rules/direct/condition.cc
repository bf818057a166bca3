#include "rules/direct/condition.h"

#include <algorithm>
#include <string>
#include <utility>

#include "rules/plan/formula_bytes.h"

namespace cupel::direct {
namespace {

using ast::Expr;
using Kind = Expr::Kind;
using Op = Expr::Op;

bool IsCalculated(Op op) {
  return op == Op::kAdd || op == Op::kSub || op == Op::kMul ||
         op == Op::kBitAnd || op == Op::kBitOr || op == Op::kBitXor;
}

// libyara works these out when it compiles.
bool IsConstant(const Expr& expr) {
  return expr.kind == Kind::kInteger ||
         (expr.kind == Kind::kArithmetic &&
          std::all_of(
              expr.children.begin(), expr.children.end(),
              [](const ast::ExprPtr& child) { return IsConstant(*child); }));
}

}  // namespace

// Takes a condition apart. Everything gives false where it is left to libyara.
class Condition::Reader {
 public:
  Reader(const ast::Rule& rule, std::string_view source, const Names& names)
      : rule_(rule),
        source_(source),
        names_(names),
        uses_(rule.strings.size()) {}

  bool Bool(const Expr& expr, Node* out) {
    if (Fact(expr, out)) return true;
    out->kind = expr.kind;
    switch (expr.kind) {
      case Kind::kBool:
        out->number = expr.boolean ? 1 : 0;
        return true;
      case Kind::kString:
        return One(expr, out);
      case Kind::kStringAt:
        return At(expr, out);
      case Kind::kStringIn:
        return One(expr, out) && Numbers(expr, out);
      case Kind::kNot: {
        ++nots_;
        const bool read =
            Bool(*expr.children.front(), &out->children.emplace_back());
        --nots_;
        return read;
      }
      case Kind::kAnd:
      case Kind::kOr:
        return std::all_of(expr.children.begin(), expr.children.end(),
                           [&](const ast::ExprPtr& child) {
                             return Bool(*child, &out->children.emplace_back());
                           });
      case Kind::kCompare:
        out->op = expr.op;
        return Numbers(expr, out);
      case Kind::kOf:
        return Of(expr, out);
      case Kind::kForIn:
        return Loop(expr, out);
      case Kind::kIdentifier:
        if (!LoopOf(expr.text).has_value()) out->rule = names_(expr.text);
        return out->rule.has_value();
      default:
        return Number(expr, out);
    }
  }

  std::vector<FactText> TakeFacts() { return std::move(facts_); }

  std::vector<std::optional<int64_t>> FixedOffsets() const {
    std::vector<std::optional<int64_t>> out;
    out.reserve(uses_.size());
    for (const Use& use : uses_) {
      out.push_back(use.elsewhere ? std::nullopt : use.at);
    }
    return out;
  }

 private:
  // What is asked of a string.
  struct Use {
    std::optional<int64_t> at;
    bool elsewhere = false;
  };

  bool Fact(const Expr& expr, Node* out) {
    std::optional<FactText> fact = FactTextOf(expr, source_);
    if (!fact.has_value()) return false;
    fact->defined_matters = nots_ > 0;
    out->fact = static_cast<uint32_t>(facts_.size());
    facts_.push_back(*std::move(fact));
    return true;
  }

  bool Number(const Expr& expr, Node* out) {
    out->kind = expr.kind;
    switch (expr.kind) {
      case Kind::kInteger:
        out->number = expr.integer;
        return true;
      case Kind::kFilesize:
        return true;
      case Kind::kIdentifier: {
        const auto loop = LoopOf(expr.text);
        out->number = loop.value_or(0);
        return loop.has_value();
      }
      case Kind::kReadInteger: {
        const auto read = plan::IntegerReadOf(expr.text);
        if (!read.has_value()) return false;
        out->width = static_cast<uint8_t>(read->width);
        out->is_signed = read->is_signed;
        out->big_endian = read->big_endian;
        return Numbers(expr, out);
      }
      case Kind::kStringCount:
        return expr.children.empty() && One(expr, out);
      case Kind::kStringOffset:
      case Kind::kStringLength:
        return One(expr, out) && Numbers(expr, out);
      case Kind::kArithmetic:
        out->op = expr.op;
        return IsCalculated(expr.op) && Numbers(expr, out);
      default:
        return false;
    }
  }

  bool Numbers(const Expr& expr, Node* out) {
    return std::all_of(expr.children.begin(), expr.children.end(),
                       [&](const ast::ExprPtr& child) {
                         return Number(*child, &out->children.emplace_back());
                       });
  }

  // The string that is named. "$" is that of a loop, which there is none of.
  std::optional<uint32_t> Find(const std::string& id) const {
    if (id == "$") return std::nullopt;
    for (uint32_t i = 0; i < rule_.strings.size(); ++i) {
      if (rule_.strings[i].id == id) return i;
    }
    return std::nullopt;
  }

  bool One(const Expr& expr, Node* out) {
    const auto string = Find(expr.text);
    if (!string.has_value()) return false;
    uses_[*string].elsewhere = true;
    out->strings = {*string};
    return true;
  }

  bool At(const Expr& expr, Node* out) {
    const auto string = Find(expr.text);
    if (!string.has_value()) return false;
    const Expr& offset = *expr.children.front();
    Use& use = uses_[*string];
    if (offset.kind == Kind::kInteger) {
      if (!use.at.has_value()) use.at = offset.integer;
      if (*use.at != offset.integer) use.elsewhere = true;
    } else if (IsConstant(offset)) {
      return false;
    } else {
      use.elsewhere = true;
    }
    out->strings = {*string};
    return Numbers(expr, out);
  }

  // The innermost loop, counted from outside, with this variable.
  std::optional<int64_t> LoopOf(std::string_view name) const {
    for (size_t i = variables_.size(); i-- > 0;) {
      if (variables_[i] == name) return static_cast<int64_t>(i);
    }
    return std::nullopt;
  }

  // Over integers, with one variable.
  bool Loop(const Expr& expr, Node* out) {
    using Quantifier = Expr::Quantifier::Kind;
    if (expr.set.kind != ast::Set::Kind::kRange || expr.variables.size() != 1 ||
        expr.children.size() != 3) {
      return false;
    }
    switch (expr.quantifier.kind) {
      case Quantifier::kAll:
        break;
      case Quantifier::kAny:
        out->quantity = 1;
        break;
      case Quantifier::kExpression:
        out->quantity = expr.quantifier.value->integer;
        if (expr.quantifier.value->kind != Kind::kInteger ||
            *out->quantity < 1) {
          return false;
        }
        break;
      default:
        return false;
    }
    // Children are not referred to while others are added.
    out->children.resize(3);
    if (!Number(*expr.children[0], &out->children[0]) ||
        !Number(*expr.children[1], &out->children[1])) {
      return false;
    }
    variables_.push_back(expr.variables.front());
    const bool read = Bool(*expr.children[2], &out->children[2]);
    variables_.pop_back();
    return read;
  }

  bool Of(const Expr& expr, Node* out) {
    using Quantifier = Expr::Quantifier::Kind;
    if (expr.place != Expr::Place::kAnywhere || !AddSet(expr.set, out)) {
      return false;
    }
    switch (expr.quantifier.kind) {
      case Quantifier::kAll:
        return true;
      case Quantifier::kAny:
        out->quantity = 1;
        return true;
      case Quantifier::kNoneOf:
        out->quantity = 0;
        return true;
      case Quantifier::kPercent:
      case Quantifier::kExpression:
        if (expr.quantifier.value->kind != Kind::kInteger) return false;
        out->percent = expr.quantifier.kind == Quantifier::kPercent;
        out->quantity = expr.quantifier.value->integer;
        return true;
      case Quantifier::kNone:
        return false;
    }
    return false;
  }

  // A string that is named twice counts twice.
  bool AddSet(const ast::Set& set, Node* out) {
    if (set.kind == ast::Set::Kind::kThem) return AddMatching("$*", out);
    return set.kind == ast::Set::Kind::kStrings &&
           std::all_of(
               set.items.begin(), set.items.end(),
               [&](const std::string& item) { return AddMatching(item, out); });
  }

  bool AddMatching(std::string_view item, Node* out) {
    const bool prefix = item.ends_with('*');
    if (prefix) item.remove_suffix(1);
    for (uint32_t i = 0; i < rule_.strings.size(); ++i) {
      const std::string_view id = rule_.strings[i].id;
      if (prefix ? !id.starts_with(item) : id != item) continue;
      uses_[i].elsewhere = true;
      out->strings.push_back(i);
    }
    return true;
  }

  const ast::Rule& rule_;
  const std::string_view source_;
  const Names& names_;
  std::vector<std::string_view> variables_;  // of the loops around
  std::vector<Use> uses_;                    // by string
  std::vector<FactText> facts_;
  int nots_ = 0;  // around what is read
};

std::optional<Condition> Condition::Make(const ast::Rule& rule,
                                         std::string_view source,
                                         const Names& names) {
  Condition out;
  Reader reader(rule, source, names);
  if (!reader.Bool(*rule.condition, &out.root_)) return std::nullopt;
  out.fixed_ = reader.FixedOffsets();
  out.facts_ = reader.TakeFacts();
  return out;
}

}  // namespace cupel::direct
