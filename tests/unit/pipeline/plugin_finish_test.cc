// Decorators, connectors and the archive connector.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "base/mutex.h"
#include "format/json.h"
#include "plugin_fixture.h"

namespace cupel {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class FinishTest : public PluginScanTest {
 protected:
  // Payloads that differ, for many threads.
  void ScanMany() {
    constexpr size_t kInputs = 200;
    std::vector<std::string> texts;
    for (size_t i = 0; i < kInputs; ++i) texts.push_back(std::to_string(i));
    std::vector<ScanInput> inputs;
    for (const std::string& text : texts) {
      inputs.push_back(
          {.kind = ScanInput::Kind::kMemory, .name = text, .bytes = text});
    }
    options.threads = 4;
    const auto report = Scan(inputs);
    EXPECT_THAT(Incidents(*report), IsEmpty());
    EXPECT_THAT(report->payloads, SizeIs(kInputs));
    for (const PayloadRecord& payload : report->payloads) {
      EXPECT_THAT(payload.saved, SizeIs(1));
    }
  }
};

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

TEST_F(FinishTest, TheArchiveIsConnectedOnceThoughItTakesReportsToo) {
  std::vector<std::string> calls;
  auto plugin =
      Add("connector:c", [&](const PluginRequest& r, PluginAnswer* a) {
        calls.push_back(std::string(MethodName(r.method)) + " " +
                        std::string(r.bytes) + std::string(r.name));
        if (r.method == PluginMethod::kConnect)
          return a->AddResult("\"no id\"");
        return absl::OkStatus();
      });
  plugins.archive = plugin->info().id;
  plugins.connectors = {plugin->info().id};
  auto session = *ScanSession::New(rules, 1, plugins);
  for (const std::string_view bytes : {"one", "two"}) {
    const auto report = session->Scan(
        {{.kind = ScanInput::Kind::kMemory, .name = "x", .bytes = bytes}},
        options, nullptr);
    ASSERT_TRUE(report.ok());
    EXPECT_EQ((*report)->payload(1).saved.at(0).json, "");
  }
  session.reset();
  EXPECT_THAT(calls, ElementsAre("connect ", "save onex", "save ", "save twox",
                                 "save ", "disconnect "));
}

TEST_F(FinishTest, AnArchiveOfAllThreadsIsConnectedOnce) {
  std::atomic<int> connects{0};
  std::atomic<int> disconnects{0};
  std::atomic<bool> connected{false};
  auto archive = Add("connector:archive",
                     [&](const PluginRequest& r, PluginAnswer*) {
                       if (r.method == PluginMethod::kConnect) {
                         ++connects;
                         // The others would save now if they did not wait.
                         for (int i = 0; i < 1000; ++i)
                           std::this_thread::yield();
                         connected = true;
                       } else if (r.method == PluginMethod::kDisconnect) {
                         ++disconnects;
                       } else {
                         EXPECT_TRUE(connected);
                       }
                       return absl::OkStatus();
                     },
                     {.reentrant = true});
  plugins.archive = archive->info().id;
  ScanMany();
  EXPECT_EQ(connects, 1);
  EXPECT_EQ(disconnects, 1);
}

TEST_F(FinishTest, AnArchiveOfEachThreadIsConnectedInEach) {
  Mutex mutex;
  std::set<std::thread::id> connected;
  int disconnects = 0;
  auto archive =
      Add("connector:archive", [&](const PluginRequest& r, PluginAnswer*) {
        const MutexLock lock(mutex);
        const auto thread = std::this_thread::get_id();
        if (r.method == PluginMethod::kConnect) {
          EXPECT_TRUE(connected.insert(thread).second);
        } else if (r.method == PluginMethod::kDisconnect) {
          ++disconnects;
        } else {
          EXPECT_TRUE(connected.contains(thread));
        }
        return absl::OkStatus();
      });
  plugins.archive = archive->info().id;
  ScanMany();
  EXPECT_THAT(connected, SizeIs(archive->activated.load()));
  EXPECT_EQ(disconnects, archive->activated);
}

TEST_F(FinishTest, WhatCannotBeConnectedKeepsNothing) {
  int tries = 0;
  auto archive =
      Add("connector:archive", [&](const PluginRequest& r, PluginAnswer*) {
        EXPECT_EQ(r.method, PluginMethod::kConnect);
        ++tries;
        return absl::UnavailableError("no route");
      });
  plugins.archive = archive->info().id;
  const auto report = Scan("EVIL");
  EXPECT_EQ(report->verdict, Verdict::kMatched);
  EXPECT_THAT(report->payload(1).saved, IsEmpty());
  EXPECT_THAT(Incidents(*report),
              ElementsAre("delivery connector:archive input"));
  EXPECT_EQ(report->incidents[0].detail, "no route");
  EXPECT_EQ(tries, 1);
}

}  // namespace
}  // namespace cupel
