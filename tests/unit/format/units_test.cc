#include "format/units.h"

#include <gtest/gtest.h>

namespace cupel {
namespace {

TEST(Units, Bytes) {
  EXPECT_EQ(FormatBytes(0), "0 B");
  EXPECT_EQ(FormatBytes(1023), "1023 B");
  EXPECT_EQ(FormatBytes(1536), "1.5 KiB");
  EXPECT_EQ(FormatBytes(128ull << 20), "128.0 MiB");
  EXPECT_EQ(FormatBytes(UINT64_MAX), "16.0 EiB");
}

TEST(Units, Durations) {
  EXPECT_EQ(FormatDuration(5), "5 ns");
  EXPECT_EQ(FormatDuration(850'000), "850 us");
  EXPECT_EQ(FormatDuration(12'000'000), "12 ms");
  EXPECT_EQ(FormatDuration(1'250'000'000), "1.2 s");
  EXPECT_EQ(FormatDuration(200'000'000'000), "3 min 20 s");
  EXPECT_EQ(FormatDuration(3'600'000'000'000), "1 h 0 min");
}

TEST(Units, Counts) {
  EXPECT_EQ(FormatCount(0), "0");
  EXPECT_EQ(FormatCount(999), "999");
  EXPECT_EQ(FormatCount(1000), "1,000");
  EXPECT_EQ(FormatCount(1234567), "1,234,567");
}

}  // namespace
}  // namespace cupel
