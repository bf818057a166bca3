#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "rules/examiner.h"
#include "tests/unit/rules/rules_testing.h"

namespace cupel {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

std::vector<std::string> Names(std::span<const RuleInfo> rules) {
  std::vector<std::string> out;
  for (const RuleInfo& rule : rules) out.push_back(rule.name);
  return out;
}

RuleOptions Skipping() {
  RuleOptions options;
  options.skip_broken = true;
  return options;
}

TEST(CompileTest, EveryErrorOfEveryFileInOnePass) {
  const TempDir dir;
  for (const char* name : {"a", "b", "c"}) {
    dir.Write(std::string(name) + ".yar",
              Rule("good", "true") +                           // 1-4
                  Rule("bad1", "nope") +                       // 5-8
                  "rule bad2 {\n  strings:\n    $a = \"x\"\n"  // 9-13
                  "  condition: true and and\n}\n" +
                  Rule("last", "good"));
  }
  std::vector<RuleDiagnostic> diagnostics;
  const auto rules = RuleSet::Compile({{dir.path()}, {}}, {}, &diagnostics);
  ASSERT_FALSE(rules.ok());
  EXPECT_THAT(std::string(MessageOf(rules.status())),
              AllOf(HasSubstr("a.yar:7: "), HasSubstr("(and 5 more)")));
  ASSERT_EQ(diagnostics.size(), 6U);
  for (int i = 0; i < 3; ++i) {
    const RuleDiagnostic& first = diagnostics[2 * i];
    EXPECT_EQ(first.file, dir / std::string(1, "abc"[i]) + ".yar");
    EXPECT_EQ(first.rule, "bad1");
    EXPECT_GE(first.line, 7);
    EXPECT_LE(first.line, 8);
    EXPECT_THAT(first.message, HasSubstr("undefined identifier \"nope\""));
    const RuleDiagnostic& second = diagnostics[2 * i + 1];
    EXPECT_EQ(second.rule, "bad2");
    EXPECT_EQ(second.line, 12);
    EXPECT_THAT(second.message, HasSubstr("syntax error"));
  }
}

TEST(CompileTest, SkippingTakesWhatRefersToABrokenRuleAlong) {
  const auto rules = FromText(
      "rule broken { condition: nope }\n"
      "rule user { condition: broken }\n"
      "rule user2 { condition: user and true }\n"
      "rule wild1 { condition: true }\n"
      "rule wild2 { condition: nope }\n"
      "rule wilds { condition: any of (wild*) }\n"
      "rule good { condition: wild1 }\n",
      Skipping());
  ASSERT_NE(rules, nullptr);
  EXPECT_THAT(Names(rules->rules()), ElementsAre("wild1", "good"));
  EXPECT_THAT(Matching(*rules, ""), ElementsAre("t.wild1", "t.good"));
  std::vector<std::pair<std::string, std::string>> skipped;
  for (const SkippedRule& rule : rules->skipped()) {
    skipped.emplace_back(rule.rule, rule.reason);
    EXPECT_EQ(rule.file, "t");
  }
  EXPECT_THAT(skipped,
              UnorderedElementsAre(
                  Pair("broken", HasSubstr("undefined identifier")),
                  Pair("wild2", HasSubstr("undefined identifier")),
                  Pair("user", "refers to rule 'broken', which was left out"),
                  Pair("user2", "refers to rule 'user', which was left out"),
                  Pair("wilds", "refers to rule 'wild2', which was left out")));
  EXPECT_EQ(rules->rules()[1].line, 7) << "blanking keeps lines";
}

TEST(CompileTest, SyntaxErrorsOfAllKindsAreNarrowedToTheirRule) {
  for (const char* broken :
       {"rule x { strings: $a = \"open\n condition: $a }",
        "rule x { condition: true", "rule x { strings: $a condition: $a }",
        "rule x { meta: a condition: true }", "rule x { condition: }",
        "rule x { strings: $a = /[/ condition: $a }",
        "rule x { strings: $a = \"a\" condition: true }",
        "rule x { strings: $a = { 1 } condition: $a }",
        "rule before { condition: true }"}) {
    const auto rules =
        FromText("rule before { condition: true }\n" + std::string(broken) +
                     "\nrule behind { condition: true }\n",
                 Skipping());
    ASSERT_NE(rules, nullptr) << broken;
    EXPECT_THAT(Names(rules->rules()), ElementsAre("before", "behind"))
        << broken;
    ASSERT_EQ(rules->skipped().size(), 1U) << broken;
    EXPECT_NE(rules->skipped()[0].rule, "") << broken;
  }
}

TEST(CompileTest, AFileThatCannotBeNarrowedFallsOutWhole) {
  const TempDir dir;
  dir.Write("a.yar", "garbage here\n" + Rule("a", "true"));
  dir.Write("b.yar", Rule("b", "true"));
  const auto rules = MustCompile({{dir.path()}, {}}, Skipping());
  ASSERT_NE(rules, nullptr);
  EXPECT_THAT(Names(rules->rules()), ElementsAre("b"));
  ASSERT_EQ(rules->skipped().size(), 1U);
  EXPECT_EQ(rules->skipped()[0].file, dir / "a.yar");
  EXPECT_EQ(rules->skipped()[0].rule, "");
  EXPECT_EQ(rules->skipped()[0].line, 1);
}

TEST(CompileTest, MoreRoundsThanTheBoundGiveUpTheFile) {
  // Each of these hides the next: libyara stops reading at an open string.
  std::string text;
  for (int i = 0; i <= kMaxExaminationRounds; ++i) {
    text += "rule r" + std::to_string(i) + " { strings: $a = \"open\n" +
            " condition: $a }\n";
  }
  const auto rules = FromText(text, Skipping());
  ASSERT_NE(rules, nullptr);
  ASSERT_EQ(rules->skipped().size(), 1U);
  EXPECT_EQ(rules->skipped()[0].rule, "");
  EXPECT_THAT(rules->skipped()[0].reason, HasSubstr("64 attempts"));
}

TEST(CompileTest, ErrorsInIncludedFilesNameThem) {
  const TempDir dir;
  dir.Write("inc/x.yar", "\n" + Rule("x", "nope"));
  const std::string top =
      dir.Write("top.yar", "include \"inc/x.yar\"\n" + Rule("t", "true"));
  std::vector<RuleDiagnostic> diagnostics;
  EXPECT_FALSE(RuleSet::Compile({{top}, {}}, {}, &diagnostics).ok());
  ASSERT_EQ(diagnostics.size(), 1U);
  EXPECT_EQ(diagnostics[0].file, dir / "inc/x.yar");
  EXPECT_EQ(diagnostics[0].rule, "x");
  EXPECT_GE(diagnostics[0].line, 4);
  const auto rules = MustCompile({{top}, {}}, Skipping());
  ASSERT_NE(rules, nullptr);
  EXPECT_THAT(Names(rules->rules()), ElementsAre("t"));
}

TEST(CompileTest, WarningsAreKept) {
  std::vector<RuleDiagnostic> diagnostics;
  const auto rules = RuleSet::Compile(
      {{}, {{"t", "\nrule slow { strings: $a = /.*a.*/ condition: $a }"}}}, {},
      &diagnostics);
  ASSERT_TRUE(rules.ok());
  ASSERT_GE((*rules)->warnings().size(), 1U);
  const RuleDiagnostic& warning = (*rules)->warnings()[0];
  EXPECT_EQ(warning.severity, RuleDiagnostic::Severity::kWarning);
  EXPECT_EQ(warning.rule, "slow");
  EXPECT_EQ(warning.line, 2);
  EXPECT_EQ(warning.file, "t");
  EXPECT_EQ(diagnostics.size(), (*rules)->warnings().size());
}

TEST(CompileTest, GlobalAndPrivateRules) {
  const auto rules = MustCompile(
      {{},
       {{"a",
         "global private rule g { strings: $g = \"go\" condition: $g }"
         "rule a { condition: true }"},
        {"b", "private rule p { condition: true } rule b { condition: p }"}}});
  ASSERT_NE(rules, nullptr);
  EXPECT_THAT(Matching(*rules, "no"), ElementsAre("b.b"));
  EXPECT_THAT(Matching(*rules, "go"), ElementsAre("a.a", "b.b"));
}

TEST(CompileTest, DigestFollowsTextNamesDefinesAndSkips) {
  const auto digest = [](const std::string& ns, const std::string& text,
                         const RuleOptions& options = {}) {
    return std::string(MustCompile({{}, {{ns, text}}}, options)->digest());
  };
  const std::string a = Rule("a", "true");
  RuleOptions defined;
  defined.defines = {{"x", int64_t{1}}};
  EXPECT_EQ(digest("n", a), digest("n", a));
  EXPECT_EQ(digest("n", a).size(), 64U);
  EXPECT_NE(digest("n", a), digest("m", a));
  EXPECT_NE(digest("n", a), digest("n", a + "\n"));
  EXPECT_NE(digest("n", a), digest("n", a, defined));
  EXPECT_NE(digest("n", a), digest("n", a + Rule("b", "nope"), Skipping()));
}

TEST(CompileTest, FilesElsewhereWithTheSameTextsHaveTheSameDigest) {
  const TempDir one;
  const TempDir two;
  for (const TempDir* dir : {&one, &two}) {
    dir->Write("r/a.yar", "include \"i.inc\"\n" + Rule("a", "true"));
    dir->Write("r/i.inc", Rule("i", "true"));
  }
  EXPECT_EQ(MustCompile({{one / "r"}, {}})->digest(),
            MustCompile({{two / "r"}, {}})->digest());
  two.Write("r/i.inc", Rule("i", "false"));
  EXPECT_NE(MustCompile({{one / "r"}, {}})->digest(),
            MustCompile({{two / "r"}, {}})->digest());
}

TEST(CompileTest, DiagnosticsMayBeNullAndAreCleared) {
  EXPECT_FALSE(RuleSet::Compile({{}, {{"t", "x"}}}, {}, nullptr).ok());
  std::vector<RuleDiagnostic> diagnostics(3);
  EXPECT_TRUE(RuleSet::Compile({}, {}, &diagnostics).ok());
  EXPECT_THAT(diagnostics, IsEmpty());
}

}  // namespace
}  // namespace cupel
