#include "base/clock.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace cupel {
namespace {

TEST(Deadline, NeverByDefault) {
  const Deadline never;
  EXPECT_TRUE(never.is_never());
  EXPECT_FALSE(never.passed());
  EXPECT_EQ(never.remaining(), UINT64_MAX);
}

TEST(Deadline, PassesAtOnceWithoutTime) {
  const Deadline now = Deadline::After(0);
  EXPECT_TRUE(now.passed());
  EXPECT_EQ(now.remaining(), 0u);
}

TEST(Deadline, FarAwayIsNotPassed) {
  const Deadline later = Deadline::After(3'600'000'000'000);
  EXPECT_FALSE(later.passed());
  EXPECT_GT(later.remaining(), 3'000'000'000'000u);
  EXPECT_LE(later.remaining(), 3'600'000'000'000u);
}

TEST(Deadline, MoreThanTheClockHoldsIsNever) {
  EXPECT_TRUE(Deadline::After(UINT64_MAX).is_never());
  EXPECT_TRUE(Deadline::After(INT64_MAX).is_never());
}

TEST(Clock, NeverGoesBack) {
  const int64_t first = MonotonicNanos();
  EXPECT_LE(first, MonotonicNanos());
}

}  // namespace
}  // namespace cupel
