// Scores, ties and links, with values computed by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"
#include "compat/dragonfly/inspector_url.h"
#include "compat/dragonfly/package_score.h"
#include "tests/unit/report/report_builder.h"

namespace cupel::dragonfly {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Rules by index.
constexpr uint32_t kFive = 0, kThree = 1, kMinus = 2, kPython = 3, kZero = 4;
std::vector<RuleInfo> Rules() {
  return {MakeRule("five", 5), MakeRule("three", 3), MakeRule("minus", -4),
          MakeRule("python", 7, {".py"}), MakeRule("zero", 0)};
}

class ScoreTest : public testing::Test {
 protected:
  ScoreTest() : builder_(Rules()) {}

  // An archive with members (name, rules that match).
  using Members = std::vector<std::pair<std::string, std::vector<uint32_t>>>;
  void Archive(const std::string& name, const Members& members,
               std::vector<uint32_t> own = {}) {
    uint32_t index = builder_.AddDistribution(name);
    uint32_t root = builder_.Open(kNoPayload, index, name);
    builder_.report.payload(root).container = "tar.gz";
    for (const auto& [file, rules] : members) {
      uint32_t id = builder_.Open(root, index, file);
      builder_.report.payload(id).size = 10;
      builder_.Close(id, rules);
    }
    builder_.Close(root, own);
  }
  DistributionScore Score(size_t index = 0) {
    return ScoreDistribution(builder_.report,
                             builder_.report.distributions[index]);
  }
  std::string Why(size_t index = 0) {
    return WhyIncomplete(builder_.report, builder_.report.distributions[index]);
  }
  Incident& AddIncident(uint32_t payload, IncidentKind kind, std::string name) {
    return builder_.report.incidents.emplace_back(
        Incident{.payload = payload, .kind = kind, .name = std::move(name)});
  }
  ReportBuilder builder_;
};

TEST_F(ScoreTest, ARuleCountsOncePerDistribution) {
  Archive("a.tar.gz", {{"x/a.py", {kFive, kThree}}, {"x/b.py", {kFive}}});
  DistributionScore score = Score();
  EXPECT_EQ(score.score, 8);
  EXPECT_EQ(score.top_file, "x/a.py");  // 8 against 5
  EXPECT_THAT(score.rules, ElementsAre("five", "three"));
}

TEST_F(ScoreTest, NegativeAndZeroWeightsCount) {
  Archive("a.tar.gz", {{"a", {kMinus}}, {"b", {kZero}}, {"c", {kMinus}}});
  EXPECT_EQ(Score().score, -4);
  EXPECT_EQ(Score().top_file, "b");
  EXPECT_THAT(Score().rules, ElementsAre("minus", "zero"));
}

TEST_F(ScoreTest, OfEqualFilesTheLastWins) {
  Archive("a.tar.gz", {{"a", {kFive}}, {"b", {kFive}}, {"c", {kThree}}});
  EXPECT_EQ(Score().top_file, "b");
}

TEST_F(ScoreTest, WithoutFindingsTheLastFileWins) {
  Archive("a.tar.gz", {{"a", {}}, {"b", {}}});
  EXPECT_EQ(Score().score, 0);
  EXPECT_TRUE(Score().has_files);
  EXPECT_EQ(Score().top_file, "b");
}

TEST_F(ScoreTest, FileTypesAreSuffixesByteByByte) {
  Archive("a.tar.gz", {{"a.PY", {kPython}}, {"b.py", {kPython}}, {"c", {}}});
  EXPECT_EQ(Score().score, 7);
  EXPECT_EQ(Score().top_file, "b.py");
}

TEST_F(ScoreTest, TheArchivesOwnBytesDoNotCount) {
  Archive("a.tar.gz", {{"a", {}}}, {kFive});
  EXPECT_EQ(Score().score, 0);
  EXPECT_THAT(Score().rules, IsEmpty());
}

TEST_F(ScoreTest, AnEmptyArchiveHasNoFiles) {
  Archive("a.tar.gz", {});
  EXPECT_FALSE(Score().has_files);
}

TEST_F(ScoreTest, FindingsInInnerArchivesGoUnderTheOuterName) {
  uint32_t index = builder_.AddDistribution("a.tar.gz");
  uint32_t root = builder_.Open(kNoPayload, index, "a.tar.gz");
  uint32_t wheel = builder_.Open(root, index, "x/in.whl");
  uint32_t file = builder_.Open(wheel, index, "deep.py");
  builder_.Close(file, {kPython});
  builder_.Close(wheel);
  uint32_t last = builder_.Open(root, index, "x/z.py");
  builder_.Close(last, {kThree});
  builder_.Close(root);
  EXPECT_EQ(Score().score, 10);
  EXPECT_EQ(Score().top_file, "x/in.whl");
}

TEST_F(ScoreTest, WhatIsTheSameAsAnotherHasItsFindings) {
  Archive("a.tar.gz", {{"a.py", {kPython}}});
  Archive("b.tar.gz", {{"old", {kFive}}});
  // b.tar.gz again, and within a third the whole of a.tar.gz.
  uint32_t again = builder_.AddDistribution("c.tar.gz");
  uint32_t root = builder_.Open(kNoPayload, again, "c.tar.gz");
  builder_.report.payload(root).same_as =
      builder_.report.distributions[1].payloads[0];
  builder_.Close(root);
  uint32_t third = builder_.AddDistribution("d.tar.gz");
  root = builder_.Open(kNoPayload, third, "d.tar.gz");
  uint32_t inner = builder_.Open(root, third, "inner.tar.gz");
  builder_.report.payload(inner).same_as = 1;
  builder_.Close(inner);
  builder_.Close(root);
  EXPECT_EQ(Score(2).score, 5);
  EXPECT_EQ(Score(2).top_file, "old");
  EXPECT_EQ(Score(3).score, 7);
  EXPECT_EQ(Score(3).top_file, "inner.tar.gz");
}

// The same bytes came first out of an archive inside: what was missed of them
// there was missed of the file, too.
TEST_F(ScoreTest, WhatWasMissedInItsPlaceWasMissed) {
  uint32_t index = builder_.AddDistribution("a.tar.gz");
  uint32_t root = builder_.Open(kNoPayload, index, "a.tar.gz");
  builder_.report.payload(root).container = "tar.gz";
  uint32_t inner = builder_.Open(root, index, "x/a.zip");
  uint32_t nested = builder_.Open(inner, index, "evil.py");
  builder_.Close(nested);
  builder_.Close(inner);
  uint32_t outer = builder_.Open(root, index, "x/evil.py");
  builder_.Close(outer);
  builder_.Close(root);
  AddIncident(nested, IncidentKind::kTimeout, "rules");
  EXPECT_EQ(Why(), "") << "what an inner archive holds is nobody's file";
  builder_.report.payload(outer).same_as = nested;
  EXPECT_THAT(Why(), testing::HasSubstr("evil.py"));
}

TEST_F(ScoreTest, APackageIsAsBadAsItsWorstDistribution) {
  PackageScore package = ScorePackage({{.score = 3, .rules = {"b", "c"}},
                                       {.score = 8, .rules = {"d"}},
                                       {.score = 8, .rules = {"a", "c"}},
                                       {.score = -2, .rules = {}}});
  EXPECT_EQ(package.score, 8);
  EXPECT_EQ(package.winner, 2);
  EXPECT_THAT(package.rules, ElementsAre("a", "b", "c", "d"));
  EXPECT_EQ(ScorePackage({{.score = -2}, {.score = -5}}).score, -2);
  EXPECT_EQ(ScorePackage({}).score, 0);
  EXPECT_EQ(ScorePackage({}).winner, -1);
}

TEST_F(ScoreTest, CompleteIsWhatWasTakenApartAndLookedAt) {
  Archive("a.tar.gz", {{"a", {}}, {"in.zip", {}}});
  EXPECT_EQ(Why(), "");
  // The archive itself: what only its raw bytes lack is no matter.
  AddIncident(1, IncidentKind::kTimeout, "file_time");
  AddIncident(1, IncidentKind::kLimit, "file_bytes");
  AddIncident(1, IncidentKind::kAnomaly, "trailing_data");
  // An archive within it that can't be opened, or not to its end.
  AddIncident(3, IncidentKind::kCorrupt, "corrupt").covered_bytes = 0;
  AddIncident(3, IncidentKind::kLimit, "depth");
  EXPECT_EQ(Why(), "");
  AddIncident(3, IncidentKind::kCorrupt, "corrupt").covered_bytes = 10;
  EXPECT_EQ(Why(), "a.tar.gz!/in.zip: corrupt");
}

TEST_F(ScoreTest, SaysWhatWasMissed) {
  Archive("a.tar.gz", {{"a", {}}});
  AddIncident(2, IncidentKind::kTimeout, "file_time").detail = "10 s";
  EXPECT_EQ(Why(), "a.tar.gz!/a: timeout: 10 s");
  builder_.report.incidents.clear();
  AddIncident(1, IncidentKind::kLimit, "files").value = 7;
  EXPECT_EQ(Why(), "a.tar.gz: limit max_archive_entries (7)");
  builder_.report.incidents.clear();
  AddIncident(kNoPayload, IncidentKind::kCancelled, "cancelled");
  EXPECT_EQ(Why(), "cancelled");
}

TEST_F(ScoreTest, WhatIsNoArchiveIsNotComplete) {
  uint32_t index = builder_.AddDistribution("page.whl");
  builder_.Close(builder_.Open(kNoPayload, index, "page.whl"));
  EXPECT_EQ(Why(), "page.whl: is no archive that can be taken apart");
  AddIncident(1, IncidentKind::kCorrupt, "corrupt").detail = "no directory";
  EXPECT_EQ(Why(), "page.whl: corrupt: no directory");
}

struct UrlCase {
  const char* url;
  const char* name;
  const char* version;
  const char* file;
  const char* expected;
};

TEST(InspectorUrlTest, IsTheDownloadsWithAnotherHostAndPath) {
  const UrlCase kCases[] = {
      {"https://files.pythonhosted.org/packages/aa/foo-1.0.tar.gz", "foo",
       "1.0", "foo-1.0/setup.py",
       "https://inspector.pypi.io/project/foo/1.0/packages/aa/foo-1.0.tar.gz/"
       "foo-1.0/setup.py"},
      // Scheme, port, query and fragment stay; what comes last is the file.
      {"http://h:8080/a.whl?x=1#y", "n", "2", "f.py",
       "http://inspector.pypi.io:8080/project/n/2/a.whl/?x=1#yf.py"},
      {"HTTP://h:80/a.whl", "n", "2", "f",
       "http://inspector.pypi.io/project/n/2/a.whl/f"},
      // The path is encoded as browsers do it; the file is not encoded at all.
      {"https://h/a b%20c/\"d\"", "n{}", "2?#", "x y?#%.py",
       "https://inspector.pypi.io/project/n%7B%7D/2%3F%23/a%20b%20c/%22d%22/"
       "x y?#%.py"},
      {"https://h/\xc3\xbc", "n", "1", "\xc3\xbc\xff",
       "https://inspector.pypi.io/project/n/1/%C3%BC/\xc3\xbc\xef\xbf\xbd"},
      {"https://user:geheim@h/a", "n", "1", "./b",
       "https://inspector.pypi.io/project/n/1/a/b"},
      {"https://h", "n", "1", "b", "https://inspector.pypi.io/project/n/1//b"},
      {"https://h/x/../y/%2E/z", "n", "1", "b",
       "https://inspector.pypi.io/project/n/1/y/z/b"},
      {"https://[::1]:9/a", "n", "1", "b",
       "https://inspector.pypi.io:9/project/n/1/a/b"},
  };
  for (const UrlCase& c : kCases) {
    auto url = InspectorUrl(c.url, c.name, c.version, c.file);
    ASSERT_TRUE(url.ok()) << c.url << ": " << url.status();
    EXPECT_EQ(*url, c.expected);
  }
}

TEST(InspectorUrlTest, RefusesWhatIsNoUrl) {
  for (const char* bad : {"", "foo-1.0.tar.gz", "ftp://h/x", "https://",
                          "https://h:port/x", "//h/x", "https://u:p@/x"}) {
    EXPECT_FALSE(InspectorUrl(bad, "n", "1", "f").ok()) << bad;
  }
}

}  // namespace
}  // namespace cupel::dragonfly
