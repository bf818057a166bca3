#include "answers/answer_text.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cupel {
namespace {

std::vector<RuleMatch> Some() {
  std::vector<RuleMatch> matches(3);
  matches[0].rule = 0;
  matches[0].total_strings = 2;
  matches[0].strings = {{"$a", 0, 4, std::nullopt},
                        {"$long_name", uint64_t{1} << 40, UINT32_MAX, 255}};
  matches[1].rule = 300;
  matches[2].rule = UINT32_MAX;
  matches[2].total_strings = UINT64_MAX;
  matches[2].strings = {{"$", 17, 0, 0}, {"$b", 17, 1, std::nullopt}};
  return matches;
}

TEST(AnswerTextTest, ComesBackAsItWas) {
  const std::string text = EncodeMatches(Some());
  const auto back = DecodeMatches(text);
  ASSERT_TRUE(back.has_value());
  const std::vector<RuleMatch> was = Some();
  ASSERT_EQ(back->size(), was.size());
  for (size_t i = 0; i < was.size(); ++i) {
    EXPECT_EQ((*back)[i].rule, was[i].rule);
    EXPECT_EQ((*back)[i].total_strings, was[i].total_strings);
    ASSERT_EQ((*back)[i].strings.size(), was[i].strings.size());
    for (size_t j = 0; j < was[i].strings.size(); ++j) {
      const StringMatch& a = (*back)[i].strings[j];
      const StringMatch& b = was[i].strings[j];
      EXPECT_EQ(a.id, b.id);
      EXPECT_EQ(a.offset, b.offset);
      EXPECT_EQ(a.length, b.length);
      EXPECT_EQ(a.xor_key, b.xor_key);
    }
  }
}

TEST(AnswerTextTest, NoMatchIsNoByte) {
  EXPECT_EQ(EncodeMatches({}), "");
  const auto back = DecodeMatches("");
  ASSERT_TRUE(back.has_value());
  EXPECT_TRUE(back->empty());
}

TEST(AnswerTextTest, CutShortItIsRefusedOrHasFewerMatches) {
  const std::string text = EncodeMatches(Some());
  for (size_t size = 0; size < text.size(); ++size) {
    const auto back = DecodeMatches(std::string_view(text).substr(0, size));
    if (back.has_value()) {
      EXPECT_LT(back->size(), 3U);
    }
  }
}

TEST(AnswerTextTest, CountsThatTheBytesCannotHoldAreRefused) {
  // Rule 0, no total, and a count of strings of 2^62.
  EXPECT_FALSE(DecodeMatches(std::string("\0\0", 2) +
                             "\x80\x80\x80\x80\x80\x80\x80\x80\x40")
                   .has_value());
  // A number that never ends.
  EXPECT_FALSE(DecodeMatches(std::string(64, '\xff')).has_value());
}

TEST(AnswerTextTest, AnyByteTurnedIsNoCrash) {
  const std::string text = EncodeMatches(Some());
  for (size_t i = 0; i < text.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string other = text;
      other[i] = static_cast<char>(other[i] ^ (1 << bit));
      const auto back = DecodeMatches(other);
      if (!back.has_value()) continue;
      for (const RuleMatch& match : *back) {
        EXPECT_LE(match.strings.size(), text.size());
      }
    }
  }
}

}  // namespace
}  // namespace cupel
