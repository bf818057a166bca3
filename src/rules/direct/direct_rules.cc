#include "rules/direct/direct_rules.h"

namespace cupel::direct {
namespace {

// Measured with benchmarks/exact_bench.cc, beside what is in exact_cost.cc.
constexpr double kRule = 150;
constexpr double kPass = 25;
constexpr double kPassByte = 0.06;
// Files whose passes the estimate goes by.
constexpr double kRemembered = 8;

// After so many questions, half of them have to have been worth it.
constexpr uint32_t kTrials = 16;

}  // namespace

DirectRules::Entry& DirectRules::EntryOf(uint32_t rule) {
  Entry& entry = rules_[rule];
  if (!entry.is_made) {
    entry.rule = DirectRule::Make(*texts_, rule, lasting_id_);
    entry.is_made = true;
    if (entry.rule != nullptr) {
      entry.passes = static_cast<double>(entry.rule->passes());
    }
  }
  return entry;
}

bool DirectRules::Has(uint32_t rule) {
  const Entry& entry = EntryOf(rule);
  return entry.rule != nullptr &&
         (entry.asked < kTrials || 2 * entry.in_vain < entry.asked);
}

double DirectRules::Cost(uint32_t rule, uint64_t bytes) {
  return kRule + EntryOf(rule).passes *
                     (kPass + kPassByte * static_cast<double>(bytes));
}

DirectRule::Answer DirectRules::Ask(uint32_t rule, const DirectRule::File& file,
                                    uint64_t max_strings, RuleMatch* match) {
  Entry& entry = EntryOf(rule);
  const DirectRule::Answer answer = entry.rule->Run(file, max_strings, match);
  ++entry.asked;
  if (answer == DirectRule::Answer::kUnknown) ++entry.in_vain;
  // Few conditions need all strings to be looked for.
  entry.passes +=
      (static_cast<double>(entry.rule->passes_made()) - entry.passes) /
      kRemembered;
  return answer;
}

}  // namespace cupel::direct
