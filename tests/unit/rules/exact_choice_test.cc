#include "rules/exact_choice.h"

#include <gmock/gmock.h>

#include <numeric>

#include "tests/unit/rules/exact_testing.h"

namespace cupel {
namespace {

// 399 rules with a string, and one with pe.
std::shared_ptr<const RuleTexts> SomeTexts(bool with_pe) {
  std::string text = with_pe ? "import \"pe\"\n" : "";
  for (int i = 0; i < 399; ++i) {
    text += fmt::format(
        "rule r{} {{ strings: $ = \"text {}\" condition: all of them }}\n", i,
        i);
  }
  if (with_pe) {
    text += "rule p { strings: $x = \"x\" condition: pe.is_pe and $x }";
  }
  return TextsOf(Plain(text));
}

std::vector<uint32_t> First(size_t count) {
  std::vector<uint32_t> out(count);
  std::iota(out.begin(), out.end(), 0);
  return out;
}

class ExactChoiceTest : public testing::Test {
 protected:
  ExactWay Choose(const std::vector<uint32_t>& rules, uint64_t bytes) {
    return choice_.Choose(
        {.rules = rules,
         .always_searching = nothing_,
         .always_others = nothing_,
         .bytes = bytes,
         .mz = false,
         .whole_loaded = whole_loaded_,
         .group_there = group_there_,
         .single_there = [this](uint32_t) { return singles_there_; }});
  }

  ExactChoice choice_{SomeTexts(false)};
  const RuleLoad nothing_{0, 0, false};
  bool whole_loaded_ = true;
  bool group_there_ = false;
  bool singles_there_ = true;
};

TEST_F(ExactChoiceTest, OneRuleThatIsThereRunsAlone) {
  for (const uint64_t bytes : {0, 1'000, 1'000'000'000}) {
    EXPECT_EQ(Choose({7}, bytes), ExactWay::kSingles);
  }
}

TEST_F(ExactChoiceTest, AllRulesAreTheWhole) {
  for (const uint64_t bytes : {0, 1'000, 1'000'000}) {
    EXPECT_EQ(Choose(First(399), bytes), ExactWay::kWhole);
  }
}

TEST_F(ExactChoiceTest, ManyRulesOnABigFileAreCompiledTogether) {
  EXPECT_EQ(Choose(First(8), 50'000'000), ExactWay::kGroup);
  EXPECT_EQ(Choose(First(8), 100), ExactWay::kSingles);
}

TEST_F(ExactChoiceTest, AGroupThatIsThereIsUsedForSmallFilesToo) {
  group_there_ = true;
  EXPECT_EQ(Choose(First(8), 10'000), ExactWay::kGroup);
}

TEST_F(ExactChoiceTest, WithoutLibyaraIfThatIsCheaper) {
  const std::vector<uint32_t> rules = First(3);
  ExactChoice::Situation situation = {
      .rules = rules,
      .always_searching = nothing_,
      .always_others = nothing_,
      .bytes = 100'000,
      .single_there = [](uint32_t) { return true; },
      .direct = 1'000.0};
  EXPECT_EQ(choice_.Choose(situation), ExactWay::kDirect);
  situation.direct = 1e9;
  EXPECT_NE(choice_.Choose(situation), ExactWay::kDirect);
  situation.direct = std::nullopt;
  EXPECT_NE(choice_.Choose(situation), ExactWay::kDirect);
}

TEST_F(ExactChoiceTest, WhatWouldHavePaidIsBought) {
  singles_there_ = false;
  int wholes = 0;
  while (Choose({3}, 100) == ExactWay::kWhole && wholes < 1000) ++wholes;
  // Compiling takes about as long as that many runs of the whole.
  EXPECT_GT(wholes, 0);
  EXPECT_LT(wholes, 100);
  // Another rule has to earn it for itself.
  EXPECT_EQ(Choose({4}, 100), ExactWay::kWhole);
}

TEST_F(ExactChoiceTest, ACombinationThatComesBackIsCompiledTogether) {
  int singles = 0;
  while (Choose(First(6), 1'000) == ExactWay::kSingles && singles < 1000) {
    ++singles;
  }
  EXPECT_GT(singles, 0);
  EXPECT_LT(singles, 100);
  EXPECT_EQ(Choose(First(6), 1'000), ExactWay::kGroup);
}

TEST_F(ExactChoiceTest, SlowRulesAreFoundOut) {
  EXPECT_EQ(Choose(First(60), 100'000), ExactWay::kWhole);
  // 300 ns a byte, of which none is known to be of the first ones.
  for (int i = 0; i < 20; ++i) choice_.LearnWhole(100'000, false, 30'000'000);
  EXPECT_NE(Choose(First(60), 100'000), ExactWay::kWhole);
  for (int i = 0; i < 20; ++i) {
    choice_.Learn({3}, 100'000, false, 40'000'000);
  }
  EXPECT_EQ(Choose(First(60), 100'000), ExactWay::kWhole);
  EXPECT_NE(Choose({4, 5}, 100'000), ExactWay::kWhole);
}

TEST_F(ExactChoiceTest, LoadsKnowTheirModules) {
  ExactChoice choice(SomeTexts(true));
  EXPECT_EQ(choice.LoadOf(399).modules, 1u);
  EXPECT_EQ(choice.LoadOf(1).modules, 0u);
  EXPECT_EQ(choice.LoadOf(std::vector<uint32_t>{1, 399}).modules, 1u);
}

TEST_F(ExactChoiceTest, TheWholeIsNotLoadedForOneFile) {
  whole_loaded_ = false;
  singles_there_ = false;
  EXPECT_NE(Choose(First(4), 100), ExactWay::kWhole);
  EXPECT_EQ(Choose(First(399), 100), ExactWay::kWhole);
}

// Whatever is at hand, the way that is taken costs no more than the whole does.
TEST(ExactCost, FewerRulesCostLess) {
  const std::vector<std::string> modules = {"pe", "math"};
  const ExactCost cost(modules);
  double before = 0;
  for (size_t rules = 1; rules < 10'000; rules = rules * 3 / 2 + 1) {
    const double now = cost.Scan({rules, 0, true}, 10'000, false);
    EXPECT_GT(now, before);
    before = now;
  }
  EXPECT_GT(cost.Scan({1, 1, true}, 0, true),
            cost.Scan({1, 1, true}, 0, false));
  EXPECT_GT(cost.Scan({1, 1, true}, 0, false),
            cost.Scan({1, 2, true}, 0, false));
  EXPECT_EQ(cost.Scan({1, 0, false}, 0, false),
            cost.Scan({1, 0, false}, 1'000'000, false));
  EXPECT_GT(cost.Compile({2, 0, true}), cost.Compile({1, 0, true}));
}

}  // namespace
}  // namespace cupel
