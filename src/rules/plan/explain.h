// What a plan does with a rule, for people.
#ifndef CUPEL_RULES_PLAN_EXPLAIN_H_
#define CUPEL_RULES_PLAN_EXPLAIN_H_

#include <cstdint>

#include "rules/plan/image.h"
#include "rules/plan/plan.h"

namespace cupel::plan {

Plan::Explanation ExplainRule(const ImageView& view, const ClassView& of,
                              uint32_t rule);

}  // namespace cupel::plan

#endif  // CUPEL_RULES_PLAN_EXPLAIN_H_
