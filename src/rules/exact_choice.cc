#include "rules/exact_choice.h"

#include <algorithm>
#include <atomic>
#include <iterator>
#include <limits>
#include <utility>

namespace cupel {
namespace {

constexpr int kNotForced = -1;
constexpr double kNever = std::numeric_limits<double>::infinity();
std::atomic<int> forced{kNotForced};

// The latest counts for a quarter.
void LearnExtra(double seen, double* extra) {
  *extra = std::max(0.0, *extra + (seen - *extra) / 4);
}

}  // namespace

void ExactChoice::ForceForTests(std::optional<ExactWay> way) {
  forced = way.has_value() ? static_cast<int>(*way) : kNotForced;
}

ExactChoice::ExactChoice(std::shared_ptr<const RuleTexts> texts)
    : texts_(std::move(texts)),
      cost_(texts_->modules()),
      rules_(texts_->size()) {
  whole_load_.rules = texts_->size();
  for (size_t i = 0; i < texts_->modules().size(); ++i) {
    whole_load_.modules |= uint64_t{1} << i;
  }
}

const RuleLoad& ExactChoice::LoadOf(uint32_t rule) {
  Rule& entry = rules_[rule];
  if (!entry.known) {
    const RuleTexts::Needs needs = texts_->NeedsOf(rule);
    entry.load = {1, needs.modules, needs.search, needs.xored};
    entry.known = true;
  }
  return entry.load;
}

RuleLoad ExactChoice::LoadOf(const std::vector<uint32_t>& rules) {
  RuleLoad load{rules.size(), 0, false};
  for (const uint32_t rule : rules) {
    const RuleLoad& one = LoadOf(rule);
    load.modules |= one.modules;
    load.searches = load.searches || one.searches;
    load.xored += one.xored;
  }
  return load;
}

std::optional<ExactWay> ExactChoice::Forced(const Situation& situation) {
  const int forced_way = forced.load(std::memory_order_relaxed);
  if (forced_way == kNotForced) return std::nullopt;
  const auto way = static_cast<ExactWay>(forced_way);
  if (way == ExactWay::kGroup && situation.rules.size() < 2) {
    return ExactWay::kSingles;
  }
  if (way == ExactWay::kDirect && !situation.direct.has_value()) {
    return std::nullopt;
  }
  return way;
}

ExactWay ExactChoice::Choose(const Situation& situation) {
  if (const auto way = Forced(situation)) return *way;
  const Price direct{situation.direct.value_or(kNever), 0};
  const Price singles = Singles(situation);
  const Price group = Group(situation);
  const Price whole = Whole(situation);
  const std::pair<ExactWay, const Price*> ways[] = {
      {ExactWay::kDirect, &direct},
      {ExactWay::kSingles, &singles},
      {ExactWay::kGroup, &group},
      {ExactWay::kWhole, &whole}};
  const auto& [way, best] = *std::min_element(
      std::begin(ways), std::end(ways), [](const auto& a, const auto& b) {
        return a.second->run + a.second->buy < b.second->run + b.second->buy;
      });
  GiveCredit(situation, best->run, singles, group, whole);
  return way;
}

ExactChoice::Price ExactChoice::Singles(const Situation& situation) {
  Price price;
  for (const uint32_t rule : situation.rules) {
    const RuleLoad& load = LoadOf(rule);
    price.run += cost_.Scan(load, situation.bytes, situation.mz) +
                 rules_[rule].extra * static_cast<double>(situation.bytes);
    if (situation.single_there(rule)) continue;
    price.buy += std::max(0.0, cost_.Compile(load) - rules_[rule].credit);
  }
  return price;
}

ExactChoice::Price ExactChoice::Group(const Situation& situation) {
  if (situation.rules.size() < 2) {
    return {kNever, 0};
  }
  const RuleLoad load = LoadOf(situation.rules);
  Price price{cost_.Scan(load, situation.bytes, situation.mz), 0};
  for (const uint32_t rule : situation.rules) {
    price.run += rules_[rule].extra * static_cast<double>(situation.bytes);
  }
  if (situation.group_there) return price;
  const auto credit = group_credits_.find(situation.rules);
  price.buy =
      std::max(0.0, cost_.Compile(load) -
                        (credit == group_credits_.end() ? 0 : credit->second));
  return price;
}

// Relative to the others, which run the always-rules besides.
ExactChoice::Price ExactChoice::Whole(const Situation& situation) const {
  Price price{cost_.Scan(whole_load_, situation.bytes, situation.mz) +
                  whole_extra_ * static_cast<double>(situation.bytes),
              0};
  for (const RuleLoad* load :
       {&situation.always_searching, &situation.always_others}) {
    if (load->rules == 0) continue;
    price.run -= cost_.Scan(*load, situation.bytes, situation.mz);
  }
  if (!situation.whole_loaded) {
    price.buy =
        std::max(0.0, ExactCost::Load(whole_load_.rules) - whole_credit_);
  }
  return price;
}

void ExactChoice::Learn(const std::vector<uint32_t>& rules, uint64_t bytes,
                        bool mz, int64_t nanos) {
  double beyond =
      static_cast<double>(nanos) - cost_.Scan(LoadOf(rules), bytes, mz);
  beyond /= static_cast<double>(bytes) * static_cast<double>(rules.size());
  for (const uint32_t rule : rules) {
    // Of rules that ran together nobody knows which it was.
    if (rules.size() > 1 && rules_[rule].learned) continue;
    LearnExtra(beyond, &rules_[rule].extra);
    rules_[rule].learned = rules_[rule].learned || rules.size() == 1;
  }
}

void ExactChoice::LearnWhole(uint64_t bytes, bool mz, int64_t nanos) {
  const double beyond =
      static_cast<double>(nanos) - cost_.Scan(whole_load_, bytes, mz);
  LearnExtra(beyond / static_cast<double>(bytes), &whole_extra_);
}

void ExactChoice::GiveCredit(const Situation& situation, double run,
                             const Price& singles, const Price& group,
                             const Price& whole) {
  if (singles.run < run && singles.buy > 0) {
    const double each =
        (run - singles.run) / static_cast<double>(situation.rules.size());
    for (const uint32_t rule : situation.rules) rules_[rule].credit += each;
  }
  if (group.run < run && group.buy > 0) {
    if (group_credits_.size() >= kGroups) group_credits_.clear();
    group_credits_[situation.rules] += run - group.run;
  }
  if (whole.run < run && whole.buy > 0) whole_credit_ += run - whole.run;
}

}  // namespace cupel
