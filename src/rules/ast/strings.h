// The strings of a rule: tokens to ast::String.
#ifndef CUPEL_RULES_AST_STRINGS_H_
#define CUPEL_RULES_AST_STRINGS_H_

#include <span>
#include <string_view>
#include <vector>

#include "rules/ast/ast.h"
#include "rules/lexer.h"

namespace cupel::ast {

// `tokens` are those behind `strings:`, offsets are into `text`. False if they
// are not a list of declarations; `out` has those before the place then.
bool ParseStrings(std::string_view text, std::span<const Token> tokens,
                  std::vector<String>* out);

}  // namespace cupel::ast

#endif  // CUPEL_RULES_AST_STRINGS_H_
