#include "job/any_job.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/status.h"
#include "tests/support/random_job.h"
#include "tests/unit/job/job_texts.h"

namespace cupel::job {
namespace {

using testing::HasSubstr;

std::optional<Kind> Detect(std::string_view text) {
  return DetectKind(*ParseJson(text, "x"));
}

TEST(DetectKind, KnowsWhatPrintsItself) {
  RandomJob random(1);
  for (size_t i = 0; i < kJobKinds; ++i) {
    const auto kind = static_cast<Kind>(i);
    EXPECT_EQ(KindFromName(Name(kind)), kind);
    for (int round = 0; round < 50; ++round) {
      const std::string text = Print(random.Any(kind));
      const std::optional<Kind> found = Detect(text);
      // An object of octopoes' may have any keys, a task's among them.
      if (kind == Kind::kOoi && found != kind) continue;
      EXPECT_EQ(found, kind) << text;
    }
  }
}

TEST(DetectKind, KnowsWhatServicesSend) {
  EXPECT_EQ(Detect(kBoefjeTask), Kind::kTask);
  EXPECT_EQ(Detect(kNormalizerMeta), Kind::kNormalizerMeta);
  EXPECT_EQ(Detect(R"({"results":[]})"), Kind::kTaskPop);
  EXPECT_EQ(Detect(R"({"count":1,"next":null,"results":[]})"),
            Kind::kPaginatedTasksResponse);
  EXPECT_EQ(Detect(R"({"input_ooi":"x","results":[]})"),
            Kind::kNormalizerObservation);
  EXPECT_EQ(Detect(R"({"status":"COMPLETED"})"), Kind::kBoefjeOutput);
  EXPECT_EQ(Detect(R"({"id":"x","organization":"o","normalizer":{}})"),
            Kind::kNormalizerMeta);
  // Without its boefje, that is what is wrong with it.
  EXPECT_EQ(Detect(R"({"id":"x","organization":"o"})"), Kind::kBoefjeMeta);
  for (const std::string_view text :
       {"{}", "[]", "5", "null", R"({"a":1})", R"({"type":"boefje"})",
        R"({"type":5})"}) {
    EXPECT_EQ(Detect(text), std::nullopt) << text;
  }
  EXPECT_EQ(KindFromName("Nothing"), std::nullopt);
}

TEST(ParseJob, SaysThatItIsNoJob) {
  EXPECT_THAT(std::string(MessageOf(ParseJob("[]", "f.json").status())),
              HasSubstr("f.json: expected a JSON object"));
  EXPECT_THAT(std::string(MessageOf(ParseJob("{}", "f.json").status())),
              HasSubstr("no job of OpenKAT's has such keys"));
  EXPECT_THAT(std::string(MessageOf(ParseJob("{", "f.json").status())),
              HasSubstr("line 1"));
}

TEST(ParseJob, GivesAllProblems) {
  JsonIssues issues;
  const auto job = ParseJob("{}", "x", Kind::kTask, &issues);
  EXPECT_EQ(job.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(issues.list().size(), 10u);
}

TEST(ParseJob, WhatIsPrintedReadsBackTheSame) {
  RandomJob random(2);
  for (int round = 0; round < 40; ++round) {
    for (size_t i = 0; i < kJobKinds; ++i) {
      const auto kind = static_cast<Kind>(i);
      const AnyJob job = random.Any(kind);
      ASSERT_EQ(KindOf(job), kind);
      for (const auto style :
           {JsonWriter::Style::kCompact, JsonWriter::Style::kIndented}) {
        const std::string text = Print(job, style);
        const auto again = ParseJob(text, "x", kind);
        ASSERT_TRUE(again.ok()) << MessageOf(again.status()) << "\n" << text;
        ASSERT_TRUE(*again == job) << text << "\n" << Print(*again);
        // 1 equals 1.0, but it is not printed the same.
        ASSERT_EQ(Print(*again, style), text);
      }
    }
  }
}

TEST(ParseJob, RefusesEveryTruncation) {
  for (const std::string_view text : {kBoefjeTask, kNormalizerMeta}) {
    for (size_t size = 0; size < text.size(); ++size) {
      ASSERT_FALSE(ParseJob(text.substr(0, size), "x").ok()) << size;
    }
  }
}

TEST(ParseJob, RefusesHostileDocuments) {
  const std::string task(kBoefjeTask);
  const auto with = [&task](std::string_view in_data) {
    std::string text = task;
    text.insert(text.find("\"dispatches\""), in_data);
    return ParseJob(text, "x").status();
  };
  ASSERT_TRUE(with("").ok());
  EXPECT_THAT(std::string(MessageOf(with("\"input_ooi\":\"y\","))),
              HasSubstr("$.data.input_ooi: this key stands here twice"));
  EXPECT_EQ(with("\"arguments\":" + std::string(1'000'000, '[')).code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(
      with("\"arguments\":\"" + std::string(100'000'000, 'a') + "\",").code(),
      absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(MessageOf(with("\"a\":\"\xff\","))),
              HasSubstr("no UTF-8"));
  EXPECT_THAT(
      std::string(MessageOf(with(std::string_view("\"a\":\"\0\",", 8)))),
      HasSubstr("NUL"));
}

TEST(ParseJob, AnArrayOfMistakesIsBounded) {
  std::string text = "{\"results\":[";
  for (int i = 0; i < 50'000; ++i) text += "{\"data\":{}},";
  text += "5]}";
  JsonIssues issues;
  EXPECT_FALSE(ParseJob(text, "x", Kind::kTaskPop, &issues).ok());
  EXPECT_EQ(issues.list().size(), 1000u);
  EXPECT_GT(issues.count(), 50'000u);
}

}  // namespace
}  // namespace cupel::job
