// Rules made at random over files made of their strings: a bounded number of
// them, always the same. cupel_differential goes on where this stops.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/differential/heads.h"
#include "tests/differential/real_rules.h"
#include "tests/differential/round.h"

namespace cupel::differential {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr size_t kRounds = 8;
constexpr size_t kExampleFiles = 80;
#else
constexpr size_t kRounds = 60;
constexpr size_t kExampleFiles = 400;
#endif

TEST(RandomTest, EnginesAgree) {
  const std::vector<std::string> heads = HeadsAtHand();
  Tally tally;
  for (size_t round = 0; round < kRounds; ++round) {
    Draw draw(round);
    const std::string failing = RunRound(&draw, 12, heads, &tally);
    ASSERT_EQ(failing, "") << "seed " << round << "\n" << failing;
  }
  std::printf("%s\n", ToText(tally).c_str());
  // The test would pass as well if nothing matched, or everything.
  EXPECT_GT(tally.rules_matched * 3, tally.rules);
  EXPECT_LT(tally.matches * 2, tally.rules * 12);
  EXPECT_LT(tally.refused * 5, tally.rules);
  EXPECT_GT(tally.kept_back * 5, tally.asked);
}

// The rules that people start with, over files made of their strings.
TEST(ExampleRulesTest, EnginesAgree) {
  auto rules =
      RealRules::Load({std::string(CUPEL_SOURCE_DIR) + "/examples/rules"}, 1);
  ASSERT_TRUE(rules.ok()) << rules.status();
  const std::vector<std::string> heads = HeadsAtHand();
  Draw draw(1);
  for (size_t i = 0; i < kExampleFiles; ++i) {
    ASSERT_EQ((*rules)->Compare((*rules)->File(&draw, i, heads)), "");
  }
  EXPECT_GT((*rules)->matched() * 4, (*rules)->reported());
}

}  // namespace
}  // namespace cupel::differential
