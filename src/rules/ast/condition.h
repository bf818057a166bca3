// The condition of a rule: tokens to an expression.
#ifndef CUPEL_RULES_AST_CONDITION_H_
#define CUPEL_RULES_AST_CONDITION_H_

#include <span>
#include <string_view>

#include "rules/ast/ast.h"
#include "rules/lexer.h"

namespace cupel::ast {

// `tokens` are those behind `condition:`, offsets are into `text`. Never null:
// a group in parentheses that is not understood is kUnknown, and so is the
// whole if that does not help. No deeper than kMaxNesting.
ExprPtr ParseCondition(std::string_view text, std::span<const Token> tokens);

}  // namespace cupel::ast

#endif  // CUPEL_RULES_AST_CONDITION_H_
