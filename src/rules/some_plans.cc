#include "rules/some_plans.h"

#include <utility>

#include "base/status.h"

namespace cupel {
namespace {

SomePlans::Result MakeSomePlan(const CompiledPart& part,
                               const std::vector<uint32_t>& rules) {
  if (part.texts == nullptr) {
    return FailedPrecondition("there are no texts of these rules");
  }
  CUPEL_ASSIGN_OR_RETURN(const auto texts, part.texts->Get());
  CUPEL_ASSIGN_OR_RETURN(PlanOfSome made,
                         MakePlanOfSome(*texts, rules, part.defines));
  return std::make_shared<const PlanOfSome>(std::move(made));
}

}  // namespace

SomePlans::Result SomePlans::Get(const CompiledPart& part, uint32_t index,
                                 const std::vector<uint32_t>& rules) {
  const MutexLock lock(mutex_);
  for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
    if (entry->part != index || entry->rules != rules) continue;
    entries_.splice(entries_.begin(), entries_, entry);
    return entry->result;
  }
  entries_.push_front({index, rules, MakeSomePlan(part, rules)});
  if (entries_.size() > kMost) entries_.pop_back();
  return entries_.front().result;
}

}  // namespace cupel
