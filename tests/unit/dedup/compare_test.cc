#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "dedup/job_key.h"
#include "identities.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(CompareJobs, SameJobs) {
  JobIdentity other = SomeJob();
  other.input = *ParseJson(
      R"({"tags":["a","b"],"port":80.0,"name":"example.com"})", "test");
  const JobComparison comparison = CompareJobs(SomeJob(), other);
  EXPECT_TRUE(comparison.same);
  EXPECT_THAT(comparison.differences, IsEmpty());
}

TEST(CompareJobs, NamesEachField) {
  JobIdentity other = SomeJob();
  other.plugin = "x";
  other.version.reset();
  other.oci_image = "x";
  other.oci_arguments.clear();
  other.runnable_hash = "x";
  other.input_ooi = "x";
  other.environment_fingerprint = "x";
  const JobComparison comparison = CompareJobs(SomeJob(), other);
  EXPECT_FALSE(comparison.same);
  EXPECT_THAT(comparison.differences,
              ElementsAre("plugin differs", "version is only in the first",
                          "oci_image differs", "oci_arguments differs",
                          "runnable_hash differs", "input_ooi differs",
                          "environment (settings or variables) differs"));
}

TEST(CompareJobs, SaysWhereInputsDiffer) {
  JobIdentity a = SomeJob();
  JobIdentity b = SomeJob();
  a.input = *ParseJson(
      R"({"same":1,"port":80,"deep":{"list":[1,{"x":"secret-one"},3]},"a":1})",
      "test");
  b.input = *ParseJson(
      R"({"same":1.0,"port":"80","deep":{"list":[1,{"x":"secret-two"}]},"b":1})",
      "test");
  const JobComparison comparison = CompareJobs(a, b);
  EXPECT_THAT(comparison.differences,
              ElementsAre("input differs at $.port",
                          "input differs at $.deep.list[1].x",
                          "input: $.deep.list[2] is only in the first",
                          "input: $.a is only in the first",
                          "input: $.b is only in the second"));
  for (const std::string& difference : comparison.differences) {
    EXPECT_THAT(difference, Not(HasSubstr("secret")));
  }
}

TEST(CompareJobs, AnInputThatIsNoneDiffers) {
  JobIdentity other = SomeJob();
  other.input = Json();
  EXPECT_THAT(CompareJobs(SomeJob(), other).differences,
              ElementsAre("input differs at $"));
}

TEST(CompareJobs, ListIsBounded) {
  JobIdentity a = SomeJob();
  JobIdentity b = SomeJob();
  a.input = Json::array();
  for (int i = 0; i < 100000; ++i) a.input.push_back(i);
  b.input = Json::array();
  const JobComparison comparison = CompareJobs(a, b);
  EXPECT_EQ(comparison.differences.size(), 100U);
  EXPECT_EQ(comparison.differences.back(), "and more");
  EXPECT_FALSE(comparison.same);
}

}  // namespace
}  // namespace cupel
