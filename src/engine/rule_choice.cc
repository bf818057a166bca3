#include "engine/rule_choice.h"

#include <algorithm>
#include <utility>

#include "base/status.h"
#include "rules/selection.h"

namespace cupel {
namespace {

constexpr std::array<std::string_view, kChooseByCount> kPrefixes = {
    "ns", "tag", "name", "meta"};

}  // namespace

absl::Status RuleChoice::Narrow(std::span<const RuleInfo> rules, ChooseBy by,
                                std::string_view pattern, bool exclude) {
  RuleChoice next = *this;
  const auto kind = static_cast<size_t>(by);
  auto& patterns = exclude ? next.exclude_ : next.include_[kind];
  patterns.push_back(fmt::format("{}:{}", kPrefixes[kind], pattern));

  next.chosen_.assign(rules.size(), true);
  for (const std::vector<std::string>& include : next.include_) {
    CUPEL_ASSIGN_OR_RETURN(const Selection selection,
                           Selection::Compile({include, next.exclude_}, rules));
    for (uint32_t i = 0; i < rules.size(); ++i) {
      next.chosen_[i] = next.chosen_[i] && selection.Selects(i);
    }
  }
  if (std::find(next.chosen_.begin(), next.chosen_.end(), true) ==
      next.chosen_.end()) {
    return NotFound(
        "rule pattern '{}:{}': with those given before, none of the {} rules "
        "is left to be reported",
        kPrefixes[kind], pattern, rules.size());
  }
  *this = std::move(next);
  return absl::OkStatus();
}

}  // namespace cupel
