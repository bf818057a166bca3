#include "rules/plan/frequency.h"

#include <gtest/gtest.h>

#include <cmath>

namespace cupel::plan {
namespace {

TEST(FrequencyTest, WhatEverybodyWritesIsFrequent) {
  EXPECT_GT(GramChance(Corpus::kText, "func"), -2);
  EXPECT_GT(GramChance(Corpus::kText, "FUNC"), -2);
  EXPECT_GT(GramChance(Corpus::kText, "th"), -2);
  EXPECT_GT(GramChance(Corpus::kBinary, std::string_view("\0\0\0\0", 4)), -2);
  EXPECT_LT(GramChance(Corpus::kText, "zqxj"), -4);
}

TEST(FrequencyTest, ALiteralIsAsRareAsItsRarestPart) {
  EXPECT_GT(LiteralChance(Corpus::kText, "function"), -4);
  EXPECT_LT(LiteralChance(Corpus::kText, "function zqxj"), -7);
  EXPECT_LT(LiteralChance(Corpus::kText, "zqxjkwvz"),
            LiteralChance(Corpus::kText, "zqxj"));
  EXPECT_LT(LiteralChance(Corpus::kText, "functions"),
            LiteralChance(Corpus::kText, "function"));
}

TEST(FrequencyTest, TextHasNoOtherBytes) {
  EXPECT_LT(LiteralChance(Corpus::kText, std::string_view("a\0b\0", 4)), -8);
}

TEST(FrequencyTest, BytesAddUpToOne) {
  for (const Corpus corpus : {Corpus::kText, Corpus::kBinary}) {
    float sum = 0;
    for (int byte = 0; byte < 256; ++byte) {
      sum += std::exp2(ByteChance(corpus, static_cast<uint8_t>(byte)));
    }
    EXPECT_NEAR(sum, 1, 0.2);
  }
}

TEST(FrequencyTest, CostsGrowWithFrequency) {
  const uint32_t func = 0x636E7566;  // "func", the first byte lowest
  const uint32_t rare = 0x6A78717A;
  EXPECT_GT(GramCost(Corpus::kText, func), 8 * GramCost(Corpus::kText, rare));
}

}  // namespace
}  // namespace cupel::plan
