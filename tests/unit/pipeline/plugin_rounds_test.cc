// What plugins make becomes payloads: breadth first, once, and the same
// whatever the number of threads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugin_fixture.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using RoundsTest = PluginScanTest;

std::vector<std::string> Paths(const Report& report) {
  std::vector<std::string> paths;
  for (const PayloadRecord& payload : report.payloads) {
    paths.push_back(PayloadPath(report, payload.id));
  }
  return paths;
}

TEST_F(RoundsTest, WhatAPluginMadeMeetsTheRules) {
  AddEager("decoder:rot", [](const PluginRequest& r, PluginAnswer* answer) {
    if (r.depth > 0) return absl::OkStatus();
    return Copy(answer, "here is EVIL", "plain");
  });
  const auto report = Scan("nothing to see");
  EXPECT_THAT(Paths(*report), ElementsAre("input", "input!/plain"));
  EXPECT_EQ(report->verdict, Verdict::kMatched);
  EXPECT_EQ(report->score, 5);
  EXPECT_EQ(report->payload(1).verdict, Verdict::kMatched);
  EXPECT_EQ(report->payload(1).last_descendant, 2u);
}

TEST_F(RoundsTest, BreadthFirstAndArchivesDepthFirst) {
  AddEager("carver:c", [](const PluginRequest& r, PluginAnswer* answer) {
    if (r.path == "input") {
      EXPECT_TRUE(Copy(answer, "first", "1").ok());
      EXPECT_TRUE(Copy(answer, TarEntry("in", "tar") + TarEnd(), "2").ok());
    }
    if (r.path == "input!/1") return Copy(answer, "of the first", "1.1");
    return absl::OkStatus();
  });
  const auto report = Scan("nothing to see");
  EXPECT_THAT(Paths(*report), ElementsAre("input", "input!/1", "input!/2",
                                          "input!/2!/in", "input!/1!/1.1"));
}

TEST_F(RoundsTest, ASliceIsNotCopiedAndKeepsItsOffset) {
  const char* base = nullptr;
  const char* slice = nullptr;
  AddEager("carver:tail", [&](const PluginRequest& r, PluginAnswer* answer) {
    if (r.depth == 0) {
      base = r.bytes.data();
      return Tail(r, answer);
    }
    slice = r.bytes.data();
    return absl::OkStatus();
  });
  const auto report = Scan("xEVIL");
  EXPECT_EQ(slice, base + 1);
  EXPECT_EQ(report->payload(2).offset, 1u);
}

TEST_F(RoundsTest, TheSameBytesAreOnePayloadWithAllItsParents) {
  auto plugin =
      AddEager("decoder:d", [](const PluginRequest& r, PluginAnswer* answer) {
        if (r.name == "same") return absl::OkStatus();
        return Copy(answer, "EVIL twice", "same");
      });
  const auto report = Scan(TarEntry("a", "1") + TarEntry("b", "2") + TarEnd());
  EXPECT_THAT(Paths(*report),
              ElementsAre("input", "input!/a", "input!/b", "input!/same"));
  ASSERT_EQ(report->payload(4).others.size(), 2u);
  EXPECT_EQ(plugin->calls, 4);
  EXPECT_EQ(report->payload(3).verdict, Verdict::kMatched);
  EXPECT_EQ(report->payload(2).verdict, Verdict::kMatched);
}

TEST_F(RoundsTest, APayloadThatMakesItselfComesToAnEnd) {
  auto plugin = AddEager("decoder:same",
                         [](const PluginRequest& r, PluginAnswer* answer) {
                           return Copy(answer, std::string(r.bytes));
                         });
  const auto report = Scan("ouroboros");
  EXPECT_EQ(plugin->calls, 1);
  EXPECT_EQ(report->payloads.size(), 1u);
  EXPECT_EQ(report->verdict, Verdict::kClean);
}

TEST_F(RoundsTest, ChildrenGoWhereTheirMakerSends) {
  auto worker = Add("worker:w", Nothing);
  AddEager("carver:c", [](const PluginRequest& r, PluginAnswer* answer) {
    if (r.depth > 0) return absl::OkStatus();
    PluginChild child;
    child.bytes = SharedBytes::Own("bytes");
    child.metadata = R"({"k":1})";
    child.dispatch = {*ParsePluginName("worker:w")};
    return answer->AddChild(std::move(child));
  });
  const auto report = Scan("nothing");
  EXPECT_EQ(worker->calls, 1);
  EXPECT_EQ(report->payload(2).metadata, R"({"k":1})");
  EXPECT_EQ(report->payload(2).raw_name, "c#2");
}

TEST_F(RoundsTest, WhatIsLeftUnscannedIsSaid) {
  AddEager("carver:c", [](const PluginRequest& r, PluginAnswer* answer) {
    if (r.depth > 0) return absl::OkStatus();
    PluginChild child;
    child.bytes = SharedBytes::Own("EVIL");
    child.scan = false;
    EXPECT_TRUE(answer->AddChild(child).ok());
    child.bytes = {r.owner, r.bytes.substr(0, 2)};
    child.offset = 0;
    return answer->AddChild(child);
  });
  const auto report = Scan("xEVI");
  EXPECT_EQ(report->payload(2).coverage, Coverage::kNone);
  EXPECT_EQ(report->payload(3).coverage, Coverage::kComplete);
  EXPECT_EQ(report->verdict, Verdict::kUnknown);
}

// A tree of 4 x 4 x 4 payloads under each of several archive members, some of
// them equal, made by plugins that also fail now and then.
TEST_F(RoundsTest, TheReportIsTheSameWhateverTheThreads) {
  AddEager("carver:tree", [](const PluginRequest& r, PluginAnswer* answer) {
    if (r.depth >= 3) return absl::OkStatus();
    for (int i = 0; i < 4; ++i) {
      std::string bytes = std::string(r.bytes.substr(0, 3)) +
                          std::to_string(i % 3) + (i == 2 ? "EVIL" : "");
      EXPECT_TRUE(Copy(answer, std::move(bytes), std::to_string(i)).ok());
    }
    if (r.sha256[0] < '4') return DataLoss("a bad day");
    return absl::OkStatus();
  });
  AddEager("worker:say", [](const PluginRequest& r, PluginAnswer* answer) {
    return answer->AddResult(std::to_string(r.bytes.size()));
  });
  std::string tar;
  for (int i = 0; i < 12; ++i) {
    tar += TarEntry("m" + std::to_string(i), std::to_string(i) + "abc");
  }
  tar += TarEnd();
  options.limits.files = 100;
  options.threads = 1;
  const std::string one = Json(*Scan(tar));
  for (const uint32_t threads : {2u, 5u}) {
    options.threads = threads;
    EXPECT_EQ(one, Json(*Scan(tar))) << threads;
  }
}

TEST_F(RoundsTest, EachInputIsWholeBeforeTheNext) {
  AddEager("carver:c", [](const PluginRequest& r, PluginAnswer* answer) {
    if (r.depth > 0) return absl::OkStatus();
    return Copy(answer, std::string(r.bytes) + "+", "child");
  });
  const auto report =
      Scan({{.kind = ScanInput::Kind::kMemory, .name = "a", .bytes = "1"},
            {.kind = ScanInput::Kind::kMemory, .name = "b", .bytes = "2"}});
  EXPECT_THAT(Paths(*report), ElementsAre("a", "a!/child", "b", "b!/child"));
}

TEST_F(RoundsTest, TimesAreThoseOfThisScanAndOfWhatWasCalled) {
  AddEager("decoder:rot", [](const PluginRequest& r, PluginAnswer* answer) {
    if (r.depth > 0) return absl::OkStatus();
    return Copy(answer, "here is EVIL", "plain");
  });
  Add("worker:idle",
      [](const PluginRequest&, PluginAnswer*) { return absl::OkStatus(); });
  const auto report = Scan("nothing to see");
  EXPECT_GT(report->rules_ns, 0u);
  EXPECT_LE(report->rules_ns, report->elapsed_ns);
  ASSERT_EQ(report->plugin_ns.size(), 1u);
  EXPECT_EQ(report->plugin_ns.begin()->first, "decoder:rot");
  EXPECT_LE(report->plugin_ns.begin()->second, report->elapsed_ns);
}

}  // namespace
}  // namespace cupel
