// Plans as one thread asks them.
#ifndef CUPEL_RULES_PLAN_VIEW_H_
#define CUPEL_RULES_PLAN_VIEW_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/exact_cost.h"
#include "rules/plan/plan.h"
#include "rules/planning.h"
#include "rules/scratch.h"
#include "rules/unit_scanners.h"

namespace cupel {

// Rules that may match any file of a class. Some are candidates like others; of
// the rest, those without a string don't have to wait for the search of the
// others.
struct AlwaysRules {
  std::vector<uint32_t> direct;
  std::vector<uint32_t> searching;
  std::vector<uint32_t> others;
  RuleLoad searching_load;
  RuleLoad others_load;
  std::unique_ptr<UnitScanner> searching_unit;
  std::unique_ptr<UnitScanner> others_unit;
  bool broken = false;
  bool pinned = true;  // the units stay with the rules
};

// A plan for all rules of a part, or for some of them; either tells of rules by
// their index in the part.
class PlanView {
 public:
  static absl::StatusOr<std::unique_ptr<PlanView>> OfAll(
      std::shared_ptr<const plan::Plan> plan);
  static absl::StatusOr<std::unique_ptr<PlanView>> OfSome(
      std::shared_ptr<const PlanOfSome> some);

  bool is_of_all() const { return some_ == nullptr; }

  void Find(const plan::FileView& file, plan::Candidates* out);

  // Those that the plan can't rule out for any file of the class.
  std::vector<uint32_t> AlwaysOf(plan::FileClass file_class) const;

  // What whoever asks has made of them.
  std::optional<AlwaysRules>& always(plan::FileClass file_class) {
    return always_[static_cast<size_t>(file_class)];
  }

 private:
  PlanView() = default;

  std::shared_ptr<const plan::Plan> plan_;
  std::shared_ptr<const PlanOfSome> some_;
  std::unique_ptr<plan::PlanScratch> scratch_;
  std::array<std::optional<AlwaysRules>, plan::kFileClasses> always_;
};

// What a thread knows of rules that are asked for without the others.
struct SubsetView {
  std::vector<uint32_t> subset;       // as it came: what it is known by
  std::vector<uint32_t> rules;        // those of this part, ascending
  uint64_t bytes = 0;                 // scanned with the plan of all rules
  std::unique_ptr<PlanView> plan;     // their own
  std::unique_ptr<UnitScanner> unit;  // of a part without a plan
  bool failed = false;                // there is no plan, or no unit
};

// The last few of them: answers of several versions of the rules leave as many
// subsets to run.
class SubsetViews {
 public:
  // Of the part that has `size` rules from `first` on.
  SubsetViews(uint32_t first, uint32_t size) : first_(first), size_(size) {}

  // Valid until the next call.
  SubsetView& Of(const RuleSubset& only);

 private:
  static constexpr size_t kMost = 8;

  const uint32_t first_;
  const uint32_t size_;
  std::vector<std::unique_ptr<SubsetView>> views_;  // the last is the first
};

}  // namespace cupel

#endif  // CUPEL_RULES_PLAN_VIEW_H_
