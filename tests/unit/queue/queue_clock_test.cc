#include "queue/queue_clock.h"

#include <gtest/gtest.h>

namespace cupel::queue {
namespace {

constexpr int64_t kOneSecond = 1'000'000;

class QueueClockTest : public testing::Test {
 protected:
  QueueClockTest()
      : clock_({[this] { return wall_; }, [this] { return monotonic_; }}) {}

  Step Look() { return clock_.Look(clock_.Now()); }

  int64_t wall_ = 1000 * kOneSecond;
  int64_t monotonic_ = 7 * kOneSecond;
  QueueClock clock_;
};

TEST_F(QueueClockTest, NothingIsKnownAtFirst) {
  EXPECT_TRUE(Look().stepped);
  EXPECT_TRUE(Look().stepped);
  clock_.Settle(wall_);
  EXPECT_FALSE(Look().stepped);
}

TEST_F(QueueClockTest, StepsAreToldUntilTheyAreSettled) {
  clock_.Settle(wall_);
  wall_ += 3600 * kOneSecond;
  monotonic_ += 10 * kOneSecond;
  for (int i = 0; i < 2; ++i) {
    const Step step = Look();
    EXPECT_TRUE(step.stepped);
    EXPECT_EQ(step.before_micros, 1010 * kOneSecond);
  }
  clock_.Settle(wall_);
  EXPECT_FALSE(Look().stepped);
  wall_ -= 3600 * kOneSecond;
  EXPECT_TRUE(Look().stepped);
  EXPECT_EQ(Look().before_micros, 0);
}

TEST_F(QueueClockTest, AdjustingSlowlyIsNoStep) {
  clock_.Settle(wall_);
  for (int i = 0; i < 100; ++i) {
    wall_ += 11 * kOneSecond;
    monotonic_ += 10 * kOneSecond;
    EXPECT_FALSE(Look().stepped);
  }
}

}  // namespace
}  // namespace cupel::queue
