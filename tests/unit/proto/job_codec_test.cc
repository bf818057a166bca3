#include "proto/job_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <string_view>
#include <utility>

#include "base/status.h"
#include "tests/support/random_job.h"

namespace cupel {
namespace {

using testing::HasSubstr;
using testing::Not;

// Wire format by hand: a varint, a length-delimited field.
std::string Varint(uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) {
    bytes += static_cast<char>((value & 0x7f) | 0x80);
  }
  return bytes + static_cast<char>(value);
}
std::string Number(int field, uint64_t value) {
  return Varint(static_cast<uint64_t>(field) << 3) + Varint(value);
}
std::string Bytes(int field, std::string_view content) {
  return Varint(static_cast<uint64_t>(field) << 3 | 2) +
         Varint(content.size()) + std::string(content);
}

std::string Error(std::string_view bytes,
                  absl::StatusCode code = absl::StatusCode::kDataLoss) {
  const auto job = Decode(bytes);
  EXPECT_EQ(job.status().code(), code) << MessageOf(job.status());
  return std::string(MessageOf(job.status()));
}

TEST(JobCodec, WhatIsEncodedDecodesTheSame) {
  RandomJob random(3);
  for (int round = 0; round < 40; ++round) {
    for (size_t i = 0; i < kJobKinds; ++i) {
      const job::AnyJob job = random.Any(static_cast<job::Kind>(i));
      const auto bytes = Encode(job);
      ASSERT_TRUE(bytes.ok()) << MessageOf(bytes.status());
      const auto again = Decode(*bytes);
      ASSERT_TRUE(again.ok()) << MessageOf(again.status());
      ASSERT_TRUE(*again == job) << job::Print(job);
      ASSERT_EQ(job::Print(*again), job::Print(job));
      EXPECT_EQ(*Encode(*again), *bytes);
    }
  }
}

TEST(JobCodec, EveryTruncationIsRefusedOrLeavesNoFieldHalf) {
  RandomJob random(4);
  for (size_t i = 0; i < kJobKinds; ++i) {
    const std::string bytes = *Encode(random.Any(static_cast<job::Kind>(i)));
    for (size_t size = 0; size < bytes.size(); ++size) {
      // The envelope's one field is cut, or it is not there.
      EXPECT_FALSE(Decode(bytes.substr(0, size)).ok()) << size;
    }
  }
}

TEST(JobCodec, NamesTheFieldThatIsMissingOrWrong) {
  const std::string version = Number(1, 1);
  EXPECT_THAT(Error(version + Bytes(10, "")), HasSubstr("task.id is missing"));
  EXPECT_THAT(Error(version + Bytes(11, Bytes(1, Bytes(1, "abc")))),
              HasSubstr("task_pop.results.id is not 16 bytes"));
  EXPECT_THAT(Error(version + Bytes(13, Bytes(1, "\xff") + Number(2, 0))),
              HasSubstr("queue.id is no UTF-8"));
  EXPECT_THAT(Error(version + Bytes(13, Bytes(1, "a"))),
              HasSubstr("queue.size is missing"));
  EXPECT_THAT(Error(version + Bytes(25, "{\"object_type\":\"a\"")),
              HasSubstr("ooi_json is no JSON"));
  EXPECT_THAT(Error(version + Bytes(25, "[]")),
              HasSubstr("ooi_json is no JSON object"));
  EXPECT_THAT(Error(version + Bytes(25, "{}")), HasSubstr("object_type"));
  EXPECT_THAT(Error(version + Bytes(23, Bytes(1, "r") + Number(2, 5))),
              HasSubstr("level is not one from 0 to 4"));
  EXPECT_THAT(Error(version + Bytes(18, Number(1, 3))),
              HasSubstr("boefje_output.status"));
  const std::string id(16, 'i');
  EXPECT_THAT(Error(version + Bytes(14, Bytes(1, id) + Bytes(4, Bytes(1, "")))),
              HasSubstr("boefje_meta.boefje.id is missing"));
  const std::string twice = Bytes(1, Bytes(1, "K")) + Bytes(1, Bytes(1, "K"));
  EXPECT_THAT(Error(version + Bytes(14, Bytes(1, id) + Bytes(4, Bytes(1, "b")) +
                                            Bytes(7, "o") + Bytes(9, twice))),
              HasSubstr("environment has a key twice"));
}

TEST(JobCodec, RefusesTimesThatAreNone) {
  job::BoefjeMeta meta;
  meta.boefje.id = "b";
  for (const DateTime& time :
       {DateTime{INT64_MAX, true, 0}, DateTime{INT64_MIN, true, 0},
        DateTime{0, true, 90'000}, DateTime{0, true, 61},
        DateTime{0, false, 60}, DateTime{0, false, 0},
        DateTime{-62'135'596'800'000'000, true, -60},
        DateTime{253'402'300'799'999'999, true, 60}}) {
    meta.started_at = time;
    EXPECT_EQ(Encode(meta).status().code(), absl::StatusCode::kInvalidArgument)
        << time.micros << " " << time.offset_seconds;
  }
  meta.started_at = DateTime{-62'135'596'800'000'000, true, 60};
  EXPECT_TRUE(Encode(meta).ok());
}

TEST(JobCodec, EncodesNothingThatCannotBeHadBack) {
  job::BoefjeMeta meta;
  EXPECT_THAT(std::string(MessageOf(Encode(meta).status())),
              HasSubstr("boefje.id"));
  meta.boefje.id = "b";
  EXPECT_TRUE(Encode(meta).ok());
  meta.arguments["a"] = std::nan("");
  EXPECT_EQ(Encode(meta).status().code(), absl::StatusCode::kInvalidArgument);
  meta.arguments["a"] = "\xff";
  EXPECT_EQ(Encode(meta).status().code(), absl::StatusCode::kInvalidArgument);
  meta.arguments = Json::object();
  meta.organization = "\xff";
  EXPECT_EQ(Encode(meta).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(JobCodec, KnowsItsVersion) {
  const std::string queue = Bytes(13, Bytes(1, "a") + Number(2, 2));
  EXPECT_TRUE(Decode(Number(1, 1) + queue).ok());
  EXPECT_THAT(Error(Number(1, 2) + queue, absl::StatusCode::kUnimplemented),
              HasSubstr("version 2"));
  EXPECT_THAT(Error(queue), HasSubstr("version is missing"));
  EXPECT_THAT(Error(Number(1, 1)), HasSubstr("kind that is missing"));
  EXPECT_THAT(Error(Number(1, 1) + Bytes(99, "x")),
              HasSubstr("kind that is missing"));
  Error("");
  // What a later writer adds is passed over.
  const auto job = Decode(Number(1, 1) +
                          Bytes(13, Bytes(1, "a") + Number(2, 2) +
                                        Bytes(77, "new") + Number(78, 5)) +
                          Bytes(99, "new"));
  ASSERT_TRUE(job.ok()) << MessageOf(job.status());
  EXPECT_EQ(job::Print(*job), R"({"id":"a","size":1})");
}

TEST(JobCodec, RefusesDamagedBytes) {
  EXPECT_THAT(Error("\x0a"), HasSubstr("cut short"));
  EXPECT_THAT(Error(std::string(11, '\xff')), HasSubstr("cut short"));
  EXPECT_THAT(Error("\x0b\x0c"), HasSubstr("cut short"));  // a group
  EXPECT_THAT(Error("\x0f"), HasSubstr("cut short"));      // no wire type
  EXPECT_THAT(Error(Varint(10 << 3 | 2) + Varint(UINT64_MAX)),
              HasSubstr("cut short"));
  EXPECT_THAT(Error(Varint(10 << 3 | 1) + "1234567"), HasSubstr("cut short"));
  EXPECT_THAT(Error(Varint(10 << 3 | 5) + "123"), HasSubstr("cut short"));
}

TEST(JobCodec, BoundsBytes) {
  JobCodecLimits limits;
  limits.bytes = 10;
  EXPECT_EQ(Encode(job::Queue{"a long name", 1}, limits).status().code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(Decode(std::string(11, 'x'), limits).status().code(),
            absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(Encode(job::Queue{"a", 1}, limits).ok());
}

// Two bytes each, and a message or a string of protobuf's for each: wherever
// they can be put, they are counted before protobuf is asked.
TEST(JobCodec, BoundsSmallThingsWhereverTheyAre) {
  std::string many(60'000, '\0');
  for (size_t i = 0; i < many.size(); i += 2) many[i] = '\x0a';  // field 1
  const std::string version = Number(1, 1);
  JobCodecLimits limits;
  limits.values = 10'000;
  const std::string environment = Bytes(9, many);
  const std::string boefje_task = Bytes(9, environment);
  std::string pages(60'000, '\0');
  for (size_t i = 0; i < pages.size(); i += 2) pages[i] = '\x22';  // field 4
  std::string texts(60'000, '\0');
  for (size_t i = 0; i < texts.size(); i += 2) texts[i] = '\x12';  // field 2
  for (const std::string& record : {
           Bytes(11, many),                      // TaskPop.results
           Bytes(12, pages),                     // PaginatedTasksResponse
           Bytes(14, environment),               // BoefjeMeta.environment
           Bytes(10, boefje_task),               // Task
           Bytes(11, Bytes(1, boefje_task)),     // TaskPop, Task
           Bytes(12, Bytes(4, boefje_task)),     // page, Task
           Bytes(19, Bytes(2, boefje_task)),     // BoefjeInput.task
           Bytes(15, Bytes(3, many)),            // RawDataMeta.mime_types
           Bytes(15, Bytes(2, environment)),     // its boefje_meta
           Bytes(16, Bytes(4, Bytes(3, many))),  // NormalizerMeta
           Bytes(10, Bytes(10, Bytes(4, Bytes(3, many)))),
           Bytes(17, Bytes(3, many)),  // File.tags
           Bytes(18, Bytes(2, many)),  // BoefjeOutput.files
           Bytes(18, Bytes(2, Bytes(1, Bytes(3, many)))),
           Bytes(20, texts),            // results_json
           Bytes(24, many),             // observations
           Bytes(24, texts),            // declarations
           Bytes(24, Bytes(1, texts)),  // their results_json
       }) {
    EXPECT_EQ(Decode(version + record, limits).status().code(),
              absl::StatusCode::kResourceExhausted);
  }
  EXPECT_EQ(Encode(job::File{"n", "", std::set<std::string>{"a", "b", "c"}},
                   {.values = 5})
                .status()
                .code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(JobCodec, BoundsJsonWithin) {
  std::string array = "[0";
  for (int i = 0; i < 1000; ++i) array += ",0";
  const std::string ooi = "{\"object_type\":\"a\",\"b\":" + array + "]}";
  const std::string record = Number(1, 1) + Bytes(25, ooi);
  EXPECT_TRUE(Decode(record, {.values = 1100}).ok());
  EXPECT_EQ(Decode(record, {.values = 900}).status().code(),
            absl::StatusCode::kResourceExhausted);
  // Together, not each.
  const std::string two =
      Number(1, 1) + Bytes(20, Bytes(1, "x") + Bytes(2, ooi) + Bytes(2, ooi));
  EXPECT_TRUE(Decode(two, {.values = 2100}).ok());
  EXPECT_EQ(Decode(two, {.values = 1900}).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST(JobCodec, WritesNothingAndShowsNoValue) {
  testing::internal::CaptureStderr();
  const std::string version = Number(1, 1);
  EXPECT_THAT(Error(version + Bytes(13, Bytes(1, "hunter2\xff"))),
              Not(HasSubstr("unter")));
  EXPECT_THAT(Error(version + Bytes(25, "{\"hunter2\":hunter2}")),
              Not(HasSubstr("unter")));
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace cupel
