#include "dedup/job_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <random>
#include <string>

#include "base/status.h"
#include "identities.h"

namespace cupel {
namespace {

using ::testing::HasSubstr;

std::string KeyOf(const JobIdentity& job) {
  const auto key = JobKey(job);
  EXPECT_TRUE(key.ok()) << key.status();
  return key.ok() ? HexDigest(*key) : "";
}

// Every key of one field changed, and of two fields with what is in them
// exchanged or moved over the border between them.
TEST(JobKey, EveryFieldCounts) {
  const std::pair<const char*, std::function<void(JobIdentity*)>> changes[] = {
      {"nothing", [](JobIdentity*) {}},
      {"plugin", [](JobIdentity* job) { job->plugin = "dns"; }},
      {"version", [](JobIdentity* job) { job->version = "1.3"; }},
      {"no version", [](JobIdentity* job) { job->version.reset(); }},
      {"empty version", [](JobIdentity* job) { job->version = ""; }},
      {"image", [](JobIdentity* job) { job->oci_image = "other"; }},
      {"no image", [](JobIdentity* job) { job->oci_image.reset(); }},
      {"no words", [](JobIdentity* job) { job->oci_arguments.clear(); }},
      {"split word",
       [](JobIdentity* job) { job->oci_arguments = {"kat_dns", ".main"}; }},
      {"empty word",
       [](JobIdentity* job) { job->oci_arguments.emplace_back(); }},
      {"hash", [](JobIdentity* job) { job->runnable_hash->back() = 'b'; }},
      {"no hash", [](JobIdentity* job) { job->runnable_hash.reset(); }},
      {"reference", [](JobIdentity* job) { job->input_ooi = "Hostname|x"; }},
      {"no reference", [](JobIdentity* job) { job->input_ooi.reset(); }},
      {"empty reference", [](JobIdentity* job) { job->input_ooi = ""; }},
      {"input", [](JobIdentity* job) { job->input["port"] = 81; }},
      {"number as text", [](JobIdentity* job) { job->input["port"] = "80"; }},
      {"no input", [](JobIdentity* job) { job->input = Json(); }},
      {"empty input", [](JobIdentity* job) { job->input = Json::object(); }},
      {"environment",
       [](JobIdentity* job) { job->environment_fingerprint[0] = '2'; }},
      {"no environment",
       [](JobIdentity* job) { job->environment_fingerprint.clear(); }},
      {"exchanged",
       [](JobIdentity* job) { std::swap(job->version, job->oci_image); }},
      {"moved",
       [](JobIdentity* job) {
         job->plugin += '1';
         job->version = ".2";
       }},
  };
  std::map<std::string, std::string> by_key;
  for (const auto& [name, change] : changes) {
    JobIdentity job = SomeJob();
    change(&job);
    const auto [at, is_new] = by_key.emplace(KeyOf(job), name);
    EXPECT_TRUE(is_new) << name << " has the key of " << at->second;
  }
}

TEST(JobKey, OrderOfKeysDoesNotCount) {
  JobIdentity job = SomeJob();
  job.input = *ParseJson(
      R"({"tags":["a","b"],"port":80.0,"name":"example.com"})", "test");
  EXPECT_EQ(KeyOf(job), KeyOf(SomeJob()));
}

TEST(JobKey, OrderOfArraysDoes) {
  JobIdentity job = SomeJob();
  job.input["tags"] = {"b", "a"};
  EXPECT_NE(KeyOf(job), KeyOf(SomeJob()));
}

// The bytes that two fields are made of, split at every place: all keys differ.
TEST(JobKey, NoTwoSplitsCollide) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    std::string bytes(12, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random() % 3);
    std::map<std::string, size_t> by_key;
    for (size_t i = 1; i < bytes.size(); ++i) {
      JobIdentity job;
      job.plugin = bytes.substr(0, i);
      job.version = bytes.substr(i);
      const auto [at, is_new] = by_key.emplace(KeyOf(job), i);
      EXPECT_TRUE(is_new) << "split at " << i << " and " << at->second;
    }
  }
}

// Made with Python's hashlib from the description. Should it change, so must
// the number in the domain: keys are stored.
TEST(JobKey, StaysTheSameFromVersionToVersion) {
  EXPECT_EQ(KeyOf(SomeJob()),
            "d7749932b8fa4b31422f8c8d4287960179d300482615e3899578ceb84163cb5d");
}

TEST(JobKey, NeedsWhatTellsVersionsApart) {
  JobIdentity job = SomeJob();
  job.version.reset();
  job.oci_image = "";
  job.runnable_hash.reset();
  const auto key = JobKey(job);
  ASSERT_TRUE(absl::IsInvalidArgument(key.status()));
  EXPECT_THAT(std::string(MessageOf(key.status())), HasSubstr("runnable_hash"));
  job.runnable_hash = "a";
  EXPECT_TRUE(JobKey(job).ok());
}

TEST(JobKey, NeedsAPlugin) {
  JobIdentity job = SomeJob();
  job.plugin.clear();
  EXPECT_TRUE(absl::IsInvalidArgument(JobKey(job).status()));
}

}  // namespace
}  // namespace cupel
