#include "rules/direct/direct_rules.h"

#include <algorithm>

namespace cupel::direct {
namespace {

// Measured with benchmarks/exact_bench.cc, beside what is in exact_cost.cc.
constexpr double kRule = 150;
constexpr double kPass = 25;
constexpr double kPassByte = 0.035;
constexpr double kFarPassByte = 0.06;  // beyond what a cache holds
constexpr uint64_t kNearBytes = 256 << 10;
// The pass for all texts.
constexpr double kText = 20;
constexpr double kTextsByte = 1.1;
// Files whose passes the estimate goes by.
constexpr double kRemembered = 8;

// Having a file parsed by a module, and compiling what is asked of it.
constexpr double kFacts = 600'000;
constexpr double kNewFact = 40'000;

// After so many questions, half of them have to have been worth it.
constexpr uint32_t kTrials = 16;

}  // namespace

DirectRules::Entry& DirectRules::EntryOf(uint32_t rule) {
  Entry& entry = rules_[rule];
  if (!entry.is_made) {
    entry.rule = DirectRule::Make(*texts_, rule, lasting_id_, &facts_);
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

DirectRules::Costs DirectRules::CostsOf(const std::vector<uint32_t>& rules,
                                        uint64_t bytes) {
  double passes = 0;
  size_t texts = 0;
  for (const uint32_t rule : rules) {
    const Entry& entry = EntryOf(rule);
    passes += entry.passes;
    texts += entry.rule->passes();
  }
  const double length = static_cast<double>(bytes);
  const double each =
      kPass + (bytes <= kNearBytes ? kPassByte : kFarPassByte) * length;
  const double asked =
      kRule * static_cast<double>(rules.size()) + FactsCost(rules);
  return {asked + passes * each, asked + kText * static_cast<double>(texts) +
                                     kTextsByte * length +
                                     still_passed_ * passes * each};
}

double DirectRules::FactsCost(const std::vector<uint32_t>& rules) const {
  std::vector<bool> seen(facts_.groups());
  double cost = 0;
  for (const uint32_t rule : rules) {
    for (const uint32_t fact : rules_[rule].rule->facts()) {
      const uint32_t group = facts_.GroupOf(fact);
      if (seen[group]) continue;
      seen[group] = true;
      cost += kFacts + kNewFact * static_cast<double>(facts_.NewIn(group));
    }
  }
  return cost;
}

double DirectRules::Cost(const std::vector<uint32_t>& rules, uint64_t bytes) {
  const Costs costs = CostsOf(rules, bytes);
  return std::min(costs.single, costs.together);
}

bool DirectRules::Begin(const std::vector<uint32_t>& rules,
                        std::string_view bytes,
                        const std::function<bool()>& stop,
                        const Facts::Run& run) {
  facts_.Begin(&run);
  values_.clear();
  const Costs costs = CostsOf(rules, bytes.size());
  together_ = costs.together < costs.single;
  if (!together_) return true;
  presence_.Clear();
  for (const uint32_t rule : rules) {
    Entry& entry = EntryOf(rule);
    entry.first_text = presence_.size();
    entry.rule->AddTexts(&presence_);
  }
  if (!presence_.Find(bytes, stop)) return false;
  still_passed_ += (presence_.ShareLeft() - still_passed_) / kRemembered;
  return true;
}

Value DirectRules::ValueOf(uint32_t rule, std::string_view bytes,
                           const std::function<bool()>& stop) {
  if (const auto known = values_.find(rule); known != values_.end()) {
    return known->second;
  }
  Value value = Value::Unknown();
  if (const Entry& entry = EntryOf(rule); entry.rule != nullptr) {
    const RuleOf others = [&](uint32_t other) {
      return ValueOf(other, bytes, stop);
    };
    value = entry.rule->Evaluate({bytes, stop, others});
    // A rule that is undefined does not hold.
    if (value.state != Value::State::kUnknown) {
      value = Value::Of(value.Holds() ? 1 : 0);
    }
  }
  values_.emplace(rule, value);
  return value;
}

DirectRule::Answer DirectRules::Ask(uint32_t rule, std::string_view bytes,
                                    const std::function<bool()>& stop,
                                    uint64_t max_strings, RuleMatch* match) {
  Entry& entry = EntryOf(rule);
  const RuleOf others = [&](uint32_t other) {
    return ValueOf(other, bytes, stop);
  };
  DirectRule::File file{bytes, stop, others};
  if (together_) file.known = {&presence_, entry.first_text};
  const DirectRule::Answer answer = entry.rule->Run(file, max_strings, match);
  ++entry.asked;
  if (answer == DirectRule::Answer::kUnknown) ++entry.in_vain;
  if (!together_) {
    // Few conditions need all strings to be looked for.
    entry.passes +=
        (static_cast<double>(entry.rule->passes_made()) - entry.passes) /
        kRemembered;
  }
  return answer;
}

}  // namespace cupel::direct
