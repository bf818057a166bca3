// The source over a queue of ours, with a real one in memory.
#include "worker/queue_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cupel::worker {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class QueueSourceTest : public testing::Test {
 protected:
  void SetUp() override {
    queue::QueueOptions options;
    options.max_result_bytes = 8;
    auto opened = queue::OpenQueue("memory:", options);
    ASSERT_TRUE(opened.ok()) << opened.status();
    queue_ = *std::move(opened);
    source_ = NewQueueSource(
        queue_, {.worker = "w", .wait_ms = 0, .kinds = {"scan"}, .room_ms = 0});
    Submit("a", "scan");
  }

  void Submit(std::string id, std::string kind) {
    queue::NewJob job;
    job.id = std::move(id);
    job.kind = std::move(kind);
    job.body = "{}";
    ASSERT_TRUE(queue_->Submit({job}).ok());
  }

  HeldJob LeaseOne() {
    auto jobs = source_->Lease(1, nullptr);
    EXPECT_TRUE(jobs.ok()) << jobs.status();
    EXPECT_THAT(*jobs, SizeIs(1));
    return jobs->at(0);
  }

  static JobOutcome Completed(std::string bytes) {
    JobOutcome outcome;
    outcome.kind = JobOutcome::Kind::kCompleted;
    outcome.result.type = "application/json";
    outcome.result.bytes = std::move(bytes);
    return outcome;
  }

  std::shared_ptr<queue::JobQueue> queue_;
  std::shared_ptr<JobSource> source_;
};

TEST_F(QueueSourceTest, ResultsAreKeptWithTheEndOfTheJob) {
  HeldJob job = LeaseOne();
  ASSERT_TRUE(source_->Finish(job, Completed("{}"), nullptr).ok());
  EXPECT_EQ(queue_->Result("a")->bytes, "{}");
}

// Else it would run again and again, and end for the time that its lease had.
TEST_F(QueueSourceTest, AResultThatCantBeKeptIsTheReason) {
  HeldJob job = LeaseOne();
  const absl::Status status =
      source_->Finish(job, Completed("123456789"), nullptr);
  EXPECT_FALSE(status.ok());
  const auto record = queue_->Get("a");
  ASSERT_TRUE(record.ok());
  EXPECT_EQ(record->state, queue::JobState::kDead);
  EXPECT_THAT(record->reason, HasSubstr("its result could not be kept"));
}

TEST_F(QueueSourceTest, WhatOthersDoIsNotWaitedFor) {
  Submit("b", "boefje");
  EXPECT_FALSE(*source_->Drained());
  HeldJob job = LeaseOne();
  EXPECT_FALSE(*source_->Drained());
  ASSERT_TRUE(source_->Finish(job, Completed("{}"), nullptr).ok());
  EXPECT_TRUE(*source_->Drained());
  EXPECT_THAT(*source_->Lease(1, nullptr), IsEmpty());
}

}  // namespace
}  // namespace cupel::worker
