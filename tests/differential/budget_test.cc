// A file has one budget of time, however many rules are run one by one.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/differential/compare.h"

namespace cupel::differential {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

TEST(BudgetTest, IsOneForAllCandidates) {
  // Each of them alone would need minutes. Few enough to be run one by one.
  RuleSources sources;
  std::string text;
  for (int i = 0; i < 20; ++i) {
    text += "rule r" + std::to_string(i) + " { strings: $a = \"needle" +
            std::to_string(i) +
            "_\" condition: $a and for all i in (1..filesize) : "
            "(for all j in (1..filesize) : (i + j > 0)) }\n";
  }
  sources.texts.push_back({"t", text});
  auto pair = EnginePair::Compile(sources, {});
  ASSERT_TRUE(pair.ok()) << pair.status();
  std::string bytes;
  for (int i = 0; i < 20; ++i) bytes += "needle" + std::to_string(i) + "_";
  bytes.resize(1 << 20, 'x');

  ScanRequest request;
  request.bytes = bytes;
  request.timeout_ns = 200'000'000;
  for (const RuleSet* set : {&(*pair)->plain(), &(*pair)->tested()}) {
    auto scratch = set->NewScratch();
    ASSERT_TRUE(scratch.ok()) << scratch.status();
    const auto before = Clock::now();
    const ScanAnswer answer = (*scratch)->Scan(request);
    // A budget for each rule would come to four seconds.
    EXPECT_LT(Clock::now() - before, milliseconds(2500));
    EXPECT_EQ(answer.status.code(), absl::StatusCode::kDeadlineExceeded);
  }
}

TEST(BudgetTest, NoTimeAtAllIsSaid) {
  RuleSources sources;
  sources.texts.push_back(
      {"t", "rule r { strings: $a = \"needle\" condition: $a }"});
  auto pair = EnginePair::Compile(sources, {});
  ASSERT_TRUE(pair.ok()) << pair.status();
  ScanRequest request;
  request.bytes = "a needle";
  request.timeout_ns = 0;
  for (const RuleSet* set : {&(*pair)->plain(), &(*pair)->tested()}) {
    auto scratch = set->NewScratch();
    ASSERT_TRUE(scratch.ok()) << scratch.status();
    EXPECT_EQ((*scratch)->Scan(request).status.code(),
              absl::StatusCode::kDeadlineExceeded);
  }
}

}  // namespace
}  // namespace cupel::differential
