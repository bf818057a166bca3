// A rule set of which only names and identities are true.
#ifndef CUPEL_TESTS_UNIT_ANSWERS_FAKE_RULES_H_
#define CUPEL_TESTS_UNIT_ANSWERS_FAKE_RULES_H_

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"
#include "crypto/digest.h"
#include "rules/rule_set.h"
#include "rules/scratch.h"

namespace cupel {

struct FakeRule {
  std::string name;
  std::string text;  // equal texts, equal digests
  uint32_t externals = 0;
  bool steady = true;
  bool is_private = false;
};

class FakeRules final : public RuleSet {
 public:
  explicit FakeRules(const std::vector<FakeRule>& rules) {
    for (const FakeRule& rule : rules) {
      RuleInfo& info = infos_.emplace_back();
      info.name = rule.name;
      info.is_private = rule.is_private;
      identities_.push_back({Sha256(rule.text), rule.externals, rule.steady});
    }
  }

  std::span<const RuleInfo> rules() const override { return infos_; }
  std::string_view digest() const override { return ""; }
  std::span<const RuleIdentity> identities() const override {
    return identities_;
  }
  std::span<const SkippedRule> skipped() const override { return {}; }
  std::span<const RuleDiagnostic> warnings() const override { return {}; }
  bool depends_on_names() const override { return true; }
  bool from_cache() const override { return false; }
  size_t partition_size() const override { return infos_.size(); }
  absl::StatusOr<std::unique_ptr<Scratch>> NewScratch() const override {
    return Unimplemented("fake");
  }
  absl::Status Save(const std::string&) const override {
    return Unimplemented("fake");
  }

 private:
  std::vector<RuleInfo> infos_;
  std::vector<RuleIdentity> identities_;
};

// For a list of them in place, which FakeRules itself could take for a copy.
inline FakeRules Fake(const std::vector<FakeRule>& rules) {
  return FakeRules(rules);
}

}  // namespace cupel

#endif  // CUPEL_TESTS_UNIT_ANSWERS_FAKE_RULES_H_
