// The rules of a part that are answered for without libyara, for one thread.
#ifndef CUPEL_RULES_DIRECT_DIRECT_RULES_H_
#define CUPEL_RULES_DIRECT_DIRECT_RULES_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "rules/direct/direct_rule.h"
#include "rules/rule_texts.h"
#include "rules/scratch.h"

namespace cupel::direct {

class DirectRules {
 public:
  // Files with more are left to libyara, which looks at its clock while it
  // searches, and not only between searches.
  static constexpr size_t kMostBytes = size_t{128} << 20;

  // With more candidates for one file libyara is no slower, and making them
  // ready would take longer than the file.
  static constexpr size_t kMostRules = 512;

  // See DirectRule::Make.
  DirectRules(std::shared_ptr<const RuleTexts> texts,
              std::function<std::string_view(std::string_view)> lasting_id)
      : texts_(std::move(texts)),
        lasting_id_(std::move(lasting_id)),
        rules_(texts_->size()) {}

  // Whether it is worth asking about the rule. It is not any more if that has
  // been in vain too often.
  bool Has(uint32_t rule);
  // What asking for all of them takes, in the nanoseconds of ExactCost.
  // Has(rule) said true for each.
  double Cost(const std::vector<uint32_t>& rules, uint64_t bytes);

  // Begins a file, of which these rules are going to be asked for: where one
  // pass for all their texts is cheaper than many, it is made now. False if
  // `stop` said true meanwhile.
  // `run` is for what is asked of modules; it must outlive the questions.
  bool Begin(const std::vector<uint32_t>& rules, std::string_view bytes,
             const std::function<bool()>& stop, const Facts::Run& run);

  // Whether that pass was made.
  bool are_together() const { return together_; }

  // One of these rules.
  DirectRule::Answer Ask(uint32_t rule, std::string_view bytes,
                         const std::function<bool()>& stop,
                         uint64_t max_strings, RuleMatch* match);

 private:
  struct Entry {
    bool is_made = false;
    std::unique_ptr<DirectRule> rule;  // null: it is left to libyara
    double passes = 0;                 // that a file takes, as far as is known
    size_t first_text = 0;             // in presence_
    uint32_t asked = 0;
    uint32_t in_vain = 0;
  };
  Entry& EntryOf(uint32_t rule);
  // What the rules take one by one, and with a pass for all beforehand.
  struct Costs {
    double single = 0;
    double together = 0;
  };
  Costs CostsOf(const std::vector<uint32_t>& rules, uint64_t bytes);

  const std::shared_ptr<const RuleTexts> texts_;
  const std::function<std::string_view(std::string_view)> lasting_id_;
  double FactsCost(const std::vector<uint32_t>& rules) const;

  Facts facts_;
  std::vector<Entry> rules_;
  // Of the passes for single texts, what is left after one for all.
  double still_passed_ = 0.1;

  // Whether it holds for the file at hand, because another rule asks.
  Value ValueOf(uint32_t rule, std::string_view bytes,
                const std::function<bool()>& stop);

  // Of the file at hand.
  HashMap<uint32_t, Value> values_;
  Presence presence_;
  bool together_ = false;
};

}  // namespace cupel::direct

#endif  // CUPEL_RULES_DIRECT_DIRECT_RULES_H_
