#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "scan_fixture.h"

namespace cupel {
namespace {

using ::testing::Contains;
using DeterminismTest = ScanTest;

std::string ManyFiles() {
  std::string tar;
  for (int i = 0; i < 300; ++i) {
    const std::string name = "f" + std::to_string(i);
    // Some alike, some with findings, some archives, some links.
    std::string content = "content " + std::to_string(i % 50);
    if (i % 7 == 0) content += " EVIL";
    if (i % 31 == 0) {
      content =
          TarEntry("inner", "EVIL " + name) + TarEntry("x", "x") + TarEnd();
    }
    tar += TarEntry(name, content);
    if (i % 11 == 0) tar += TarEntry("l" + name, "", '2', name);
  }
  return tar + TarEnd();
}

TEST_F(DeterminismTest, TheNumberOfThreadsDoesNotShow) {
  const std::string tar = ManyFiles();
  const std::string one = Json(*Scan(tar));
  for (const uint32_t threads : {2u, 4u, 7u}) {
    options.threads = threads;
    for (int round = 0; round < 3; ++round) {
      ASSERT_EQ(Json(*Scan(tar)), one) << threads;
    }
  }
}

TEST_F(DeterminismTest, FindingsAreHandedOutInTheReportsOrder) {
  const std::string tar = ManyFiles();
  for (const uint32_t threads : {1u, 4u}) {
    options.threads = threads;
    std::vector<std::pair<uint32_t, uint32_t>> handed_out;
    options.finding = [&](const Report&, const PayloadRecord& payload,
                          const Finding& finding) {
      handed_out.emplace_back(payload.id, finding.found->rule);
      return true;
    };
    const auto report = Scan(tar);
    std::vector<std::pair<uint32_t, uint32_t>> in_report;
    for (const uint32_t id : report->order) {
      ForEachFinding(*report, report->payload(id), [&](const Finding& finding) {
        in_report.emplace_back(id, finding.found->rule);
      });
    }
    EXPECT_EQ(handed_out, in_report);
    EXPECT_EQ(handed_out.size(), report->findings);
  }
}

TEST_F(DeterminismTest, ACallbackThatSaysNoEndsTheScan) {
  int calls = 0;
  options.finding = [&](const Report&, const PayloadRecord&, const Finding&) {
    ++calls;
    return false;
  };
  const auto report = Scan(ManyFiles());
  EXPECT_GE(calls, 1);
  EXPECT_EQ(report->verdict, Verdict::kMatched);
  EXPECT_EQ(report->coverage, Coverage::kPartial);
  EXPECT_THAT(Incidents(*report), Contains("cancelled cancelled input"));
}

TEST_F(DeterminismTest, CancelledBeforeItBegan) {
  Cancel cancel;
  cancel.Trigger();
  for (const uint32_t threads : {1u, 3u}) {
    options.threads = threads;
    const auto report =
        Scan({{.kind = ScanInput::Kind::kMemory, .name = "a", .bytes = "EVIL"}},
             &cancel);
    EXPECT_EQ(report->verdict, Verdict::kUnknown);
    EXPECT_EQ(report->coverage, Coverage::kNone);
  }
}

// The second file takes for ever; only Interrupt can end it.
TEST_F(DeterminismTest, CancelEndsARunningScan) {
  rules =
      Rules(std::string(kEvilRule) +
            "rule slow { condition: filesize > 100 and for any i in "
            "(0..filesize) : (for any j in (0..filesize) : (uint8(j) == 1)) "
            "}");
  const std::string big(1u << 20, 'x');
  options.limits.file_time_ns = kUnlimited;
  for (const uint32_t threads : {1u, 3u}) {
    options.threads = threads;
    Cancel cancel;
    // With several threads the one that hands findings out may be the one that
    // scans `slow`, so this can't wait for the finding alone.
    std::promise<void> found;
    options.finding = [&](const Report&, const PayloadRecord&, const Finding&) {
      found.set_value();
      return true;
    };
    std::thread canceller([&] {
      found.get_future().wait_for(std::chrono::seconds(2));
      cancel.Trigger();
    });
    const auto report = Scan(
        {{.kind = ScanInput::Kind::kMemory, .name = "evil", .bytes = "EVIL"},
         {.kind = ScanInput::Kind::kMemory, .name = "slow", .bytes = big},
         {.kind = ScanInput::Kind::kMemory, .name = "last", .bytes = "x"}},
        &cancel);
    canceller.join();
    EXPECT_THAT(Incidents(*report), Contains("cancelled cancelled slow"));
    EXPECT_EQ(report->verdict, Verdict::kMatched);
    EXPECT_EQ(report->coverage, Coverage::kPartial);
  }
}

}  // namespace
}  // namespace cupel
