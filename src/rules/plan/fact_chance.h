// How many files a fact holds of, by experience.
#ifndef CUPEL_RULES_PLAN_FACT_CHANCE_H_
#define CUPEL_RULES_PLAN_FACT_CHANCE_H_

#include "rules/plan/formula.h"

namespace cupel::plan {

// In [0, 1], of the files of the class, each counted by what its scan costs.
float ChanceOf(const Fact& fact, FileClass file_class);

}  // namespace cupel::plan

#endif  // CUPEL_RULES_PLAN_FACT_CHANCE_H_
