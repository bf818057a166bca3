#include "rules/splitter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "rules/unit.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(SplitterTest, FindsThePartsOfEveryRule) {
  const std::string text =
      "import \"pe\"\n"
      "include \"x.yar\"\n"
      "private global rule a : t1 t2 {\n"
      "  meta: x = 1 y = -2 z = \"}\" w = true\n"
      "  strings: $a = \"}\" xor(0x01-0xff) $b = { 01 } private\n"
      "  $c = /}/i nocase $ = \"q\" base64(\"abc\")\n"
      "  condition: any of them and #a > 1\n"
      "}\n"
      "rule b { condition: a }";
  const SplitText split = Split(text);
  EXPECT_TRUE(split.understood);
  ASSERT_EQ(split.rules.size(), 2U);
  const RuleText& a = split.rules[0];
  EXPECT_EQ(a.name, "a");
  EXPECT_TRUE(a.global);
  EXPECT_TRUE(a.is_private);
  EXPECT_TRUE(a.well_formed);
  EXPECT_EQ(a.line, 3U);
  EXPECT_EQ(a.last_line, 8U);
  EXPECT_EQ(text.substr(a.begin, 7), "private");
  EXPECT_EQ(text.substr(a.end - 1, 1), "}");
  EXPECT_EQ(a.condition.end - a.condition.begin, 7U);
  EXPECT_FALSE(split.rules[1].global);
  ASSERT_EQ(split.imports.size(), 1U);
  EXPECT_EQ(split.imports[0].module, "pe");
  EXPECT_EQ(split.includes.size(), 1U);
}

TEST(SplitterTest, GarbageIsNotUnderstood) {
  for (const char* text :
       {"foo", "rule", "rule a", "rule a {", "rule a { condition: }",
        "rule a { condition: true", "rule a { meta: x condition: true }",
        "rule a { strings: $a condition: $a }",
        "rule a { condition: include \"x\" true }", "rule a : { condition: a }",
        "import pe", "rule a { condition: true } }",
        "rule a { strings: $a = \"x condition: $a }", "private", "\x80"}) {
    EXPECT_FALSE(Split(text).understood) << text;
  }
  EXPECT_TRUE(Split("").understood);
  EXPECT_TRUE(Split("// nothing").understood);
}

TEST(SplitterTest, AMalformedRuleEndsBeforeTheNext) {
  const SplitText split = Split(
      "rule a { condition: true\nrule b { condition: true }\n"
      "rule c { strings: x condition: true }\nrule d { condition: true }");
  ASSERT_EQ(split.rules.size(), 4U);
  EXPECT_FALSE(split.rules[0].well_formed);
  EXPECT_TRUE(split.rules[1].well_formed);
  EXPECT_FALSE(split.rules[2].well_formed);
  EXPECT_TRUE(split.rules[3].well_formed);
}

TEST(SplitterTest, ReferencesAreNotFieldsAndNotMetas) {
  const std::string text =
      "rule r { meta: filename = 1 condition: a and pe.b and any of (c*, d) "
      "and e * 2 == 4 }";
  const SplitText split = Split(text);
  ASSERT_TRUE(split.understood);
  const RuleReferences uses = ReferencesOf(split, split.rules[0], text);
  EXPECT_THAT(uses.prefixes, ElementsAre("c"));
  EXPECT_THAT(uses.names, ElementsAre("a", "and", "pe", "and", "any", "of", "d",
                                      "and", "e"));
}

TEST(SplitterTest, BlankKeepsLines) {
  std::string text = "ab\ncd\nef";
  Blank(&text, 1, 7);
  EXPECT_EQ(text, "a \n  \n f");
}

}  // namespace
}  // namespace cupel
