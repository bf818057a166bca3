// Rule sets with a plan that the test makes up.
#ifndef CUPEL_TESTS_UNIT_RULES_EXACT_TESTING_H_
#define CUPEL_TESTS_UNIT_RULES_EXACT_TESTING_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/plan/plan.h"
#include "rules/rule_set_impl.h"
#include "tests/unit/rules/rules_testing.h"

namespace cupel {

class FakePlan : public plan::Plan {
 public:
  using Finder = std::function<std::vector<uint32_t>(const plan::FileView&)>;

  FakePlan(Finder find, std::vector<uint32_t> always)
      : find_(std::move(find)), always_(std::move(always)) {}

  std::string_view image() const override { return ""; }
  const std::vector<uint32_t>& always(plan::FileClass) const override {
    return always_;
  }
  absl::StatusOr<std::unique_ptr<plan::PlanScratch>> NewScratch()
      const override {
    return std::make_unique<plan::PlanScratch>();
  }
  void Find(const plan::FileView& file, plan::PlanScratch*,
            plan::Candidates* out) const override {
    out->file_class = file.bytes.substr(0, 2) == "MZ" ? plan::FileClass::kMz
                                                      : plan::FileClass::kText;
    out->rules = find_(file);
  }
  Explanation Explain(uint32_t, plan::FileClass) const override { return {}; }

 private:
  const Finder find_;
  const std::vector<uint32_t> always_;
};

// All rules but those of `always` are candidates for every file.
inline std::shared_ptr<const plan::Plan> EveryRule(
    size_t rules, std::vector<uint32_t> always = {}) {
  std::vector<uint32_t> all;
  for (uint32_t i = 0; i < rules; ++i) {
    if (std::find(always.begin(), always.end(), i) == always.end()) {
      all.push_back(i);
    }
  }
  return std::make_shared<FakePlan>(
      [all](const plan::FileView&) { return all; }, std::move(always));
}

// Rules that all run for each file.
inline RuleSetPtr Plain(const RuleSources& sources, RuleOptions options = {}) {
  options.engine = RuleEngine::kLibyara;
  return MustCompile(sources, options);
}
inline RuleSetPtr Plain(const std::string& text,
                        const RuleOptions& options = {}) {
  return Plain(RuleSources{{}, {{"t", text}}}, options);
}

// Many rules more, so that running all of them is not the cheapest.
inline std::string Bulk(size_t rules = 300) {
  std::string text;
  for (size_t i = 0; i < rules; ++i) {
    text += fmt::format(
        "rule bulk{} {{ strings: $ = \"bulk {}\" condition: all of them }}\n",
        i, i);
  }
  return text;
}

// The last of so many scans that everything is compiled that pays.
inline ScanAnswer ScanOften(const RuleSet& rules, std::string_view bytes) {
  auto scratch = rules.NewScratch();
  EXPECT_TRUE(scratch.ok()) << scratch.status();
  ScanAnswer answer;
  for (int i = 0; i < 200; ++i) answer = (*scratch)->Scan({.bytes = bytes});
  return answer;
}

// The only part of `rules` gets `plan`.
inline std::shared_ptr<const RuleSetImpl> WithPlan(
    const RuleSetPtr& rules, std::shared_ptr<const plan::Plan> plan,
    size_t unit_bytes = UnitStore::kDefaultBudget) {
  const auto& impl = dynamic_cast<const RuleSetImpl&>(*rules);
  CompiledSet set = impl.compiled();
  EXPECT_EQ(set.parts.size(), 1u);
  EXPECT_NE(set.parts[0].texts, nullptr);
  set.parts[0].plan = std::move(plan);
  return std::make_shared<const RuleSetImpl>(std::move(set), impl.defines(),
                                             false, unit_bytes);
}

// The texts of the only part.
inline std::shared_ptr<const RuleTexts> TextsOf(const RuleSetPtr& rules) {
  const auto& impl = dynamic_cast<const RuleSetImpl&>(*rules);
  const auto& texts = impl.compiled().parts.at(0).texts;
  if (texts == nullptr) return nullptr;
  auto got = texts->Get();
  EXPECT_TRUE(got.ok()) << got.status();
  return got.ok() ? *got : nullptr;
}

}  // namespace cupel

#endif  // CUPEL_TESTS_UNIT_RULES_EXACT_TESTING_H_
