// What an integer of a condition can be.
#ifndef CUPEL_RULES_PLAN_FORMULA_NUMBER_H_
#define CUPEL_RULES_PLAN_FORMULA_NUMBER_H_

#include <cstdint>
#include <limits>

#include "rules/ast/ast.h"

namespace cupel::plan {

// libyara's value for "undefined", which arithmetic could come to by accident.
inline constexpr int64_t kYaraUndefined =
    static_cast<int64_t>(0xFFFABADAFABADAFF);

// If it is defined at all, it is in [low, high]. An empty range: it can't be
// defined. Integers that are not known, real numbers and texts are AnyNumber.
struct Number {
  int64_t low = std::numeric_limits<int64_t>::min();
  int64_t high = std::numeric_limits<int64_t>::max();

  bool IsNever() const { return low > high; }
  bool IsConstant() const { return low == high; }
};

inline constexpr Number AnyNumber() { return {}; }
inline constexpr Number NeverNumber() { return {1, 0}; }
Number Constant(int64_t value);

// One of the operators of kArithmetic, with 64 bits and libyara's idea of
// shifts and divisions. kNegate and kComplement take `right` only.
Number Arithmetic(ast::Expr::Op op, const Number& left, const Number& right);

// False only if no values of the two are defined and compare so.
bool CanHold(ast::Expr::Op op, const Number& left, const Number& right);

}  // namespace cupel::plan

#endif  // CUPEL_RULES_PLAN_FORMULA_NUMBER_H_
