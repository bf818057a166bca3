// RuleSet as it is; only this folder sees it.
#ifndef CUPEL_RULES_RULE_SET_IMPL_H_
#define CUPEL_RULES_RULE_SET_IMPL_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "rules/compiled_set.h"
#include "rules/rule_set.h"
#include "rules/scratch.h"
#include "rules/some_plans.h"
#include "rules/unit_store.h"

namespace cupel {

class RuleSetImpl final : public RuleSet {
 public:
  // `defines` are set anew in each scanner: compiled files may have been made
  // with other values.
  RuleSetImpl(CompiledSet set, Defines defines, bool from_cache,
              size_t unit_bytes = UnitStore::kDefaultBudget);

  std::span<const RuleInfo> rules() const override { return set_.rules; }
  std::string_view digest() const override { return set_.digest; }
  std::span<const RuleIdentity> identities() const override {
    return set_.identities;
  }
  std::span<const SkippedRule> skipped() const override { return set_.skipped; }
  std::span<const RuleDiagnostic> warnings() const override {
    return set_.warnings;
  }
  bool depends_on_names() const override;
  bool from_cache() const override { return from_cache_; }
  size_t partition_size() const override;
  absl::StatusOr<std::unique_ptr<Scratch>> NewScratch() const override;
  absl::Status Save(const std::string& path) const override;

  absl::Status LoadAll() const;
  // OK if every part takes the defines; loads them whole.
  absl::Status TryDefines() const;

  const CompiledSet& compiled() const { return set_; }
  const Defines& defines() const { return defines_; }
  // Rules of a part on their own. The store belongs to all threads; it changes,
  // but not what it gives.
  UnitStore& units() const { return units_; }
  // Plans for rules that are asked for alone; likewise.
  SomePlans& some_plans() const { return some_plans_; }

 private:
  const CompiledSet set_;
  const Defines defines_;
  const bool from_cache_;
  mutable UnitStore units_;
  mutable SomePlans some_plans_;
};

// Defines what the rules know of `defines`.
class YaraScanner;
absl::Status ApplyDefines(const Defines& defines, YaraScanner* scanner);

}  // namespace cupel

#endif  // CUPEL_RULES_RULE_SET_IMPL_H_
