// Bodies and answers, byte by byte.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/status.h"
#include "compat/dragonfly/rules_document.h"
#include "compat/dragonfly/wire.h"

namespace cupel::dragonfly {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kId = "7d2f6c1e-3c5b-4b7e-9d0a-0123456789ab";

PackageJob JobWithLease() {
  PackageJob job;
  job.name = "foo";
  job.version = "1.0";
  job.lease = Lease{2, std::string(kId)};
  return job;
}

TEST(WireTest, SuccessHasItsMembersInTheirOrder) {
  PackageSuccess success;
  success.score = 9;
  success.inspector_url = "https://inspector.pypi.io/project/foo/1.0/f/a.py";
  success.rules_matched = {"a", "b"};
  success.commit = "c0ffee";
  EXPECT_EQ(
      SuccessBody(JobWithLease(), success),
      R"({"name":"foo","version":"1.0","attempt":2,"assignment_id":"7d2f6c1e-3c)"
      R"(5b-4b7e-9d0a-0123456789ab","score":9,"inspector_url":"https://inspecto)"
      R"(r.pypi.io/project/foo/1.0/f/a.py","rules_matched":["a","b"],"commit":")"
      R"(c0ffee"})");
}

TEST(WireTest, WithoutLeaseNothingIsSaidOfIt) {
  PackageJob job = JobWithLease();
  job.lease.reset();
  EXPECT_EQ(SuccessBody(job, {.commit = "c"}),
            R"({"name":"foo","version":"1.0","score":0,"inspector_url":null,)"
            R"("rules_matched":[],"commit":"c"})");
  EXPECT_EQ(FailureBody(job, "why"),
            R"({"name":"foo","version":"1.0","reason":"why"})");
}

TEST(WireTest, FailureIsOneLine) {
  EXPECT_EQ(FailureBody(JobWithLease(), "two\nlines"),
            R"({"name":"foo","version":"1.0","attempt":2,"assignment_id":"7d2f)"
            R"(6c1e-3c5b-4b7e-9d0a-0123456789ab","reason":"two lines"})");
  std::string body = FailureBody(JobWithLease(), std::string(5000, 'x'));
  EXPECT_LT(body.size(), 1200u);
}

TEST(WireTest, WhatTheServerCannotStoreIsReplaced) {
  using namespace std::string_literals;
  PackageJob job = JobWithLease();
  job.lease.reset();
  job.name = "a\0b"s;
  std::string body = SuccessBody(
      job,
      {.score = int64_t{1} << 40, .inspector_url = "u\0\xff"s, .commit = "c"});
  EXPECT_THAT(body, HasSubstr("\"name\":\"a\xEF\xBF\xBD"
                              "b\""));
  EXPECT_THAT(body, HasSubstr("\"score\":2147483647,"));
  EXPECT_THAT(body, HasSubstr("\"u\xEF\xBF\xBD\xEF\xBF\xBD\""));
  EXPECT_THAT(SuccessBody(job, {.score = -(int64_t{1} << 40)}),
              HasSubstr("\"score\":-2147483648,"));
}

TEST(WireTest, ReadsJobs) {
  auto leased = ParseLeasedJobs(
      R"([{"name":"foo","version":"1","distributions":["https://h/a","x"],
           "hash":"c","attempt":3,
           "assignment_id":"7D2F6C1E-3C5B-4B7E-9D0A-0123456789AB","new":1}])",
      true);
  ASSERT_TRUE(leased.ok()) << leased.status();
  ASSERT_EQ(leased->jobs.size(), 1u);
  const PackageJob& job = leased->jobs[0];
  EXPECT_EQ(job.name, "foo");
  EXPECT_EQ(job.version, "1");
  EXPECT_THAT(job.distributions, ElementsAre("https://h/a", "x"));
  EXPECT_EQ(job.hash, "c");
  EXPECT_EQ(job.lease->attempt, 3u);
  EXPECT_EQ(job.lease->assignment_id, "7D2F6C1E-3C5B-4B7E-9D0A-0123456789AB");
}

TEST(WireTest, OneBadJobDoesNotTakeTheOthersAlong) {
  auto leased = ParseLeasedJobs(
      R"([{"name":"a","version":"1","distributions":[],"hash":"c"},
          {"name":"b","version":"1","distributions":[1],"hash":"c"},
          {"name":"c","version":"1","distributions":[],"hash":"c",
           "attempt":0,"assignment_id":"x"},
          7, {"version":"1"},
          {"name":"d","version":"1","distributions":"x","hash":"c"}])",
      false);
  ASSERT_TRUE(leased.ok()) << leased.status();
  ASSERT_EQ(leased->jobs.size(), 1u);
  EXPECT_FALSE(leased->jobs[0].lease.has_value());
  ASSERT_EQ(leased->refused.size(), 5u);
  EXPECT_EQ(MessageOf(leased->refused[0]),
            "job b 1: distributions[0]: expected a URL, found an integer");
  EXPECT_THAT(MessageOf(leased->refused[1]), HasSubstr("job c 1: attempt"));
  EXPECT_THAT(MessageOf(leased->refused[3]), HasSubstr("$[4].name"));
}

TEST(WireTest, LeasesAreRequiredWhereTheyAre) {
  auto leased = ParseLeasedJobs(
      R"([{"name":"a","version":"1","distributions":[],"hash":"c"}])", true);
  ASSERT_TRUE(leased.ok()) << leased.status();
  EXPECT_TRUE(leased->jobs.empty());
  EXPECT_THAT(MessageOf(leased->refused[0]), HasSubstr("lease = false"));
}

TEST(WireTest, AnswersThatAreNoListAreErrors) {
  EXPECT_FALSE(ParseLeasedJobs(R"({"detail":"geheim"})", true).ok());
  EXPECT_FALSE(ParseLeasedJobs(R"([{"name":)", true).ok());
  EXPECT_FALSE(ParseLeasedJobs("<html>", true).ok());
  EXPECT_TRUE(ParseLeasedJobs("[]", true)->jobs.empty());
}

TEST(RulesDocumentTest, AreOneSourceInTheOrderOfTheirNames) {
  auto document = ParseRulesDocument(
      R"({"hash":"c","rules":{"b":"rule b {}","a":"rule a {}","B":"x"}})");
  ASSERT_TRUE(document.ok()) << document.status();
  EXPECT_EQ(document->hash, "c");
  EXPECT_EQ(CombinedRules(*document), "x\nrule a {}\nrule b {}");
}

TEST(RulesDocumentTest, ErrorsNameThePlaceAndShowNoSource) {
  for (const char* bad :
       {"", "[]", R"({"rules":{}})", R"({"hash":"","rules":{}})",
        R"({"hash":"c","rules":["geheim"]})", R"({"hash":"c","rules":{"a":5}})",
        R"({"hash":7,"rules":{"a":"geheim"}})",
        R"({"hash":"c","rules":{"a":"geheim","a":"geheim"}})"}) {
    auto document = ParseRulesDocument(bad);
    EXPECT_EQ(document.status().code(), absl::StatusCode::kInvalidArgument)
        << bad;
    EXPECT_THAT(MessageOf(document.status()), Not(HasSubstr("geheim"))) << bad;
  }
}

}  // namespace
}  // namespace cupel::dragonfly
