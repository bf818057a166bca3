#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "base/status.h"
#include "yara/compiled_rules.h"
#include "yara/library.h"
#include "yara/rule_compiler.h"
#include "yara/rule_scanner.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr uint64_t kForever = UINT64_MAX;

std::shared_ptr<YaraRules> Compile(const std::string& text) {
  auto compiler = YaraCompiler::New();
  EXPECT_TRUE(compiler.ok());
  EXPECT_TRUE((*compiler)->Define("ext", std::string("none")).ok());
  std::vector<YaraMessage> messages;
  EXPECT_TRUE((*compiler)->Add(text, "ns", &messages))
      << (messages.empty() ? "" : messages[0].text);
  auto rules = (*compiler)->Finish();
  EXPECT_TRUE(rules.ok());
  return *rules;
}

std::vector<std::string> Names(const YaraRules& rules, const YaraScan& scan) {
  std::vector<std::string> out;
  for (const YaraMatch& match : scan.matches) {
    out.emplace_back(rules.rule(match.rule).name);
  }
  return out;
}

// In a process of its own, because libyara starts only once.
TEST(LibraryDeathTest, StartingKeepsTheSequenceOfRand) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(
      {
        srand(42);
        (void)rand();
        const int expected = rand();
        srand(42);
        (void)rand();
        const bool started = InitYara().ok();
        exit(started && rand() == expected ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

TEST(LibraryTest, StartsFromManyThreadsAtOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] { good += InitYara().ok() ? 1 : 0; });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 4);
  EXPECT_THAT(std::string(YaraVersion()), testing::MatchesRegex("4\\..*"));
}

TEST(CompilerTest, TellsErrorsAndWarningsWithTheirPlace) {
  auto compiler = YaraCompiler::New();
  ASSERT_TRUE(compiler.ok());
  std::vector<YaraMessage> messages;
  EXPECT_FALSE((*compiler)->Add(
      "rule a {\n condition:\n  nope\n}\nrule b {\n condition:\n  nix\n}\n",
      "ns", &messages));
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_TRUE(messages[0].error);
  EXPECT_THAT(messages[0].text, HasSubstr("nope"));
  EXPECT_THAT(messages[1].text, HasSubstr("nix"));
  EXPECT_GE(messages[1].line, 7);
}

TEST(CompilerTest, IncludesComeFromTheCallbackAlone) {
  auto compiler = YaraCompiler::New();
  ASSERT_TRUE(compiler.ok());
  const std::string included = "rule inner { condition: true }";
  (*compiler)->SetInclude(
      [&](std::string_view name) { return name == "1" ? &included : nullptr; });
  std::vector<YaraMessage> messages;
  ASSERT_TRUE((*compiler)->Add("include \"1\"\nrule b { condition: true }",
                               "ns", &messages))
      << messages[0].text;
  auto rules = (*compiler)->Finish();
  ASSERT_TRUE(rules.ok());
  EXPECT_EQ((*rules)->size(), 2U);

  auto second = YaraCompiler::New();
  EXPECT_FALSE((*second)->Add("include \"/etc/passwd\"", "ns", &messages));
}

TEST(RulesTest, DescribesTagsMetasAndFlags) {
  const auto rules = Compile(
      "private rule p : t1 t2 { meta: a = 1 b = \"x\" c = true a = -2 "
      "condition: true } global rule g { condition: p }");
  ASSERT_EQ(rules->size(), 2U);
  const YaraRule p = rules->rule(0);
  EXPECT_EQ(p.name, "p");
  EXPECT_EQ(p.ns, "ns");
  EXPECT_TRUE(p.is_private);
  EXPECT_THAT(p.tags, ElementsAre("t1", "t2"));
  ASSERT_EQ(p.metas.size(), 4U);
  EXPECT_EQ(std::get<int64_t>(p.metas[0].second), 1);
  EXPECT_EQ(std::get<std::string>(p.metas[1].second), "x");
  EXPECT_EQ(std::get<bool>(p.metas[2].second), true);
  EXPECT_EQ(std::get<int64_t>(p.metas[3].second), -2);
  EXPECT_TRUE(rules->rule(1).global);
  EXPECT_TRUE(rules->HasExternal("ext"));
  EXPECT_FALSE(rules->HasExternal("ex"));
}

TEST(RulesTest, SavedRulesMatchTheSame) {
  const auto rules = Compile(
      "rule a { strings: $x = \"abc\" condition: $x and ext == \"on\" }");
  std::string blob;
  ASSERT_TRUE(rules->Save(&blob).ok());
  auto loaded = YaraRules::Load(blob);
  ASSERT_TRUE(loaded.ok());
  auto scanner = YaraScanner::New(*loaded);
  ASSERT_TRUE(scanner.ok());
  EXPECT_TRUE((*scanner)->Scan("xabc", kForever, 10).matches.empty());
  ASSERT_TRUE((*scanner)->Define("ext", std::string("on")).ok());
  EXPECT_EQ((*scanner)->Scan("xabc", kForever, 10).matches.size(), 1U);
  EXPECT_FALSE(YaraRules::Load("").ok());
  EXPECT_FALSE(YaraRules::Load("YARA").ok());
  EXPECT_FALSE(YaraRules::Load(blob + "x").ok());
}

TEST(ScannerTest, ListsStringsByOffsetThenIdWithoutPrivateOnes) {
  const auto rules = Compile(
      "rule a { strings: $b = \"bb\" $a = \"b\" $p = \"c\" private "
      "condition: any of them }");
  auto scanner = YaraScanner::New(rules);
  ASSERT_TRUE(scanner.ok());
  const YaraScan scan = (*scanner)->Scan("cbb", kForever, 100);
  ASSERT_TRUE(scan.status.ok());
  ASSERT_EQ(scan.matches.size(), 1U);
  const auto& strings = scan.matches[0].strings;
  ASSERT_EQ(strings.size(), 3U);
  EXPECT_EQ(strings[0].id, "$a");
  EXPECT_EQ(strings[0].offset, 1U);
  EXPECT_EQ(strings[1].id, "$b");
  EXPECT_EQ(strings[1].length, 2U);
  EXPECT_EQ(strings[2].offset, 2U);
}

TEST(ScannerTest, KeepsTheFirstStringsOfAllAndCountsTheRest) {
  const auto rules = Compile(
      "rule a { strings: $a = \"a\" $b = \"b\" condition: any of them }");
  auto scanner = YaraScanner::New(rules);
  ASSERT_TRUE(scanner.ok());
  const YaraScan scan = (*scanner)->Scan("bababa", kForever, 2);
  ASSERT_EQ(scan.matches.size(), 1U);
  EXPECT_EQ(scan.matches[0].total_strings, 6U);
  ASSERT_EQ(scan.matches[0].strings.size(), 2U);
  EXPECT_EQ(scan.matches[0].strings[0].id, "$b");
  EXPECT_EQ(scan.matches[0].strings[1].id, "$a");
}

TEST(ScannerTest, KeepsTheFirstOfThousandsOfStrings) {
  // The later a string stands in the rule, the earlier in the file.
  constexpr int kStrings = 5000;
  std::string rule = "rule a { strings: ";
  std::string text;
  for (int i = 0; i < kStrings; ++i) {
    const std::string word = fmt::format("<{:04}>", i);
    rule += fmt::format("$s{:04} = \"{}\" ", i, word);
    text = word + text;
  }
  auto scanner = YaraScanner::New(Compile(rule + "condition: any of them }"));
  ASSERT_TRUE(scanner.ok());
  for (const uint64_t most : {uint64_t{1}, uint64_t{7}, kForever}) {
    const YaraScan scan = (*scanner)->Scan(text, kForever, most);
    ASSERT_EQ(scan.matches.size(), 1U);
    EXPECT_EQ(scan.matches[0].total_strings, kStrings);
    const auto& strings = scan.matches[0].strings;
    ASSERT_EQ(strings.size(), std::min<uint64_t>(most, kStrings));
    for (size_t i = 0; i < strings.size(); ++i) {
      EXPECT_EQ(strings[i].offset, i * 6);
      EXPECT_EQ(strings[i].id, fmt::format("$s{:04}", kStrings - 1 - i));
    }
  }
}

TEST(ScannerTest, ReusedScannerForgetsTheFileBefore) {
  const auto rules = Compile(
      "import \"pe\" rule m { strings: $a = \"a\" condition: $a } "
      "rule e { condition: entrypoint >= 0 } "
      "rule big { condition: filesize > 3 }");
  auto scanner = YaraScanner::New(rules);
  ASSERT_TRUE(scanner.ok());
  EXPECT_THAT(Names(*rules, (*scanner)->Scan("xxa!", kForever, 9)),
              ElementsAre("m", "big"));
  EXPECT_TRUE((*scanner)->Scan("", kForever, 9).matches.empty());
  EXPECT_TRUE((*scanner)->Scan({}, kForever, 9).status.ok());
}

TEST(ScannerTest, UnknownExternalsAndWrongTypesAreTold) {
  auto scanner = YaraScanner::New(Compile("rule a { condition: true }"));
  ASSERT_TRUE(scanner.ok());
  EXPECT_TRUE(absl::IsNotFound((*scanner)->Define("nope", true)));
  EXPECT_TRUE(absl::IsInvalidArgument((*scanner)->Define("ext", int64_t{1})));
}

constexpr char kSlow[] =
    "rule slow { condition: for all i in (0..1000000000) : ( "
    "uint8(i % filesize) != 256 ) }";

TEST(ScannerTest, TimeOutInNanoseconds) {
  auto scanner = YaraScanner::New(Compile(kSlow));
  ASSERT_TRUE(scanner.ok());
  const YaraScan scan = (*scanner)->Scan("abc", 2'000'000, 9);
  EXPECT_TRUE(absl::IsDeadlineExceeded(scan.status)) << scan.status;
  // Zero is no time, not "no limit".
  EXPECT_TRUE(absl::IsDeadlineExceeded((*scanner)->Scan("abc", 0, 9).status));
}

TEST(ScannerTest, InterruptEndsAConditionAndResetRevives) {
  auto scanner = YaraScanner::New(Compile(kSlow));
  ASSERT_TRUE(scanner.ok());
  std::thread other([&] { (*scanner)->Interrupt(); });
  EXPECT_TRUE(absl::IsCancelled((*scanner)->Scan("abc", kForever, 9).status));
  other.join();
  EXPECT_TRUE(absl::IsCancelled((*scanner)->Scan("abc", kForever, 9).status));
  (*scanner)->Reset();
  EXPECT_TRUE(
      absl::IsDeadlineExceeded((*scanner)->Scan("abc", 1'000'000, 9).status));
}

TEST(ScannerTest, TooManyMatchesOfAStringAreReportedAndTheScanGoesOn) {
  const auto rules = Compile(
      "rule many { strings: $a = \"aaaa\" condition: $a } "
      "rule other { strings: $b = \"bbbb\" condition: $b }");
  auto scanner = YaraScanner::New(rules);
  ASSERT_TRUE(scanner.ok());
  const YaraScan scan =
      (*scanner)->Scan(std::string(1'100'000, 'a') + "bbbb", kForever, 5);
  ASSERT_TRUE(scan.status.ok()) << scan.status;
  ASSERT_EQ(scan.overflowing.size(), 1u);
  EXPECT_EQ(scan.overflowing[0].text, "ns.many: $a");
  EXPECT_THAT(Names(*rules, scan), ElementsAre("many", "other"));
  EXPECT_EQ(scan.matches[0].strings.size(), 5U);
  EXPECT_GE(scan.matches[0].total_strings, 1'000'000U);
}

TEST(ScannerTest, MessagesOfTheConsoleModuleGoNowhere) {
  const auto rules = Compile(
      "import \"console\" rule a { condition: console.log(\"hello\") }");
  auto scanner = YaraScanner::New(rules);
  ASSERT_TRUE(scanner.ok());
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  EXPECT_EQ((*scanner)->Scan("abc", kForever, 9).matches.size(), 1U);
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

void OnSignal(int) {}

TEST(ScannerTest, TheHostsSignalHandlersSurviveScansOnManyThreads) {
  struct sigaction mine = {};
  mine.sa_handler = OnSignal;
  mine.sa_flags = SA_ONSTACK;
  struct sigaction before;
  ASSERT_EQ(sigaction(SIGSEGV, &mine, &before), 0);
  const auto rules =
      Compile("rule a { strings: $a = /a.{1,5}b/ condition: $a }");
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      auto scanner = YaraScanner::New(rules);
      for (int i = 0; i < 200; ++i) {
        (void)(*scanner)->Scan("xxaccbxx", kForever, 9);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  struct sigaction after;
  ASSERT_EQ(sigaction(SIGSEGV, &before, &after), 0);
  EXPECT_EQ(after.sa_handler, &OnSignal);
  EXPECT_NE(after.sa_flags & SA_ONSTACK, 0);
}

TEST(RulesTest, SavingWhileOthersScanGivesGoodRules) {
  const auto rules = Compile("rule a { strings: $a = \"abc\" condition: $a }");
  std::atomic<bool> stop = false;
  std::atomic<int> wrong = 0;
  std::thread other([&] {
    auto scanner = YaraScanner::New(rules);
    while (!stop) {
      wrong += (*scanner)->Scan("xabc", kForever, 9).matches.size() != 1;
    }
  });
  std::string first;
  for (int i = 0; i < 50; ++i) {
    std::string blob;
    ASSERT_TRUE(rules->Save(&blob).ok());
    if (first.empty()) first = blob;
    EXPECT_EQ(blob, first);
  }
  stop = true;
  other.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace cupel
