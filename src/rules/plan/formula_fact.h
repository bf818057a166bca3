// Facts, beside what formula.h shows of them.
#ifndef CUPEL_RULES_PLAN_FORMULA_FACT_H_
#define CUPEL_RULES_PLAN_FORMULA_FACT_H_

#include <string_view>

#include "rules/plan/formula.h"

namespace cupel::plan {

// left op right for texts, as libyara does it, with `right` not used by
// kNotEmpty. Not for the order of texts (kLt to kGe).
bool TextHolds(Fact::Op op, std::string_view left, std::string_view right);

// kTrue or kFalse where `fact` is the same for all files of the class, else
// the fact itself.
Formula FactInClass(const Fact& fact, FileClass file_class);

}  // namespace cupel::plan

#endif  // CUPEL_RULES_PLAN_FORMULA_FACT_H_
