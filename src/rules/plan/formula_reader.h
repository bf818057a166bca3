// From the condition of one rule to what follows from it.
//
// libyara's conditions have three values: true, false and undefined. `and`,
// `or` and the end of a condition take undefined for false, `not` leaves it
// undefined. So "not true" and "false" are two questions, and both are asked on
// the way down.
#ifndef CUPEL_RULES_PLAN_FORMULA_READER_H_
#define CUPEL_RULES_PLAN_FORMULA_READER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "rules/ast/ast.h"
#include "rules/plan/formula.h"
#include "rules/plan/formula_names.h"
#include "rules/plan/formula_number.h"

namespace cupel::plan {

class Reader {
 public:
  // `own` are the formulas of the rules before `rule`, of their conditions
  // alone. All must outlive the reader.
  Reader(const PlanInput& input, const Names& names,
         const std::vector<Formula>& own, uint32_t rule, size_t max_nodes);

  // What must hold for the condition to be true.
  Formula Condition();

 private:
  using Expr = ast::Expr;

  // What must hold of a file for `expr` to be: defined and not 0; defined and
  // 0; undefined or 0; defined.
  Formula WhenTrue(const Expr& expr, int depth);
  Formula WhenFalse(const Expr& expr, int depth);
  Formula WhenNotTrue(const Expr& expr, int depth);
  Formula WhenDefined(const Expr& expr, int depth);

  // formula_reader.cc
  Formula ByKind(const Expr& expr, int depth);
  bool Spend(size_t nodes);
  Formula String(std::string_view id);
  Formula TrueStringAt(const Expr& expr, int depth);
  Formula TrueIdentifier(const Expr& expr);
  Formula Reference(uint32_t rule);
  Formula DefinedMember(const Expr& expr, int depth);
  Formula DefinedRead(const Expr& expr, int depth);
  Formula DefinedChildren(const Expr& expr, int depth);
  // False only if it is defined for every file.
  bool CanBeUndefined(const Expr& expr) const;
  // True only if it is 0, 1 or undefined. Loops add up what their bodies are.
  bool IsZeroOrOne(const Expr& expr) const;
  std::optional<uint32_t> StringIndex(std::string_view id) const;

  // formula_compare.cc: comparisons of numbers and texts.
  // Nullopt, or what holds just where `expr` is true.
  std::optional<Formula> Exact(const Expr& expr) const;
  std::optional<Formula> ExactCompare(const Expr& expr) const;
  std::optional<Formula> ExactRead(const Expr& left, const Expr& right) const;
  std::optional<Formula> ExactText(Fact::Op op, const Expr& left,
                                   const Expr& right) const;
  std::optional<Formula> ExactIdentifier(const Expr& expr) const;
  Formula TrueCompare(const Expr& expr, int depth);
  Formula TrueArithmetic(const Expr& expr, int depth);
  Formula Counts(Expr::Op op, const Expr& left, const Expr* right);
  Formula NonZeroMember(Expr::Op op, const Expr& member, const Expr& other);

  // formula_value.cc: what expressions can be.
  // The string that is absent for a question "what if"; kNoString, kAllStrings.
  Number Value(const Expr& expr, uint32_t absent) const;
  Number ValueOfIdentifier(const Expr& expr) const;
  std::optional<int64_t> Integer(const Expr& expr) const;
  std::optional<std::string> Text(const Expr& expr) const;
  // Those of which Value knows what it is without them.
  void MeasuredStrings(const Expr& expr, std::vector<uint32_t>* out) const;
  // The module and its member that `expr` is, or is a part of.
  struct Member {
    std::string_view module;
    std::string_view name;
  };
  std::optional<Member> MemberIn(const Expr& expr) const;

  // formula_quantifier.cc: of and for.
  struct Quorum {
    enum class Kind : uint8_t { kUnknown, kAll, kCount, kPercent };
    Kind kind = Kind::kUnknown;
    uint64_t count = 0;  // 1 or more
  };
  Quorum QuorumOf(const Expr& expr) const;
  static Formula Meet(const Quorum& quorum, std::vector<Formula> children);
  Formula TrueOf(const Expr& expr, int depth);
  Formula TrueOfStrings(const Expr& expr, const Quorum& quorum, int depth);
  Formula TrueOfRules(const Expr& expr, const Quorum& quorum);
  Formula TrueForOf(const Expr& expr, int depth);
  Formula TrueForIn(const Expr& expr, int depth);
  std::optional<std::vector<uint32_t>> StringsOf(const ast::Set& set) const;
  struct Round;
  std::vector<Round> RoundsOf(const Expr& expr) const;

  struct Variable {
    std::string_view name;
    std::optional<int64_t> integer;  // what it is, if that is known
    std::optional<std::string> text;
  };
  const Variable* FindVariable(std::string_view name) const;

  const PlanInput& input_;
  const Names& names_;
  const std::vector<Formula>& own_;
  const uint32_t index_;
  const ast::Rule& rule_;
  HashMap<std::string, uint32_t> strings_;  // by id
  size_t nodes_left_;
  size_t steps_left_;
  std::vector<Variable> variables_;      // of the loops around
  std::optional<uint32_t> loop_string_;  // what "$" is
};

}  // namespace cupel::plan

#endif  // CUPEL_RULES_PLAN_FORMULA_READER_H_
