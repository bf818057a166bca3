// The reduced rule set for payloads that do not begin with "MZ".
#ifndef CUPEL_RULES_PARTITION_H_
#define CUPEL_RULES_PARTITION_H_

#include <optional>
#include <string>
#include <vector>

#include "rules/splitter.h"
#include "rules/unit.h"

namespace cupel {

// The text of `unit` (whose only file `split` describes) without the rules that
// are provably false for such payloads and that nothing else refers to, and
// without imports that nothing uses any more. None if there is nothing to
// leave out, or the unit is not wholly understood.
std::optional<std::string> ReduceUnit(const RuleUnit& unit,
                                      const SplitText& split);

}  // namespace cupel

#endif  // CUPEL_RULES_PARTITION_H_
