// Patterns as expressions of Hyperscan.
#ifndef CUPEL_RULES_PLAN_PATTERN_EXPRESSION_H_
#define CUPEL_RULES_PLAN_PATTERN_EXPRESSION_H_

#include "rules/ast/pattern.h"
#include "rules/plan/literals.h"

namespace cupel::plan {

// An expression that every match of the pattern holds a match of: anchors and
// boundaries are left out, large counts are weakened, and what is optional at
// either end is cut off. Nothing, if that would be too large or in nearly every
// file.
Need ExpressionOf(const ast::Pattern& pattern, bool wide);

}  // namespace cupel::plan

#endif  // CUPEL_RULES_PLAN_PATTERN_EXPRESSION_H_
