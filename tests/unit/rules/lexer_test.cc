#include "rules/lexer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cupel {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> Texts(std::string_view text) {
  std::vector<std::string> out;
  for (const Token& token : Tokenize(text).tokens) {
    out.emplace_back(token.In(text));
  }
  return out;
}

TEST(LexerTest, SlashesAreCommentsOrRegexesNeverDivision) {
  EXPECT_THAT(Texts("/a\\/b[/]/is // c\n/* /x/ */ 4 \\ 2"),
              ElementsAre("/a\\/b[/", "]", "/is /", "/ c", "4", "\\", "2"))
      << "the class does not shield the slash";
  EXPECT_THAT(Texts("/a b/is x // \"\n y"), ElementsAre("/a b/is", "x", "y"));
}

TEST(LexerTest, Strings) {
  EXPECT_THAT(Texts(R"("a\"b\\" "c")"), ElementsAre(R"("a\"b\\")", R"("c")"));
  EXPECT_EQ(StringValue(R"("\x4d\x5A\t\n\r\"\\")"), "MZ\t\n\r\"\\");
  EXPECT_EQ(StringValue(R"("\q")"), std::nullopt);
  EXPECT_EQ(StringValue(R"("\x4")"), std::nullopt);
}

TEST(LexerTest, HexStringsAgainstBlocks) {
  EXPECT_THAT(Texts("rule a { condition : true }"),
              ElementsAre("rule", "a", "{", "condition", ":", "true", "}"));
  EXPECT_THAT(Texts("{ 4D ?A [2-4] ( 01 | 02 ) } x"),
              ElementsAre("{ 4D ?A [2-4] ( 01 | 02 ) }", "x"));
  EXPECT_THAT(Texts("{ AA // } end\n BB }"),
              ElementsAre("{ AA // } end\n BB }"));
  EXPECT_THAT(Texts("{ AA // }\n x }"), ElementsAre("{ AA // }", "x", "}"));
  EXPECT_THAT(Texts("{ AA /* } */ BB }"), ElementsAre("{ AA /* } */ BB }"));
  EXPECT_THAT(Texts("{}"), ElementsAre("{", "}"));
}

TEST(LexerTest, NumbersAndOperators) {
  EXPECT_THAT(Texts("0x5A4D==12KB!=0o17<=1.5..#a>>@b"),
              ElementsAre("0x5A4D", "==", "12KB", "!=", "0o17", "<=", "1.5",
                          "..", "#a", ">>", "@b"));
  EXPECT_THAT(Texts("1..2"), ElementsAre("1", "..", "2"));
  EXPECT_EQ(NumberValue("0x5A4D"), 0x5A4D);
  EXPECT_EQ(NumberValue("0o17"), 15);
  EXPECT_EQ(NumberValue("2KB"), 2048);
  EXPECT_EQ(NumberValue("1MB"), 1048576);
  EXPECT_EQ(NumberValue("1.5"), std::nullopt);
  EXPECT_EQ(NumberValue("99999999999999999999"), std::nullopt);
  EXPECT_EQ(NumberValue("9999999999999999MB"), std::nullopt);
}

TEST(LexerTest, StringIdentifiersAndIncludes) {
  EXPECT_THAT(Texts("$a $a* $ !b !=c include \"x y.yar\" include5 \"z\""),
              ElementsAre("$a", "$a*", "$", "!b", "!=", "c",
                          "include \"x y.yar\"", "include5", "\"z\""));
  const IncludePath path = IncludePathOf("include  \"x y.yar\"");
  EXPECT_EQ(path.path, "x y.yar");
  EXPECT_EQ(path.offset, 10U);
}

TEST(LexerTest, WhatLibyaraRefusesMakesTheListInexact) {
  EXPECT_TRUE(Tokenize("a b").exact);
  EXPECT_FALSE(Tokenize("\"open\nb").exact);
  EXPECT_FALSE(Tokenize("/open\nb").exact);
  EXPECT_FALSE(Tokenize("a /* open").exact);
  EXPECT_FALSE(Tokenize("a \xC3\xA4").exact);
  EXPECT_THAT(Texts("\"open\nb"), ElementsAre("\"open", "b"));
  EXPECT_TRUE(Tokenize("// \xC3\xA4\n\"\xC3\xA4\"").exact);
}

TEST(LexerTest, LinesCountFromOne) {
  const TokenList list = Tokenize("a\n/*\n*/ b\n{ 01\n02 }\nc");
  ASSERT_EQ(list.tokens.size(), 4U);
  EXPECT_EQ(list.tokens[0].line, 1U);
  EXPECT_EQ(list.tokens[1].line, 3U);
  EXPECT_EQ(list.tokens[2].line, 4U);
  EXPECT_EQ(list.tokens[3].line, 6U);
}

TEST(LexerTest, MoreTokensThanItHoldsMakeTheListInexact) {
  const TokenList list = Tokenize(std::string(kMaxTokens + 1, '+'));
  EXPECT_EQ(list.tokens.size(), kMaxTokens);
  EXPECT_FALSE(list.exact);
}

}  // namespace
}  // namespace cupel
