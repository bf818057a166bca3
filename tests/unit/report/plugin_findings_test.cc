// Reports of jobs that plugins had a part in.
#include <gtest/gtest.h>

#include "format/json.h"
#include "report/writer.h"
#include "report_builder.h"

namespace cupel {
namespace {

std::vector<RuleInfo> Rules() { return {MakeRule("a", 5)}; }

class PluginFindingsTest : public ::testing::Test {
 protected:
  PluginFindingsTest() : b(Rules()) {
    b.report.plugins = {
        {.id = {PluginCategory::kWorker, "clamd"}, .version = "2"},
        {.id = {PluginCategory::kDecoder, "hex"},
         .version = "1",
         .tier = Tier::kProcess}};
    d = b.AddDistribution("x.bin");
    root = b.Open(0, d, "x.bin");
  }

  void State(uint32_t id, std::string name, int64_t weight) {
    auto sayings = std::make_shared<PluginSayings>();
    sayings->plugins = {0};
    sayings->results = {{.plugin = 0, .json = R"({"engine":"x"})"}};
    sayings->statements = {
        {.plugin = 0,
         .statement = {.name = std::move(name), .weight = weight}}};
    b.report.payload(id).sayings = std::move(sayings);
  }

  uint32_t AddChild(uint32_t parent) {
    const uint32_t id = b.Open(parent, d, "hex#1");
    b.report.payload(id).producer = 1;
    return id;
  }

  Json Document() {
    std::string text;
    EXPECT_TRUE(WriteJson(b.report, {}, [&](std::string_view piece) {
                  text += piece;
                  return absl::OkStatus();
                }).ok());
    return *ParseJson(text, "report");
  }

  ReportBuilder b;
  uint32_t d = 0;
  uint32_t root = 0;
};

TEST_F(PluginFindingsTest, AStatementMakesAPayloadMatchedAndCounts) {
  State(root, "eicar", 7);
  b.Close(root, {0});
  FinishReport(&b.report);
  EXPECT_EQ(b.report.verdict, Verdict::kMatched);
  EXPECT_EQ(b.report.score, 12);
  const Json json = Document();
  ASSERT_EQ(json["findings"].size(), 2u);
  EXPECT_EQ(json["findings"][0]["plugin"], "worker:yara");
  EXPECT_EQ(json["findings"][1]["plugin"], "worker:clamd");
  EXPECT_EQ(json["findings"][1]["rule"], "eicar");
  EXPECT_EQ(json["payloads"][0]["results"][0]["result"]["engine"], "x");
  EXPECT_EQ(json["plugins"][2]["tier"], "process");
}

TEST_F(PluginFindingsTest, WhatAPluginMadeAddsToWhatItWasMadeOf) {
  const uint32_t child = AddChild(root);
  // As the pipeline does: the child comes after its parent is closed.
  b.Close(root);
  State(child, "eicar", 7);
  b.Close(child);
  b.report.payload(root).last_descendant = child;
  FinishReport(&b.report);
  EXPECT_EQ(b.report.payload(root).verdict, Verdict::kMatched);
  EXPECT_EQ(b.report.payload(root).score, 0);
  EXPECT_EQ(b.report.score, 7);
  EXPECT_EQ(Document()["payloads"][1]["producer"], "decoder:hex");
}

TEST_F(PluginFindingsTest, WhatWasDecodedOutOfAFileIsOfItsType) {
  ReportBuilder typed({MakeRule("py", 5, {".py"}), MakeRule("js", 7, {".js"})});
  typed.report.plugins = b.report.plugins;
  const uint32_t distribution = typed.AddDistribution("setup.py");
  const uint32_t file = typed.Open(0, distribution, "setup.py");
  const uint32_t once = typed.Open(file, distribution, "hex#2");
  const uint32_t twice = typed.Open(once, distribution, "hex#3");
  typed.report.payload(once).producer = 1;
  typed.report.payload(twice).producer = 1;
  typed.Close(file);
  typed.Close(once);
  typed.Close(twice, {0, 1});
  typed.report.payload(file).last_descendant = twice;
  FinishReport(&typed.report);
  EXPECT_EQ(typed.report.payload(twice).findings, 1u);
  EXPECT_EQ(typed.report.score, 5);
}

TEST_F(PluginFindingsTest, PayloadsThatMakeEachOtherComeToAnEnd) {
  const uint32_t first = AddChild(root);
  const uint32_t second = AddChild(first);
  b.report.payload(second).own_coverage = Coverage::kPartial;
  // `second` decodes to the bytes of `first`, and `first` to those of `root`.
  b.report.payload(first).others = {{.parent = second, .producer = 1}};
  b.report.payload(root).others = {{.parent = first, .producer = 1}};
  b.Close(root, {0});
  b.Close(first);
  b.Close(second);
  b.report.payload(root).last_descendant = second;
  FinishReport(&b.report);
  EXPECT_EQ(b.report.payload(root).coverage, Coverage::kPartial);
  EXPECT_EQ(b.report.payload(first).coverage, Coverage::kPartial);
  EXPECT_EQ(b.report.payload(first).verdict, Verdict::kUnknown);
  EXPECT_EQ(Document()["payloads"][1]["parents"], Json({1, 3}));
}

TEST_F(PluginFindingsTest, AnotherOriginSharesInWhatWasFound) {
  const uint32_t other = b.Open(0, d, "y.bin");
  const uint32_t child = AddChild(root);
  b.report.payload(child).others = {{.parent = other, .producer = 1}};
  b.Close(root);
  b.Close(other);
  b.Close(child, {0});
  FinishReport(&b.report);
  EXPECT_EQ(b.report.payload(other).verdict, Verdict::kMatched);
}

TEST_F(PluginFindingsTest, WhatIsSuppressedIsListedAndDoesNotCount) {
  State(root, "eicar", 7);
  b.Close(root, {0});
  FinishReport(&b.report);
  ASSERT_EQ(b.report.score, 12);
  b.report.suppressed[{root, 1}] = {.plugin = 0,
                                    .json = R"({"reason":"a test file"})"};
  FinishReport(&b.report);
  EXPECT_EQ(b.report.score, 5);
  EXPECT_EQ(b.report.verdict, Verdict::kMatched);
  b.report.suppressed[{root, 0}] = {.plugin = 0, .json = "{}"};
  FinishReport(&b.report);
  EXPECT_EQ(b.report.score, 0);
  EXPECT_EQ(b.report.verdict, Verdict::kClean);
  const Json json = Document();
  EXPECT_EQ(json["findings"][1]["suppressed"]["reason"], "a test file");
  EXPECT_EQ(json["counts"]["findings"], 2);
}

TEST_F(PluginFindingsTest, OnlySomeIncidentsLowerTheCoverage) {
  b.Close(root);
  for (const IncidentKind kind : {IncidentKind::kAnomaly, IncidentKind::kPolicy,
                                  IncidentKind::kDelivery}) {
    b.report.incidents.push_back({.payload = kNoPayload, .kind = kind});
    FinishReport(&b.report);
    EXPECT_EQ(b.report.verdict, Verdict::kClean);
  }
  b.report.incidents.push_back(
      {.payload = kNoPayload, .kind = IncidentKind::kPlugin});
  FinishReport(&b.report);
  EXPECT_EQ(b.report.coverage, Coverage::kPartial);
}

TEST_F(PluginFindingsTest, WithoutRulesAStatementIsStillAMatch) {
  b.report.rules = nullptr;
  State(root, "eicar", 7);
  b.Close(root);
  FinishReport(&b.report);
  EXPECT_EQ(b.report.verdict, Verdict::kMatched);
  EXPECT_EQ(b.report.coverage, Coverage::kNone);
}

TEST_F(PluginFindingsTest, SplitHasEveryPayloadWithWhatIsSaidOfIt) {
  State(root, "eicar", 7);
  b.Close(root, {0});
  const uint32_t child = AddChild(root);
  b.Close(child);
  b.report.incidents = {
      {.payload = child, .kind = IncidentKind::kCorrupt, .name = "crc"},
      {.payload = kNoPayload, .kind = IncidentKind::kPlugin, .name = "x"}};
  b.report.tlp = "amber";
  b.report.decorations = {{.plugin = 0, .json = R"({"n":1})"}};
  FinishReport(&b.report);
  std::vector<Json> documents;
  ASSERT_TRUE(WritePayloadDocuments(b.report, {}, [&](std::string_view text) {
                EXPECT_EQ(text.find('\n'), text.npos);
                documents.push_back(*ParseJson(text, "document"));
                return absl::OkStatus();
              }).ok());
  const Json whole = Document();
  ASSERT_EQ(documents.size(), 2u);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(documents[i]["schema"], "cupel.payload/1");
    EXPECT_EQ(documents[i]["payload"], whole["payloads"][i]);
    EXPECT_EQ(documents[i]["job"], whole["job"]);
    EXPECT_EQ(documents[i]["decorations"], whole["decorations"]);
    EXPECT_EQ(documents[i]["incidents"][0], whole["incidents"][0]);
  }
  EXPECT_EQ(documents[0]["findings"].size(), 2u);
  EXPECT_EQ(documents[0]["findings"][1]["rule"], "eicar");
  EXPECT_EQ(documents[0]["incidents"].size(), 1u);
  EXPECT_TRUE(documents[1]["findings"].empty());
  EXPECT_EQ(documents[1]["incidents"][1], whole["incidents"][1]);
}

TEST_F(PluginFindingsTest, SplitEndsWithTheErrorOfItsTaker) {
  b.Close(root);
  b.Close(AddChild(root));
  FinishReport(&b.report);
  int taken = 0;
  const absl::Status status =
      WritePayloadDocuments(b.report, {}, [&](std::string_view) {
        ++taken;
        return absl::DataLossError("disk");
      });
  EXPECT_TRUE(absl::IsDataLoss(status));
  EXPECT_EQ(taken, 1);
}

}  // namespace
}  // namespace cupel
