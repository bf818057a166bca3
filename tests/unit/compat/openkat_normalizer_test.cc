#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/status.h"
#include "compat/openkat/normalizer_run.h"
#include "compat/openkat/octopoes.h"
#include "tests/unit/compat/openkat_testing.h"

namespace cupel::openkat {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kHost =
    R"({"kind":"ooi","value":{"object_type":"Hostname",)"
    R"("primary_key":"Hostname|internet|b.nl","name":"b.nl"}})";
constexpr const char* kInput =
    R"({"kind":"ooi","value":{"object_type":"Hostname",)"
    R"("primary_key":"Hostname|internet|a.nl"}})";
constexpr const char* kDeclaration =
    R"({"kind":"declaration","value":{"type":"declaration","ooi":)"
    R"({"object_type":"Network","name":"internet"},)"
    R"("end_valid_time":"2026-01-02T03:04:05Z"}})";
constexpr const char* kAffirmation =
    R"({"kind":"affirmation","value":{"type":"affirmation","ooi":)"
    R"({"object_type":"Network","name":"internet"}}})";
constexpr const char* kProfile =
    R"({"kind":"scan_profile","value":{"scan_profile_type":"declared",)"
    R"("reference":"Hostname|internet|b.nl","level":4}})";

job::NormalizerMeta Meta(std::string input = "Hostname|internet|a.nl") {
  job::NormalizerMeta meta;
  meta.id = *Uuid::Parse("7f0d4b1e-8a57-4f0e-9c5b-5f6a9cf0a001");
  meta.normalizer.id = "kat_x";
  meta.raw_data.id = Uuid::Random();
  meta.raw_data.boefje_meta.boefje.id = "dns";
  meta.raw_data.boefje_meta.organization = "acme & co";
  meta.raw_data.boefje_meta.input_ooi = std::move(input);
  meta.raw_data.boefje_meta.ended_at = *DateTime::Parse("2026-01-02T03:04:05Z");
  return meta;
}

NormalizerOutcome RunIt(std::vector<std::string> results,
                        job::NormalizerMeta meta = Meta()) {
  FakePlugin plugin([&](const PluginRequest& request, PluginAnswer* answer) {
    EXPECT_EQ(request.method, PluginMethod::kNormalize);
    EXPECT_EQ(request.bytes, std::string_view("raw\0bytes", 9));
    EXPECT_TRUE(request.environment->empty());
    const Json document = *ParseJson(request.document, "document");
    EXPECT_EQ(document["normalizer_meta"]["normalizer"]["id"], "kat_x");
    EXPECT_TRUE(document["input_ooi"].is_object());
    for (const std::string& result : results) {
      CUPEL_RETURN_IF_ERROR(answer->AddResult(result));
    }
    return absl::OkStatus();
  });
  auto outcome = RunNormalizer(plugin, std::move(meta),
                               std::string_view("raw\0bytes", 9), RunRequest());
  EXPECT_TRUE(outcome.ok()) << outcome.status();
  return *std::move(outcome);
}

std::vector<OctopoesRequest> RequestsOf(const NormalizerOutcome& outcome,
                                        std::string_view whitelist = {}) {
  std::vector<std::string> warnings;
  return OctopoesRequests(outcome, *ParseWhitelist(whitelist), &warnings);
}

TEST(NormalizerRunTest, SortsWhatItGives) {
  const auto outcome = RunIt({kHost, kDeclaration, kAffirmation, kProfile});
  EXPECT_EQ(outcome.status, job::StatusEnum::kCompleted) << outcome.problem;
  ASSERT_THAT(outcome.results.observations, SizeIs(1));
  EXPECT_EQ(outcome.results.observations[0].input_ooi,
            "Hostname|internet|a.nl");
  EXPECT_THAT(outcome.results.declarations, SizeIs(1));
  EXPECT_THAT(outcome.results.affirmations, SizeIs(1));
  EXPECT_THAT(outcome.results.scan_profiles, SizeIs(1));
}

TEST(NormalizerRunTest, ObjectsNeedSomethingThatTheyCameFrom) {
  const auto outcome = RunIt({kHost}, Meta(""));
  EXPECT_EQ(outcome.status, job::StatusEnum::kFailed);
  EXPECT_THAT(outcome.problem, HasSubstr("ObservationsWithoutInputOOI"));
  EXPECT_EQ(RunIt({kDeclaration}, Meta("")).status,
            job::StatusEnum::kCompleted);
}

TEST(NormalizerRunTest, WhatIsNoResultFailsTheRunAndNothingCounts) {
  for (const char* result :
       {"7", "{}", R"({"kind":"ooi"})", R"({"kind":"ooi","value":7})",
        R"({"kind":"ooi","value":{"name":"x"}})",
        R"({"kind":"declaration","value":{"object_type":"Network"}})",
        R"({"value":{"object_type":"Network","name":"x"}})",
        R"({"kind":"scan_profile","value":{"scan_profile_type":"declared",
            "reference":"x","level":5}})"}) {
    const auto outcome = RunIt({kHost, result});
    EXPECT_EQ(outcome.status, job::StatusEnum::kFailed) << result;
    EXPECT_THAT(outcome.problem, HasSubstr("InvalidReturnValueNormalizer"));
    EXPECT_THAT(outcome.results.observations, IsEmpty());
  }
}

TEST(NormalizerRunTest, ItsInputIsWhatTheBoefjeHad) {
  job::BoefjeMeta meta = Meta().raw_data.boefje_meta;
  EXPECT_EQ(PrintJson(InputOfNormalizer(meta)),
            R"({"primary_key":"Hostname|internet|a.nl"})");
  meta.arguments["input"] = Json::object({{"name", "a.nl"}});
  EXPECT_EQ(PrintJson(InputOfNormalizer(meta)), R"({"name":"a.nl"})");
  EXPECT_EQ(PrintJson(InputOfNormalizer(job::BoefjeMeta())), "{}");
}

TEST(OctopoesTest, BodiesInOrder) {
  const auto requests =
      RequestsOf(RunIt({kHost, kInput, kDeclaration, kAffirmation, kProfile}),
                 R"({"kat_x":2})");
  ASSERT_THAT(requests, SizeIs(4));
  EXPECT_EQ(requests[0].path, "/acme%20%26%20co/observations");
  EXPECT_EQ(requests[0].body,
            R"({"method":"kat_x","source":"Hostname|internet|a.nl",)"
            R"("source_method":"dns","result":[{"object_type":"Hostname",)"
            R"("primary_key":"Hostname|internet|b.nl","name":"b.nl"}],)"
            R"("valid_time":"2026-01-02T03:04:05Z",)"
            R"("task_id":"7f0d4b1e-8a57-4f0e-9c5b-5f6a9cf0a001"})");
  EXPECT_EQ(requests[1].path, "/acme%20%26%20co/declarations");
  EXPECT_EQ(requests[1].body,
            R"({"ooi":{"object_type":"Network","name":"internet"},)"
            R"("valid_time":"2026-01-02T03:04:05Z",)"
            R"("end_valid_time":"2026-01-02T03:04:05Z","method":"kat_x",)"
            R"("source_method":"dns",)"
            R"("task_id":"7f0d4b1e-8a57-4f0e-9c5b-5f6a9cf0a001"})");
  EXPECT_EQ(requests[2].path, "/acme%20%26%20co/affirmations");
  EXPECT_EQ(requests[3].path,
            "/acme%20%26%20co/scan_profiles/save_many?valid_time="
            "2026-01-02T03%3A04%3A05Z");
  EXPECT_THAT(requests[3].body, HasSubstr(R"("level":2)"));
}

TEST(OctopoesTest, NothingFoundIsToldTooIfThereWasAnInput) {
  const auto requests = RequestsOf(RunIt({kInput}));
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_THAT(requests[0].body, HasSubstr(R"("result":[])"));
  EXPECT_THAT(RequestsOf(RunIt({}, Meta(""))), IsEmpty());
}

TEST(OctopoesTest, ScanProfilesNeedAnEntryInTheWhitelist) {
  const auto outcome = RunIt({kProfile});
  std::vector<std::string> warnings;
  const auto requests =
      OctopoesRequests(outcome, *ParseWhitelist(R"({"other":4})"), &warnings);
  EXPECT_THAT(requests, SizeIs(1));  // the empty observation
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("whitelist does not name")));
  for (const char* bad : {"[]", "{", R"({"a":5})", R"({"a":-1})",
                          R"({"a":"2"})", R"({"a":true})"}) {
    EXPECT_FALSE(ParseWhitelist(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace cupel::openkat
