#include "pattern/byte_pattern.h"

#include <gtest/gtest.h>

#include <string>

namespace cupel {
namespace {

TEST(BytePatternTest, FindsLeftmostLongestAmongAnyBytes) {
  const auto pattern = BytePattern::Compile(R"(ab+|\xff\x00)");
  ASSERT_TRUE(pattern.ok());
  const std::string bytes("\xff\0.\xc3(xABBB\xff", 10);
  const auto first = pattern->Find(bytes, 0, bytes.size());
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->offset, 0u);
  EXPECT_EQ(first->length, 2u);
  const auto second = pattern->Find(bytes, 2, bytes.size());
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(second->offset, 6u);
  EXPECT_EQ(second->length, 4u);
  EXPECT_FALSE(pattern->Find(bytes, 7, bytes.size()).has_value());
}

TEST(BytePatternTest, StaysWithinItsBounds) {
  const auto pattern = BytePattern::Compile("a+");
  ASSERT_TRUE(pattern.ok());
  EXPECT_EQ(pattern->Find("aaaa", 1, 3)->length, 2u);
  EXPECT_EQ(pattern->Find("aaaa", 0, 99)->length, 4u);
  EXPECT_FALSE(pattern->Find("aaaa", 4, 4).has_value());
  EXPECT_FALSE(pattern->Find("", 0, 0).has_value());
}

TEST(BytePatternTest, MatchesAllOrNothing) {
  const auto pattern = BytePattern::Compile("[0-9]{3}");
  ASSERT_TRUE(pattern.ok());
  EXPECT_TRUE(pattern->MatchesAll("123"));
  EXPECT_FALSE(pattern->MatchesAll("1234"));
}

TEST(BytePatternTest, SaysWhatIsBroken) {
  const auto broken = BytePattern::Compile("(a");
  EXPECT_EQ(broken.status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace cupel
