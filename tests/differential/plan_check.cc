#include "tests/differential/plan_check.h"

#include <algorithm>
#include <utility>

#include "base/status.h"
#include "rules/ast/parser.h"
#include "rules/source.h"
#include "rules/unit.h"

namespace cupel::differential {

absl::StatusOr<std::unique_ptr<PlanCheck>> PlanCheck::Build(
    const RuleSources& sources, const RuleOptions& options,
    const plan::PlanOptions& plan_options) {
  auto out = std::make_unique<PlanCheck>();
  CUPEL_ASSIGN_OR_RETURN(LoadedSources loaded, LoadSources(sources, options));
  for (const RuleUnit& unit : ResolveIncludes(&loaded).units) {
    out->trees_.push_back(ast::Parse(unit));
  }
  plan::PlanInput input;
  for (uint32_t ns = 0; ns < out->trees_.size(); ++ns) {
    for (const ast::Rule& rule : out->trees_[ns].rules) {
      input.rules.push_back({&rule, ns});
    }
  }
  input.defines = options.defines;
  out->rules_ = input.rules.size();
  CUPEL_ASSIGN_OR_RETURN(out->plan_, plan::Plan::Build(input, plan_options));
  CUPEL_ASSIGN_OR_RETURN(out->scratch_, out->plan_->NewScratch());
  return out;
}

std::vector<uint32_t> PlanCheck::Missed(const MadeFile& file,
                                        const std::vector<uint32_t>& matched) {
  const FileExternals externals = file.externals();
  plan::Candidates found;
  plan_->Find({file.bytes, &externals}, scratch_.get(), &found);
  const std::vector<uint32_t>& always = plan_->always(found.file_class);
  asked_ += rules_;
  kept_back_ += rules_ - found.rules.size() - always.size();
  std::vector<uint32_t> missed;
  for (const uint32_t rule : matched) {
    if (!std::binary_search(found.rules.begin(), found.rules.end(), rule) &&
        std::find(always.begin(), always.end(), rule) == always.end()) {
      missed.push_back(rule);
    }
  }
  return missed;
}

}  // namespace cupel::differential
