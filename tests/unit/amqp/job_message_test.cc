#include "job_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "format/json.h"

namespace cupel::amqp {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr uint64_t kMost = 1 << 20;

wire::QueueJob Full() {
  return {.id = "i",
          .kind = "scan",
          .organisation = "o",
          .body = R"({"b":1,"a":2.50})",
          .priority = -3,
          .max_attempts = 4,
          .not_before_micros = 5,
          .deadline_micros = -6,
          .submitted_micros = 7};
}

TEST(JobMessageTest, ComesBackAsItWasSent) {
  const Message message = MessageOfJob(Full());
  const auto job = JobOfMessage(message, kMost);
  ASSERT_TRUE(job.ok()) << job.status();
  EXPECT_EQ(job->id, "i");
  EXPECT_EQ(job->organisation, "o");
  EXPECT_EQ(job->body, R"({"b":1,"a":2.50})");
  EXPECT_EQ(job->priority, -3);
  EXPECT_EQ(job->max_attempts, 4U);
  EXPECT_EQ(job->not_before_micros, 5);
  EXPECT_EQ(job->deadline_micros, -6);
  EXPECT_EQ(job->submitted_micros, 7);
  EXPECT_EQ(message.message_id, "i");
}

// The bytes that protoc --encode makes of
//   version: 1 id: "a" kind: "scan" body_json: "{}" priority: -1
TEST(JobMessageTest, ReadsWhatProtocWrites) {
  Message message;
  message.content_type = "application/x-protobuf";
  message.body = std::string(
      "\x08\x01\x12\x01"
      "a\x1a\x04scan\x2a\x02{}\x30\x01",
      17);
  const auto job = JobOfMessage(message, kMost);
  ASSERT_TRUE(job.ok()) << job.status();
  EXPECT_EQ(job->id, "a");
  EXPECT_EQ(job->priority, -1);
}

TEST(JobMessageTest, EveryCutAndEveryFlippedByteIsAJobOrAnError) {
  const Message whole = MessageOfJob(Full());
  for (size_t i = 0; i < whole.body.size(); ++i) {
    Message cut = whole;
    cut.body.resize(i);
    JobOfMessage(cut, kMost).status().IgnoreError();
    for (int bit = 0; bit < 8; ++bit) {
      Message flipped = whole;
      flipped.body[i] = static_cast<char>(flipped.body[i] ^ (1 << bit));
      const auto job = JobOfMessage(flipped, kMost);
      EXPECT_TRUE(!job.ok() || !job->kind.empty());
    }
  }
}

TEST(JobMessageTest, ANewerVersionIsToldAsSuch) {
  Message message;
  message.content_type = "application/x-protobuf";
  message.body = "\x08\x02";
  EXPECT_EQ(JobOfMessage(message, kMost).status().code(),
            absl::StatusCode::kUnimplemented);
}

TEST(JobMessageTest, TakesTimesOfJsonAndTheIdOfTheMessage) {
  Message message;
  message.content_type = "application/json; charset=utf-8";
  message.message_id = "m";
  message.body =
      R"({"kind":"scan","body":{},"max_attempts":2,)"
      R"("not_before":"2030-01-01T00:00:00Z","deadline":"2030-01-01T01:00:00+01:00"})";
  const auto job = JobOfMessage(message, kMost);
  ASSERT_TRUE(job.ok()) << job.status();
  EXPECT_EQ(job->id, "m");
  EXPECT_EQ(job->not_before_micros, 1'893'456'000'000'000);
  EXPECT_EQ(job->deadline_micros, 1'893'456'000'000'000);
  EXPECT_EQ(job->max_attempts, 2U);
}

TEST(JobMessageTest, TheHistoryGrowsAndIsBounded) {
  Message message;
  for (uint32_t i = 1; i <= 200; ++i) {
    AddAttempt(&message, {.number = i,
                          .worker = "w",
                          .outcome = "failed",
                          .reason = std::string(1000, 'r') + "\x1b\n\xff"});
  }
  const std::string* const text = message.Text(kHistory);
  ASSERT_NE(text, nullptr);
  EXPECT_LT(text->size(), size_t{40} << 10);
  const auto history = ParseJson(*text, "history");
  ASSERT_TRUE(history.ok()) << history.status();
  EXPECT_EQ(history->back()["number"], 200);
  EXPECT_THAT(history->back()["reason"].get<std::string>(),
              Not(HasSubstr("\x1b")));
  SetReason(&message, std::string(100'000, 'x') + "\n");
  EXPECT_LE(message.Text(kReason)->size(), 2048U);
}

TEST(JobMessageTest, WhatTheBrokerWroteIsLeftOutWhenItIsSentAgain) {
  Message message;
  message.Set("x-delivery-count", int64_t{3});
  message.Set("x-first-death-queue", std::string("q"));
  message.Set("traceparent", std::string("00-1"));
  const Message again = AsSent(message);
  ASSERT_EQ(again.headers.size(), 1U);
  EXPECT_EQ(again.headers[0].first, "traceparent");
}

}  // namespace
}  // namespace cupel::amqp
