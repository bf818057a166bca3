// The literals that every match of a pattern holds.
#ifndef CUPEL_RULES_PLAN_PATTERN_LITERALS_H_
#define CUPEL_RULES_PLAN_PATTERN_LITERALS_H_

#include "rules/ast/pattern.h"
#include "rules/plan/literals.h"

namespace cupel::plan {

// `wide`: in the form in which each byte is followed by a NUL.
Need LiteralsOf(const ast::Pattern& pattern, bool wide);

// The window of kMaxLiteralBytes that holds the rarest bytes.
std::string RarestWindow(const std::string& bytes);

}  // namespace cupel::plan

#endif  // CUPEL_RULES_PLAN_PATTERN_LITERALS_H_
