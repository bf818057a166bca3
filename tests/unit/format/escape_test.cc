#include "format/escape.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "format/ascii_run.h"

namespace cupel {
namespace {

TEST(IsUtf8, FollowsTheStandard) {
  EXPECT_TRUE(IsUtf8(""));
  EXPECT_TRUE(IsUtf8("plain"));
  EXPECT_TRUE(IsUtf8("gr\xC3\xBC\xC3\x9F"));
  EXPECT_TRUE(IsUtf8("\xF0\x9F\x98\x80"));
  EXPECT_TRUE(IsUtf8("\xF4\x8F\xBF\xBF"));   // U+10FFFF
  EXPECT_FALSE(IsUtf8("\xF4\x90\x80\x80"));  // beyond
  EXPECT_FALSE(IsUtf8("\xC0\x80"));          // overlong NUL
  EXPECT_FALSE(IsUtf8("\xE0\x80\xAF"));      // overlong slash
  EXPECT_FALSE(IsUtf8("\xED\xA0\x80"));      // surrogate
  EXPECT_FALSE(IsUtf8("\xE2\x82"));          // cut short
  EXPECT_FALSE(IsUtf8("\xFF"));
  EXPECT_FALSE(IsUtf8("a\x80"));
}

// What is looked at in words is told as byte by byte, wherever it stands.
TEST(AsciiRun, EndsAtTheFirstOddByte) {
  for (size_t at = 0; at < 40; ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text(40, 'x');
      text[at] = static_cast<char>(byte);
      EXPECT_EQ(AsciiRun(text), byte < 0x80 ? 40 : at);
      const bool plain =
          byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
      EXPECT_EQ(PrintableRun(text, '"', '\\'), plain ? 40 : at)
          << "byte " << byte << " at " << at;
    }
  }
  EXPECT_EQ(AsciiRun(""), 0U);
  EXPECT_EQ(PrintableRun("", 'a', 'b'), 0U);
}

TEST(AsciiRun, LongTextsWithOddCharactersInside) {
  const std::string text = std::string(21, 'a') + "\xC3\xA9" +
                           std::string(19, 'b') + "\n" + std::string(9, 'c');
  EXPECT_TRUE(IsUtf8(text));
  EXPECT_FALSE(IsUtf8(text + "\xC3"));
  EXPECT_EQ(EscapePrintable(text), std::string(21, 'a') + "\xC3\xA9" +
                                       std::string(19, 'b') + "\\n" +
                                       std::string(9, 'c'));
  EXPECT_EQ(EscapeAscii(text), std::string(21, 'a') + "\\xc3\\xa9" +
                                   std::string(19, 'b') + "\\n" +
                                   std::string(9, 'c'));
}

TEST(EscapePrintable, KeepsWhatPeopleCanRead) {
  EXPECT_EQ(EscapePrintable("pkg/\xC3\xA9t\xC3\xA9.js"),
            "pkg/\xC3\xA9t\xC3\xA9.js");
}

TEST(EscapePrintable, DisarmsTerminalsAndTricks) {
  EXPECT_EQ(EscapePrintable("a\x1b[31mb"), "a\\x1b[31mb");
  EXPECT_EQ(EscapePrintable(std::string_view("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(EscapePrintable("a\nb\tc\rd"), "a\\nb\\tc\\rd");
  EXPECT_EQ(EscapePrintable("a\xE2\x80\xAEgpj.exe"), "a\\u{202e}gpj.exe");
  EXPECT_EQ(EscapePrintable("a\xE2\x80\x8B"
                            "b"),
            "a\\u{200b}b");
  EXPECT_EQ(EscapePrintable("a\xC2\x9B"
                            "b"),
            "a\\u{009b}b");  // C1 control
  EXPECT_EQ(EscapePrintable("\xFF\xFE"), "\\xff\\xfe");
  EXPECT_EQ(EscapePrintable("a\\x1b"), "a\\\\x1b");
}

TEST(EscapePrintable, EqualOutputMeansEqualInput) {
  std::set<std::string> outputs;
  for (int a = 0; a < 256; ++a) {
    for (int b = 0; b < 256; ++b) {
      const char bytes[] = {static_cast<char>(a), static_cast<char>(b)};
      outputs.insert(EscapePrintable({bytes, 2}));
    }
  }
  EXPECT_EQ(outputs.size(), 65536u);
}

TEST(EscapeAscii, OnlyAsciiStays) {
  EXPECT_EQ(EscapeAscii("MZ\x90\xC3\xA9 ~"), "MZ\\x90\\xc3\\xa9 ~");
}

TEST(ReplaceInvalidUtf8, ReplacesEachBadByte) {
  EXPECT_EQ(ReplaceInvalidUtf8("a\xFF\xC3"
                               "b\xC3\xA9"),
            "a\xEF\xBF\xBD\xEF\xBF\xBD"
            "b\xC3\xA9");
}

}  // namespace
}  // namespace cupel
