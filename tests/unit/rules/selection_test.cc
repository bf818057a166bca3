#include "rules/selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/rules/rules_testing.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<RuleInfo> SomeRules() {
  std::vector<RuleInfo> rules(4);
  rules[0].name = "js_eval";
  rules[0].ns = "js/obfuscation";
  rules[0].tags = {"npm", "eval"};
  rules[1].name = "js_hook";
  rules[1].ns = "js/hooks";
  rules[1].metas = {{"severity", int64_t{3}}, {"ok", true}};
  rules[2].name = "py_exec";
  rules[2].ns = "py";
  rules[2].tags = {"pypi"};
  rules[2].metas = {{"author", std::string("Ann B")}};
  rules[3].name = "other";
  rules[3].ns = "py";
  return rules;
}

std::vector<uint32_t> Chosen(std::vector<std::string> include,
                             std::vector<std::string> exclude = {}) {
  const auto rules = SomeRules();
  const auto selection =
      Selection::Compile({std::move(include), std::move(exclude)}, rules);
  EXPECT_TRUE(selection.ok()) << selection.status();
  std::vector<uint32_t> out;
  for (uint32_t i = 0; i < rules.size(); ++i) {
    if (selection->Selects(i)) out.push_back(i);
  }
  EXPECT_EQ(out.size(), selection->count());
  return out;
}

TEST(SelectionTest, ByNameNamespaceTagAndMeta) {
  EXPECT_THAT(Chosen({}), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(Chosen({"js_*"}), ElementsAre(0, 1));
  EXPECT_THAT(Chosen({"name:??_*"}), ElementsAre(0, 1, 2));
  EXPECT_THAT(Chosen({"ns:js/*"}), ElementsAre(0, 1));
  EXPECT_THAT(Chosen({"ns:py"}), ElementsAre(2, 3));
  EXPECT_THAT(Chosen({"tag:eval", "tag:pyp?"}), ElementsAre(0, 2));
  EXPECT_THAT(Chosen({"meta:severity"}), ElementsAre(1));
  EXPECT_THAT(Chosen({"meta:severity=3"}), ElementsAre(1));
  EXPECT_THAT(Chosen({"meta:ok=true"}), ElementsAre(1));
  EXPECT_THAT(Chosen({"meta:author=Ann*"}), ElementsAre(2));
}

TEST(SelectionTest, ExcludeWins) {
  EXPECT_THAT(Chosen({}, {"js_*"}), ElementsAre(2, 3));
  EXPECT_THAT(Chosen({"ns:js/*"}, {"js_hook"}), ElementsAre(0));
}

TEST(SelectionTest, APatternThatFitsNothingIsAnError) {
  const auto rules = SomeRules();
  for (const char* pattern : {"nope", "meta:severity=4", "tag:x", "ns:j",
                              "name:", "", "colour:red"}) {
    const auto selection = Selection::Compile({{pattern}, {}}, rules);
    EXPECT_FALSE(selection.ok()) << pattern;
    EXPECT_THAT(std::string(MessageOf(selection.status())), HasSubstr(pattern));
    EXPECT_FALSE(Selection::Compile({{}, {pattern}}, rules).ok()) << pattern;
  }
}

TEST(SelectionTest, FilterKeepsOrder) {
  const auto rules = SomeRules();
  const auto selection = Selection::Compile({{"js_*"}, {}}, rules);
  ASSERT_TRUE(selection.ok());
  std::vector<RuleMatch> matches(3);
  matches[0].rule = 3;
  matches[1].rule = 1;
  matches[2].rule = 99;
  selection->Filter(&matches);
  ASSERT_EQ(matches.size(), 1U);
  EXPECT_EQ(matches[0].rule, 1U);
}

TEST(GlobTest, StarsAndQuestionMarks) {
  EXPECT_TRUE(GlobMatches("", ""));
  EXPECT_TRUE(GlobMatches("*", ""));
  EXPECT_FALSE(GlobMatches("?", ""));
  EXPECT_TRUE(GlobMatches("a*b*c", "aXXbYYbZc"));
  EXPECT_FALSE(GlobMatches("a*b*c", "aXXbYYbZ"));
  EXPECT_TRUE(GlobMatches("**a", "ba"));
  EXPECT_FALSE(GlobMatches("a", "ab"));
  // Not exponential.
  EXPECT_FALSE(GlobMatches("*a*a*a*a*a*a*a*a*a*a*b", std::string(4000, 'a')));
}

TEST(RuleInfoTest, FiletypeIsASuffixOfTheName) {
  const auto rules = FromText(
      "rule plain { condition: true }"
      "rule two { meta: filetype = \".py .JS\" weight = 5 weight = 7 "
      "condition: true }"
      "rule empty { meta: filetype = \".a  .b\" weight = \"9\" condition: true "
      "}"
      "rule number { meta: filetype = 3 filetype = \".x\" weight = -4 "
      "condition: true }"
      "rule late { meta: Weight = 3 weight = true weight = 8 condition: true "
      "}");
  ASSERT_NE(rules, nullptr);
  const auto all = rules->rules();
  ASSERT_EQ(all.size(), 5U);
  EXPECT_TRUE(all[0].AppliesTo("anything"));
  EXPECT_EQ(all[0].weight, 0);
  EXPECT_TRUE(all[1].AppliesTo("pkg/setup.py"));
  EXPECT_TRUE(all[1].AppliesTo("a.JS"));
  EXPECT_FALSE(all[1].AppliesTo("a.js"));
  EXPECT_FALSE(all[1].AppliesTo("py"));
  EXPECT_EQ(all[1].weight, 5);
  EXPECT_TRUE(all[2].AppliesTo("zzz")) << "an empty word fits all";
  EXPECT_EQ(all[2].weight, 0);
  EXPECT_FALSE(all[3].has_filetype) << "the first one decides";
  EXPECT_TRUE(all[3].AppliesTo("zzz"));
  EXPECT_EQ(all[3].weight, -4);
  EXPECT_EQ(all[4].weight, 0) << "the first one named so is no integer";
}

}  // namespace
}  // namespace cupel
