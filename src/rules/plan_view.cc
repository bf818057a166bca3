#include "rules/plan_view.h"

#include <algorithm>
#include <utility>

#include "base/status.h"

namespace cupel {

absl::StatusOr<std::unique_ptr<PlanView>> PlanView::OfAll(
    std::shared_ptr<const plan::Plan> plan) {
  std::unique_ptr<PlanView> view(new PlanView);
  CUPEL_ASSIGN_OR_RETURN(view->scratch_, plan->NewScratch());
  view->plan_ = std::move(plan);
  return view;
}

absl::StatusOr<std::unique_ptr<PlanView>> PlanView::OfSome(
    std::shared_ptr<const PlanOfSome> some) {
  CUPEL_ASSIGN_OR_RETURN(auto view, OfAll(some->plan));
  view->some_ = std::move(some);
  return view;
}

void PlanView::Find(const plan::FileView& file, plan::Candidates* out) {
  plan_->Find(file, scratch_.get(), out);
  if (some_ == nullptr) return;
  for (uint32_t& rule : out->rules) rule = some_->to_part[rule];
}

std::vector<uint32_t> PlanView::AlwaysOf(plan::FileClass file_class) const {
  std::vector<uint32_t> rules = plan_->always(file_class);
  if (some_ == nullptr) return rules;
  for (uint32_t& rule : rules) rule = some_->to_part[rule];
  return rules;
}

SubsetView& SubsetViews::Of(const RuleSubset& only) {
  const auto found = std::find_if(
      views_.begin(), views_.end(),
      [&only](const auto& view) { return view->subset == only.rules(); });
  if (found != views_.end()) {
    std::rotate(views_.begin(), found, found + 1);
    return *views_.front();
  }
  auto view = std::make_unique<SubsetView>();
  view->subset = only.rules();
  for (const uint32_t rule : view->subset) {
    if (rule >= first_ && rule - first_ < size_) {
      view->rules.push_back(rule - first_);
    }
  }
  std::sort(view->rules.begin(), view->rules.end());
  if (views_.size() >= kMost) views_.pop_back();
  views_.insert(views_.begin(), std::move(view));
  return *views_.front();
}

}  // namespace cupel
