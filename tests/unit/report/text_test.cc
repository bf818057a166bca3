#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "report/writer.h"
#include "report_builder.h"

namespace cupel {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string ToText(const Report& report, const WriteOptions& options = {}) {
  std::string text;
  EXPECT_TRUE(WriteText(report, options, [&](std::string_view piece) {
                text += piece;
                return absl::OkStatus();
              }).ok());
  return text;
}

TEST(WriteText, ShowsPackageDistributionFileRuleAndExcerpt) {
  ReportBuilder b({MakeRule("eval_call", 5)});
  const uint32_t d = b.AddDistribution("acme-1.0.tgz");
  const uint32_t tgz = b.Open(0, d, "acme-1.0.tgz");
  b.report.payload(tgz).container = "tar.gz";
  b.report.distributions[d].payload = tgz;
  b.Close(b.Open(tgz, d, "package/index.js"), {0});
  b.Close(b.Open(tgz, d, "package/readme.md"));
  b.Close(tgz);
  FinishReport(&b.report);
  const std::string text = ToText(b.report);
  EXPECT_THAT(text, HasSubstr("acme 1.0  matched  score 5\n"));
  EXPECT_THAT(text, HasSubstr("  acme-1.0.tgz  matched  score 5  "
                              "(tar.gz, 2 files)\n"));
  EXPECT_THAT(text, HasSubstr("    package/index.js  score 5\n"));
  EXPECT_THAT(text, HasSubstr("eval_call  test  weight 5\n"));
  EXPECT_THAT(text, HasSubstr("$a       at 17 (4 bytes)  ev\\x01l\n"));
  EXPECT_THAT(text, HasSubstr("1 file without findings"));
  EXPECT_THAT(text, Not(HasSubstr("readme.md")));
  EXPECT_THAT(ToText(b.report, {.all_files = true}), HasSubstr("readme.md"));
}

TEST(WriteText, SaysWhatWasNotScannedAndWhy) {
  ReportBuilder b({MakeRule("a", 1)});
  const uint32_t id = b.Open(0, b.AddDistribution("big"), "big");
  b.report.payload(id).own_coverage = Coverage::kPartial;
  b.Close(id);
  b.report.incidents.push_back({.payload = id,
                                .kind = IncidentKind::kLimit,
                                .name = "file_bytes",
                                .value = 1u << 20,
                                .covered_bytes = 1u << 20});
  FinishReport(&b.report);
  const std::string text = ToText(b.report);
  EXPECT_THAT(text, HasSubstr("Not scanned, or not to the end:\n"));
  EXPECT_THAT(text,
              HasSubstr("  big  limit file_bytes 1.0 MiB (after 1.0 MiB)\n"));
  EXPECT_THAT(text, HasSubstr("unknown  coverage partial  score 0\n"));
}

TEST(WriteText, NamesCannotDriveTheTerminal) {
  ReportBuilder b({MakeRule("a", 1)});
  b.Close(b.Open(0, b.AddDistribution("x\x1b[2Jy"), "x\x1b[2Jy"), {0});
  FinishReport(&b.report);
  EXPECT_THAT(ToText(b.report), Not(HasSubstr("\x1b")));
}

TEST(WriteText, ColoursOnlyWhenAsked) {
  ReportBuilder b({MakeRule("a", 1)});
  b.Close(b.Open(0, b.AddDistribution("x"), "x"), {0});
  FinishReport(&b.report);
  EXPECT_THAT(ToText(b.report, {.color = true}), HasSubstr("\x1b[1;31m"));
  EXPECT_THAT(ToText(b.report), Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace cupel
