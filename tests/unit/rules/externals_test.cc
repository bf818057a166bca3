#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/rules/rules_testing.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ExternalsTest, AllFiveAreSetForEachFile) {
  const auto rules = FromText(
      "rule fn { condition: filename == \"a.js\" }"
      "rule fp { condition: filepath == \"pkg.tgz!/package\" }"
      "rule ex { condition: extension == \".js\" }"
      "rule ft { condition: filetype == \"ZIP\" }"
      "rule ow { condition: owner == \"root\" }"
      "rule nothing { condition: filename == \"\" and owner == \"\" }");
  ASSERT_NE(rules, nullptr);
  EXPECT_TRUE(rules->depends_on_names());
  auto scratch = rules->NewScratch();
  ASSERT_TRUE(scratch.ok());
  ScanRequest request;
  request.externals = {"a.js", "pkg.tgz!/package", ".js", "ZIP", "root"};
  EXPECT_EQ((*scratch)->Scan(request).matches.size(), 5U);
  // Nothing stays from the file before.
  request.externals = {};
  const ScanAnswer answer = (*scratch)->Scan(request);
  ASSERT_EQ(answer.matches.size(), 1U);
  EXPECT_EQ(answer.matches[0].rule, 5U);
}

TEST(ExternalsTest, NamesAreCutAtTheFirstNul) {
  const auto rules = FromText("rule a { condition: filename == \"x\" }");
  ASSERT_NE(rules, nullptr);
  FileExternals externals;
  externals.filename = std::string_view("x\0y", 3);
  EXPECT_THAT(Matching(*rules, "", externals), ElementsAre("t.a"));
}

TEST(ExternalsTest, OnlyConditionsMakeAnswersDependOnNames) {
  for (const char* text :
       {"rule a { meta: filename = 1 condition: true }",
        "rule filename1 { strings: $owner = \"owner\" condition: $owner }",
        "import \"math\" rule a { condition: math.min(filesize, 2) > 1 }",
        "// filename\nrule a { condition: /* owner */ true }", ""}) {
    const auto rules = FromText(text);
    ASSERT_NE(rules, nullptr) << text;
    EXPECT_FALSE(rules->depends_on_names()) << text;
  }
  for (const char* text :
       {"rule a { condition: true and (not extension matches /x/) }",
        "rule a { condition: for any i in (1..2) : (owner == \"x\") }"}) {
    EXPECT_TRUE(FromText(text)->depends_on_names()) << text;
  }
}

TEST(ExternalsTest, DefinesOfEveryType) {
  RuleOptions options;
  options.defines = {
      {"b", true}, {"i", int64_t{7}}, {"d", 1.5}, {"s", std::string("text")}};
  const auto rules = FromText(
      Rule("r", "b and i == 7 and d > 1.4 and s == \"text\""), options);
  ASSERT_NE(rules, nullptr);
  EXPECT_FALSE(rules->depends_on_names());
  EXPECT_THAT(Matching(*rules, ""), ElementsAre("t.r"));
}

TEST(ExternalsTest, BadDefinesAreRefused) {
  for (const char* name :
       {"filename", "owner", "", "1a", "a-b", "rule", "filesize"}) {
    RuleOptions options;
    options.defines = {{name, true}};
    const auto rules = RuleSet::Compile({}, options, nullptr);
    EXPECT_FALSE(rules.ok()) << name;
    EXPECT_THAT(std::string(MessageOf(rules.status())), HasSubstr("define '"));
  }
  RuleOptions twice;
  twice.defines = {{"a", true}, {"a", false}};
  EXPECT_FALSE(RuleSet::Compile({}, twice, nullptr).ok());
  RuleOptions nul;
  nul.defines = {{"a", std::string("x\0y", 3)}};
  EXPECT_FALSE(RuleSet::Compile({}, nul, nullptr).ok());
}

}  // namespace
}  // namespace cupel
