#include "crypto/secret.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace cupel {
namespace {

TEST(Secret, HoldsBytesAndMoves) {
  const std::string bytes("a\0b", 3);
  Secret secret(bytes);
  EXPECT_EQ(secret.view(), bytes);
  const Secret copy = secret.Copy();
  Secret moved = std::move(secret);
  EXPECT_EQ(moved.view(), bytes);
  EXPECT_TRUE(secret.empty());  // NOLINT: what is left is said to be empty
  moved = Secret("other");
  EXPECT_EQ(moved.view(), "other");
  EXPECT_EQ(copy.view(), bytes);
  moved = Secret();
  EXPECT_EQ(moved.size(), 0U);
  EXPECT_EQ(moved.data(), nullptr);
}

TEST(Secret, OfSizeIsZeros) {
  const Secret secret = Secret::OfSize(100);
  EXPECT_EQ(secret.view(), std::string(100, '\0'));
  EXPECT_TRUE(Secret::OfSize(0).empty());
}

TEST(Secret, ManyAtOnceAlthoughLittleCanBeLocked) {
  std::vector<Secret> secrets;
  for (int i = 0; i < 2000; ++i) secrets.emplace_back(std::to_string(i));
  EXPECT_EQ(secrets.front().view(), "0");
  EXPECT_EQ(secrets.back().view(), "1999");
}

TEST(SecretDeathTest, BytesBehindTheEndCannotBeRead) {
  const Secret secret = Secret::OfSize(16);
  const volatile uint8_t* data = secret.data();
  EXPECT_DEATH((void)data[16], "");
}

TEST(ConstantTime, Equality) {
  EXPECT_TRUE(ConstantTimeEqual("", ""));
  EXPECT_TRUE(ConstantTimeEqual("same", "same"));
  EXPECT_FALSE(ConstantTimeEqual("same", "sama"));
  EXPECT_FALSE(ConstantTimeEqual("same", "same "));
}

TEST(Wiping, TextIsOverwrittenAtTheEnd) {
  std::string text = "hunter2, long enough to be on the heap, not inside";
  {
    const WipeAtEnd wipe(&text);
  }
  EXPECT_EQ(text, std::string(text.size(), '\0'));
  Wipe(nullptr, 0);
}

}  // namespace
}  // namespace cupel
