#include "worker/hand_over.h"

#include <gtest/gtest.h>

namespace cupel::worker {
namespace {

constexpr uint64_t kSecond = 1'000'000'000;

TEST(HandOverTest, NothingWaitsBeforeItIsKnownHowLongAJobTakes) {
  const HandOver hand_over(4);
  EXPECT_EQ(hand_over.MayWait(60 * kSecond), 0u);
}

TEST(HandOverTest, AsManyAsThereAreSlotsIfJobsAreShort) {
  HandOver hand_over(4);
  hand_over.Ran(kSecond);
  EXPECT_EQ(hand_over.MayWait(60 * kSecond), 4u);
}

TEST(HandOverTest, FewerIfOnlyTheyCanEndInsideTheLease) {
  HandOver hand_over(4);
  hand_over.Ran(20 * kSecond);
  // 30 s are one and a half rounds: half of the slots get a second job.
  EXPECT_EQ(hand_over.MayWait(60 * kSecond), 2u);
}

TEST(HandOverTest, NoneIfOneJobTakesHalfTheLease) {
  HandOver hand_over(4);
  hand_over.Ran(30 * kSecond);
  EXPECT_EQ(hand_over.MayWait(60 * kSecond), 0u);
}

TEST(HandOverTest, NoneWithoutLeases) {
  HandOver hand_over(4);
  hand_over.Ran(1);
  EXPECT_EQ(hand_over.MayWait(0), 0u);
}

TEST(HandOverTest, FollowsWhatJobsTakeNow) {
  HandOver hand_over(4);
  hand_over.Ran(60 * kSecond);
  for (int i = 0; i < 50; ++i) hand_over.Ran(kSecond / 1000);
  EXPECT_EQ(hand_over.MayWait(60 * kSecond), 4u);
}

}  // namespace
}  // namespace cupel::worker
