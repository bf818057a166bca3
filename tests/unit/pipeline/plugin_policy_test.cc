// Labels, rates, threads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugin_fixture.h"

namespace cupel {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using PolicyTest = PluginScanTest;

TEST_F(PolicyTest, ALabelKeepsPluginsAwayThatMayNotSeeIt) {
  PluginInfo info;
  info.max_tlp = Tlp::kAmber;
  auto plugin = AddEager("worker:w", Nothing, info);
  struct Case {
    const char* label;
    int calls;
  };
  for (const Case& c : std::vector<Case>{{"", 1},
                                         {"white", 1},
                                         {"clear", 1},
                                         {"green", 1},
                                         {"TLP:AMBER", 1},
                                         {"amber+strict", 0},
                                         {"red", 0},
                                         {"bogus", 0}}) {
    plugin->calls = 0;
    plugins.tlp = c.label;
    const auto report = Scan("harmless");
    EXPECT_EQ(plugin->calls, c.calls) << c.label;
    if (c.calls == 1) {
      EXPECT_THAT(Incidents(*report), IsEmpty()) << c.label;
    } else {
      EXPECT_THAT(Incidents(*report), ElementsAre("policy worker:w input"));
      EXPECT_EQ(report->verdict, Verdict::kClean) << "nothing was owed";
    }
  }
}

TEST_F(PolicyTest, TheLabelGoesAlongAndIntoTheReport) {
  std::string seen;
  AddEager("worker:w", [&](const PluginRequest& r, PluginAnswer*) {
    seen = r.tlp;
    return absl::OkStatus();
  });
  plugins.tlp = "WHITE";
  plugins.metadata = R"({"case":7})";
  const auto report = Scan("x");
  EXPECT_EQ(report->tlp, "clear");
  EXPECT_THAT(Json(*report), HasSubstr(R"("metadata":{"case":7})"));
  EXPECT_EQ(*TlpOf(seen), Tlp::kClear);
}

TEST_F(PolicyTest, ConnectorsHaveLabelsToo) {
  PluginInfo info;
  info.max_tlp = Tlp::kGreen;
  auto plugin = Add("connector:c", Nothing, info);
  plugins.connectors = {plugin->info().id};
  plugins.tlp = "red";
  const auto report = Scan("x");
  EXPECT_EQ(plugin->calls, 0);
  EXPECT_THAT(Incidents(*report), Contains("policy connector:c"));
}

TEST_F(PolicyTest, ARateIsKeptByAllThreadsTogether) {
  std::mutex mutex;
  std::vector<int64_t> starts;
  PluginInfo info;
  info.rate_limit = "100/1";
  AddEager(
      "worker:w",
      [&](const PluginRequest&, PluginAnswer*) {
        const std::lock_guard lock(mutex);
        starts.push_back(MonotonicNanos());
        return absl::OkStatus();
      },
      info);
  options.threads = 4;
  const int64_t before = MonotonicNanos();
  Scan(TarEntry("a", "1") + TarEntry("b", "2") + TarEntry("c", "3") + TarEnd());
  ASSERT_EQ(starts.size(), 4u);
  // Three of the four had to wait for their turn.
  EXPECT_GE(MonotonicNanos() - before, 30'000'000);
}

TEST_F(PolicyTest, ARateThatIsNoneIsToldAsSuch) {
  PluginInfo info;
  info.rate_limit = "often";
  auto plugin = AddEager("worker:w", Nothing, info);
  const auto report = Scan("x");
  EXPECT_EQ(plugin->calls, 0);
  EXPECT_THAT(Detail(*report, "worker:w"), HasSubstr("often"));
}

TEST_F(PolicyTest, EachThreadHasItsOwnUnlessThePluginIsReentrant) {
  auto own = AddEager("worker:own", Nothing);
  PluginInfo info;
  info.reentrant = true;
  auto shared = AddEager("worker:shared", Nothing, info);
  std::string tar;
  for (int i = 0; i < 300; ++i) {
    tar += TarEntry("m" + std::to_string(i), std::to_string(i));
  }
  tar += TarEnd();
  options.threads = 3;
  Scan(tar);
  EXPECT_EQ(own->calls, 301);
  EXPECT_EQ(shared->calls, 301);
  EXPECT_LE(own->activated, 3);
  EXPECT_EQ(shared->activated, 1);
}

}  // namespace
}  // namespace cupel
