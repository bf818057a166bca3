#include "job/life_cycle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "base/status.h"

namespace cupel::job {
namespace {

using testing::HasSubstr;
using enum TaskStatus;
using std::chrono::seconds;

DateTime At(int64_t second) {
  return DateTime{second * 1'000'000, /*aware=*/true, 0};
}

std::string Message(const absl::Status& status) {
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  return std::string(MessageOf(status));
}

TEST(CheckTransition, AllowsExactlyTheseSteps) {
  const std::set<std::pair<TaskStatus, TaskStatus>> legal = {
      {kPending, kQueued},       {kQueued, kDispatched},
      {kDispatched, kRunning},   {kRunning, kCompleted},
      {kRunning, kFailed},       {kDispatched, kQueued},
      {kRunning, kQueued},       {kFailed, kQueued},
      {kPending, kCancelled},    {kQueued, kCancelled},
      {kDispatched, kCancelled}, {kRunning, kCancelled}};
  for (int from = 0; from < 7; ++from) {
    for (int to = 0; to < 7; ++to) {
      const std::pair step(static_cast<TaskStatus>(from),
                           static_cast<TaskStatus>(to));
      const absl::Status status = CheckTransition(step.first, step.second);
      EXPECT_EQ(status.ok(), legal.count(step) == 1)
          << Name(step.first) << " to " << Name(step.second);
      if (status.ok()) continue;
      EXPECT_THAT(
          Message(status),
          HasSubstr("is " + std::string(Name(step.first)) + " cannot become " +
                    std::string(Name(step.second))));
    }
  }
}

TEST(CheckTransition, SaysWhatIsLegal) {
  EXPECT_EQ(Message(CheckTransition(kRunning, kDispatched)),
            "a task that is running cannot become dispatched; what can follow "
            "is completed, failed, queued or cancelled");
  EXPECT_THAT(Message(CheckTransition(kFailed, kCancelled)),
              HasSubstr("what can follow is queued"));
  EXPECT_THAT(Message(CheckTransition(kCompleted, kQueued)),
              HasSubstr("nothing, as it is final"));
  EXPECT_TRUE(IsFinal(kFailed));
  EXPECT_FALSE(IsFinal(kRunning));
}

TEST(LifeCycle, GoesThroughAllStates) {
  LifeCycle life;
  EXPECT_EQ(life.status(), kPending);
  EXPECT_EQ(life.attempt(), 0u);
  ASSERT_TRUE(life.Queue().ok());
  EXPECT_EQ(life.attempt(), 1u);
  const auto lease = life.Dispatch(At(10), seconds(60));
  ASSERT_TRUE(lease.ok());
  EXPECT_EQ(lease->expires_at, At(70));
  EXPECT_EQ(life.status(), kDispatched);
  ASSERT_TRUE(life.Start(lease->token, At(11)).ok());
  EXPECT_EQ(life.runtime(), std::nullopt);
  ASSERT_TRUE(life.Complete(lease->token, At(14)).ok());
  EXPECT_EQ(life.status(), kCompleted);
  EXPECT_EQ(life.runtime(), seconds(3));
  EXPECT_EQ(life.lease(), std::nullopt);
  EXPECT_EQ(life.attempt(), 1u);
}

TEST(LifeCycle, ARetryIsANewAttemptUnderANewLease) {
  LifeCycle life;
  ASSERT_TRUE(life.Queue().ok());
  const Lease first = *life.Dispatch(At(0), seconds(60));
  ASSERT_TRUE(life.Start(first.token, At(1)).ok());
  ASSERT_TRUE(life.Fail(first.token, At(2)).ok());
  EXPECT_EQ(life.runtime(), seconds(1));
  ASSERT_TRUE(life.Queue().ok());
  EXPECT_EQ(life.attempt(), 2u);
  EXPECT_EQ(life.started_at(), std::nullopt);
  const Lease second = *life.Dispatch(At(3), seconds(60));
  EXPECT_GT(second.token, first.token);
  ASSERT_TRUE(life.Release(second.token, At(4)).ok());
  EXPECT_EQ(life.status(), kQueued);
  EXPECT_EQ(life.attempt(), 3u);
}

TEST(LifeCycle, ALateWordOfADeadWorkerIsRefused) {
  LifeCycle life;
  ASSERT_TRUE(life.Queue().ok());
  const Lease dead = *life.Dispatch(At(0), seconds(60));
  ASSERT_TRUE(life.Start(dead.token, At(1)).ok());
  EXPECT_FALSE(life.LeaseExpired(At(59)));
  EXPECT_TRUE(life.LeaseExpired(At(60)));
  EXPECT_THAT(Message(life.Complete(dead.token, At(60))),
              HasSubstr("lease 1 expired at 1970-01-01T00:01:00Z"));
  EXPECT_THAT(Message(life.Renew(dead.token, At(61), seconds(60))),
              HasSubstr("expired"));
  ASSERT_TRUE(life.Queue().ok());
  EXPECT_FALSE(life.LeaseExpired(At(1000)));
  EXPECT_THAT(Message(life.Release(dead.token, At(62))),
              HasSubstr("lease 1 has ended: the task is queued"));
  const Lease next = *life.Dispatch(At(62), seconds(60));
  ASSERT_TRUE(life.Start(next.token, At(63)).ok());
  const LifeCycle before = life;
  EXPECT_THAT(Message(life.Complete(dead.token, At(64))),
              HasSubstr("the task went on under lease 2"));
  EXPECT_EQ(life, before);
  EXPECT_TRUE(life.Complete(next.token, At(64)).ok());
}

TEST(LifeCycle, RenewingPutsTheEndOff) {
  LifeCycle life;
  ASSERT_TRUE(life.Queue().ok());
  const Lease lease = *life.Dispatch(At(0), seconds(60));
  ASSERT_TRUE(life.Renew(lease.token, At(59), seconds(60)).ok());
  EXPECT_FALSE(life.LeaseExpired(At(118)));
  EXPECT_TRUE(life.LeaseExpired(At(119)));
  EXPECT_EQ(life.lease()->token, lease.token);
}

TEST(LifeCycle, ALeaseMustLast) {
  LifeCycle life;
  ASSERT_TRUE(life.Queue().ok());
  for (const LifeCycle::Duration duration :
       {LifeCycle::Duration(0), LifeCycle::Duration(-1),
        LifeCycle::Duration::max()}) {
    EXPECT_EQ(life.Dispatch(At(0), duration).status().code(),
              absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(life.status(), kQueued);
  }
}

TEST(LifeCycle, CancellingEndsItAll) {
  LifeCycle life;
  ASSERT_TRUE(life.Queue().ok());
  const Lease lease = *life.Dispatch(At(0), seconds(60));
  ASSERT_TRUE(life.Start(lease.token, At(1)).ok());
  ASSERT_TRUE(life.Cancel(At(5)).ok());
  EXPECT_EQ(life.runtime(), seconds(4));
  EXPECT_FALSE(life.Cancel(At(6)).ok());
  EXPECT_FALSE(life.Queue().ok());
  EXPECT_FALSE(life.Complete(lease.token, At(6)).ok());
  EXPECT_EQ(life.status(), kCancelled);
}

TEST(LifeCycle, WhatIsRefusedChangesNothing) {
  LifeCycle life;
  const LifeCycle before = life;
  EXPECT_FALSE(life.Dispatch(At(0), seconds(1)).ok());
  EXPECT_FALSE(life.Start(1, At(0)).ok());
  EXPECT_FALSE(life.Complete(1, At(0)).ok());
  EXPECT_FALSE(life.Fail(1, At(0)).ok());
  EXPECT_FALSE(life.Release(1, At(0)).ok());
  EXPECT_FALSE(life.Renew(1, At(0), seconds(1)).ok());
  EXPECT_EQ(life, before);
}

}  // namespace
}  // namespace cupel::job
