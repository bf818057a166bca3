#include <gtest/gtest.h>

#include <string>

#include "dedup/job_key.h"

namespace cupel {
namespace {

// From Python's mmh3, which is what OpenKAT calls.
TEST(Murmur3, EveryLengthOfTail) {
  const std::string text = "The quick brown fox jumps over the lazy dog";
  const std::pair<size_t, const char*> known[] = {
      {0, "00000000000000000000000000000000"},
      {1, "9a6884917e77038c793e29bab4d6b53a"},
      {7, "c9d5bc5a3a84d3f073606dc8f9b79493"},
      {8, "cd715bade4aa4b64df1c88e297f9ee8e"},
      {9, "55f1a8b20464a037c0cc6e3dffc8bcad"},
      {15, "1692e364b87c13484bd67a3964af7bfd"},
      {16, "c4329baff444129da63a2a2c8b3c153d"},
      {17, "aee957e77663f9910ceb83ae8de5449b"},
      {31, "09c5c4d9ddb5289b64f9e20fb81c3c0d"},
      {32, "cfda9bb21bf96adfa6f3f18dc541a391"},
      {43, "6c1b07bc7bbc4be347939ac4a93c437a"},
  };
  for (const auto& [length, hash] : known) {
    EXPECT_EQ(Murmur3Hex(text.substr(0, length)), hash) << length;
  }
}

TEST(Murmur3, HighBytes) {
  std::string bytes;
  for (int i = 128; i < 256; ++i) bytes += static_cast<char>(i);
  EXPECT_EQ(Murmur3Hex(bytes), "0968de554fea773ff569ada9666172e1");
}

TEST(TaskHash, OfARealTask) {
  EXPECT_EQ(BoefjeTaskHash("Hostname|internet|ns3.domaindiscount24.net",
                           "dns-records", "aa"),
            "413225384a91a70018d55c4fb3819913");
}

TEST(TaskHash, WithoutAnInput) {
  const std::string hash = "008b9aa1d9bd648411c1ec58d631cff6";
  EXPECT_EQ(BoefjeTaskHash(std::nullopt, "dns-records", "aa"), hash);
  EXPECT_EQ(BoefjeTaskHash("", "dns-records", "aa"), hash);
}

TEST(TaskHash, OfANormalizer) {
  EXPECT_EQ(NormalizerTaskHash("kat", "1", "aa"),
            "7cdfd44f20bd9ac39d5458de23b30dee");
}

}  // namespace
}  // namespace cupel
