#include "worker/pool.h"

#include <atomic>
#include <future>

#include "tests/unit/worker/pool_testing.h"
#include "worker/lease_keeper.h"
#include "worker/pause.h"

namespace cupel::worker {
namespace {

using testing::HasSubstr;

class PoolTest : public testing::Test {
 protected:
  void SetUp() override {
    options_.log = &log_;
    options_.metrics = &metrics_;
    options_.new_runner = [this] {
      return NewThreadRunner(
          [this]() -> absl::StatusOr<std::unique_ptr<Executor>> {
            return std::make_unique<ScriptedExecutor>(&script_);
          });
    };
  }
  void TearDown() override {
    if (thread_.joinable()) {
      pool_->Stop();
      thread_.join();
    }
  }

  void Start(uint32_t size) {
    options_.size = size;
    pool_ = std::make_unique<Pool>(source_, options_);
    thread_ = std::thread([this] { status_ = pool_->Run(&cancel_); });
  }
  void Join() { thread_.join(); }
  void UseProcesses() {
    options_.new_runner = [this] {
      return std::make_unique<ScriptedRunner>(&script_, &processes_);
    };
  }
  static void Wait(Cancel* cancel) { (void)PauseUntil(Deadline(), cancel); }
  // One that runs, and one that waits in the pool, which has learnt that jobs
  // are short.
  void RunOneAndLetOneWait() {
    source_->Submit("short", "ok");
    Start(1);
    source_->WaitTold(1);
    source_->Submit("a", "hold");
    source_->Submit("b", "ok");
    script_.WaitRunning(1);
    while (pool_->status().waiting == 0) std::this_thread::yield();
  }

  std::vector<LogEvent> Events(const std::string& event) {
    const std::lock_guard lock(log_mutex_);
    std::vector<LogEvent> found;
    for (const LogEvent& one : events_) {
      if (one.event == event) found.push_back(one);
    }
    return found;
  }

  std::mutex log_mutex_;
  std::vector<LogEvent> events_;
  const Log log_{LogLevel::kDebug, [this](const LogEvent& event) {
                   const std::lock_guard lock(log_mutex_);
                   events_.push_back(event);
                 }};
  Metrics metrics_;
  Script script_;
  Processes processes_;
  std::shared_ptr<FakeSource> source_ = std::make_shared<FakeSource>();
  PoolOptions options_;
  std::unique_ptr<Pool> pool_;
  Cancel cancel_;
  std::thread thread_;
  absl::Status status_;
};

TEST_F(PoolTest, RunsEachJobOnceAndEndsWhenNothingIsLeft) {
  for (int i = 0; i < 200; ++i) source_->Submit(std::to_string(i), "ok");
  options_.exit_when_empty = true;
  Start(3);
  Join();
  EXPECT_TRUE(status_.ok()) << status_;
  EXPECT_EQ(source_->told().size(), 200u);
  for (int i = 0; i < 200; ++i) {
    EXPECT_EQ(source_->WhatOf(std::to_string(i)), "completed");
  }
  EXPECT_EQ(metrics_.Value("cupel_jobs_total", "completed"), 200);
  EXPECT_EQ(metrics_.Value("cupel_limits_hit_total", "depth"), 200);
  EXPECT_EQ(metrics_.Value("cupel_work_total", "scan.bytes"), 2000);
  EXPECT_EQ(pool_->status().completed, 200u);
}

TEST_F(PoolTest, TellsWhyAJobFailed) {
  source_->Submit("a", "fail no such rule");
  Start(1);
  source_->WaitTold(1);
  EXPECT_EQ(source_->told()[0].what, "failed");
  EXPECT_EQ(source_->told()[0].reason, "no such rule");
  pool_->Drain();
  Join();
  const PoolStatus status = pool_->status();
  ASSERT_EQ(status.failures.size(), 1u);
  EXPECT_EQ(status.failures[0].job, "a");
  EXPECT_EQ(status.failures[0].step, "run a");
  EXPECT_EQ(Events("job failed").size(), 1u);
}

TEST_F(PoolTest, HoldsNoMoreThanItHasSlotsBeforeItKnowsHowLongJobsTake) {
  for (int i = 0; i < 20; ++i) source_->Submit(std::to_string(i), "hold");
  Start(2);
  script_.WaitRunning(2);
  EXPECT_EQ(source_->most_held(), 2u);
  script_.Release();
  source_->WaitTold(20);
  // Short jobs: as many again may wait.
  EXPECT_LE(source_->most_held(), 4u);
  EXPECT_LE(script_.most(), 2);
}

TEST_F(PoolTest, DrainEndsWhatRunsAndGivesBackWhatWaits) {
  source_->Submit("short", "ok");
  Start(1);
  source_->WaitTold(1);
  source_->Submit("a", "hold");
  source_->Submit("b", "ok");
  script_.WaitRunning(1);
  // Short jobs are known: the second one waits here.
  source_->WaitHeld(2);
  pool_->Drain();
  source_->WaitTold(2);
  EXPECT_EQ(source_->WhatOf("b"), "given back");
  script_.Release();
  Join();
  EXPECT_EQ(source_->WhatOf("a"), "completed");
  EXPECT_TRUE(status_.ok());
}

TEST_F(PoolTest, StopEndsWhatRunsAndGivesItBack) {
  source_->Submit("a", "wait");
  source_->Submit("b", "wait");
  Start(2);
  script_.WaitRunning(2);
  pool_->Drain();
  pool_->Stop();
  Join();
  EXPECT_EQ(source_->WhatOf("a"), "given back");
  EXPECT_EQ(source_->WhatOf("b"), "given back");
  EXPECT_EQ(pool_->status().given_back, 2u);
}

TEST_F(PoolTest, CancellingTheRunStopsIt) {
  source_->Submit("a", "wait");
  Start(1);
  script_.WaitRunning(1);
  cancel_.Trigger();
  Join();
  EXPECT_EQ(source_->WhatOf("a"), "given back");
}

TEST_F(PoolTest, RenewsLeasesInTime) {
  source_->SetLease(60);
  source_->Submit("a", "hold");
  Start(1);
  source_->WaitRenewed("a", 5);
  script_.Release();
  source_->WaitTold(1);
  EXPECT_EQ(source_->WhatOf("a"), "completed");
}

TEST_F(PoolTest, ARenewalWithoutEndDoesNotKeepThePoolFromEnding) {
  source_->SetLease(60);
  source_->HoldUpRenewals("a");
  source_->Submit("a", "wait");
  Start(1);
  source_->WaitRenewed("a", 1);
  pool_->Stop();
  Join();
  EXPECT_EQ(source_->WhatOf("a"), "given back");
}

TEST_F(PoolTest, OfThoseThatAreDueTheLeaseThatEndsFirstIsRenewedFirst) {
  const auto held = [](const std::string& id, const Deadline& lease) {
    HeldJob job;
    job.id = id;
    job.lease = lease;
    return std::make_shared<Holding>(std::move(job));
  };
  const auto wait_until_left = [](const Deadline& lease, uint64_t ms) {
    while (lease.remaining() > ms * 1'000'000) std::this_thread::yield();
  };
  source_->HoldUpRenewals("slow");
  LeaseKeeper keeper(source_.get(), &log_, &metrics_);
  keeper.Add(held("slow", Deadline::After(1)));
  source_->WaitRenewed("slow", 1);
  const Deadline late = Deadline::After(60'000'000);
  const Deadline soon = Deadline::After(57'000'000);
  keeper.Add(held("late", late));
  // Comes later, is due later, and yet ends first.
  wait_until_left(late, 45);
  keeper.Add(held("soon", soon));
  wait_until_left(soon, 0);
  source_->HoldUpRenewals({});
  source_->WaitRenewed("late", 1);
  EXPECT_THAT(source_->renewals_in_order(),
              testing::ElementsAre("slow", "soon", "late"));
}

TEST_F(PoolTest, AJobThatIsSomebodyElsesIsStoppedAndNotSpokenOf) {
  source_->SetLease(60);
  source_->AnswerRenewal("a", Aborted("it is leased to another"));
  source_->Submit("a", "wait");
  Start(1);
  source_->WaitRenewed("a", 1);
  source_->Submit("b", "ok");
  source_->WaitTold(1);
  EXPECT_EQ(source_->WhatOf("a"), "");
  EXPECT_EQ(source_->WhatOf("b"), "completed");
  EXPECT_EQ(Events("lease lost").size(), 1u);
  EXPECT_EQ(metrics_.Value("cupel_leases_lost_total"), 1);
}

TEST_F(PoolTest, ALeaseThatCanNotBeRenewedIsLostOnceItIsOver) {
  source_->SetLease(40);
  source_->AnswerRenewal(
      "a", MakeStatus(absl::StatusCode::kUnavailable, "no network"));
  source_->Submit("a", "wait");
  Start(1);
  source_->WaitRenewed("a", 2);
  source_->Submit("b", "ok");
  source_->WaitTold(1);
  EXPECT_EQ(source_->WhatOf("a"), "");
  EXPECT_GE(Events("lease not renewed").size(), 1u);
}

TEST_F(PoolTest, AJobThatIsCancelledIsToldAsSuch) {
  source_->SetLease(60);
  source_->AnswerRenewal("a", Cancelled("somebody wants it to end"));
  source_->Submit("a", "wait");
  Start(1);
  source_->WaitTold(1);
  EXPECT_EQ(source_->WhatOf("a"), "cancelled");
}

TEST_F(PoolTest, AJobThatCanNotBePreparedFails) {
  source_->AnswerPrepare("a", NotFound("no such object"));
  source_->AnswerPrepare("b", Aborted("taken by another"));
  source_->Submit("a", "ok");
  source_->Submit("b", "ok");
  source_->Submit("c", "ok");
  Start(1);
  source_->WaitTold(2);
  EXPECT_EQ(source_->WhatOf("a"), "failed");
  EXPECT_EQ(source_->WhatOf("b"), "");
  EXPECT_EQ(source_->WhatOf("c"), "completed");
}

TEST_F(PoolTest, ReloadsBetweenJobsAndDropsNone) {
  source_->Submit("a", "hold");
  Start(1);
  script_.WaitRunning(1);
  pool_->Reload();
  source_->Submit("b", "ok");
  EXPECT_EQ(script_.generation(), 0);
  script_.Release();
  source_->WaitTold(2);
  EXPECT_EQ(script_.generation(), 1);
  EXPECT_EQ(source_->WhatOf("a"), "completed");
  EXPECT_EQ(source_->WhatOf("b"), "completed");
  // Also while nothing runs.
  pool_->Reload();
  script_.WaitReloads(2);
}

TEST_F(PoolTest, RulesThatAreNoGoodLeaveTheOldOnes) {
  source_->Submit("first", "ok");
  Start(1);
  source_->WaitTold(1);
  script_.FailReloads(InvalidArgument("rules.yar:3: syntax error"));
  pool_->Reload();
  script_.WaitReloads(1);
  source_->Submit("a", "ok");
  source_->WaitTold(2);
  EXPECT_EQ(source_->WhatOf("a"), "completed");
  pool_->Drain();
  Join();
  const auto events = Events(
      "new rules or plugins are no good, the old ones "
      "stay");
  ASSERT_EQ(events.size(), 1u);
  EXPECT_THAT(LogLine(events[0]), HasSubstr("rules.yar:3: syntax error"));
}

TEST_F(PoolTest, GoesOnAfterTheSourceWasAway) {
  options_.first_retry_ms = 1;
  options_.longest_retry_ms = 2;
  source_->FailLeases(
      MakeStatus(absl::StatusCode::kUnavailable, "connection refused"));
  source_->Submit("a", "ok");
  Start(1);
  source_->WaitLeases(3);
  EXPECT_EQ(pool_->status().source_error, "connection refused");
  EXPECT_FALSE(pool_->status().ready);
  source_->FailLeases(absl::OkStatus());
  source_->WaitTold(1);
  EXPECT_EQ(source_->WhatOf("a"), "completed");
}

TEST_F(PoolTest, APoolThatNeverComesUpSaysWhy) {
  options_.new_runner = [] {
    return NewThreadRunner([]() -> absl::StatusOr<std::unique_ptr<Executor>> {
      return InvalidArgument("rules.yar:1: no such identifier");
    });
  };
  source_->Submit("a", "ok");
  Start(2);
  Join();
  EXPECT_EQ(MessageOf(status_), "rules.yar:1: no such identifier");
  EXPECT_TRUE(source_->told().empty());
}

TEST_F(PoolTest, ASlotThatDoesNotComeUpLeavesTheWorkToTheOthers) {
  std::atomic<int> slots{0};
  std::promise<void> failed_twice;
  std::shared_future<void> other(failed_twice.get_future());
  options_.new_runner = [&] {
    const bool fails = slots++ == 0;
    return std::make_unique<StartingRunner>(
        &script_, [&, fails, other](int times, Cancel*) -> absl::Status {
          if (!fails) {
            other.wait();
            return absl::OkStatus();
          }
          if (times == 2) failed_twice.set_value();
          return FailedPrecondition("no processes are left");
        });
  };
  source_->Submit("a", "ok");
  Start(2);
  source_->WaitTold(1);
  EXPECT_EQ(source_->WhatOf("a"), "completed");
  pool_->Drain();
  Join();
  EXPECT_TRUE(status_.ok()) << status_;
}

TEST_F(PoolTest, WhoGaveUpSaysSoAlsoIfASlotComesUpAfterAll) {
  options_.new_runner = [this] {
    return std::make_unique<StartingRunner>(
        &script_, [](int times, Cancel* cancel) -> absl::Status {
          if (times == 1) return FailedPrecondition("no processes are left");
          // The pool has given up by then.
          Wait(cancel);
          return absl::OkStatus();
        });
  };
  Start(2);
  Join();
  EXPECT_EQ(MessageOf(status_), "no processes are left");
}

TEST_F(PoolTest, WhoIsDrainedBeforeAnythingWasReadyEndsWell) {
  std::promise<void> asked;
  options_.new_runner = [&] {
    return std::make_unique<StartingRunner>(&script_,
                                            [&](int times, Cancel* cancel) {
                                              if (times == 1) asked.set_value();
                                              Wait(cancel);
                                              return Cancelled("cancelled");
                                            });
  };
  Start(1);
  asked.get_future().wait();
  pool_->Drain();
  Join();
  EXPECT_TRUE(status_.ok()) << status_;
}

TEST_F(PoolTest, ARunnerThatDiesWhileItReloadsGetsNoJob) {
  UseProcesses();
  RunOneAndLetOneWait();
  processes_.die_in_reload = true;
  pool_->Reload();
  script_.Release();
  source_->WaitTold(3);
  EXPECT_EQ(source_->WhatOf("b"), "completed");
  EXPECT_EQ(processes_.run_by_nobody, 0);
  EXPECT_EQ(processes_.starts, 2);
}

TEST_F(PoolTest, ARunnerThatDiedBetweenTwoJobsCostsNoAttempt) {
  UseProcesses();
  RunOneAndLetOneWait();
  processes_.die_after_job = true;
  script_.Release();
  source_->WaitTold(3);
  EXPECT_EQ(source_->WhatOf("b"), "completed");
  EXPECT_EQ(processes_.run_by_nobody, 0);
  EXPECT_EQ(processes_.starts, 2);
  EXPECT_EQ(Events("job runner ended while it did nothing").size(), 1u);
}

TEST_F(PoolTest, AsksWhatIsLeftOnlyWhereAFetchBroughtNothing) {
  for (int i = 0; i < 200; ++i) source_->Submit(std::to_string(i), "ok");
  options_.exit_when_empty = true;
  Start(1);
  Join();
  EXPECT_TRUE(status_.ok()) << status_;
  EXPECT_EQ(source_->told().size(), 200u);
  EXPECT_GE(source_->looks(), 1);
  EXPECT_LE(source_->looks(), 1 + source_->empty_leases());
}

}  // namespace
}  // namespace cupel::worker
