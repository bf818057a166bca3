// When two jobs are the same.
#include <string>

#include "catalogue_testing.h"

namespace cupel_test {
namespace {

std::string KeyOf(const Job& job, std::string_view fingerprint) {
  return Text(Make<Buffer>(cupel_job_key, job.get(), View(fingerprint)));
}

Job Changed(std::string_view from, std::string_view to) {
  std::string text(kMeta);
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return ParseJob(text.replace(at, from.size(), to));
}

nlohmann::json Compare(const Job& a, const Job& b) {
  return Parse(Make<Buffer>(cupel_job_compare, a.get(), b.get()));
}

std::string FingerprintOf(const Job& job, const Keyring& ring) {
  return Text(
      Make<Buffer>(cupel_job_environment_fingerprint, job.get(), ring.get()));
}

TEST(DedupTest, KeysAreOfTheRunAndNotOfTheOrganisation) {
  const Keyring ring = RingOf({NewKey()});
  const Job meta = ParseJob(kMeta);
  const std::string fingerprint = FingerprintOf(meta, ring);
  const std::string key = KeyOf(meta, fingerprint);
  EXPECT_EQ(key.size(), 64u);
  EXPECT_EQ(KeyOf(ParseJob(TaskText()), fingerprint), key) << "a task's";
  EXPECT_EQ(
      KeyOf(Changed(R"("organization":"acme")", R"("organization":"other")"),
            fingerprint),
      key);
  EXPECT_EQ(KeyOf(Changed(R"({"name":"acme.example","port":443})",
                          R"({"port":443,"name":"acme.example"})"),
                  fingerprint),
            key);
  for (const auto& [from, to] :
       {std::pair(R"("id":"dns")", R"("id":"dns2")"),
        std::pair(R"("version":"1")", R"("version":null)"),
        std::pair(R"("runnable_hash":"aa")", R"("runnable_hash":"ab")"),
        std::pair("443", "444"), std::pair("acme.example\"", "x.example\"")}) {
    EXPECT_NE(KeyOf(Changed(from, to), fingerprint), key) << from;
  }
  EXPECT_NE(KeyOf(meta, std::string(64, '0')), key);
}

TEST(DedupTest, TheFingerprintIsThatOfTheEnvironment) {
  const Keyring ring = RingOf({NewKey()});
  cupel_environment_options options = CUPEL_ENVIRONMENT_OPTIONS_INIT;
  options.schema_json = View(kPluginSchema);
  options.settings = View(kSettings);
  const auto built = Make<Environment>(cupel_environment_build, &options);
  EXPECT_EQ(Text(Make<Buffer>(cupel_environment_fingerprint, built.get(),
                              ring.get())),
            FingerprintOf(ParseJob(kMeta), ring));
}

TEST(DedupTest, WhatHasNoKeySaysWhy) {
  cupel_buffer* out = nullptr;
  const Job meta = ParseJob(kMeta);
  EXPECT_EQ(cupel_job_key(meta.get(), {nullptr, 0}, &out, nullptr),
            CUPEL_STATUS_FAILED_PRECONDITION)
      << "it carries an environment";
  EXPECT_EQ(cupel_job_environment_fingerprint(meta.get(), RingOf({}).get(),
                                              &out, nullptr),
            CUPEL_STATUS_FAILED_PRECONDITION);
  const Job file =
      ParseJob(R"({"name":"n","content":"","tags":null})", CUPEL_JOB_FILE);
  const std::string message =
      MessageOf(CUPEL_STATUS_FAILED_PRECONDITION, cupel_job_key, file.get(),
                View("x"), &out);
  EXPECT_TRUE(Contains(message, "File")) << message;
  const Job nothing = ParseJob(
      R"({"id":"3f0c2f0e-5b7a-4c5e-9d01-82f1a3b4c5d6","boefje":{"id":"x"},)"
      R"("organization":"acme"})",
      CUPEL_JOB_BOEFJE_META);
  EXPECT_EQ(cupel_job_key(nothing.get(), {nullptr, 0}, &out, nullptr),
            CUPEL_STATUS_INVALID_ARGUMENT)
      << "no version, image or hash";
  EXPECT_EQ(out, nullptr);
}

TEST(DedupTest, ComparesInWordsWithoutValues) {
  const Job meta = ParseJob(kMeta);
  const auto same =
      Compare(meta, Changed("acme\",\"runnable", "x\",\"runnable"));
  EXPECT_EQ(same["same"], true);
  EXPECT_EQ(same["differences"].size(), 0u);
  const auto hash = Compare(
      meta, Changed(R"("runnable_hash":"aa")", R"("runnable_hash":"hunter")"));
  EXPECT_EQ(hash["same"], false);
  EXPECT_TRUE(Contains(hash.dump(), "runnable_hash"));
  EXPECT_TRUE(Contains(Compare(meta, Changed("443", "444")).dump(), "$.port"));
  const std::string secret = "another-secret-value";
  const auto environment = Compare(meta, Changed(kSecret, secret));
  EXPECT_EQ(environment["same"], false);
  EXPECT_TRUE(Contains(environment.dump(), "environment"));
  EXPECT_FALSE(Contains(environment.dump(), kSecret));
  EXPECT_FALSE(Contains(environment.dump(), secret));
}

TEST(DedupTest, OpenKatsOwnHashes) {
  EXPECT_EQ(
      Text(Make<Buffer>(cupel_openkat_task_hash_boefje,
                        View("Hostname|internet|ns3.domaindiscount24.net"),
                        View("dns-records"), View("aa"))),
      "413225384a91a70018d55c4fb3819913");
  const auto none =
      Text(Make<Buffer>(cupel_openkat_task_hash_boefje, cupel_view{nullptr, 0},
                        View("dns"), View("aa")));
  EXPECT_EQ(none.size(), 32u);
  EXPECT_EQ(Text(Make<Buffer>(cupel_openkat_task_hash_boefje, View(""),
                              View("dns"), View("aa"))),
            none);
  EXPECT_EQ(Text(Make<Buffer>(cupel_openkat_task_hash_normalizer, View("n"),
                              View("m"), View("o")))
                .size(),
            32u);
}

}  // namespace
}  // namespace cupel_test
