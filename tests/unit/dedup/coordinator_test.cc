#include "dedup/coordinator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>

#include "coordinating.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using CoordinatorTest = Coordinating;

TEST_F(CoordinatorTest, OneRunServesAllWhoWait) {
  const int64_t token = Lead("acme", "1");
  EXPECT_EQ(Join("beta", "2").action, DedupAction::kFollow);
  EXPECT_EQ(Join("acme", "3").action, DedupAction::kFollow) << "its own too";
  now_ += kSecond;
  const auto granted =
      Complete(Owner("acme", "1"), token, {"first", "second", "first"});
  EXPECT_THAT(Names(granted), ElementsAre("acme/1", "beta/2", "acme/3"));
  std::set<std::string> ids;
  for (const Granted& each : granted) {
    ASSERT_THAT(each.raws, SizeIs(3));
    for (const RawRow& raw : each.raws) {
      ids.insert(raw.id);
      EXPECT_EQ(raw.owner, each.owner);
      EXPECT_EQ(raw.created_micros, now_);
      EXPECT_THAT(raw.mime_types, ElementsAre("text/plain"));
    }
    EXPECT_EQ(*dedup_->raws().Bytes(each.owner.organisation, each.raws[1].id),
              "second");
  }
  EXPECT_THAT(ids, SizeIs(9)) << "each its own";
  const auto usage = dedup_->raws().Usage();
  EXPECT_EQ(usage->raws, 9U);
  EXPECT_EQ(usage->blobs, 2U) << "stored once";
}

TEST_F(CoordinatorTest, AnEarlierRunServesWhoComesLater) {
  const int64_t token = Lead("acme", "1");
  now_ += 5 * kSecond;
  Complete(Owner("acme", "1"), token);
  now_ += 5 * kSecond;
  DedupRequest later = Request("beta", "2");
  later.max_age = std::chrono::seconds(10);
  const JoinResult reused = Join(later);
  EXPECT_EQ(reused.action, DedupAction::kReuse);
  EXPECT_FALSE(reused.lease.has_value());
  ASSERT_THAT(reused.raws, SizeIs(1));
  EXPECT_EQ(*dedup_->raws().Bytes("beta", reused.raws[0].id), "raw");
  EXPECT_EQ(dedup_->raws().Usage()->blobs, 1U);
  // What was handed on does not become any younger by it.
  now_ += 1;
  later.organisation = "gamma";
  EXPECT_EQ(Join(later).action, DedupAction::kLead);
}

TEST_F(CoordinatorTest, OtherKeysAreOtherRuns) {
  Lead("acme", "1", 'a');
  Lead("acme", "2", 'b');
}

TEST_F(CoordinatorTest, SwitchedOffEverybodyRunsAlone) {
  DedupRequest request = Request("acme", "1");
  request.switches.install = false;
  const JoinResult first = Join(request);
  EXPECT_EQ(first.action, DedupAction::kAlone);
  ASSERT_TRUE(first.lease.has_value());
  EXPECT_THAT(Complete(Owner("acme", "1"), first.lease->token), SizeIs(1));
  // What was run alone serves nobody.
  Lead("beta", "2");
  request.job = "3";
  EXPECT_EQ(Join(request).action, DedupAction::kAlone);
}

TEST_F(CoordinatorTest, FailureReleasesTheOthersAndIsNeverReused) {
  const int64_t token = Lead("acme", "1");
  Join("beta", "2");
  Join("gamma", "3");
  EXPECT_THAT(Names(dedup_->Fail(Owner("acme", "1"), token)),
              ElementsAre("beta/2", "gamma/3"));
  // The first to come again leads, the other follows it.
  const int64_t next = Lead("gamma", "3");
  EXPECT_GT(next, token);
  EXPECT_THAT(Names(dedup_->Fail(Owner("acme", "1"), token)),
              ElementsAre("beta/2"))
      << "said again, without who came back";
  EXPECT_EQ(Join("beta", "2").action, DedupAction::kFollow);
  EXPECT_TRUE(absl::IsFailedPrecondition(
      TryComplete(Owner("acme", "1"), token).status()))
      << "it failed";
  EXPECT_THAT(Names(Complete(Owner("gamma", "3"), next)),
              ElementsAre("gamma/3", "beta/2"));
}

TEST_F(CoordinatorTest, WhatIsRepeatedIsDoneOnce) {
  const JoinResult first = Join("acme", "1");
  const JoinResult again = Join("acme", "1");
  EXPECT_EQ(again.action, DedupAction::kLead);
  EXPECT_EQ(again.lease->token, first.lease->token);
  EXPECT_EQ(again.lease->expires, first.lease->expires);
  Join("beta", "2");
  EXPECT_EQ(Join("beta", "2").action, DedupAction::kFollow);
  const RawOwner leader = Owner("acme", "1");
  const auto granted = Complete(leader, first.lease->token);
  const JoinResult late = Join("gamma", "3");
  now_ += 9 * kSecond;
  const auto repeated = Complete(leader, first.lease->token);
  EXPECT_THAT(Names(repeated), ElementsAre("acme/1", "beta/2"));
  ASSERT_EQ(repeated.size(), granted.size());
  for (size_t i = 0; i < granted.size(); ++i) {
    EXPECT_EQ(repeated[i].raws.at(0).id, granted[i].raws.at(0).id);
  }
  EXPECT_EQ(Join("gamma", "3").raws.at(0).id, late.raws.at(0).id);
  const JoinResult done = Join("beta", "2");
  EXPECT_EQ(done.action, DedupAction::kReuse);
  EXPECT_EQ(done.raws.at(0).id, granted[1].raws.at(0).id);
  EXPECT_EQ(dedup_->raws().Usage()->raws, 3U);
  EXPECT_TRUE(absl::IsFailedPrecondition(
      TryComplete(leader, first.lease->token, {"other"}).status()));
  EXPECT_EQ(dedup_->raws().Usage()->blobs, 1U);
  EXPECT_TRUE(absl::IsFailedPrecondition(
      dedup_->Fail(leader, first.lease->token).status()))
      << "it was completed";
}

TEST_F(CoordinatorTest, AllOfItOutlivesTheProcess) {
  const int64_t token = Lead("acme", "1");
  Reopen();
  EXPECT_EQ(Join("beta", "2").action, DedupAction::kFollow);
  Reopen();
  EXPECT_THAT(Complete(Owner("acme", "1"), token), SizeIs(2));
  Reopen();
  EXPECT_EQ(Join("gamma", "3").action, DedupAction::kReuse);
}

TEST_F(CoordinatorTest, NothingIsKeptOfACompletionThatFails) {
  const int64_t token = Lead("acme", "1");
  const std::string large(1001, 'x');
  EXPECT_TRUE(absl::IsResourceExhausted(
      TryComplete(Owner("acme", "1"), token, {"small", large}).status()));
  EXPECT_EQ(dedup_->raws().Usage()->blobs, 0U);
  const std::vector<std::string_view> many(1001, "x");
  EXPECT_TRUE(absl::IsResourceExhausted(
      TryComplete(Owner("acme", "1"), token, many).status()));
  EXPECT_THAT(Complete(Owner("acme", "1"), token, {"small"}), SizeIs(1));
}

TEST_F(CoordinatorTest, ARunMayGiveNothing) {
  const int64_t token = Lead("acme", "1");
  EXPECT_THAT(Complete(Owner("acme", "1"), token, {}).at(0).raws, IsEmpty());
  EXPECT_EQ(Join("beta", "2").action, DedupAction::kReuse);
}

TEST_F(CoordinatorTest, ACancelledJobWaitsNoMore) {
  const int64_t token = Lead("acme", "1");
  Join("beta", "2");
  Join("gamma", "3");
  EXPECT_THAT(Names(dedup_->Leave(Owner("beta", "2"))), IsEmpty());
  EXPECT_THAT(Names(dedup_->Leave(Owner("beta", "2"))), IsEmpty());
  EXPECT_THAT(Names(dedup_->Leave(Owner("acme", "1"))), ElementsAre("gamma/3"));
  EXPECT_TRUE(absl::IsFailedPrecondition(
      TryComplete(Owner("acme", "1"), token).status()));
  Lead("gamma", "3");
}

TEST_F(CoordinatorTest, WhatAllHaveDeletedDoesNotComeBack) {
  const int64_t token = Lead("acme", "1");
  Join("beta", "2");
  const auto granted = Complete(Owner("acme", "1"), token);
  EXPECT_TRUE(dedup_->raws().Delete("acme", granted[0].raws[0].id).ok());
  EXPECT_EQ(Join("gamma", "3").action, DedupAction::kReuse);
  EXPECT_THAT(Names(dedup_->Forget("beta")), IsEmpty());
  EXPECT_THAT(Names(dedup_->Forget("gamma")), IsEmpty());
  EXPECT_EQ(dedup_->raws().Usage()->blobs, 0U);
  Lead("delta", "4");
}

TEST_F(CoordinatorTest, AnOrganisationThatLeavesReleasesTheOthersOnly) {
  Lead("acme", "1");
  Join("acme", "2");
  Join("beta", "3");
  EXPECT_THAT(Names(dedup_->Forget("acme")), ElementsAre("beta/3"));
  Lead("beta", "3");
}

TEST_F(CoordinatorTest, ForgetsOldRunsAndKeepsTheRaws) {
  Complete(Owner("acme", "1"), Lead("acme", "1"));
  const DateTime began = Now();
  EXPECT_EQ(*dedup_->Prune(began), 0U);
  now_ += 1;
  EXPECT_EQ(*dedup_->Prune(Now()), 1U);
  EXPECT_EQ(dedup_->raws().Usage()->raws, 1U);
  Lead("beta", "2");
  EXPECT_EQ(*dedup_->Prune({now_ + kSecond, true, 0}), 0U) << "it goes on";
}

TEST_F(CoordinatorTest, AJobThatLeadsCannotTurnIntoAnother) {
  Lead("acme", "1", 'a');
  EXPECT_TRUE(absl::IsFailedPrecondition(
      dedup_->Join(Request("acme", "1", 'b'), Now()).status()));
  Join("beta", "2", 'a');
  Lead("beta", "2", 'b');
}

TEST_F(CoordinatorTest, RefusesWhatCannotBe) {
  EXPECT_TRUE(
      absl::IsInvalidArgument(dedup_->Join(Request("", "1"), Now()).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(
      dedup_->Join(Request("acme", ""), Now()).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(
      dedup_->Join(Request("acme", "1"), {now_, false, 0}).status()));
  EXPECT_TRUE(
      absl::IsFailedPrecondition(TryComplete(Owner("acme", "1"), 0).status()));
  for (const int64_t lease : {int64_t{0}, int64_t{-1}, INT64_MAX}) {
    DedupOptions options;
    options.lease = std::chrono::microseconds(lease);
    EXPECT_TRUE(
        absl::IsInvalidArgument(DedupCoordinator::Open(options).status()));
  }
}

TEST_F(CoordinatorTest, OfManyThatJoinAtOnceOneLeads) {
  constexpr int kThreads = 8;
  constexpr int kRounds = 10;
  // Two handles: as if they were two processes.
  const std::shared_ptr<DedupCoordinator> handles[] = {dedup_, Open()};
  std::vector<std::vector<JoinResult>> results(kThreads);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int round = 0; round < kRounds; ++round) {
        const auto joined = handles[t % 2]->Join(
            Request("org-" + std::to_string(t), std::to_string(round),
                    static_cast<char>('0' + round)),
            Now());
        ASSERT_TRUE(joined.ok()) << joined.status();
        results[t].push_back(*joined);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int round = 0; round < kRounds; ++round) {
    int leaders = 0;
    for (int t = 0; t < kThreads; ++t) {
      const JoinResult& result = results[t].at(round);
      if (result.action == DedupAction::kFollow) continue;
      ASSERT_EQ(result.action, DedupAction::kLead);
      ++leaders;
      EXPECT_THAT(
          Complete(Owner("org-" + std::to_string(t), std::to_string(round)),
                   result.lease->token),
          SizeIs(kThreads));
    }
    EXPECT_EQ(leaders, 1);
  }
}

}  // namespace
}  // namespace cupel
