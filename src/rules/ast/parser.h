// Source text to trees.
#ifndef CUPEL_RULES_AST_PARSER_H_
#define CUPEL_RULES_AST_PARSER_H_

#include "rules/ast/ast.h"
#include "rules/unit.h"

namespace cupel::ast {

// Nesting deeper than this is not understood (kUnknown); it bounds the stack.
inline constexpr int kMaxNesting = 128;

// Never fails. Time and memory are linear in the text.
Source Parse(const RuleUnit& unit);

}  // namespace cupel::ast

#endif  // CUPEL_RULES_AST_PARSER_H_
