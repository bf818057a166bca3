#include <gtest/gtest.h>

#include "report_builder.h"

namespace cupel {
namespace {

// Rules 0 and 1 count anywhere, rule 2 only in Python files, 3 is negative.
std::vector<RuleInfo> Rules() {
  return {MakeRule("a", 5), MakeRule("b", 7), MakeRule("py", 11, {".py"}),
          MakeRule("good", -3)};
}

TEST(FinishReport, NothingFoundAndAllScannedIsClean) {
  ReportBuilder b(Rules());
  b.Close(b.Open(0, b.AddDistribution("x.js"), "x.js"));
  FinishReport(&b.report);
  EXPECT_EQ(b.report.verdict, Verdict::kClean);
  EXPECT_EQ(b.report.coverage, Coverage::kComplete);
  EXPECT_EQ(b.report.score, 0);
}

TEST(FinishReport, CleanIsNeverSaidOfWhatWasNotScanned) {
  for (const Coverage coverage : {Coverage::kPartial, Coverage::kNone}) {
    ReportBuilder b(Rules());
    const uint32_t d = b.AddDistribution("x.zip");
    const uint32_t zip = b.Open(0, d, "x.zip");
    const uint32_t file = b.Open(zip, d, "secret");
    b.report.payload(file).own_coverage = coverage;
    b.Close(file);
    b.Close(zip);
    FinishReport(&b.report);
    EXPECT_EQ(b.report.payload(file).coverage, coverage);
    EXPECT_EQ(b.report.payload(file).verdict, Verdict::kUnknown);
    EXPECT_EQ(b.report.payload(zip).coverage, Coverage::kPartial);
    EXPECT_EQ(b.report.payload(zip).verdict, Verdict::kUnknown);
    EXPECT_EQ(b.report.coverage, Coverage::kPartial);
    EXPECT_EQ(b.report.verdict, Verdict::kUnknown);
  }
}

TEST(FinishReport, NothingScannedAtAllIsCoverageNone) {
  ReportBuilder b(Rules());
  const uint32_t file = b.Open(0, b.AddDistribution("x"), "x");
  b.report.payload(file).own_coverage = Coverage::kNone;
  b.Close(file);
  FinishReport(&b.report);
  EXPECT_EQ(b.report.coverage, Coverage::kNone);
  EXPECT_EQ(b.report.verdict, Verdict::kUnknown);
}

TEST(FinishReport, AMatchStaysAMatchWhenSomethingIsMissing) {
  ReportBuilder b(Rules());
  const uint32_t d = b.AddDistribution("x");
  b.Close(b.Open(0, d, "x/a"), {0});
  const uint32_t gone = b.Open(0, d, "x/b");
  b.report.payload(gone).own_coverage = Coverage::kNone;
  b.Close(gone);
  FinishReport(&b.report);
  EXPECT_EQ(b.report.verdict, Verdict::kMatched);
  EXPECT_EQ(b.report.coverage, Coverage::kPartial);
}

TEST(FinishReport, AJobThatWasCutShortIsNotComplete) {
  ReportBuilder b(Rules());
  b.Close(b.Open(0, b.AddDistribution("x"), "x"));
  b.report.incidents.push_back(
      {.payload = kNoPayload, .kind = IncidentKind::kCancelled});
  FinishReport(&b.report);
  EXPECT_EQ(b.report.coverage, Coverage::kPartial);
  EXPECT_EQ(b.report.verdict, Verdict::kUnknown);
}

TEST(FinishReport, WithoutRulesNothingIsKnown) {
  ReportBuilder b(Rules());
  b.report.rules = nullptr;
  b.Close(b.Open(0, b.AddDistribution("x"), "x"));
  FinishReport(&b.report);
  EXPECT_EQ(b.report.verdict, Verdict::kUnknown);
  EXPECT_EQ(b.report.coverage, Coverage::kNone);
}

// Dragonfly's arithmetic: a file is the sum of its rules, a distribution the
// sum of distinct rules over its files, a package its highest distribution.
TEST(FinishReport, ScoresLikeDragonfly) {
  ReportBuilder b(Rules());
  const uint32_t sdist = b.AddDistribution("acme-1.0.tar.gz");
  const uint32_t tgz = b.Open(0, sdist, "acme-1.0.tar.gz");
  const uint32_t one = b.Open(tgz, sdist, "acme-1.0/one.py");
  b.Close(one, {0, 2});
  const uint32_t two = b.Open(tgz, sdist, "acme-1.0/two.txt");
  b.Close(two, {0, 2});
  b.Close(tgz);
  const uint32_t wheel = b.AddDistribution("acme-1.0-py3-none-any.whl");
  const uint32_t whl = b.Open(0, wheel, "acme-1.0-py3-none-any.whl");
  b.Close(b.Open(whl, wheel, "acme/x"), {1, 3});
  b.Close(whl);
  FinishReport(&b.report);

  EXPECT_EQ(b.report.payload(one).score, 16);
  EXPECT_EQ(b.report.payload(two).score, 5);  // no .py: rule 2 does not count
  EXPECT_EQ(b.report.payload(two).findings, 1u);
  EXPECT_EQ(b.report.distributions[sdist].score, 16);  // rule 0 once
  EXPECT_EQ(b.report.distributions[wheel].score, 4);
  ASSERT_EQ(b.report.packages.size(), 1u);
  EXPECT_EQ(b.report.packages[0].name, "acme");
  EXPECT_EQ(b.report.packages[0].version, "1.0");
  EXPECT_EQ(b.report.packages[0].score, 16);
  EXPECT_EQ(b.report.score, 16);
  EXPECT_EQ(b.report.findings, 5u);
}

TEST(FinishReport, OfEqualScoresTheLastFileIsOnTop) {
  ReportBuilder b(Rules());
  const uint32_t d = b.AddDistribution("x");
  b.Close(b.Open(0, d, "x/a"), {0});
  const uint32_t last = b.Open(0, d, "x/b");
  b.Close(last, {0});
  b.Close(b.Open(0, d, "x/c"), {3});
  FinishReport(&b.report);
  EXPECT_EQ(b.report.distributions[d].top_payload, last);
}

TEST(FinishReport, NegativeScoresStay) {
  ReportBuilder b(Rules());
  b.Close(b.Open(0, b.AddDistribution("x"), "x"), {3});
  FinishReport(&b.report);
  EXPECT_EQ(b.report.score, -3);
}

TEST(FinishReport, SelectionFiltersFindings) {
  ReportBuilder b(Rules());
  b.report.selected = {false, true, true, true};
  b.Close(b.Open(0, b.AddDistribution("x"), "x"), {0});
  FinishReport(&b.report);
  EXPECT_EQ(b.report.findings, 0u);
  EXPECT_EQ(b.report.verdict, Verdict::kClean);
}

TEST(FinishReport, ACopyOfAnArchiveInheritsWhatIsInTheFirst) {
  ReportBuilder b(Rules());
  const uint32_t d = b.AddDistribution("a.zip");
  const uint32_t first = b.Open(0, d, "a.zip");
  b.report.payload(first).container = "zip";
  const uint32_t inside = b.Open(first, d, "evil");
  b.report.payload(inside).own_coverage = Coverage::kPartial;
  b.Close(inside, {1});
  b.Close(first);
  const uint32_t other = b.AddDistribution("b.zip");
  const uint32_t copy = b.Open(0, other, "b.zip");
  b.report.payload(copy).same_as = first;
  b.Close(copy);
  FinishReport(&b.report);
  EXPECT_EQ(b.report.payload(copy).verdict, Verdict::kMatched);
  EXPECT_EQ(b.report.payload(copy).coverage, Coverage::kPartial);
  EXPECT_EQ(b.report.distributions[other].score, 7);
}

// The droste archive: what is inside is the archive itself.
TEST(FinishReport, AnArchiveThatHoldsItselfComesToAnEnd) {
  ReportBuilder b(Rules());
  const uint32_t d = b.AddDistribution("droste.zip");
  const uint32_t outer = b.Open(0, d, "droste.zip");
  b.report.payload(outer).container = "zip";
  const uint32_t inner = b.Open(outer, d, "droste.zip");
  b.report.payload(inner).same_as = outer;
  b.Close(inner);
  b.Close(outer, {0});
  FinishReport(&b.report);
  EXPECT_EQ(b.report.payload(inner).coverage, Coverage::kComplete);
  EXPECT_EQ(b.report.verdict, Verdict::kMatched);
  EXPECT_EQ(b.report.distributions[d].score, 5);
}

}  // namespace
}  // namespace cupel
