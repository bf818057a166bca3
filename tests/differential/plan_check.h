// The plan alone: does it let through every rule that matches?
//
// The engine hides some of its mistakes, because it runs all rules on files
// that many rules can match.
#ifndef CUPEL_TESTS_DIFFERENTIAL_PLAN_CHECK_H_
#define CUPEL_TESTS_DIFFERENTIAL_PLAN_CHECK_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "rules/ast/ast.h"
#include "rules/plan/plan.h"
#include "rules/rule_set.h"
#include "tests/differential/make_files.h"

namespace cupel::differential {

class PlanCheck {
 public:
  // Rules have the indices that RuleSet gives them.
  static absl::StatusOr<std::unique_ptr<PlanCheck>> Build(
      const RuleSources& sources, const RuleOptions& options,
      const plan::PlanOptions& plan_options = {});

  // Those of `matched` that the plan would keep from libyara.
  std::vector<uint32_t> Missed(const MadeFile& file,
                               const std::vector<uint32_t>& matched);

  // How many times a rule was kept from a file so far, and was asked about.
  size_t kept_back() const { return kept_back_; }
  size_t asked() const { return asked_; }

 private:
  std::vector<ast::Source> trees_;
  std::shared_ptr<const plan::Plan> plan_;
  std::unique_ptr<plan::PlanScratch> scratch_;
  size_t rules_ = 0;
  size_t kept_back_ = 0;
  size_t asked_ = 0;
};

}  // namespace cupel::differential

#endif  // CUPEL_TESTS_DIFFERENTIAL_PLAN_CHECK_H_
