// Plans for rules that are asked for without the others.
#ifndef CUPEL_RULES_SOME_PLANS_H_
#define CUPEL_RULES_SOME_PLANS_H_

#include <cstdint>
#include <list>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "base/mutex.h"
#include "rules/compiled_set.h"
#include "rules/planning.h"

namespace cupel {

// For all threads of a rule set. Thread-safe.
class SomePlans {
 public:
  using Result = absl::StatusOr<std::shared_ptr<const PlanOfSome>>;

  SomePlans() = default;
  SomePlans(const SomePlans&) = delete;
  SomePlans& operator=(const SomePlans&) = delete;

  // For the rules `rules` (ascending indices) of part `index`. Made by the
  // first that asks, while others wait; the last few are remembered.
  Result Get(const CompiledPart& part, uint32_t index,
             const std::vector<uint32_t>& rules);

 private:
  struct Entry {
    uint32_t part = 0;
    std::vector<uint32_t> rules;
    Result result;
  };
  static constexpr size_t kMost = 16;

  Mutex mutex_;
  std::list<Entry> entries_ ABSL_GUARDED_BY(mutex_);  // the last one first
};

}  // namespace cupel

#endif  // CUPEL_RULES_SOME_PLANS_H_
