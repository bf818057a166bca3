// Decorators, connectors and the archive connector.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "format/json.h"
#include "plugin_fixture.h"

namespace cupel {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using FinishTest = PluginScanTest;

TEST_F(FinishTest, DecoratorsSeeTheReportAndAddToIt) {
  auto first =
      Add("decorator:one", [](const PluginRequest& r, PluginAnswer* answer) {
        const auto report = ParseJson(r.document, "report");
        EXPECT_TRUE(report.ok());
        EXPECT_EQ((*report)["verdict"], "matched");
        return answer->AddResult(R"({"level":"high"})");
      });
  auto second =
      Add("decorator:two", [](const PluginRequest& r, PluginAnswer* answer) {
        EXPECT_THAT(std::string(r.document),
                    HasSubstr(R"("decorator:one":{"level":"high"})"));
        return answer->AddResult("[]");
      });
  plugins.decorators = {first->info().id, second->info().id};
  const auto report = Scan("EVIL");
  EXPECT_THAT(Json(*report),
              HasSubstr(R"("decorations":{"decorator:one":{"level":"high"}})"));
  EXPECT_THAT(Detail(*report, "decorator:two"), HasSubstr("must be an object"));
  EXPECT_EQ(report->coverage, Coverage::kComplete);
}

TEST_F(FinishTest, WhatADecoratorSuppressesDoesNotCount) {
  auto plugin =
      Add("decorator:quiet", [](const PluginRequest&, PluginAnswer* answer) {
        return answer->AddResult(
            R"({"suppress":[{"finding":0,"reason":"known"}]})");
      });
  plugins.decorators = {plugin->info().id};
  const auto report = Scan("EVIL");
  EXPECT_EQ(report->verdict, Verdict::kClean);
  EXPECT_EQ(report->score, 0);
  EXPECT_THAT(Json(*report), HasSubstr(R"("suppressed":{"reason":"known"})"));
}

TEST_F(FinishTest, ASuppressionOfNothingIsRefused) {
  auto plugin =
      Add("decorator:quiet", [](const PluginRequest&, PluginAnswer* answer) {
        return answer->AddResult(R"({"suppress":[{"finding":1}]})");
      });
  plugins.decorators = {plugin->info().id};
  const auto report = Scan("EVIL");
  EXPECT_EQ(report->verdict, Verdict::kMatched);
  EXPECT_THAT(Detail(*report, "decorator:quiet"),
              HasSubstr("not in the report"));
}

TEST_F(FinishTest, ConnectorsAreConnectedOnceAndGetTheDocuments) {
  std::vector<std::string> calls;
  auto plugin = Add("connector:c", [&](const PluginRequest& r, PluginAnswer*) {
    calls.push_back(std::string(MethodName(r.method)) + " " +
                    std::string(r.document));
    return absl::OkStatus();
  });
  plugins.connectors = {plugin->info().id};
  plugins.documents = [](const Report&) {
    return std::vector<std::string>{"one", "two"};
  };
  auto session = *ScanSession::New(rules, 1, plugins);
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(session
                    ->Scan({{.kind = ScanInput::Kind::kMemory,
                             .name = "x",
                             .bytes = "EVIL"}},
                           options, nullptr)
                    .ok());
  }
  session.reset();
  EXPECT_THAT(calls, ElementsAre("connect ", "save one", "save two", "save one",
                                 "save two", "disconnect "));
}

TEST_F(FinishTest, WithoutDocumentsConnectorsGetTheReport) {
  std::string document;
  auto plugin = Add("connector:c", [&](const PluginRequest& r, PluginAnswer*) {
    if (r.method == PluginMethod::kSave) document = r.document;
    return absl::OkStatus();
  });
  plugins.connectors = {plugin->info().id};
  Scan("EVIL");
  const auto json = ParseJson(document, "report");
  ASSERT_TRUE(json.ok()) << json.status();
  EXPECT_EQ((*json)["schema"], "cupel.report/1");
}

TEST_F(FinishTest, AConnectorThatFailsIsToldAndTheOthersStillSave) {
  auto bad = Add("connector:bad", [](const PluginRequest& r, PluginAnswer*) {
    return r.method == PluginMethod::kSave
               ? absl::Status(ResourceExhausted("the disk is full"))
               : absl::OkStatus();
  });
  auto good = Add("connector:good", Nothing);
  plugins.connectors = {bad->info().id, good->info().id};
  const auto report = Scan("harmless");
  EXPECT_EQ(good->calls, 3) << "connect, save, disconnect";
  EXPECT_THAT(Incidents(*report), ElementsAre("delivery connector:bad"));
  EXPECT_EQ(report->incidents[0].detail, "the disk is full");
  EXPECT_EQ(report->verdict, Verdict::kClean);
}

TEST_F(FinishTest, TheArchiveKeepsInputsAndWhatRulesSay) {
  std::vector<std::string> kept;
  auto archive =
      Add("connector:archive", [&](const PluginRequest& r, PluginAnswer* a) {
        if (r.method != PluginMethod::kSave) return absl::OkStatus();
        const auto document = ParseJson(r.document, "document");
        EXPECT_EQ((*document)["sha256"], std::string(r.sha256));
        kept.emplace_back(r.bytes);
        return a->AddResult(R"({"conn_id":"7"})");
      });
  plugins.archive = archive->info().id;
  Add("carver:keep", Tail);
  Add("carver:leave", Tail);
  Dispatch(
      "rule keep { meta: plugin = \"carver:keep\" save = \"True\" condition: "
      "uint8(0) == 0x31 }"
      "rule leave { meta: plugin = \"carver:leave\" save = \"False\" "
      "condition: "
      "uint8(0) == 0x32 }");
  const auto report = Scan("1234");
  EXPECT_THAT(kept, ElementsAre("1234", "234"));
  EXPECT_EQ(report->payload(1).saved[0].json, R"({"conn_id":"7"})");
  EXPECT_THAT(Json(*report), HasSubstr(R"("saved":[{"connector":)"
                                       R"("connector:archive","result":)"
                                       R"({"conn_id":"7"}}])"));
}

TEST_F(FinishTest, AnArchiveThatFailsLosesNoResult) {
  auto archive =
      Add("connector:archive", [](const PluginRequest&, PluginAnswer*) {
        return PermissionDenied("read-only");
      });
  plugins.archive = archive->info().id;
  const auto report = Scan("EVIL");
  EXPECT_EQ(report->verdict, Verdict::kMatched);
  EXPECT_THAT(Incidents(*report),
              ElementsAre("delivery connector:archive input"));
}

}  // namespace
}  // namespace cupel
