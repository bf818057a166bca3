#include "queue/new_job.h"

#include <gtest/gtest.h>

#include "base/uuid.h"

namespace cupel::queue {
namespace {

constexpr int64_t kOneSecond = 1'000'000;

TEST(NewJobTest, IdsOfOneMomentLieSideBySide) {
  const std::string a = MakeJobId(1'780'000'000'000'000);
  const std::string b = MakeJobId(1'780'000'000'000'000);
  const std::string c = MakeJobId(1'780'000'000'001'000);
  EXPECT_NE(a, b);
  EXPECT_EQ(a.substr(0, 13), b.substr(0, 13));
  EXPECT_LT(a, c);
  EXPECT_EQ(a[14], '7');
  EXPECT_TRUE(Uuid::Parse(a).ok());
}

TEST(NewJobTest, BackOffDoublesUpToItsLimit) {
  const auto wait = [](uint32_t attempts) {
    return BackoffMicros(kOneSecond, 600 * kOneSecond, 0, attempts, 0.5);
  };
  EXPECT_EQ(wait(1), kOneSecond);
  EXPECT_EQ(wait(2), 2 * kOneSecond);
  EXPECT_EQ(wait(5), 16 * kOneSecond);
  EXPECT_EQ(wait(30), 600 * kOneSecond);
  EXPECT_EQ(wait(4'000'000'000), 600 * kOneSecond);
}

TEST(NewJobTest, JitterGoesBothWays) {
  EXPECT_EQ(BackoffMicros(kOneSecond, 600 * kOneSecond, 0.2, 1, 0.0), 800'000);
  EXPECT_EQ(BackoffMicros(kOneSecond, 600 * kOneSecond, 0.2, 1, 0.5),
            kOneSecond);
  EXPECT_NEAR(static_cast<double>(BackoffMicros(kOneSecond, 600 * kOneSecond,
                                                0.2, 1, 0.999999)),
              1'200'000, 2);
}

TEST(NewJobTest, AReasonIsOneLineOfBoundedLength) {
  EXPECT_EQ(OneLine("a\nb"), "a\\nb");
  EXPECT_EQ(OneLine("\xc3\xa4"), "\xc3\xa4");
  const std::string cut = OneLine("x" + std::string(9000, '\n'));
  EXPECT_LE(cut.size(), 4096U);
  std::string umlauts = "x";
  for (int i = 0; i < 3000; ++i) umlauts += "\xc3\xa4";
  const std::string line = OneLine(umlauts);
  EXPECT_LE(line.size(), 4096U);
  EXPECT_EQ(line.substr(0, 3), "x\xc3\xa4");
}

}  // namespace
}  // namespace cupel::queue
