#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scan_fixture.h"
#include "tests/support/archive_tools.h"

namespace cupel {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ContainersTest = ScanTest;

TEST_F(ContainersTest, ProvenanceOfAMember) {
  const auto report = Scan(TarEntry("d/f.txt", "EVIL") + TarEnd(), "x.tar");
  const PayloadRecord member = ByPath(*report)["x.tar!/d/f.txt"];
  EXPECT_EQ(member.parent, 1u);
  EXPECT_EQ(member.raw_name, "d/f.txt");
  EXPECT_EQ(member.mode, 0644u);
  EXPECT_EQ(member.mtime_s, 1'700'000'000);
  EXPECT_EQ(member.offset, 0u);
  EXPECT_EQ(member.declared_size, 4u);
  EXPECT_EQ(report->payload(1).container, "tar");
  EXPECT_EQ(report->payload(1).last_descendant, 2u);
}

TEST_F(ContainersTest, EqualContentIsScannedOnceAndReportedEverywhere) {
  const auto report = Scan(TarEntry("a", "EVIL") + TarEntry("b", "EVIL") +
                           TarEntry("c", "fine") + TarEnd());
  auto paths = ByPath(*report);
  EXPECT_EQ(paths["input!/b"].same_as, paths["input!/a"].id);
  EXPECT_EQ(paths["input!/b"].findings, 1u);
  EXPECT_EQ(report->findings, 2u);
  EXPECT_EQ(report->scanned_bytes, 8u);
}

TEST_F(ContainersTest, WithoutDedupEverythingIsScanned) {
  options.dedup = false;
  const auto report =
      Scan(TarEntry("a", "EVIL") + TarEntry("b", "EVIL") + TarEnd());
  EXPECT_EQ(report->findings, 2u);
  EXPECT_EQ(report->scanned_bytes, 8u);
}

TEST_F(ContainersTest, AWholeArchiveTwiceIsListedOnce) {
  const std::string inner = TarEntry("f", "EVIL") + TarEnd();
  const auto report =
      Scan(TarEntry("one.tar", inner) + TarEntry("two.tar", inner) + TarEnd());
  auto paths = ByPath(*report);
  EXPECT_TRUE(paths.contains("input!/one.tar!/f"));
  EXPECT_FALSE(paths.contains("input!/two.tar!/f"));
  EXPECT_EQ(paths["input!/two.tar"].verdict, Verdict::kMatched);
}

TEST_F(ContainersTest, ModesDecideAboutTheContainersOwnBytes) {
  // The name stands in the header only.
  rules = Rules("rule header { strings: $h = \"EVIL_NAME\" condition: $h }");
  const std::string tar = TarEntry("EVIL_NAME", "x") + TarEnd();
  EXPECT_EQ(Scan(tar)->findings, 0u);  // a tar that was understood
  options.containers = ContainerMode::kAlways;
  EXPECT_EQ(Scan(tar)->findings, 1u);
  options.containers = ContainerMode::kNever;
  EXPECT_EQ(Scan(tar)->findings, 0u);
}

TEST_F(ContainersTest, InputsAreLeftOutWhereOnlyMembersCount) {
  rules = Rules("rule zip { condition: uint32(0) == 0x04034b50 }");
  ToolDir folder;
  folder.Write("f", "x");
  const std::string zip = folder.Make("zip -q f.zip f", "f.zip");
  EXPECT_EQ(Scan(zip)->findings, 1u);
  options.containers = ContainerMode::kMembers;
  EXPECT_EQ(Scan(zip)->findings, 0u);
  EXPECT_EQ(Scan(TarEntry("in.zip", zip) + TarEnd())->findings, 1u);
  EXPECT_EQ(Scan("PK\x03\x04 no zip")->findings, 1u);
}

TEST_F(ContainersTest, ADamagedContainerIsScannedAsBytesToo) {
  options.containers = ContainerMode::kNever;
  std::string tar = TarEntry("a", "fine") + TarEntry("b", "EVIL") + TarEnd();
  tar.resize(512 * 3 + 2);  // in the middle of b's content
  const auto report = Scan(tar);
  EXPECT_EQ(report->coverage, Coverage::kPartial);
  EXPECT_EQ(ByPath(*report)["input!/a"].coverage, Coverage::kComplete);
  EXPECT_EQ(ByPath(*report)["input!/b"].size, 2u);
  bool corrupt = false;
  for (const Incident& incident : report->incidents) {
    corrupt |= incident.kind == IncidentKind::kCorrupt;
  }
  EXPECT_TRUE(corrupt);
  EXPECT_EQ(report->verdict, Verdict::kUnknown);
}

TEST_F(ContainersTest, AnEmptyFileIsComplete) {
  const auto report = Scan("");
  EXPECT_EQ(report->coverage, Coverage::kComplete);
  EXPECT_EQ(report->verdict, Verdict::kClean);
}

TEST_F(ContainersTest, WithoutRulesNothingIsSaidToBeClean) {
  rules = nullptr;
  const auto report = Scan(TarEntry("a", "EVIL") + TarEnd());
  EXPECT_EQ(report->payloads.size(), 2u);
  EXPECT_EQ(report->verdict, Verdict::kUnknown);
  EXPECT_EQ(report->coverage, Coverage::kNone);
}

}  // namespace
}  // namespace cupel
