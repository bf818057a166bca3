// Trees as text, for tests of src/rules/ast.
#ifndef CUPEL_TESTS_UNIT_RULES_AST_AST_TESTING_H_
#define CUPEL_TESTS_UNIT_RULES_AST_AST_TESTING_H_

#include <string>
#include <string_view>
#include <vector>

#include "rules/ast/ast.h"
#include "rules/ast/parser.h"

namespace cupel::ast {

// Source text that means the expression, with brackets around everything.
// kUnknown is "<?>".
std::string ToSource(const Expr& expr);

// A regular expression that means the pattern, in a form of its own.
std::string ToText(const Pattern& pattern);

// A unit of the texts; the first is the source itself.
RuleUnit UnitOf(std::vector<std::string> texts);

// ToSource of the condition that the text is.
std::string Condition(std::string_view text);

// The only string of a rule, from its declaration without `$a =`.
String StringOf(const std::string& declaration);

// True if kUnknown is nowhere in the tree.
bool Understood(const Expr& expr);

// Levels of the tree.
int Height(const Expr& expr);

}  // namespace cupel::ast

#endif  // CUPEL_TESTS_UNIT_RULES_AST_AST_TESTING_H_
