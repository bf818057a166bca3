#include "rules/unit_scanners.h"

#include <utility>

#include "base/status.h"

namespace cupel {

const UnitScanner* UnitScanners::Find(
    const std::vector<uint32_t>& rules) const {
  if (rules.size() == 1) return singles_[rules.front()].get();
  const auto found = groups_.find(rules);
  return found == groups_.end() ? nullptr : found->second.get();
}

absl::StatusOr<const UnitScanner*> UnitScanners::Get(
    const std::vector<uint32_t>& rules) {
  if (const UnitScanner* found = Find(rules)) {
    found->unit->Touch();
    return found;
  }
  CUPEL_ASSIGN_OR_RETURN(auto made, Make(rules, false));
  if (store_->drops() != drops_seen_) LetGoNow();
  std::unique_ptr<UnitScanner>& place =
      rules.size() == 1 ? singles_[rules.front()] : groups_[rules];
  place = std::move(made);
  return place.get();
}

absl::StatusOr<std::unique_ptr<UnitScanner>> UnitScanners::Make(
    const std::vector<uint32_t>& rules, bool pinned) const {
  auto out = std::make_unique<UnitScanner>();
  CUPEL_ASSIGN_OR_RETURN(out->unit, store_->Get({part_, rules}, pinned));
  CUPEL_ASSIGN_OR_RETURN(
      out->scanner,
      YaraScanner::New(out->unit->rules,
                       out->unit->searches
                           ? YaraScanner::Search::kStrings
                           : YaraScanner::Search::kOnlyConditions));
  return out;
}

void UnitScanners::LetGoNow() {
  drops_seen_ = store_->drops();
  for (std::unique_ptr<UnitScanner>& single : singles_) {
    if (single != nullptr && single->unit->dropped()) single.reset();
  }
  std::erase_if(
      groups_, [](const auto& group) { return group.second->unit->dropped(); });
}

}  // namespace cupel
