// Making formulas: whatever these give is simplified, as MakeFormulas promises.
#ifndef CUPEL_RULES_PLAN_FORMULA_MAKE_H_
#define CUPEL_RULES_PLAN_FORMULA_MAKE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rules/plan/formula.h"

namespace cupel::plan {

inline Formula True() { return Formula(); }
Formula False();
Formula Occurs(StringRef string);
Formula Have(Fact fact);     // kFact
Formula HaveNot(Fact fact);  // kNotFact

Formula All(std::vector<Formula> children);
Formula Any(std::vector<Formula> children);
// A child that is there more than once counts as often; what comes out asks
// for as many different ones as that needs at least.
Formula AtLeast(uint64_t count, std::vector<Formula> children);

inline bool IsTrue(const Formula& formula) {
  return formula.op == Formula::Op::kTrue;
}
inline bool IsFalse(const Formula& formula) {
  return formula.op == Formula::Op::kFalse;
}

size_t NodesOf(const Formula& formula);
int DepthOf(const Formula& formula);  // 1 for a leaf

Fact FileSize(Fact::Op op, int64_t number);
// kBytesAt; all bits of `mask` if that is empty.
Fact BytesAt(uint64_t offset, std::string bytes, std::string mask = {});

}  // namespace cupel::plan

#endif  // CUPEL_RULES_PLAN_FORMULA_MAKE_H_
