#include "rules/profile.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/rules/rules_testing.h"

namespace cupel {
namespace {

constexpr char kRules[] =
    "rule cheap { condition: filesize > 2 }"
    "rule dear { condition: for all i in (0..20000) : "
    "( uint8(i % filesize) != 256 ) }"
    "rule text { strings: $a = \"ab\" condition: $a }";

TEST(ProfileTest, TheDearestRuleComesFirstWithItsMatches) {
  const auto rules = FromText(kRules);
  ASSERT_NE(rules, nullptr);
  const std::vector<std::string_view> payloads = {"abab", "xx", "xab"};
  const auto profile = ProfileRules(*rules, payloads, {});
  ASSERT_TRUE(profile.ok()) << profile.status();
  ASSERT_EQ(profile->rules.size(), 3U);
  EXPECT_EQ(profile->rules[0].rule, 1U);
  EXPECT_GT(profile->rules[0].nanos, profile->rules[1].nanos);
  EXPECT_GT(profile->whole_nanos, profile->baseline_nanos);
  for (const RuleCost& cost : profile->rules) {
    EXPECT_EQ(cost.files, cost.rule == 1 ? 3U : 2U);
    EXPECT_EQ(cost.strings, cost.rule == 2 ? 3U : 0U);
  }
}

TEST(ProfileTest, ProgressCountsPassesAndCanCancel) {
  const auto rules = FromText(kRules);
  const std::vector<std::string_view> payloads = {"abab"};
  std::vector<size_t> seen;
  ProfileOptions options;
  options.progress = [&](size_t done, size_t total) {
    EXPECT_EQ(total, 5U);
    seen.push_back(done);
    return done < 3;
  };
  EXPECT_TRUE(
      absl::IsCancelled(ProfileRules(*rules, payloads, options).status()));
  EXPECT_EQ(seen, (std::vector<size_t>{1, 2, 3}));
}

TEST(ProfileTest, ARuleThatTakesTooLongIsCutOff) {
  const auto rules = FromText(
      "rule slow { condition: for all i in (0..1000000000) : "
      "( uint8(i % filesize) != 256 ) }");
  const std::vector<std::string_view> payloads = {"abab"};
  ProfileOptions options;
  options.timeout_ns = 2'000'000;
  const auto profile = ProfileRules(*rules, payloads, options);
  ASSERT_TRUE(profile.ok());
  EXPECT_EQ(profile->rules[0].timeouts, 1U);
  EXPECT_EQ(profile->whole_timeouts, 1U);
}

TEST(ProfileTest, TheSetItselfIsLeftAlone) {
  const auto rules = FromText(kRules);
  const std::vector<std::string_view> payloads = {"abab"};
  ASSERT_TRUE(ProfileRules(*rules, payloads, {}).ok());
  EXPECT_EQ(Matching(*rules, "abab").size(), 3U);
}

}  // namespace
}  // namespace cupel
