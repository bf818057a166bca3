// The plainest possible matcher over ast::Pattern: slow, and easy to believe.
#ifndef CUPEL_TESTS_UNIT_RULES_AST_NAIVE_MATCH_H_
#define CUPEL_TESTS_UNIT_RULES_AST_NAIVE_MATCH_H_

#include <string_view>

#include "rules/ast/pattern.h"

namespace cupel::ast {

// True if some stretch of `text` fits the pattern. It may be empty, but starts
// at one of the bytes, since that is where libyara looks.
bool Occurs(const Pattern& pattern, std::string_view text);

}  // namespace cupel::ast

#endif  // CUPEL_TESTS_UNIT_RULES_AST_NAIVE_MATCH_H_
