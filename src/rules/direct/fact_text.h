// Parts of conditions that ask modules, and nothing of the rule itself.
//
// `pe.imphash() == "..."` says the same whatever rule it stands in. So it is
// cut out, libyara is asked about it by itself (facts.h), and the rest of the
// condition can do without.
#ifndef CUPEL_RULES_DIRECT_FACT_TEXT_H_
#define CUPEL_RULES_DIRECT_FACT_TEXT_H_

#include <optional>
#include <string>
#include <string_view>

#include "rules/ast/ast.h"

namespace cupel::direct {

struct FactText {
  std::string text;     // a condition
  std::string imports;  // what it needs before it: import "pe" ...
  // It goes through the file for itself: what is not asked is not to be found
  // out along with it.
  bool alone = false;
  // What is undefined is told from what is false: only where it is negated
  // that matters.
  bool defined_matters = false;
};

// Nullopt if it is about strings, other rules or externals, or does more than
// tell. `source` is what it was parsed of.
std::optional<FactText> FactTextOf(const ast::Expr& expr,
                                   std::string_view source);

}  // namespace cupel::direct

#endif  // CUPEL_RULES_DIRECT_FACT_TEXT_H_
