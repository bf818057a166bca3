#include "answers/answer_groups.h"

#include <gmock/gmock.h>

#include "tests/unit/answers/answers_testing.h"
#include "tests/unit/answers/fake_rules.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

RuleMatch MatchOf(uint32_t rule) {
  RuleMatch match;
  match.rule = rule;
  match.total_strings = rule;
  return match;
}

std::vector<uint32_t> RulesIn(const std::vector<RuleMatch>& matches) {
  std::vector<uint32_t> rules;
  for (const RuleMatch& match : matches) rules.push_back(match.rule);
  return rules;
}

TEST(AnswerGroupsTest, RulesThatReadTheSameAreOneGroup) {
  const AnswerGroups groups(Fake({{"a", "1"},
                                  {"b", "2", 1},
                                  {"c", "3"},
                                  {"d", "4", 1},
                                  {"e", "5", 3},
                                  {"hidden", "6", 0, true, true},
                                  {"clock", "7", 0, false}}));
  ASSERT_EQ(groups.groups().size(), 3U);
  EXPECT_EQ(groups.groups()[0].externals, 0U);
  EXPECT_EQ(groups.groups()[0].digests->rules.size(), 2U);
  EXPECT_EQ(groups.groups()[1].externals, 1U);
  EXPECT_EQ(groups.groups()[2].externals, 3U);
  EXPECT_THAT(groups.unsteady(), ElementsAre(6));
  EXPECT_EQ(groups.size(), 5U);
}

TEST(AnswerGroupsTest, AnUnsteadyPrivateRuleIsNobodysBusiness) {
  const AnswerGroups groups(Fake({{"clock", "7", 0, false, true}, {"a", "1"}}));
  EXPECT_THAT(groups.unsteady(), IsEmpty());
}

TEST(AnswerGroupsTest, AnAnswerGoesOverToAnotherSetByDigest) {
  const AnswerGroups before(Fake({{"a", "1"}, {"b", "2"}, {"c", "3"}}));
  // c was removed, b and a changed places and b its name; d is new.
  const AnswerGroups after(Fake({{"d", "4"}, {"bee", "2"}, {"a", "1"}}));
  const GroupChange change =
      CompareRules(*before.groups()[0].digests, after.groups()[0]);
  EXPECT_THAT(change.added, ElementsAre(0));
  const std::string answer =
      before.Encode(0, std::vector<RuleMatch>{MatchOf(1), MatchOf(2)});
  std::vector<RuleMatch> matches;
  ASSERT_TRUE(after.Decode(0, change, answer, &matches));
  ASSERT_EQ(matches.size(), 1U);
  EXPECT_EQ(matches[0].rule, 1U);           // bee, as b was
  EXPECT_EQ(matches[0].total_strings, 1U);  // of b
}

TEST(AnswerGroupsTest, RulesWithOneDigestAnswerTogether) {
  const AnswerGroups before(Fake({{"a", "1"}}));
  const AnswerGroups after(
      Fake({{"x", "0"}, {"a", "1"}, {"copy", "1"}, {"y", "9"}}));
  const GroupChange change =
      CompareRules(*before.groups()[0].digests, after.groups()[0]);
  EXPECT_THAT(change.added, UnorderedElementsAre(0, 3));
  std::vector<RuleMatch> matches;
  ASSERT_TRUE(after.Decode(0, change,
                           before.Encode(0, std::vector<RuleMatch>{MatchOf(0)}),
                           &matches));
  EXPECT_THAT(RulesIn(matches), ElementsAre(1, 2));
  // And back: it is kept once.
  matches.clear();
  const GroupChange none =
      CompareRules(*after.groups()[0].digests, after.groups()[0]);
  EXPECT_THAT(none.added, IsEmpty());
  ASSERT_TRUE(after.Decode(
      0, none, after.Encode(0, std::vector<RuleMatch>{MatchOf(1), MatchOf(2)}),
      &matches));
  EXPECT_THAT(RulesIn(matches), ElementsAre(1, 2));
}

TEST(AnswerGroupsTest, AGroupsAnswerHasNothingOfTheOthers) {
  const AnswerGroups groups(
      Fake({{"a", "1"}, {"b", "2", 4}, {"clock", "3", 0, false}}));
  const std::vector<RuleMatch> all = {MatchOf(0), MatchOf(1), MatchOf(2)};
  std::vector<RuleMatch> matches;
  for (size_t i = 0; i < 2; ++i) {
    const AnswerGroup& group = groups.groups()[i];
    ASSERT_TRUE(groups.Decode(i, CompareRules(*group.digests, group),
                              groups.Encode(i, all), &matches));
  }
  EXPECT_THAT(RulesIn(matches), ElementsAre(0, 1));
}

TEST(AnswerGroupsTest, PlacesThatDoNotExistAreRefused) {
  const AnswerGroups groups(Fake({{"a", "1"}}));
  GroupChange change =
      CompareRules(*groups.groups()[0].digests, groups.groups()[0]);
  change.places.clear();
  std::vector<RuleMatch> matches;
  EXPECT_FALSE(groups.Decode(
      0, change, groups.Encode(0, std::vector<RuleMatch>{MatchOf(0)}),
      &matches));
}

TEST(AnswerGroupsTest, OfFewIdentitiesNothingIsKept) {
  const AnswerGroups none(Fake({}));
  EXPECT_TRUE(none.groups().empty());
  EXPECT_TRUE(none.unsteady().empty());
}

}  // namespace
}  // namespace cupel
