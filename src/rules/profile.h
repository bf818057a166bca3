// What each rule costs over a corpus.
#ifndef CUPEL_RULES_PROFILE_H_
#define CUPEL_RULES_PROFILE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "budget/cancel.h"
#include "rules/rule_set.h"

namespace cupel {

struct ProfileOptions {
  // Ends a pass, wherever it is. May be null.
  Cancel* cancel = nullptr;
  // Called after each pass over the corpus; false ends with kCancelled.
  std::function<bool(size_t done, size_t total)> progress;
  // For one payload and one rule; a rule that takes longer is cut off there,
  // and so is its cost.
  uint64_t timeout_ns = 10'000'000'000;
};

struct RuleCost {
  uint32_t rule = 0;      // index into RuleSet::rules()
  uint64_t nanos = 0;     // CPU time with only this rule, less that with none
  uint64_t files = 0;     // payloads it matches, with all rules on
  uint64_t strings = 0;   // string matches in those
  uint64_t timeouts = 0;  // payloads that were not finished
  // Bits (1 << plan::FileClass): the rule is run for every file of that class.
  uint8_t always = 0;
};

struct RuleProfile {
  std::vector<RuleCost> rules;  // the dearest first
  uint64_t whole_nanos = 0;     // all rules together
  uint64_t baseline_nanos = 0;  // no rule at all: what libyara itself takes
  uint64_t whole_timeouts = 0;
};

// Runs rules().size() + 2 passes over `payloads`, on copies of the compiled
// rules, so that the set may be in use meanwhile. Rules are measured one by
// one: strings that share their search are cheaper together than the sum says.
absl::StatusOr<RuleProfile> ProfileRules(
    const RuleSet& rules, std::span<const std::string_view> payloads,
    const ProfileOptions& options);

}  // namespace cupel

#endif  // CUPEL_RULES_PROFILE_H_
