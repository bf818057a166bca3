#include "rules/scratch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "tests/unit/rules/rules_testing.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;

constexpr char kSlow[] =
    "rule slow { condition: for all i in (0..1000000000) : ( "
    "uint8(i % filesize) != 256 ) }";

TEST(ScratchTest, KeepsItsRulesAlive) {
  auto rules = FromText("rule a { strings: $a = \"abc\" condition: $a }");
  auto scratch = rules->NewScratch();
  ASSERT_TRUE(scratch.ok());
  rules.reset();
  ScanRequest request;
  request.bytes = "xabc";
  const ScanAnswer answer = (*scratch)->Scan(request);
  ASSERT_EQ(answer.matches.size(), 1U);
  EXPECT_EQ(answer.matches[0].strings[0].id, "$a");
  EXPECT_EQ(answer.matches[0].strings[0].offset, 1U);
}

TEST(ScratchTest, OnlyTheRulesThatAreAskedForAreInTheAnswer) {
  const auto rules = FromText(
      "rule a { strings: $a = \"abc\" condition: $a } "
      "rule b { condition: a } "
      "rule c { condition: filesize > 2 }");
  auto scratch = rules->NewScratch();
  ASSERT_TRUE(scratch.ok());
  const RuleSubset only({2, 1}, rules->rules().size());
  ScanRequest request;
  request.bytes = "xabc";
  request.only = &only;
  const ScanAnswer answer = (*scratch)->Scan(request);
  ASSERT_TRUE(answer.status.ok()) << answer.status;
  ASSERT_EQ(answer.matches.size(), 2U);
  EXPECT_EQ(answer.matches[0].rule, 1U);
  EXPECT_EQ(answer.matches[1].rule, 2U);
}

TEST(ScratchTest, InterruptFromAnotherThreadAndReset) {
  const auto rules = FromText(
      "rule a { strings: $a = /a[^b]{1,30}b/ "
      "condition: $a }");
  auto scratch = rules->NewScratch();
  ASSERT_TRUE(scratch.ok());
  const std::string big(size_t{64} << 20, 'a');
  ScanRequest request;
  request.bytes = big;
  std::thread other([&] { (*scratch)->Interrupt(); });
  // Whether the interrupt comes before, in the middle or never too late: the
  // buffer takes minutes.
  EXPECT_TRUE(absl::IsCancelled((*scratch)->Scan(request).status));
  other.join();
  request.bytes = "axb";
  EXPECT_TRUE(absl::IsCancelled((*scratch)->Scan(request).status));
  (*scratch)->Reset();
  const ScanAnswer answer = (*scratch)->Scan(request);
  EXPECT_TRUE(answer.status.ok());
  EXPECT_EQ(answer.matches.size(), 1U);
}

TEST(ScratchTest, TimeOutKeepsWhatWasReportedBefore) {
  // Two parts that are scanned one after the other: what the first has
  // reported stays when the second runs out of time.
  const TempDir dir;
  const std::string slow = dir / "slow.bin";
  ASSERT_TRUE(FromText(kSlow)->Save(slow).ok());
  const auto rules =
      MustCompile({{slow}, {{"t", "rule quick { condition: true }"}}});
  ASSERT_NE(rules, nullptr);
  ScanRequest request;
  request.bytes = "abc";
  request.timeout_ns = 20'000'000;
  const ScanAnswer answer = ScanWith(*rules, request);
  EXPECT_TRUE(absl::IsDeadlineExceeded(answer.status)) << answer.status;
  ASSERT_EQ(answer.matches.size(), 1U);
  EXPECT_EQ(rules->rules()[answer.matches[0].rule].name, "quick");
  request.timeout_ns = 0;
  EXPECT_TRUE(absl::IsDeadlineExceeded(ScanWith(*rules, request).status));
}

TEST(ScratchTest, StringsPerRuleAreBounded) {
  const auto rules = FromText("rule a { strings: $a = \"a\" condition: $a }");
  ScanRequest request;
  const std::string bytes(5000, 'a');
  request.bytes = bytes;
  ScanAnswer answer = ScanWith(*rules, request);
  EXPECT_EQ(answer.matches[0].strings.size(), 1000U);
  EXPECT_EQ(answer.matches[0].total_strings, 5000U);
  request.max_strings_per_rule = 0;
  answer = ScanWith(*rules, request);
  EXPECT_EQ(answer.matches[0].strings.size(), 0U);
  EXPECT_EQ(answer.matches[0].total_strings, 5000U);
}

TEST(ScratchTest, StringsThatLibyaraGaveUpAreReported) {
  const auto rules =
      FromText("rule a { strings: $a = \"aaaa\" condition: $a }");
  ScanRequest request;
  const std::string bytes(1'100'000, 'a');
  request.bytes = bytes;
  const ScanAnswer answer = ScanWith(*rules, request);
  EXPECT_TRUE(answer.status.ok()) << answer.status;
  EXPECT_THAT(answer.overflowing, ElementsAre("t.a: $a"));
}

TEST(ScratchTest, TwoThreadsOnOneSet) {
  const auto rules = FromText(
      "import \"pe\" rule a { strings: $a = /a.b/ condition: $a } "
      "rule m { condition: uint16(0) == 0x5A4D } "
      "rule n { condition: filename == \"1\" }");
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 2; ++t) {
    threads.emplace_back([&, t] {
      auto scratch = rules->NewScratch();
      const std::string name = std::to_string(t);
      ScanRequest request;
      request.externals.filename = name;
      for (int i = 0; i < 300; ++i) {
        request.bytes = i % 2 == 0 ? "MZ axb" : "no axb";
        const size_t expected = 1 + (i % 2 == 0) + (t == 1);
        wrong += (*scratch)->Scan(request).matches.size() != expected;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace cupel
