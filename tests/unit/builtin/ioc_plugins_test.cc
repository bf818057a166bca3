#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "builtin/tables.h"
#include "tests/unit/builtin/plugin_testing.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kText = "evil.com 192.0.2.1 evil.com a.evil.com";

TEST(IocregexReaderTest, GivesOffsetsByType) {
  const PluginRun run = RunPlugin(kIocregexReader, kText);
  EXPECT_THAT(run.answer.results,
              ElementsAre(R"({"domain":[{"value":"a.evil.com","offset":28},)"
                          R"({"value":"evil.com","offset":0}],)"
                          R"("ipv4":[{"value":"192.0.2.1","offset":9}]})"));
  EXPECT_THAT(RunPlugin(kIocregexReader, "nothing").answer.results,
              ElementsAre("{}"));
}

TEST(IocregexReaderTest, TakesOptionsAsTextsToo) {
  const PluginRun run = RunPlugin(kIocregexReader, kText,
                                  R"({"types": "ipv4 domain", "allow":
                    "{\"domain\": [\".evil.com\"]}", "max_count": "5"})");
  EXPECT_THAT(run.answer.results,
              ElementsAre(R"({"ipv4":[{"value":"192.0.2.1","offset":9}]})"));
}

TEST(IocregexReaderTest, NamesAnOptionThatIsWrong) {
  EXPECT_THAT(
      RunPlugin(kIocregexReader, "", R"({"types": "ipv4 ipv5"})").Message(),
      HasSubstr("reader:iocregex: option 'types': 'ipv5' is none of all, "
                "domain, email"));
  EXPECT_THAT(
      RunPlugin(kIocregexReader, "", R"({"allow": {"ipv9": []}})").Message(),
      HasSubstr("option 'allow': 'ipv9' is no type"));
  EXPECT_THAT(RunPlugin(kIocregexReader, "", R"({"allow": "{"})").Message(),
              HasSubstr("option 'allow': it"));
}

TEST(IocregexReaderTest, SaysWhatIsLeftOut) {
  const PluginRun run =
      RunPlugin(kIocregexReader, kText, R"({"max_count": 1})");
  EXPECT_TRUE(run.status.ok());
  ASSERT_EQ(run.answer.errors.size(), 1u);
  EXPECT_THAT(run.answer.errors[0].message,
              HasSubstr("1 mentions of type domain are left out"));
}

TEST(IocextractWorkerTest, ListsValues) {
  EXPECT_THAT(
      RunPlugin(kIocextractWorker, kText).answer.results,
      ElementsAre(
          R"({"domain":["a.evil.com","evil.com"],"ipv4":["192.0.2.1"]})"));
}

TEST(IocextractWorkerTest, ReadsFirstIfItIsToldTo) {
  const std::string wide = [] {
    std::string bytes;
    for (const char c : kText) bytes += {c, '\0'};
    return bytes;
  }();
  EXPECT_THAT(RunPlugin(kIocextractWorker, wide).answer.results,
              ElementsAre("{}"));
  PluginServices services;
  services.nested = [](const PluginName& name, std::string_view bytes,
                       std::string_view, PluginAnswer* answer) -> absl::Status {
    if (name.name != "text") return NotFound("no such plugin");
    const PluginRun read = RunPlugin(kTextReader, bytes);
    for (const PluginChild& child : read.answer.children) {
      CUPEL_RETURN_IF_ERROR(answer->AddChild(child));
    }
    return read.status;
  };
  PluginUnderTest reading(kIocextractWorker, R"({"reader": "reader:text"})",
                          &services);
  EXPECT_THAT(
      reading.Call(wide).answer.results,
      ElementsAre(
          R"({"domain":["a.evil.com","evil.com"],"ipv4":["192.0.2.1"]})"));
  PluginUnderTest missing(kIocextractWorker, R"({"reader": "reader:pdf"})",
                          &services);
  const PluginRun run = missing.Call(wide);
  EXPECT_EQ(run.status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(run.Message(), HasSubstr("worker:iocextract: reader:pdf"));
}

}  // namespace
}  // namespace cupel
