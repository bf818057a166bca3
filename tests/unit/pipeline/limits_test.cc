// Each limit fires, exactly where it says, and stops nothing else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scan_fixture.h"

namespace cupel {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using LimitsTest = ScanTest;

TEST_F(LimitsTest, AFileOfExactlyTheLimitIsComplete) {
  options.limits.file_bytes = 10;
  const auto report = Scan("EVIL567890");
  EXPECT_THAT(Incidents(*report), IsEmpty());
  EXPECT_EQ(report->coverage, Coverage::kComplete);
}

TEST_F(LimitsTest, FileBytesCutsAndScansWhatIsBefore) {
  options.limits.file_bytes = 10;
  const auto report = Scan("EVIL5678901");
  EXPECT_THAT(Incidents(*report), ElementsAre("limit file_bytes input"));
  EXPECT_EQ(report->incidents[0].value, 10u);
  EXPECT_EQ(report->incidents[0].covered_bytes, 10u);
  EXPECT_EQ(report->verdict, Verdict::kMatched);
  EXPECT_EQ(report->coverage, Coverage::kPartial);
}

TEST_F(LimitsTest, FileBytesOfAMemberLeavesTheNextOnes) {
  options.limits.file_bytes = 10;
  const auto report = Scan(TarEntry("big", std::string(5000, 'x') + "EVIL") +
                           TarEntry("small", "EVIL") + TarEnd());
  EXPECT_THAT(Incidents(*report), Contains("limit file_bytes input!/big"));
  auto paths = ByPath(*report);
  EXPECT_EQ(paths["input!/big"].size, 10u);
  EXPECT_EQ(paths["input!/big"].findings, 0u);
  EXPECT_EQ(paths["input!/small"].findings, 1u);
  EXPECT_EQ(paths["input!/small"].coverage, Coverage::kComplete);
}

TEST_F(LimitsTest, TotalBytesLeavesTheRestOfOneInputOnly) {
  options.limits.total_bytes = 100;
  const std::string bomb = TarEntry("a", std::string(60, 'a')) +
                           TarEntry("b", std::string(60, 'b')) +
                           TarEntry("c", "EVIL") + TarEnd();
  const std::string other = TarEntry("d", "EVIL") + TarEnd();
  const auto report = Scan(
      {{.kind = ScanInput::Kind::kMemory, .name = "bomb", .bytes = bomb},
       {.kind = ScanInput::Kind::kMemory, .name = "other", .bytes = other}});
  auto paths = ByPath(*report);
  EXPECT_EQ(paths["bomb!/b"].size, 40u);
  EXPECT_FALSE(paths.contains("bomb!/c"));
  EXPECT_EQ(paths["other!/d"].findings, 1u);
  EXPECT_THAT(Incidents(*report), Contains("limit total_bytes bomb"));
  EXPECT_THAT(Incidents(*report), Contains("limit total_bytes bomb!/b"));
}

TEST_F(LimitsTest, FilesCountsMembers) {
  options.limits.files = 2;
  const auto report = Scan(TarEntry("a", "1") + TarEntry("b", "2") +
                           TarEntry("c", "EVIL") + TarEnd());
  EXPECT_THAT(Incidents(*report), Contains("limit files input"));
  EXPECT_EQ(report->payloads.size(), 3u);
  EXPECT_NE(report->coverage, Coverage::kComplete);
  options.limits.files = 3;
  EXPECT_EQ(Scan(TarEntry("a", "1") + TarEntry("b", "2") +
                 TarEntry("c", "EVIL") + TarEnd())
                ->coverage,
            Coverage::kComplete);
}

TEST_F(LimitsTest, DepthScansTheInnerArchiveAsAFile) {
  const std::string inner = TarEntry("deep", "EVIL") + TarEnd();
  const std::string outer = TarEntry("inner.tar", inner) + TarEnd();
  options.limits.depth = 1;
  const auto cut = Scan(outer);
  EXPECT_THAT(Incidents(*cut), Contains("limit depth input!/inner.tar"));
  EXPECT_FALSE(ByPath(*cut).contains("input!/inner.tar!/deep"));
  EXPECT_EQ(ByPath(*cut)["input!/inner.tar"].findings, 1u);  // raw bytes
  EXPECT_EQ(cut->coverage, Coverage::kPartial);
  options.limits.depth = 2;
  const auto whole = Scan(outer);
  EXPECT_EQ(ByPath(*whole)["input!/inner.tar!/deep"].findings, 1u);
  EXPECT_EQ(whole->coverage, Coverage::kComplete);
}

TEST_F(LimitsTest, NameBytesCutsTheNameAndScansTheContent) {
  options.limits.name_bytes = 5;
  const auto report = Scan(TarEntry("abcdefgh", "EVIL") + TarEnd());
  EXPECT_THAT(Incidents(*report), Contains("limit name_bytes input!/abcde"));
  EXPECT_EQ(ByPath(*report)["input!/abcde"].findings, 1u);
}

TEST_F(LimitsTest, MatchesPerRuleAreCountedBeyondWhatIsListed) {
  options.limits.matches_per_rule = 2;
  const auto report = Scan("EVIL EVIL EVIL");
  EXPECT_THAT(Incidents(*report), ElementsAre("limit matches_per_rule input"));
  const FoundRule& found = report->payload(1).result->rules[0];
  EXPECT_EQ(found.strings.size(), 2u);
  EXPECT_EQ(found.total_strings, 3u);
  options.limits.matches_per_rule = 3;
  EXPECT_THAT(Incidents(*Scan("EVIL EVIL EVIL")), IsEmpty());
}

TEST_F(LimitsTest, MemoryCutsAFileThatWouldNotFit) {
  options.limits.memory_bytes = 65536;
  TempDir dir;
  const std::string file = dir.Write("f", std::string(200'000, 'x'));
  const auto report = Scan({{.name = file}});
  EXPECT_THAT(Incidents(*report), ElementsAre("limit memory_bytes " + file));
  EXPECT_EQ(report->payload(1).size, 65536u);
}

TEST_F(LimitsTest, MemoryIsWaitedForWhenScansHoldIt) {
  options.limits.memory_bytes = 100'000;
  options.threads = 3;
  TempDir dir;
  for (int i = 0; i < 20; ++i) {
    dir.Write("f" + std::to_string(i),
              std::string(60'000, static_cast<char>('a' + i)) + "EVIL");
  }
  const auto report = Scan({{.name = dir.path()}});
  EXPECT_THAT(Incidents(*report), IsEmpty());
  EXPECT_EQ(report->findings, 20u);
}

TEST_F(LimitsTest, NoTimeAtAllNamesEverything) {
  options.limits.total_time_ns = 1;
  const auto report =
      Scan({{.kind = ScanInput::Kind::kMemory, .name = "a", .bytes = "EVIL"},
            {.kind = ScanInput::Kind::kMemory, .name = "b", .bytes = "EVIL"}});
  EXPECT_THAT(Incidents(*report),
              ElementsAre("limit total_time a", "limit total_time b"));
  EXPECT_EQ(report->coverage, Coverage::kNone);
  EXPECT_EQ(report->verdict, Verdict::kUnknown);
}

TEST_F(LimitsTest, FileTimeEndsOneFileOnly) {
  // A rule that looks at every byte takes longer than a microsecond over 8 MB.
  rules = Rules(
      "rule slow { condition: for any i in (0..filesize) : (uint8(i) == 1) }"
      "rule evil { strings: $e = \"EVIL\" condition: $e }");
  options.limits.file_time_ns = 1'000'000;
  TempDir dir;
  const std::string big = dir.Write("a", std::string(8u << 20, 'x'));
  const std::string small = dir.Write("b", "EVIL");
  const auto report = Scan({{.name = big}, {.name = small}});
  EXPECT_THAT(Incidents(*report), Contains("timeout file_time " + big));
  EXPECT_EQ(ByPath(*report)[big].coverage, Coverage::kPartial);
  EXPECT_GE(ByPath(*report)[small].findings, 1u);
}

TEST_F(LimitsTest, EveryLimitCanBeOff) {
  for (const LimitField& field : LimitFields()) {
    options.limits.*field.value = kUnlimited;
  }
  const auto report = Scan(TarEntry("a", "EVIL") + TarEnd());
  EXPECT_THAT(Incidents(*report), IsEmpty());
  EXPECT_EQ(report->findings, 1u);
}

TEST_F(LimitsTest, WithoutUnpackingAnArchiveIsAFile) {
  options.unpack = false;
  const auto report = Scan(TarEntry("a", "EVIL") + TarEnd());
  EXPECT_EQ(report->payloads.size(), 1u);
  EXPECT_EQ(report->findings, 1u);
  EXPECT_EQ(report->coverage, Coverage::kComplete);
}

}  // namespace
}  // namespace cupel
