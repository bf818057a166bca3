#include "crypto/secret.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <thread>
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

// Blocks are used again: wiped, and never one by two secrets at a time.
TEST(Secret, BlocksAreUsedAgainAndWiped) {
  for (const size_t size : {1, 63, 64, 65, 128, 129, 4095, 4096, 4097, 10000}) {
    for (int round = 0; round < 3; ++round) {
      std::vector<Secret> many;
      for (int i = 0; i < 20; ++i) {
        Secret secret = Secret::OfSize(size);
        EXPECT_EQ(secret.view(), std::string(size, '\0')) << size;
        std::memset(secret.data(), 'a' + i, size);
        many.push_back(std::move(secret));
      }
      for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(many[static_cast<size_t>(i)].view(),
                  std::string(size, static_cast<char>('a' + i)));
      }
    }
  }
}

// Made on one thread, gone on another, and after its thread.
TEST(Secret, OutlivesItsThread) {
  Secret made;
  std::thread([&made] { made = Secret("made elsewhere"); }).join();
  EXPECT_EQ(made.view(), "made elsewhere");
  std::thread([moved = std::move(made)]() mutable {
    EXPECT_EQ(moved.view(), "made elsewhere");
    moved = Secret();
  }).join();
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
