// Making the plans of rules that were compiled.
#ifndef CUPEL_RULES_PLANNING_H_
#define CUPEL_RULES_PLANNING_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/ast/ast.h"
#include "rules/compiled_set.h"
#include "rules/plan/formula.h"
#include "rules/plan/plan.h"
#include "rules/rule_set.h"
#include "rules/rule_texts.h"

namespace cupel {

// Rules as trees.
struct ParsedRules {
  std::vector<ast::Source> sources;  // one for each namespace
  std::vector<std::string> texts;    // of `sources`
  plan::PlanInput input;             // points into `sources`

  // The declaration of a string: `$a = "text" wide`.
  std::string_view TextOf(plan::StringRef string) const;
};
absl::StatusOr<std::unique_ptr<const ParsedRules>> ParseRules(
    const RuleTexts& texts, const Defines& defines);

// The plan for the rules of `texts`, with these values of externals that no
// scan changes.
absl::StatusOr<std::shared_ptr<const plan::Plan>> MakePlan(
    const RuleTexts& texts, const Defines& defines);

// A plan for some rules of a part.
struct PlanOfSome {
  std::shared_ptr<const plan::Plan> plan;
  // Of each rule of the plan: its index in the part. Ascending; those that the
  // rules refer to, and globals, are among them.
  std::vector<uint32_t> to_part;
};
// `rules` are ascending.
absl::StatusOr<PlanOfSome> MakePlanOfSome(const RuleTexts& texts,
                                          const std::vector<uint32_t>& rules,
                                          const Defines& defines);

// The values that a part has with `options`: they win over those that it was
// compiled with.
Defines EffectiveDefines(const CompiledPart& part, const RuleOptions& options);

// Sees to it that each part that has texts has a plan for the values in
// `options`, or none if another engine is asked for. A plan that can't be made
// is a warning: all its rules are run then.
void PlanParts(const RuleOptions& options, CompiledSet* set);

}  // namespace cupel

#endif  // CUPEL_RULES_PLANNING_H_
