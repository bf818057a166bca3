#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scan_fixture.h"

namespace cupel {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using LinksTest = ScanTest;

TEST_F(LinksTest, ALinkHasTheFindingsOfItsTargetUnderItsOwnName) {
  rules = Rules(
      "rule py { meta: weight = 3 filetype = \".py\" strings: $e = \"EVIL\" "
      "condition: $e }");
  const auto report =
      Scan(TarEntry("p/setup.py", "", '2', "data.txt") +
           TarEntry("p/data.txt", "EVIL") +
           TarEntry("p/hard.py", "", '1', "p/data.txt") +
           TarEntry("p/chain.py", "", '2', "setup.py") + TarEnd());
  auto paths = ByPath(*report);
  EXPECT_EQ(paths["input!/p/data.txt"].findings, 0u);
  EXPECT_EQ(paths["input!/p/setup.py"].findings, 1u);
  EXPECT_EQ(paths["input!/p/hard.py"].findings, 1u);
  EXPECT_EQ(paths["input!/p/chain.py"].findings, 1u);
  EXPECT_EQ(paths["input!/p/setup.py"].same_as, paths["input!/p/data.txt"].id);
  EXPECT_EQ(paths["input!/p/setup.py"].sha256,
            paths["input!/p/data.txt"].sha256);
  EXPECT_THAT(Incidents(*report), IsEmpty());
}

TEST_F(LinksTest, OddLinksAreNoticedAndHarmless) {
  const auto report = Scan(
      TarEntry("out", "", '2', "../../etc/passwd") +
      TarEntry("abs", "", '2', "/etc/passwd") +
      TarEntry("gone", "", '2', "nothing") +
      TarEntry("loop1", "", '2', "loop2") +
      TarEntry("loop2", "", '2', "loop1") + TarEntry("self", "", '1', "self") +
      TarEntry("dir", "", '2', "sub") + TarEntry("sub/f", "EVIL") + TarEnd());
  const std::vector<std::string> incidents = Incidents(*report);
  EXPECT_THAT(incidents, Contains("anomaly link_outside input!/out"));
  EXPECT_THAT(incidents, Contains("anomaly link_outside input!/abs"));
  EXPECT_THAT(incidents, Contains("anomaly dangling_link input!/gone"));
  EXPECT_THAT(incidents, Contains("anomaly link_loop input!/loop1"));
  EXPECT_THAT(incidents, Contains("anomaly link_loop input!/self"));
  EXPECT_EQ(incidents.size(), 6u);
  EXPECT_EQ(report->coverage, Coverage::kComplete);
  EXPECT_EQ(report->findings, 1u);
}

TEST_F(LinksTest, RulesThatLookAtNamesSeeTheLinksName) {
  rules = Rules(
      "rule py { strings: $e = \"EVIL\" condition: $e and extension == \".py\" "
      "}");
  const auto report = Scan(TarEntry("setup.py", "", '2', "data.txt") +
                           TarEntry("data.txt", "EVIL") + TarEnd());
  auto paths = ByPath(*report);
  EXPECT_EQ(paths["input!/setup.py"].findings, 1u);
  EXPECT_EQ(paths["input!/data.txt"].findings, 0u);
  EXPECT_EQ(report->coverage, Coverage::kComplete);
}

}  // namespace
}  // namespace cupel
