// How jobs end, and how they don't.
#include "tests/unit/queue/conformance.h"

namespace cupel::queue {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_P(QueueConformance, AResultComesWithTheCompletion) {
  Submit(Job("a"));
  EXPECT_CODE(queue_->Result("a").status(), kFailedPrecondition);
  const JobRecord leased = LeaseOne();
  EXPECT_CODE(queue_->Result("a").status(), kFailedPrecondition);
  JobResult result = Done(std::string("bytes\0\xff", 7));
  result.max_rss_bytes = 4096;
  ASSERT_TRUE(queue_->Complete("a", leased.token, result).ok());
  const auto kept = queue_->Result("a");
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_EQ(kept->bytes, result.bytes);
  EXPECT_EQ(kept->type, "text/plain");
  EXPECT_EQ(kept->max_rss_bytes, 4096U);
  const JobRecord record = Get("a");
  EXPECT_EQ(record.state, JobState::kCompleted);
  EXPECT_EQ(record.result_type, "text/plain");
  EXPECT_EQ(record.result_size, 7U);
  EXPECT_GT(record.finished_micros, 0);
}

TEST_P(QueueConformance, CompletingTwiceChangesNothing) {
  Submit(Job("a"));
  const JobRecord leased = LeaseOne();
  ASSERT_TRUE(queue_->Complete("a", leased.token, Done("one")).ok());
  EXPECT_TRUE(queue_->Complete("a", leased.token, Done("two")).ok());
  EXPECT_EQ(queue_->Result("a")->bytes, "one");
  EXPECT_CODE(queue_->Fail("a", leased.token, Failed("x")), kAborted);
  EXPECT_EQ(Get("a").state, JobState::kCompleted);
}

TEST_P(QueueConformance, ResultsAreBounded) {
  options_.max_result_bytes = 10;
  queue_ = stage_->Open(options_);
  Submit(Job("a"));
  const JobRecord leased = LeaseOne();
  EXPECT_CODE(queue_->Complete("a", leased.token, Done("12345678901")),
              kResourceExhausted);
  JobResult untyped = Done("x");
  untyped.type.clear();
  EXPECT_CODE(queue_->Complete("a", leased.token, untyped), kInvalidArgument);
  EXPECT_TRUE(queue_->Complete("a", leased.token, Done("1234567890")).ok());
}

TEST_P(QueueConformance, AFailureIsTriedAgainLaterAndLater) {
  NewJob job = Job("a");
  job.max_attempts = 4;
  Submit(job);
  int64_t wait = 10 * kSecond;
  for (int attempt = 1; attempt < 4; ++attempt) {
    const JobRecord leased = LeaseOne();
    ASSERT_TRUE(queue_->Fail("a", leased.token, Failed("no luck")).ok());
    EXPECT_EQ(Get("a").state, JobState::kWaiting);
    EXPECT_EQ(Get("a").reason, "no luck");
    stage_->Pass(wait - kSecond);
    EXPECT_THAT(LeaseIds(1), IsEmpty()) << attempt;
    stage_->Pass(2 * kSecond);
    wait *= 2;
  }
  const JobRecord last = LeaseOne();
  EXPECT_EQ(last.attempts, 4U);
  ASSERT_TRUE(queue_->Fail("a", last.token, Failed("gave up")).ok());
  EXPECT_EQ(Get("a").state, JobState::kDead);
  EXPECT_EQ(Get("a").reason, "gave up");
  const std::vector<Attempt> history = History("a");
  ASSERT_EQ(history.size(), 4U);
  for (uint32_t i = 0; i < 4; ++i) {
    EXPECT_EQ(history[i].number, i + 1);
    EXPECT_EQ(history[i].outcome, "failed");
    EXPECT_GE(history[i].ended_micros, history[i].started_micros);
  }
}

TEST_P(QueueConformance, AFailureIsToldWithAllThatIsKnown) {
  Submit(Job("a"));
  const JobRecord leased = LeaseOne();
  JobFailure failure;
  failure.reason = "killed\nby the kernel \x1b[31m";
  failure.signal = 9;
  failure.max_rss_bytes = uint64_t{3} << 30;
  failure.last_step = "unpack pkg.tgz!/a.py";
  failure.retry = false;
  ASSERT_TRUE(queue_->Fail("a", leased.token, failure).ok());
  EXPECT_EQ(Get("a").state, JobState::kDead);
  const std::vector<Attempt> history = History("a");
  ASSERT_EQ(history.size(), 1U);
  EXPECT_EQ(history[0].signal, 9);
  EXPECT_EQ(history[0].max_rss_bytes, uint64_t{3} << 30);
  EXPECT_EQ(history[0].last_step, "unpack pkg.tgz!/a.py");
  EXPECT_EQ(history[0].reason.find('\n'), std::string::npos);
  EXPECT_EQ(history[0].reason.find('\x1b'), std::string::npos);
}

TEST_P(QueueConformance, WhatIsGivenBackIsFirstAgainAndLosesNothing) {
  NewJob job = Job("a");
  job.max_attempts = 1;
  Submit(job);
  Submit(Job("b"));
  for (int i = 0; i < 5; ++i) {
    const JobRecord leased = LeaseOne();
    EXPECT_EQ(leased.job.id, "a");
    EXPECT_EQ(leased.attempts, 1U);
    ASSERT_TRUE(queue_->Release("a", leased.token, "worker stops").ok());
    EXPECT_EQ(Get("a").attempts, 0U);
  }
  const std::vector<Attempt> history = History("a");
  ASSERT_EQ(history.size(), 5U);
  EXPECT_EQ(history[4].outcome, "given back");
  EXPECT_EQ(history[4].reason, "worker stops");
}

TEST_P(QueueConformance, ADeadJobCanBeTriedAgainWithItsHistory) {
  NewJob job = Job("a");
  job.max_attempts = 1;
  Submit(job);
  EXPECT_CODE(queue_->Retry("a"), kFailedPrecondition);
  JobRecord leased = LeaseOne();
  ASSERT_TRUE(queue_->Fail("a", leased.token, Failed("no")).ok());
  ASSERT_TRUE(queue_->Retry("a").ok());
  EXPECT_EQ(Get("a").state, JobState::kWaiting);
  leased = LeaseOne();
  EXPECT_EQ(leased.attempts, 1U);
  ASSERT_TRUE(queue_->Complete("a", leased.token, Done("r")).ok());
  EXPECT_EQ(History("a").size(), 2U);
  EXPECT_CODE(queue_->Retry("a"), kFailedPrecondition);
  EXPECT_CODE(queue_->Retry("nobody"), kNotFound);
}

TEST_P(QueueConformance, ALateJobThatIsTriedAgainIsNotLateAnyMore) {
  NewJob job = Job("a");
  job.deadline_micros = stage_->Now() + 10 * kSecond;
  Submit(job);
  stage_->Pass(11 * kSecond);
  EXPECT_THAT(LeaseIds(1), IsEmpty());
  ASSERT_TRUE(queue_->Retry("a").ok());
  EXPECT_THAT(LeaseIds(1), ElementsAre("a"));
}

TEST_P(QueueConformance, AWaitingJobIsCancelledAtOnce) {
  Submit(Job("a"));
  ASSERT_TRUE(queue_->Cancel("a", "not needed").ok());
  EXPECT_EQ(Get("a").state, JobState::kCancelled);
  EXPECT_EQ(Get("a").reason, "not needed");
  EXPECT_THAT(LeaseIds(1), IsEmpty());
  EXPECT_TRUE(queue_->Cancel("a", "again").ok());
  EXPECT_EQ(Get("a").reason, "not needed");
  ASSERT_TRUE(queue_->Retry("a").ok());
  EXPECT_THAT(LeaseIds(1), ElementsAre("a"));
}

TEST_P(QueueConformance, ALeasedJobSWorkerIsTold) {
  Submit(Job("a"));
  Submit(Job("b"));
  const std::vector<LeasedJob> leased = Lease(2);
  ASSERT_EQ(leased.size(), 2U);
  for (const LeasedJob& job : leased) {
    ASSERT_TRUE(queue_->Cancel(job.record.job.id, "stop").ok());
    EXPECT_TRUE(Get(job.record.job.id).cancel_wanted);
    const auto renewal =
        queue_->Renew(job.record.job.id, job.record.token, kSecond);
    ASSERT_TRUE(renewal.ok()) << renewal.status();
    EXPECT_TRUE(renewal->cancel_wanted);
  }
  ASSERT_TRUE(queue_->Fail("a", leased[0].record.token, Failed("x")).ok());
  ASSERT_TRUE(queue_->Release("b", leased[1].record.token, "x").ok());
  for (const char* id : {"a", "b"}) {
    EXPECT_EQ(Get(id).state, JobState::kCancelled);
    EXPECT_EQ(Get(id).reason, "stop");
    ASSERT_EQ(History(id).size(), 1U);
    EXPECT_EQ(History(id)[0].outcome, "cancelled");
  }
  EXPECT_THAT(LeaseIds(5), IsEmpty());
}

TEST_P(QueueConformance, ACancelledJobWhoseWorkerIsGoneIsCancelled) {
  Submit(Job("a"));
  LeaseOne(10 * kSecond);
  ASSERT_TRUE(queue_->Cancel("a", "stop").ok());
  stage_->Pass(11 * kSecond);
  EXPECT_THAT(LeaseIds(5), IsEmpty());
  EXPECT_EQ(Get("a").state, JobState::kCancelled);
}

TEST_P(QueueConformance, WhoIsDoneBeforeHeIsToldIsDone) {
  Submit(Job("a"));
  const JobRecord leased = LeaseOne();
  ASSERT_TRUE(queue_->Cancel("a", "stop").ok());
  ASSERT_TRUE(queue_->Complete("a", leased.token, Done("r")).ok());
  EXPECT_EQ(Get("a").state, JobState::kCompleted);
  EXPECT_CODE(queue_->Cancel("a", "stop"), kFailedPrecondition);
  EXPECT_EQ(queue_->Result("a")->bytes, "r");
}

TEST_P(QueueConformance, AnUnknownJobIsUnknown) {
  EXPECT_CODE(queue_->Get("a").status(), kNotFound);
  EXPECT_CODE(queue_->History("a").status(), kNotFound);
  EXPECT_CODE(queue_->Result("a").status(), kNotFound);
  EXPECT_CODE(queue_->Cancel("a", ""), kNotFound);
  EXPECT_CODE(queue_->Fail("a", 1, Failed("")), kNotFound);
  EXPECT_CODE(queue_->Release("a", 1, ""), kNotFound);
}

}  // namespace
}  // namespace cupel::queue
