// Rules, imports and includes in the order in which libyara meets them.
#include "rules/ast/parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "ast_testing.h"

namespace cupel::ast {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

std::vector<std::string> Names(const Source& source) {
  std::vector<std::string> out;
  for (const Rule& rule : source.rules) {
    out.push_back(std::to_string(rule.file) + ":" + rule.name);
  }
  return out;
}

TEST(AstParserTest, AWholeRule) {
  const std::string text = R"(import "pe"
// a comment
private global rule
 name : tag1 tag2 {
  meta:
    author = "me\x00too"
    weight = -5
    size = 2KB
    good = true
    good = false
  strings:
    $a = "x" wide
    $b = { 01 02 }
      private
    $ = /y/
  condition:
    all of them
}
)";
  const Source source = Parse(UnitOf({text}));
  EXPECT_TRUE(source.understood);
  ASSERT_EQ(source.imports.size(), 1U);
  EXPECT_EQ(source.imports[0].module, "pe");
  EXPECT_EQ(source.imports[0].span.line, 1U);
  ASSERT_EQ(source.rules.size(), 1U);
  const Rule& rule = source.rules[0];
  EXPECT_EQ(rule.name, "name");
  EXPECT_TRUE(rule.global);
  EXPECT_TRUE(rule.is_private);
  EXPECT_THAT(rule.tags, ElementsAre("tag1", "tag2"));
  EXPECT_THAT(rule.metas,
              ElementsAre(Pair("author", MetaValue(std::string("me"))),
                          Pair("weight", MetaValue(int64_t{-5})),
                          Pair("size", MetaValue(int64_t{2048})),
                          Pair("good", MetaValue(true)),
                          Pair("good", MetaValue(false))));
  EXPECT_EQ(rule.span.line, 3U);
  EXPECT_EQ(rule.name_line, 4U);
  EXPECT_EQ(text.substr(rule.span.begin, 14), "private global");
  EXPECT_EQ(text.substr(rule.span.end - 6), "them\n}\n");
  ASSERT_EQ(rule.strings.size(), 3U);
  EXPECT_EQ(rule.strings[0].id, "$a");
  EXPECT_EQ(rule.strings[2].id, "$");
  EXPECT_EQ(rule.strings[1].span.line, 13U);
  EXPECT_TRUE(text.substr(0, rule.strings[1].span.end).ends_with("private"));
  EXPECT_EQ(ToSource(*rule.condition), "(all of them)");
}

TEST(AstParserTest, IncludedRulesStandWhereTheirIncludeIs) {
  const Source source = Parse(UnitOf({
      "rule a { condition: true }\ninclude \"1\"\nimport \"pe\"\n"
      "rule b { condition: true }\ninclude \"3\"",
      "rule c { condition: true } include \"2\" rule d { condition: true }",
      "import \"elf\" rule e { condition: true }",
      "rule f { condition: true }",
  }));
  EXPECT_TRUE(source.understood);
  EXPECT_THAT(Names(source),
              ElementsAre("0:a", "1:c", "2:e", "1:d", "0:b", "3:f"));
  ASSERT_EQ(source.imports.size(), 2U);
  EXPECT_EQ(source.imports[0].module, "elf");
  EXPECT_EQ(source.imports[0].file, 2U);
  EXPECT_EQ(source.imports[1].module, "pe");
}

TEST(AstParserTest, FilesThatAreReachedTwiceOrNotAtAllAreNotUnderstood) {
  const std::string c = "rule c { condition: true }";
  EXPECT_FALSE(Parse(UnitOf({"include \"1\" include \"1\"", c})).understood);
  EXPECT_FALSE(Parse(UnitOf({"include \"1\"", "include \"1\""})).understood);
  EXPECT_FALSE(Parse(UnitOf({"include \"0\""})).understood);
  EXPECT_FALSE(Parse(UnitOf({"include \"7\""})).understood);
  EXPECT_FALSE(Parse(UnitOf({"include \"x.yar\"", c})).understood);
  EXPECT_TRUE(Parse(UnitOf({"", c})).understood);
  EXPECT_TRUE(Parse(RuleUnit{}).understood);
}

TEST(AstParserTest, WhatIsNoRuleIsNotUnderstood) {
  for (const std::string text : {
           "rule a { condition: true } nonsense",
           "rule a { condition: }",
           "rule { condition: true }",
           "rule a { strings: $a condition: $a }",
           "rule a { strings: $a = \"x condition: $a }",
           "import pe",
           "rule a { condition: true } /* open",
           "rule a",
       }) {
    EXPECT_FALSE(Parse(UnitOf({text})).understood) << text;
  }
  const std::string nul("rule a { condition: true } // \0", 31);
  EXPECT_FALSE(Parse(UnitOf({nul})).understood) << "libyara stops there";
}

TEST(AstParserTest, RulesAroundABrokenOneAreThere) {
  const Source source =
      Parse(UnitOf({"rule a { condition: true } rule b { strings: x } "
                    "rule c { condition: $c }"}));
  EXPECT_FALSE(source.understood);
  ASSERT_THAT(Names(source), ElementsAre("0:a", "0:b", "0:c"));
  EXPECT_EQ(ToSource(*source.rules[1].condition), "<?>");
  EXPECT_EQ(ToSource(*source.rules[2].condition), "$c");
}

}  // namespace
}  // namespace cupel::ast
