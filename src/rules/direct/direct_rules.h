// The rules of a part that are answered for without libyara, for one thread.
#ifndef CUPEL_RULES_DIRECT_DIRECT_RULES_H_
#define CUPEL_RULES_DIRECT_DIRECT_RULES_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

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
  static constexpr size_t kMostRules = 64;

  // See DirectRule::Make.
  DirectRules(std::shared_ptr<const RuleTexts> texts,
              std::function<std::string_view(std::string_view)> lasting_id)
      : texts_(std::move(texts)),
        lasting_id_(std::move(lasting_id)),
        rules_(texts_->size()) {}

  // Whether it is worth asking about the rule. It is not any more if that has
  // been in vain too often.
  bool Has(uint32_t rule);
  // What asking takes, in the nanoseconds of ExactCost.
  double Cost(uint32_t rule, uint64_t bytes);

  // Has(rule) said true.
  DirectRule::Answer Ask(uint32_t rule, const DirectRule::File& file,
                         uint64_t max_strings, RuleMatch* match);

 private:
  struct Entry {
    bool is_made = false;
    std::unique_ptr<DirectRule> rule;  // null: it is left to libyara
    double passes = 0;                 // that a file takes, as far as is known
    uint32_t asked = 0;
    uint32_t in_vain = 0;
  };
  Entry& EntryOf(uint32_t rule);

  const std::shared_ptr<const RuleTexts> texts_;
  const std::function<std::string_view(std::string_view)> lasting_id_;
  std::vector<Entry> rules_;
};

}  // namespace cupel::direct

#endif  // CUPEL_RULES_DIRECT_DIRECT_RULES_H_
