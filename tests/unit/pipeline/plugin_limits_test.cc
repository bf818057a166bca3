// Limits on what plugins make and take: each fires where it says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "plugin_fixture.h"

namespace cupel {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using PluginLimitsTest = PluginScanTest;

absl::Status Longer(const PluginRequest& r, PluginAnswer* answer) {
  PluginChild child;
  child.bytes = SharedBytes::Own(std::string(r.bytes) + "x");
  return answer->AddChild(std::move(child));
}

TEST_F(PluginLimitsTest, AnEndlessChainEndsAtTheDepth) {
  auto plugin = AddEager("decoder:endless", Longer);
  options.limits.depth = 5;
  const auto report = Scan("start");
  EXPECT_EQ(report->payloads.size(), 6u) << "the input and five levels";
  EXPECT_EQ(plugin->calls, 6);
  ASSERT_EQ(report->incidents.size(), 1u);
  EXPECT_EQ(report->incidents[0].name, "depth");
  EXPECT_EQ(report->incidents[0].payload, 6u);
  EXPECT_EQ(report->verdict, Verdict::kUnknown);
}

TEST_F(PluginLimitsTest, AnEndlessChainWithoutADepthEndsAtTheFiles) {
  AddEager("decoder:endless", Longer);
  options.limits.depth = kUnlimited;
  options.limits.files = 20;
  const auto report = Scan("start");
  EXPECT_EQ(report->payloads.size(), 21u);
  EXPECT_EQ(report->incidents[0].name, "files");
}

TEST_F(PluginLimitsTest, FilesAreCountedExactly) {
  AddEager("carver:c", [](const PluginRequest& r, PluginAnswer* answer) {
    if (r.depth > 0) return absl::OkStatus();
    absl::Status status;
    for (int i = 0; i < 3 && status.ok(); ++i) {
      status = Copy(answer, "child " + std::to_string(i));
    }
    EXPECT_EQ(status.ok(), answer->children.size() == 3);
    return absl::OkStatus();
  });
  options.limits.files = 3;
  EXPECT_THAT(Incidents(*Scan("x")), IsEmpty());
  options.limits.files = 2;
  const auto report = Scan("x");
  EXPECT_EQ(report->payloads.size(), 3u);
  // The plugin is told after two, and what it had is told too.
  EXPECT_THAT(Incidents(*report), ElementsAre("limit plugin_children input"));
}

TEST_F(PluginLimitsTest, TotalBytesCutsTheLastOne) {
  AddEager("carver:c", [](const PluginRequest& r, PluginAnswer* answer) {
    if (r.depth > 0) return absl::OkStatus();
    EXPECT_TRUE(Copy(answer, "0123456789", "a").ok());
    return Copy(answer, "abcdefEVIL", "b");
  });
  options.limits.total_bytes = 20;
  EXPECT_EQ(Scan("x")->coverage, Coverage::kComplete);
  // The plugin may hand back 19 at most, so the second is refused already.
  options.limits.total_bytes = 19;
  EXPECT_THAT(Incidents(*Scan("x")), Contains("limit plugin_bytes input"));
  // Slices cost nothing to hand back, but are scanned.
  plugins.run.clear();
  AddEager("carver:tail", [](const PluginRequest& r, PluginAnswer* answer) {
    return r.depth > 0 ? absl::OkStatus() : Tail(r, answer);
  });
  options.limits.total_bytes = 7;
  const auto report = Scan("0123456789");
  EXPECT_EQ(report->payload(2).size, 7u);
  EXPECT_THAT(Incidents(*report),
              ElementsAre("limit total_bytes input",
                          "limit total_bytes input!/tail#2"));
}

TEST_F(PluginLimitsTest, AChildOverFileBytesIsScannedUpToIt) {
  AddEager("carver:c", [](const PluginRequest& r, PluginAnswer* answer) {
    if (r.depth > 0) return absl::OkStatus();
    return Copy(answer, "EVIL" + std::string(100, 'x'), "big");
  });
  options.limits.file_bytes = 50;
  const auto report = Scan("x");
  EXPECT_EQ(report->payload(2).size, 50u);
  EXPECT_EQ(report->verdict, Verdict::kMatched);
  EXPECT_THAT(Incidents(*report), Contains("limit file_bytes input!/big"));
}

// Of all that is made the first fit, whoever was done first.
TEST_F(PluginLimitsTest, WhatPluginsMadeIsHeldUpToTheLimit) {
  AddEager("decoder:grow", [&](const PluginRequest& r, PluginAnswer* answer) {
    if (r.depth != 1) return absl::OkStatus();
    // The later ones are smaller, and would still fit.
    const size_t size = r.name[0] < 'm' ? 900 : 100;
    for (int i = 0; i < 3; ++i) {
      EXPECT_TRUE(
          Copy(answer, std::string(size, r.name[0]) + std::to_string(i)).ok());
    }
    return absl::OkStatus();
  });
  options.limits.memory_bytes = 12'000;
  std::string tar;
  for (char c = 'a'; c <= 'z'; ++c) {
    tar += TarEntry(std::string(1, c), std::string(1, c) + "EVIL");
  }
  tar += TarEnd();
  std::string first;
  for (const uint32_t threads : {1u, 2u, 5u}) {
    options.threads = threads;
    const auto report = Scan(tar);
    auto paths = ByPath(*report);
    for (char c = 'a'; c <= 'z'; ++c) {
      EXPECT_EQ(paths["input!/" + std::string(1, c)].findings, 1u) << c;
    }
    EXPECT_EQ(report->payloads.size(), 27u + 13u) << "13 of 901 bytes fit";
    EXPECT_EQ(report->incidents.size(), 26u - 4u) << "from the fifth on";
    if (first.empty()) first = Json(*report);
    EXPECT_EQ(Json(*report), first);
  }
}

TEST_F(PluginLimitsTest, SlicesGiveWayToWhatIsInTheArchive) {
  PluginInfo info;
  info.consumes = {"text/*"};
  AddEager(
      "carver:tail",
      [](const PluginRequest& r, PluginAnswer* answer) {
        return r.depth == 1 ? Tail(r, answer) : absl::OkStatus();
      },
      info);
  options.limits.memory_bytes = 16'384;
  std::string tar;
  for (char c = 'a'; c <= 'h'; ++c) {
    tar += TarEntry(std::string(1, c), std::string(4000, c) + "EVIL");
  }
  tar += TarEnd();
  std::string first;
  for (const uint32_t threads : {1u, 2u, 5u}) {
    options.threads = threads;
    // Not in one piece of memory, or the tar would count as well.
    const TempDir folder;
    const auto report = Scan(
        {{.name = folder.Write("x.tar", tar + std::string(2 << 20, '\0'))}});
    uint32_t found = 0;
    uint32_t slices = 0;
    for (const PayloadRecord& payload : report->payloads) {
      found += payload.findings;
      slices += payload.producer != kNoPlugin;
    }
    EXPECT_EQ(found, 8u + slices) << "no member was left out";
    EXPECT_GT(slices, 0u);
    EXPECT_LT(slices, 8u);
    EXPECT_EQ(report->verdict, Verdict::kMatched);
    EXPECT_EQ(report->coverage, Coverage::kPartial);
    const std::string now =
        std::to_string(slices) + "/" + std::to_string(report->incidents.size());
    if (first.empty()) first = now;
    EXPECT_EQ(now, first);
  }
}

TEST_F(PluginLimitsTest, ACallThatTakesTooLongIsATimeout) {
  AddEager("worker:slow", [](const PluginRequest& r, PluginAnswer* answer) {
    EXPECT_TRUE(answer->AddResult("\"before\"").ok());
    // Until the deadline that it was given.
    while (!r.deadline.passed()) std::this_thread::yield();
    return DeadlineExceeded("too slow");
  });
  options.limits.plugin_time_ns = 1'000'000;
  const auto report = Scan("EVIL");
  EXPECT_THAT(Incidents(*report), ElementsAre("timeout plugin_time input"));
  EXPECT_EQ(report->incidents[0].detail, "worker:slow");
  EXPECT_EQ(report->payload(1).sayings->results[0].json, "\"before\"");
  EXPECT_TRUE(report->plugins[0].used);
  EXPECT_EQ(report->verdict, Verdict::kMatched);
}

TEST_F(PluginLimitsTest, CancellingEndsAPluginThatAsks) {
  std::promise<void> inside;
  AddEager("worker:slow", [&](const PluginRequest& r, PluginAnswer*) {
    if (r.name == "a") inside.set_value();
    while (!r.cancel->triggered()) std::this_thread::yield();
    return Cancelled("as you wish");
  });
  const std::string tar = TarEntry("a", "1") + TarEntry("b", "EVIL") + TarEnd();
  Cancel cancel;
  std::thread other([&] {
    inside.get_future().wait();
    cancel.Trigger();
  });
  const auto report =
      Scan({{.kind = ScanInput::Kind::kMemory, .name = "input", .bytes = tar}},
           &cancel);
  other.join();
  EXPECT_THAT(Incidents(*report), Contains("cancelled cancelled input!/a"));
  EXPECT_EQ(report->coverage, Coverage::kPartial);
}

TEST_F(PluginLimitsTest, RulesCannotAskForCallsWithoutEnd) {
  auto plugin = Add("decoder:x", Nothing);
  std::string text;
  for (int i = 0; i < 4200; ++i) {
    text += "rule r" + std::to_string(i) +
            " { meta: plugin = \"decoder:x\" key = " + std::to_string(i) +
            " condition: true }\n";
  }
  Dispatch(std::move(text));
  const auto report = Scan("EVIL");
  EXPECT_EQ(plugin->calls, 4096);
  EXPECT_THAT(Incidents(*report), ElementsAre("limit plugin_calls input"));
  EXPECT_EQ(report->incidents[0].value, 4096u);
}

TEST_F(PluginLimitsTest, PluginsCannotCallOneAnotherWithoutEnd) {
  PluginInfo info;
  info.reentrant = true;
  absl::Status innermost;
  auto plugin = AddEager(
      "worker:again",
      [&](const PluginRequest& r, PluginAnswer*) {
        PluginAnswer nested;
        const absl::Status status = r.services->nested(
            *ParsePluginName("worker:again"), r.bytes, "", &nested);
        if (!status.ok()) innermost = status;
        return absl::OkStatus();
      },
      info);
  Scan("EVIL");
  EXPECT_EQ(plugin->calls, 16);
  EXPECT_TRUE(absl::IsResourceExhausted(innermost)) << innermost;
}

TEST_F(PluginLimitsTest, ErrorsAreListedAndBounded) {
  AddEager("worker:noisy", [](const PluginRequest&, PluginAnswer* answer) {
    for (int i = 0; i < 250; ++i) {
      answer->AddError(absl::StatusCode::kDataLoss,
                       "no. " + std::to_string(1000 + i));
    }
    return absl::OkStatus();
  });
  const auto report = Scan("EVIL");
  EXPECT_EQ(report->incidents.size(), 101u);
  EXPECT_EQ(report->incidents.back().detail, "no. 1099");
  EXPECT_EQ(report->incidents.front().detail, "and 150 more errors");
}

}  // namespace
}  // namespace cupel
