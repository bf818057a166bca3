// A rule set without an engine, for tests of what is built on top of one.
#ifndef CUPEL_TESTS_SUPPORT_FAKE_RULES_H_
#define CUPEL_TESTS_SUPPORT_FAKE_RULES_H_

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "rules/rule_set.h"
#include "rules/scratch.h"

namespace cupel {

class FakeRules : public RuleSet {
 public:
  explicit FakeRules(std::vector<RuleInfo> rules) : rules_(std::move(rules)) {}

  std::span<const RuleInfo> rules() const override { return rules_; }
  std::string_view digest() const override { return "feed"; }
  std::span<const RuleIdentity> identities() const override { return {}; }
  std::span<const SkippedRule> skipped() const override { return skipped_; }
  std::span<const RuleDiagnostic> warnings() const override { return {}; }
  bool depends_on_names() const override { return false; }
  bool from_cache() const override { return false; }
  size_t partition_size() const override { return rules_.size(); }
  absl::StatusOr<std::unique_ptr<Scratch>> NewScratch() const override {
    return Unimplemented("fake rules can't scan");
  }
  absl::Status Save(const std::string&) const override {
    return Unimplemented("fake rules can't be saved");
  }

  std::vector<SkippedRule> skipped_;

 private:
  std::vector<RuleInfo> rules_;
};

// A rule with Dragonfly's metas; `suffixes` empty: applies to every name.
inline RuleInfo MakeRule(std::string name, int64_t weight,
                         std::vector<std::string> suffixes = {}) {
  RuleInfo rule;
  rule.name = std::move(name);
  rule.ns = "test";
  rule.weight = weight;
  rule.has_filetype = !suffixes.empty();
  rule.suffixes = std::move(suffixes);
  return rule;
}

}  // namespace cupel

#endif  // CUPEL_TESTS_SUPPORT_FAKE_RULES_H_
