// Leasing: who is next, for how long, and how others find out.
#include <set>
#include <thread>

#include "base/clock.h"
#include "tests/unit/queue/conformance.h"

namespace cupel::queue {

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(QueueConformance);

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST_P(QueueConformance, GivesNothingIfThereIsNothing) {
  EXPECT_THAT(LeaseIds(10), IsEmpty());
}

TEST_P(QueueConformance, GivesByPriorityThenInOrder) {
  Submit(Job("low", -5));
  Submit(Job("a"));
  Submit(Job("b"));
  Submit(Job("high", 5));
  NewJob boefje = Job("other");
  boefje.kind = "boefje";
  Submit(boefje);
  EXPECT_THAT(LeaseIds(3), ElementsAre("high", "a", "b"));
  EXPECT_THAT(LeaseIds(3), ElementsAre("other", "low"));
  EXPECT_THAT(LeaseIds(3), IsEmpty());
}

TEST_P(QueueConformance, GivesOnlyTheKindsAskedFor) {
  Submit(Job("a", 9));
  NewJob boefje = Job("b");
  boefje.kind = "boefje";
  Submit(boefje);
  LeaseRequest request;
  request.worker = "w";
  request.max = 10;
  request.kinds = {"boefje", "normalizer", "boefje"};
  const auto leased = queue_->Lease(request);
  ASSERT_TRUE(leased.ok()) << leased.status();
  ASSERT_EQ(leased->size(), 1U);
  EXPECT_EQ(leased->at(0).record.job.id, "b");
}

TEST_P(QueueConformance, ALeaseTellsAllThatIsNeeded) {
  Submit(Job("a"));
  const int64_t before = stage_->Now();
  const JobRecord leased = LeaseOne(30 * kSecond);
  EXPECT_EQ(leased.job.body, R"({"inputs":[]})");
  EXPECT_EQ(leased.state, JobState::kLeased);
  EXPECT_EQ(leased.attempts, 1U);
  EXPECT_EQ(leased.worker, "host:1/a");
  EXPECT_GT(leased.token, 0U);
  EXPECT_GE(leased.lease_expires_micros, before + 30 * kSecond);
  EXPECT_LE(leased.lease_expires_micros, stage_->Now() + 30 * kSecond);
  const std::vector<Attempt> history = History("a");
  ASSERT_EQ(history.size(), 1U);
  EXPECT_EQ(history[0].number, 1U);
  EXPECT_EQ(history[0].ended_micros, 0);
  EXPECT_EQ(history[0].worker, "host:1/a");
}

TEST_P(QueueConformance, LargeBodiesComeInParts) {
  options_.max_body_bytes = 1000;
  queue_ = stage_->Open(options_);
  for (const char* id : {"a", "b", "c"}) {
    NewJob job = Job(id);
    job.body = R"({"x":")" + std::string(600, 'x') + "\"}";
    Submit(job);
  }
  EXPECT_THAT(LeaseIds(10), ElementsAre("a"));
  EXPECT_THAT(LeaseIds(10), ElementsAre("b"));
}

TEST_P(QueueConformance, ADelayedJobWaitsForItsTime) {
  NewJob job = Job("a", 100);
  job.not_before_micros = stage_->Now() + 20 * kSecond;
  Submit(job);
  Submit(Job("b"));
  EXPECT_THAT(LeaseIds(10), ElementsAre("b"));
  stage_->Pass(21 * kSecond);
  EXPECT_THAT(LeaseIds(10), ElementsAre("a"));
}

TEST_P(QueueConformance, AJobThatIsNotBegunByItsDeadlineIsDead) {
  NewJob job = Job("a");
  job.deadline_micros = stage_->Now() + 10 * kSecond;
  Submit(job);
  stage_->Pass(11 * kSecond);
  EXPECT_THAT(LeaseIds(10), IsEmpty());
  const JobRecord record = Get("a");
  EXPECT_EQ(record.state, JobState::kDead);
  EXPECT_THAT(record.reason, testing::HasSubstr("deadline"));
  EXPECT_THAT(History("a"), IsEmpty());
}

TEST_P(QueueConformance, AJobThatWasBegunInTimeMayGoOn) {
  NewJob job = Job("a");
  job.deadline_micros = stage_->Now() + 10 * kSecond;
  Submit(job);
  const JobRecord leased = LeaseOne();
  stage_->Pass(11 * kSecond);
  EXPECT_THAT(LeaseIds(10), IsEmpty());
  EXPECT_TRUE(queue_->Complete("a", leased.token, Done("r")).ok());
}

TEST_P(QueueConformance, ALeaseThatIsOverIsAnotherS) {
  Submit(Job("a"));
  const JobRecord first = LeaseOne(10 * kSecond);
  EXPECT_THAT(LeaseIds(10), IsEmpty());
  stage_->Pass(11 * kSecond);
  const JobRecord second = LeaseOne();
  EXPECT_EQ(second.job.id, "a");
  EXPECT_GT(second.token, first.token);
  EXPECT_EQ(second.attempts, 2U);
  // Whatever the first one says is refused.
  EXPECT_CODE(queue_->Complete("a", first.token, Done("old")), kAborted);
  EXPECT_CODE(queue_->Fail("a", first.token, Failed("old")), kAborted);
  EXPECT_CODE(queue_->Release("a", first.token, ""), kAborted);
  EXPECT_CODE(queue_->Renew("a", first.token, kSecond).status(), kAborted);
  ASSERT_TRUE(queue_->Complete("a", second.token, Done("new")).ok());
  EXPECT_EQ(queue_->Result("a")->bytes, "new");
  const std::vector<Attempt> history = History("a");
  ASSERT_EQ(history.size(), 2U);
  EXPECT_EQ(history[0].outcome, "lease expired");
  EXPECT_EQ(history[1].outcome, "completed");
}

TEST_P(QueueConformance, ALeaseThatIsOverCostsAnAttempt) {
  NewJob job = Job("a");
  job.max_attempts = 2;
  Submit(job);
  for (int i = 0; i < 2; ++i) {
    LeaseOne(10 * kSecond);
    stage_->Pass(11 * kSecond);
  }
  EXPECT_THAT(LeaseIds(10), IsEmpty());
  EXPECT_EQ(Get("a").state, JobState::kDead);
  EXPECT_EQ(History("a").size(), 2U);
}

TEST_P(QueueConformance, RenewingPutsTheEndOff) {
  Submit(Job("a"));
  const JobRecord leased = LeaseOne(10 * kSecond);
  for (int i = 0; i < 5; ++i) {
    stage_->Pass(6 * kSecond);
    const auto renewal = queue_->Renew("a", leased.token, 10 * kSecond);
    ASSERT_TRUE(renewal.ok()) << renewal.status();
    EXPECT_FALSE(renewal->cancel_wanted);
    EXPECT_THAT(LeaseIds(10), IsEmpty());
  }
  EXPECT_TRUE(queue_->Complete("a", leased.token, Done("r")).ok());
}

TEST_P(QueueConformance, ALateWordCountsIfNobodyElseHasTheJob) {
  Submit(Job("a"));
  const JobRecord leased = LeaseOne(10 * kSecond);
  stage_->Pass(11 * kSecond);
  EXPECT_TRUE(queue_->Complete("a", leased.token, Done("r")).ok());
  EXPECT_THAT(LeaseIds(10), IsEmpty());
}

TEST_P(QueueConformance, WhatIsWrongWithALeaseIsSaid) {
  LeaseRequest request;
  request.lease_micros = 0;
  EXPECT_CODE(queue_->Lease(request).status(), kInvalidArgument);
  request.lease_micros = int64_t{1} << 60;
  EXPECT_CODE(queue_->Lease(request).status(), kInvalidArgument);
  request = {};
  request.worker = "a\nb";
  EXPECT_CODE(queue_->Lease(request).status(), kInvalidArgument);
  request = {};
  request.max = 0;
  EXPECT_TRUE(queue_->Lease(request)->empty());
  EXPECT_CODE(queue_->Renew("x", 1, kSecond).status(), kNotFound);
  EXPECT_CODE(queue_->Complete("x", 1, Done("")), kNotFound);
}

TEST_P(QueueConformance, EveryJobIsLeasedOnceByManyThreads) {
  std::vector<NewJob> jobs;
  for (int i = 0; i < 200; ++i) jobs.push_back(Job("j" + std::to_string(i)));
  ASSERT_TRUE(queue_->Submit(jobs).ok());
  std::vector<std::vector<std::string>> leased(4);
  std::vector<std::thread> threads;
  threads.reserve(leased.size());
  for (auto& mine : leased) {
    threads.emplace_back([&mine, this] {
      const auto queue = stage_->shared() ? stage_->Open(options_) : queue_;
      LeaseRequest request;
      request.worker = "w";
      request.max = 3;
      while (true) {
        auto jobs_now = queue->Lease(request);
        ASSERT_TRUE(jobs_now.ok()) << jobs_now.status();
        if (jobs_now->empty()) return;
        for (const LeasedJob& job : *jobs_now) {
          mine.push_back(job.record.job.id);
          ASSERT_TRUE(queue
                          ->Complete(job.record.job.id, job.record.token,
                                     Done(job.record.job.id))
                          .ok());
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<std::string> all;
  size_t count = 0;
  for (const auto& mine : leased) {
    all.insert(mine.begin(), mine.end());
    count += mine.size();
  }
  EXPECT_EQ(all.size(), 200U);
  EXPECT_EQ(count, 200U);
  EXPECT_EQ(queue_->Stats()->completed, 200U);
}

// ------------------------------------------------------------------ waiting

TEST_P(QueueConformance, WaitingEndsWhenThereIsWork) {
  LeaseIds(1);
  std::thread submitter;
  const auto other = stage_->shared() ? stage_->Open(options_) : queue_;
  submitter =
      std::thread([&other] { EXPECT_TRUE(other->Submit({Job("a")}).ok()); });
  std::vector<std::string> ids;
  while (ids.empty()) {
    ASSERT_TRUE(queue_->WaitForWork({}, 600 * kSecond, nullptr).ok());
    ids = LeaseIds(1);
  }
  submitter.join();
  EXPECT_THAT(ids, ElementsAre("a"));
}

TEST_P(QueueConformance, WaitingEndsWhenTheTimeIsUp) {
  LeaseIds(1);
  EXPECT_TRUE(queue_->WaitForWork({}, 1000, nullptr).ok());
}

TEST_P(QueueConformance, WaitingIsCancelled) {
  LeaseIds(1);
  Cancel cancel;
  std::thread canceller([&cancel] { cancel.Trigger(); });
  absl::Status status;
  while (status.ok()) {
    status = queue_->WaitForWork({}, 600 * kSecond, &cancel);
  }
  canceller.join();
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled) << status;
}

TEST_P(QueueConformance, NobodyWaitsForKindsThatHeDoesNotDo) {
  LeaseIds(1);
  Submit(Job("a"));
  Cancel cancel;
  cancel.Trigger();
  // There is work of another kind only, so it has to wait, and can't.
  absl::Status status;
  for (int i = 0; i < 100 && status.ok(); ++i) {
    status = queue_->WaitForWork({"boefje"}, 600 * kSecond, &cancel);
  }
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled) << status;
  EXPECT_TRUE(queue_->WaitForWork({"scan"}, 600 * kSecond, nullptr).ok());
}

}  // namespace
}  // namespace cupel::queue
