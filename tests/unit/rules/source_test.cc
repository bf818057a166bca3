#include "rules/source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "rules/unit.h"
#include "tests/unit/rules/rules_testing.h"

namespace cupel {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> Namespaces(const RuleSet& rules) {
  std::vector<std::string> out;
  for (const RuleInfo& rule : rules.rules()) out.push_back(rule.ns);
  return out;
}

std::string ErrorOf(const RuleSources& sources, const RuleOptions& options = {},
                    std::vector<RuleDiagnostic>* diagnostics = nullptr) {
  const auto rules = RuleSet::Compile(sources, options, diagnostics);
  EXPECT_FALSE(rules.ok());
  return std::string(MessageOf(rules.status()));
}

TEST(SourceTest, FoldersAreSearchedRecursivelyInTheOrderOfBytes) {
  const TempDir dir;
  dir.Write("b.yar", Rule("r", "true"));
  dir.Write("a/z.yara", Rule("r", "true"));
  dir.Write("a/B.yar", Rule("r", "true"));
  dir.Write("a.yar", Rule("r", "true"));
  dir.Write("readme.txt", "no rule");
  const auto rules = MustCompile({{dir.path()}, {}});
  ASSERT_NE(rules, nullptr);
  EXPECT_THAT(Namespaces(*rules), ElementsAre("a", "a/B", "a/z", "b"));
  EXPECT_EQ(rules->rules()[1].file, dir / "a/B.yar");
  EXPECT_EQ(rules->rules()[1].line, 1);
}

TEST(SourceTest, NamesThatClashAreToldApart) {
  const TempDir dir;
  dir.Write("x/a.yar", Rule("r", "true"));
  dir.Write("x/a.yara", Rule("r", "true"));
  dir.Write("y/a.yar", Rule("r", "true"));
  const auto rules =
      MustCompile({{dir / "x", dir / "y/a.yar"},
                   {{"a", Rule("r", "true")}, {"a~2", Rule("r", "true")}}});
  ASSERT_NE(rules, nullptr);
  EXPECT_THAT(Namespaces(*rules),
              ElementsAre("a", "a~2", "a~3", "a~4", "a~2~2"));
  EXPECT_EQ(Matching(*rules, "x").size(), 5U);
}

TEST(SourceTest, LoopsOfLinksEnd) {
  const TempDir dir;
  dir.Write("sub/a.yar", Rule("r", "true"));
  ASSERT_EQ(symlink("..", (dir / "sub/up").c_str()), 0);
  ASSERT_EQ(symlink("sub", (dir / "again").c_str()), 0);
  const auto rules = MustCompile({{dir.path()}, {}});
  ASSERT_NE(rules, nullptr);
  EXPECT_EQ(rules->rules().size(), 1U);
}

TEST(SourceTest, WhatIsMissingIsAnErrorEvenWhenSkipping) {
  const TempDir dir;
  RuleOptions options;
  options.skip_broken = true;
  EXPECT_THAT(ErrorOf({{dir / "none.yar"}, {}}, options),
              AllOf(HasSubstr("none.yar"), HasSubstr("No such file")));
  EXPECT_THAT(ErrorOf({{dir.path()}, {}}, options), HasSubstr("no rule files"));
}

TEST(SourceTest, BinaryPipesAndBrokenLinksAreNamed) {
  const TempDir dir;
  dir.Write("a.yar", std::string_view("rule a\0", 7));
  ASSERT_EQ(symlink("nowhere", (dir / "b.yar").c_str()), 0);
  ASSERT_EQ(mkfifo((dir / "c.yar").c_str(), 0600), 0);
  dir.Write("d.yar", Rule("good", "true"));
  std::vector<RuleDiagnostic> diagnostics;
  ErrorOf({{dir.path()}, {}}, {}, &diagnostics);
  ASSERT_EQ(diagnostics.size(), 3U);
  EXPECT_THAT(diagnostics[0].message, HasSubstr("NUL byte at offset 6"));
  EXPECT_THAT(diagnostics[1].message, HasSubstr("No such file"));
  EXPECT_THAT(diagnostics[2].message, HasSubstr("not a regular file"));

  RuleOptions options;
  options.skip_broken = true;
  const auto rules = MustCompile({{dir.path()}, {}}, options);
  ASSERT_NE(rules, nullptr);
  EXPECT_EQ(rules->rules().size(), 1U);
  ASSERT_EQ(rules->skipped().size(), 3U);
  EXPECT_EQ(rules->skipped()[0].rule, "");
}

TEST(SourceTest, FilesOverTheBoundAreRefusedUnread) {
  const TempDir dir;
  const std::string path = dir.Write("big.yar", "rule a { condition: true }");
  ASSERT_EQ(truncate(path.c_str(), kMaxRuleFileBytes + 1), 0);
  EXPECT_THAT(ErrorOf({{path}, {}}), HasSubstr("larger than 67108864 bytes"));
  RuleSources text;
  text.texts.push_back({"t", std::string(kMaxRuleFileBytes + 1, ' ')});
  EXPECT_THAT(ErrorOf(text), HasSubstr("larger than 67108864 bytes"));
  const std::string compiled = dir.Write("big.bin", "CUPELYAR");
  ASSERT_EQ(truncate(compiled.c_str(), kMaxCompiledFileBytes + 1), 0);
  EXPECT_THAT(ErrorOf({{compiled}, {}}), HasSubstr("larger than 1073741824"));
}

TEST(SourceTest, NoSourcesAreNoRules) {
  const auto rules = MustCompile({});
  ASSERT_NE(rules, nullptr);
  EXPECT_EQ(rules->rules().size(), 0U);
  EXPECT_TRUE(Matching(*rules, "abc").empty());
}

TEST(IncludeTest, RelativeToTheIncludingFileNestedAndTwice) {
  const TempDir dir;
  dir.Write("rules/top.yar", "include \"lib/a.yar\"\ninclude \"lib/b.yar\"\n" +
                                 Rule("top", "a and b"));
  dir.Write("rules/lib/a.yar", "include \"deep/c.yar\"\n" + Rule("a", "c"));
  dir.Write("rules/lib/deep/c.yar", Rule("c", "true"));
  dir.Write("rules/lib/b.yar", Rule("b", "true"));
  const auto rules = MustCompile({{dir / "rules/top.yar"}, {}});
  ASSERT_NE(rules, nullptr);
  EXPECT_THAT(Matching(*rules, "x"),
              ElementsAre("top.c", "top.a", "top.b", "top.top"));
  EXPECT_EQ(rules->rules()[0].file, dir / "rules/lib/deep/c.yar");
  EXPECT_EQ(rules->rules()[1].line, 2);
}

TEST(IncludeTest, OnlyInsideTheRoots) {
  const TempDir dir;
  dir.Write("out/secret.yar", Rule("s", "true"));
  const std::string dots =
      dir.Write("rules/dots.yar", "\ninclude \"../out/secret.yar\"\n");
  std::vector<RuleDiagnostic> diagnostics;
  ErrorOf({{dots}, {}}, {}, &diagnostics);
  ASSERT_GE(diagnostics.size(), 1U);
  EXPECT_EQ(diagnostics[0].file, dots);
  EXPECT_EQ(diagnostics[0].line, 2);
  EXPECT_THAT(diagnostics[0].message, HasSubstr("outside the folders"));

  ASSERT_EQ(symlink("../out/secret.yar", (dir / "rules/link.yar").c_str()), 0);
  const std::string by_link =
      dir.Write("rules/by_link.yar", "include \"link.yar\"\n");
  EXPECT_THAT(ErrorOf({{by_link}, {}}), HasSubstr("outside the folders"));
  const std::string absolute = dir.Write(
      "rules/abs.yar", "include \"" + (dir / "out/secret.yar") + "\"");
  EXPECT_THAT(ErrorOf({{absolute}, {}}), HasSubstr("outside the folders"));
  EXPECT_THAT(
      ErrorOf({{dir.Write("rules/etc.yar", "include \"/etc/passwd\"")}, {}}),
      HasSubstr("outside the folders"));

  RuleOptions options;
  options.include_roots = {dir / "out"};
  for (const std::string& path : {dots, by_link, absolute}) {
    const auto rules = MustCompile({{path}, {}}, options);
    ASSERT_NE(rules, nullptr) << path;
    EXPECT_EQ(rules->rules().size(), 1U);
  }
  // A folder whose name begins like a root is not below it.
  dir.Write("rules2/x.yar", Rule("x", "true"));
  EXPECT_THAT(
      ErrorOf(
          {{dir.Write("rules/near.yar", "include \"../rules2/x.yar\"")}, {}}),
      HasSubstr("outside the folders"));
}

TEST(IncludeTest, TextsIncludeFromTheRoots) {
  const TempDir dir;
  dir.Write("a.yar", Rule("a", "true"));
  RuleOptions options;
  options.include_roots = {dir.path()};
  const auto rules = MustCompile({{}, {{"t", "include \"a.yar\""}}}, options);
  ASSERT_NE(rules, nullptr);
  EXPECT_THAT(Matching(*rules, ""), ElementsAre("t.a"));
  EXPECT_THAT(ErrorOf({{}, {{"t", "include \"a.yar\""}}}),
              HasSubstr("include_roots"));
}

TEST(IncludeTest, CyclesAndDepthAreBounded) {
  const TempDir dir;
  const std::string self = dir.Write("self.yar", "include \"self.yar\"");
  EXPECT_THAT(ErrorOf({{self}, {}}), HasSubstr("includes itself"));
  dir.Write("p.yar", "include \"q.yar\"");
  dir.Write("q.yar", "include \"./p.yar\"");
  EXPECT_THAT(ErrorOf({{dir / "p.yar"}, {}}), HasSubstr("includes itself"));
  for (size_t i = 0; i <= kMaxIncludeDepth; ++i) {
    dir.Write("d" + std::to_string(i) + ".yar",
              "include \"d" + std::to_string(i + 1) + ".yar\"");
  }
  const std::string last = "d" + std::to_string(kMaxIncludeDepth + 1) + ".yar";
  dir.Write(last, Rule("end", "true"));
  EXPECT_THAT(ErrorOf({{dir / "d0.yar"}, {}}), HasSubstr("15 deep"));
  const auto rules = MustCompile({{dir / "d1.yar"}, {}});
  ASSERT_NE(rules, nullptr);
  EXPECT_EQ(rules->rules().size(), 1U);
}

TEST(IncludeTest, PastingIsBounded) {
  const TempDir dir;
  for (int i = 0; i < 13; ++i) {
    const std::string next = "include \"e" + std::to_string(i + 1) + ".yar\"\n";
    dir.Write("e" + std::to_string(i) + ".yar", next + next);
  }
  dir.Write("e13.yar", "// nothing");
  EXPECT_THAT(ErrorOf({{dir / "e0.yar"}, {}}), HasSubstr("4096 files"));
  EXPECT_NE(MustCompile({{dir / "e3.yar"}, {}}), nullptr);
}

TEST(IncludeTest, AFailedIncludeCanBeSkipped) {
  const TempDir dir;
  const std::string path =
      dir.Write("a.yar", "include \"none.yar\"\n" + Rule("a", "true") +
                             Rule("b", "lost"));
  RuleOptions options;
  options.skip_broken = true;
  options.cache_dir = dir / "cache";
  const auto rules = MustCompile({{path}, {}}, options);
  ASSERT_NE(rules, nullptr);
  EXPECT_THAT(Matching(*rules, ""), ElementsAre("a.a"));
  ASSERT_EQ(rules->skipped().size(), 2U);
  EXPECT_THAT(rules->skipped()[0].reason, HasSubstr("none.yar"));
  EXPECT_EQ(rules->skipped()[1].rule, "b");
  // The file may appear: nothing of this is cached.
  dir.Write("none.yar", Rule("lost", "true"));
  EXPECT_EQ(MustCompile({{path}, {}}, options)->rules().size(), 3U);
}

}  // namespace
}  // namespace cupel
