// Formulas of rules that are given as text, and what libyara says to them.
#ifndef CUPEL_TESTS_UNIT_RULES_PLAN_FORMULA_TESTING_H_
#define CUPEL_TESTS_UNIT_RULES_PLAN_FORMULA_TESTING_H_

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/ast/parser.h"
#include "rules/plan/formula.h"

namespace cupel::plan {

using Defines = std::vector<std::pair<std::string, ExternalValue>>;

// For libyara alone, without anything that leaves rules out.
RuleOptions PlainOptions();

// One namespace for each text.
struct Parsed {
  std::vector<ast::Source> sources;
  PlanInput input;
  std::vector<Formula> formulas;
};
std::unique_ptr<Parsed> Parse(const std::vector<std::string>& texts,
                              const Defines& defines = {});

// ToText of the formula of the last rule of `texts`.
std::string FormulaOf(const std::vector<std::string>& texts,
                      const Defines& defines = {});

// A rule with strings $a to $f, $x1 to $x3 and one that has no name, which all
// conditions below may use.
std::string RuleWith(const std::string& condition,
                     const std::string& name = "r");

// FormulaOf such a rule, which imports what it mentions.
std::string FormulaOfCondition(const std::string& condition,
                               const Defines& defines = {});

// The texts of RuleWith's strings, by which each of them can be made to occur.
std::string BytesOf(char string);

// Whether libyara, all of whose rules it is given, says that the last rule of
// `text` matches. Fails the test if it does not compile.
bool Matches(const std::string& text, std::string_view bytes,
             const FileExternals& externals = {}, const Defines& defines = {});

// The names of all that do.
std::set<std::string> MatchingRules(const std::string& text,
                                    std::string_view bytes,
                                    const FileExternals& externals = {});

// Whether libyara takes `text`.
bool Compiles(const std::string& text);

// The same for a condition as in FormulaOfCondition.
bool ConditionMatches(const std::string& condition, std::string_view bytes,
                      const FileExternals& externals = {},
                      const Defines& defines = {});

// "import …" for each module of libyara's that `condition` mentions.
std::string ImportsFor(const std::string& condition);

}  // namespace cupel::plan

#endif  // CUPEL_TESTS_UNIT_RULES_PLAN_FORMULA_TESTING_H_
