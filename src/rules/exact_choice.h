// Choosing how libyara is asked about the rules that can match a file.
#ifndef CUPEL_RULES_EXACT_CHOICE_H_
#define CUPEL_RULES_EXACT_CHOICE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/hash.h"
#include "rules/exact_cost.h"
#include "rules/rule_texts.h"

namespace cupel {

enum class ExactWay : uint8_t {
  kDirect,   // not libyara is asked, but direct/
  kSingles,  // each rule by itself
  kGroup,    // all of them compiled together
  kWhole,    // the whole part
};

// For one thread. What a way needs first (something compiled or loaded) counts
// as part of its cost, less a credit: what having had it would have saved until
// now. So it is bought when it would have paid for itself, and all together
// never takes more than twice what it would if the future were known.
class ExactChoice {
 public:
  explicit ExactChoice(std::shared_ptr<const RuleTexts> texts);

  // A file and what is at hand for it.
  struct Situation {
    const std::vector<uint32_t>& rules;  // candidates, not empty
    const RuleLoad& always_searching;    // what runs beside them unless the
    const RuleLoad& always_others;       // whole does
    uint64_t bytes = 0;
    bool mz = false;
    bool whole_loaded = false;
    bool group_there = false;
    std::function<bool(uint32_t rule)> single_there;
    // What kDirect takes, where that is possible.
    std::optional<double> direct;
  };
  ExactWay Choose(const Situation& situation);

  // What a run over so many bytes took, of rules alone or together, or of the
  // whole. The estimate knows nothing of what is in a rule; an expression that
  // is slow is found out here. Only for files of kTeachingBytes or more.
  static constexpr uint64_t kTeachingBytes = 4096;
  void Learn(const std::vector<uint32_t>& rules, uint64_t bytes, bool mz,
             int64_t nanos);
  void LearnWhole(uint64_t bytes, bool mz, int64_t nanos);

  // For tests, which could not see the ways that are dear for small sets: what
  // every Choose of the process gives from now on (a group of one rule is
  // singles). Nothing: the cheapest.
  static void ForceForTests(std::optional<ExactWay> way);

  const RuleLoad& LoadOf(uint32_t rule);
  RuleLoad LoadOf(const std::vector<uint32_t>& rules);

 private:
  // The cost as it stands, and what of it is for things that stay.
  struct Price {
    double run = 0;
    double buy = 0;  // less the credit
  };
  static std::optional<ExactWay> Forced(const Situation& situation);
  Price Singles(const Situation& situation);
  Price Group(const Situation& situation);
  Price Whole(const Situation& situation) const;
  void GiveCredit(const Situation& situation, double run, const Price& singles,
                  const Price& group, const Price& whole);

  struct Rule {
    bool known = false;
    bool learned = false;
    RuleLoad load;
    double credit = 0;
    double extra = 0;  // nanoseconds per byte beyond the estimate
  };
  // Combinations that are remembered; most never come back.
  static constexpr size_t kGroups = 4096;

  const std::shared_ptr<const RuleTexts> texts_;
  const ExactCost cost_;
  RuleLoad whole_load_;
  double whole_credit_ = 0;
  double whole_extra_ = 0;
  std::vector<Rule> rules_;
  HashMap<std::vector<uint32_t>, double> group_credits_;
};

}  // namespace cupel

#endif  // CUPEL_RULES_EXACT_CHOICE_H_
