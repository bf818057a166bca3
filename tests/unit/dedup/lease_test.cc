// Leaders that die, or come back late.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "coordinating.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using LeaseTest = Coordinating;

constexpr int64_t kLeaseMicros = 60 * kSecond;

TEST_F(LeaseTest, LastsAsLongAsItSays) {
  const JoinResult lead = Join("acme", "1");
  EXPECT_EQ(lead.lease->expires.micros, now_ + kLeaseMicros);
  now_ += kLeaseMicros - 1;
  EXPECT_EQ(Join("beta", "2").action, DedupAction::kFollow);
  EXPECT_THAT(Names(dedup_->ReleaseExpired(Now())), IsEmpty());
  now_ += 1;
  EXPECT_THAT(Names(dedup_->ReleaseExpired(Now())),
              ElementsAre("acme/1!", "beta/2"));
  EXPECT_THAT(Names(dedup_->ReleaseExpired(Now())), IsEmpty());
}

TEST_F(LeaseTest, WhoComesNextTakesOverWithAllWhoWait) {
  const int64_t dead = Lead("acme", "1");
  Join("beta", "2");
  now_ += kLeaseMicros;
  const int64_t token = Lead("gamma", "3");
  EXPECT_GT(token, dead);
  EXPECT_TRUE(absl::IsFailedPrecondition(
      TryComplete(Owner("acme", "1"), dead).status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(
      dedup_->Fail(Owner("acme", "1"), dead).status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(
      dedup_->Renew(Owner("acme", "1"), dead, Now()).status()));
  EXPECT_EQ(dedup_->raws().Usage()->blobs, 0U) << "nothing of it is kept";
  EXPECT_THAT(Names(Complete(Owner("gamma", "3"), token)),
              ElementsAre("gamma/3", "acme/1", "beta/2"));
}

TEST_F(LeaseTest, AFollowerThatAsksAgainTakesOver) {
  Lead("acme", "1");
  Join("beta", "2");
  now_ += kLeaseMicros;
  const int64_t token = Lead("beta", "2");
  EXPECT_EQ(Join("acme", "1").action, DedupAction::kFollow);
  EXPECT_THAT(Names(Complete(Owner("beta", "2"), token)),
              ElementsAre("beta/2", "acme/1"));
}

TEST_F(LeaseTest, AFreshLeaseFencesTheJobsOwnEarlierOne) {
  const int64_t dead = Lead("acme", "1");
  now_ += kLeaseMicros;
  const int64_t token = Lead("acme", "1");
  EXPECT_GT(token, dead);
  EXPECT_FALSE(TryComplete(Owner("acme", "1"), dead).ok());
  EXPECT_TRUE(TryComplete(Owner("acme", "1"), token).ok());
}

TEST_F(LeaseTest, IsRenewed) {
  const int64_t token = Lead("acme", "1");
  now_ += kLeaseMicros - 1;
  const auto renewed = dedup_->Renew(Owner("acme", "1"), token, Now());
  ASSERT_TRUE(renewed.ok()) << renewed.status();
  EXPECT_EQ(renewed->token, token);
  EXPECT_EQ(renewed->expires.micros, now_ + kLeaseMicros);
  now_ += kLeaseMicros - 1;
  EXPECT_EQ(Join("beta", "2").action, DedupAction::kFollow);
  // A clock that was set back takes nothing away.
  EXPECT_EQ(
      dedup_->Renew(Owner("acme", "1"), token, {0, true, 0})->expires.micros,
      renewed->expires.micros);
  Complete(Owner("acme", "1"), token);
  EXPECT_TRUE(absl::IsFailedPrecondition(
      dedup_->Renew(Owner("acme", "1"), token, Now()).status()));
}

TEST_F(LeaseTest, HoldsUntilSomebodyTakesIt) {
  const int64_t token = Lead("acme", "1");
  now_ += 10 * kLeaseMicros;
  EXPECT_TRUE(TryComplete(Owner("acme", "1"), token).ok());
}

TEST_F(LeaseTest, IsTheJobsOwn) {
  const int64_t token = Lead("acme", "1");
  Join("beta", "2");
  for (const RawOwner& other :
       {Owner("beta", "2"), Owner("acme", "2"), Owner("beta", "1")}) {
    EXPECT_TRUE(absl::IsFailedPrecondition(TryComplete(other, token).status()));
  }
  EXPECT_TRUE(absl::IsFailedPrecondition(
      TryComplete(Owner("acme", "1"), token + 1).status()));
}

TEST_F(LeaseTest, OfAJobAloneEndsToo) {
  DedupRequest request = Request("acme", "1");
  request.switches.plugin = false;
  const JoinResult alone = Join(request);
  now_ += kLeaseMicros;
  EXPECT_THAT(Names(dedup_->ReleaseExpired(Now())), ElementsAre("acme/1!"));
  EXPECT_FALSE(TryComplete(Owner("acme", "1"), alone.lease->token).ok());
  EXPECT_EQ(Join(request).action, DedupAction::kAlone);
}

TEST_F(LeaseTest, TokensGrowOverRestartsAndRunsThatAreGone) {
  int64_t last = 0;
  for (int i = 0; i < 5; ++i) {
    const std::string job = std::to_string(i);
    const int64_t token = Lead("acme", job);
    EXPECT_GT(token, last);
    last = token;
    EXPECT_THAT(Names(dedup_->Fail(Owner("acme", job), token)), IsEmpty());
    now_ += kSecond;
    EXPECT_EQ(*dedup_->Prune(Now()), 1U);
    Reopen();
  }
}

}  // namespace
}  // namespace cupel
