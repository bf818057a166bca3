#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "base/status.h"
#include "report/writer.h"
#include "report_builder.h"

namespace cupel {
namespace {

using nlohmann::json;

json ToJson(const Report& report, const WriteOptions& options = {}) {
  std::string text;
  EXPECT_TRUE(WriteJson(report, options, [&](std::string_view piece) {
                text += piece;
                return absl::OkStatus();
              }).ok());
  return json::parse(text);
}

TEST(WriteJson, NamesThatAreNoTextSurvive) {
  ReportBuilder b({MakeRule("a", 1)});
  b.Close(b.Open(0, b.AddDistribution("d"), "bad\xFF\x1b[2J\"name"));
  FinishReport(&b.report);
  const json payload = ToJson(b.report)["payloads"][0];
  EXPECT_EQ(payload["name"], "bad\\xff\\x1b[2J\"name");
  EXPECT_EQ(payload["name_base64"], "YmFk/xtbMkoibmFtZQ==");
}

TEST(WriteJson, FindingsHaveOffsetsAndEscapedExcerpts) {
  ReportBuilder b({MakeRule("a", 1)});
  b.Close(b.Open(0, b.AddDistribution("d"), "f"), {0});
  FinishReport(&b.report);
  const json finding = ToJson(b.report)["findings"][0];
  EXPECT_EQ(finding["payload"], 1);
  EXPECT_EQ(finding["rule"], "a");
  EXPECT_EQ(finding["weight"], 1);
  EXPECT_EQ(finding["strings"][0]["offset"], 17);
  EXPECT_EQ(finding["strings"][0]["excerpt"], "ev\\x01l");
}

TEST(WriteJson, LimitsThatAreOffAreNull) {
  ReportBuilder b({});
  b.report.limits.ratio = kUnlimited;
  b.report.limits.depth = 3;
  FinishReport(&b.report);
  const json document = ToJson(b.report);
  EXPECT_TRUE(document["limits"]["ratio"].is_null());
  EXPECT_EQ(document["limits"]["depth"], 3);
}

TEST(WriteJson, TimingCanBeLeftOut) {
  ReportBuilder b({});
  FinishReport(&b.report);
  EXPECT_TRUE(ToJson(b.report).contains("timing"));
  EXPECT_FALSE(ToJson(b.report, {.timing = false}).contains("timing"));
}

TEST(WriteJson, ASinkThatFailsEndsIt) {
  ReportBuilder b({});
  FinishReport(&b.report);
  const absl::Status status =
      WriteJson(b.report, {}, [](std::string_view) -> absl::Status {
        return ResourceExhausted("disk full");
      });
  EXPECT_EQ(MessageOf(status), "disk full");
}

TEST(WriteJson, ImpossibleTimesAreNull) {
  ReportBuilder b({});
  const uint32_t id = b.Open(0, b.AddDistribution("d"), "f");
  b.report.payload(id).mtime_s = INT64_MAX;
  b.Close(id);
  const uint32_t sane = b.Open(0, 0, "g");
  b.report.payload(sane).mtime_s = 1'700'000'000;
  b.Close(sane);
  FinishReport(&b.report);
  const json document = ToJson(b.report);
  EXPECT_TRUE(document["payloads"][0]["mtime"].is_null());
  EXPECT_EQ(document["payloads"][1]["mtime"], "2023-11-14T22:13:20Z");
}

TEST(WriteNdjson, OneFindingALine) {
  ReportBuilder b({MakeRule("a", 1), MakeRule("b", 2)});
  b.Close(b.Open(0, b.AddDistribution("d"), "f"), {0, 1});
  FinishReport(&b.report);
  std::string text;
  ASSERT_TRUE(WriteNdjson(b.report, [&](std::string_view piece) {
                text += piece;
                return absl::OkStatus();
              }).ok());
  ASSERT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  const json line = json::parse(text.substr(0, text.find('\n')));
  EXPECT_EQ(line["path"], "f");
  EXPECT_EQ(line["rule"], "a");
}

}  // namespace
}  // namespace cupel
