// Strings of rules: literals, modifiers, hex strings and regular expressions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "ast_testing.h"
#include "rules/ast/strings.h"

namespace cupel::ast {
namespace {

std::string Regex(std::string_view token, bool nocase = false) {
  Pattern pattern;
  return ParseRegex(token, nocase, &pattern) ? ToText(pattern) : "no";
}

std::string Hex(std::string_view token) {
  Pattern pattern;
  return ParseHex(token, &pattern) ? ToText(pattern) : "no";
}

TEST(AstStringTest, Texts) {
  const String string = StringOf(R"("a\x00\t\"b\\")");
  EXPECT_TRUE(string.understood);
  EXPECT_EQ(string.kind, String::Kind::kText);
  EXPECT_EQ(string.id, "$a");
  EXPECT_EQ(string.source, R"("a\x00\t\"b\\")");
  EXPECT_EQ(string.bytes, std::string("a\0\t\"b\\", 6));
  EXPECT_TRUE(string.ascii);
  EXPECT_FALSE(string.wide || string.nocase || string.fullword ||
               string.is_private || string.has_xor || string.base64 ||
               string.base64wide);
  EXPECT_FALSE(StringOf(R"("\q")").understood);
}

TEST(AstStringTest, PlainModifiers) {
  const String all = StringOf("\"a\" private fullword nocase wide ascii");
  EXPECT_TRUE(all.understood && all.is_private && all.fullword && all.nocase &&
              all.wide && all.ascii);
  const String wide = StringOf("\"a\" wide");
  EXPECT_TRUE(wide.understood && wide.wide);
  EXPECT_FALSE(wide.ascii) << "wide alone is only wide";
  EXPECT_FALSE(StringOf("\"a\" unheard_of").understood);
  EXPECT_FALSE(StringOf("\"a\" unheard_of(1) wide").understood);
  EXPECT_TRUE(StringOf("\"a\" unheard_of(1) wide").wide);
}

TEST(AstStringTest, Xor) {
  const String plain = StringOf("\"a\" xor ascii");
  EXPECT_TRUE(plain.understood && plain.has_xor);
  EXPECT_EQ(plain.xor_min, 0);
  EXPECT_EQ(plain.xor_max, 255);
  const String one = StringOf("\"a\" xor(0x20)");
  EXPECT_TRUE(one.understood);
  EXPECT_EQ(one.xor_min, 0x20);
  EXPECT_EQ(one.xor_max, 0x20);
  const String range = StringOf("\"a\" xor ( 1 - 0xff )");
  EXPECT_TRUE(range.understood);
  EXPECT_EQ(range.xor_min, 1);
  EXPECT_EQ(range.xor_max, 255);
  EXPECT_FALSE(StringOf("\"a\" xor(1-256)").understood);
  EXPECT_FALSE(StringOf("\"a\" xor(2-1)").understood);
  EXPECT_FALSE(StringOf("/a/ xor").understood);
}

TEST(AstStringTest, Base64) {
  const String plain = StringOf("\"abc\" base64");
  EXPECT_TRUE(plain.understood && plain.base64 && plain.ascii);
  EXPECT_FALSE(plain.base64wide);
  EXPECT_TRUE(plain.base64_alphabet.starts_with("ABC"));
  EXPECT_EQ(plain.base64_alphabet.size(), 64U);
  const std::string own =
      "!@#$%^&*(){}[].,|ABCDEFGHIJ\\x09LMNOPQRSTUVWXYZabcdefghijklmnopqrstu";
  const String both = StringOf("\"abc\" wide base64(\"" + own +
                               "\") base64wide(\"" + own + "\")");
  EXPECT_TRUE(both.understood && both.base64 && both.base64wide && both.wide);
  EXPECT_FALSE(both.ascii);
  EXPECT_EQ(both.base64_alphabet.size(), 64U);
  EXPECT_NE(both.base64_alphabet.find("IJ\tL"), std::string::npos);
  EXPECT_FALSE(StringOf("\"abc\" base64(\"short\")").understood);
  EXPECT_FALSE(
      StringOf("\"abc\" base64(\"" + own + "\") base64wide").understood)
      << "two alphabets";
}

TEST(AstStringTest, RegexesAndHexStringsTakeFewerModifiers) {
  const String regex = StringOf("/a[b]/i wide ascii fullword private");
  EXPECT_TRUE(regex.understood && regex.nocase && regex.wide && regex.ascii);
  EXPECT_EQ(ToText(regex.pattern), "([41,61][42,62])");
  EXPECT_EQ(ToText(StringOf("/a/ nocase").pattern), "[41,61]");
  EXPECT_TRUE(StringOf("/a/ nocase").nocase);
  EXPECT_FALSE(StringOf("/a/s").nocase);
  EXPECT_TRUE(StringOf("{ 01 } private").understood);
  EXPECT_FALSE(StringOf("{ 01 } wide").understood);
  EXPECT_FALSE(StringOf("/a/ base64").understood);
  EXPECT_FALSE(StringOf("/a(/").understood);
}

TEST(AstStringTest, HexStrings) {
  EXPECT_EQ(Hex("{ 41 4a4B }"), "(AJK)");
  EXPECT_EQ(Hex("{ 41 }"), "A");
  EXPECT_EQ(Hex("{ 4? ?A ?? }"),
            "([40-4f][0a,1a,2a,3a,4a,5a,6a,7a,8a,9a,aa,ba,ca,da,ea,fa]@)");
  EXPECT_EQ(Hex("{ ~00 ~4? }"), "([01-ff][00-3f,50-ff])");
  EXPECT_EQ(Hex("{ ~?F }").substr(0, 12), "[00-0e,10-1e");
  EXPECT_EQ(Hex("{ 41 [2] 42 [1-3] 43 [4-] 44 [-] 45 [0-0] 46 }"),
            "(A@{2}?B@{1,3}?C@{4,}?D@{0,}?E@{0}?F)");
  EXPECT_EQ(Hex("{ 41 ( 42 | 43 44 | ( 45 | ?? ) [2] 46 ) (47) }"),
            "(A(B|(CD)|((E|@)@{2}?F))G)");
  EXPECT_EQ(Hex("{ 41 // 42 }\n /* 43 */ 44 }"), "(AD)");
  EXPECT_EQ(Hex("{ 41 [ 1 - 2 ] 42 }"), "(A@{1,2}?B)");
}

TEST(AstStringTest, HexStringsThatLibyaraRefuses) {
  for (const char* token :
       {"{ }", "{ 4 }", "{ ~?? 00 }", "{ [1] 00 }", "{ 00 [1] }",
        "{ 00 [0] 00 }", "{ 00 [3-2] 00 }", "{ 00 [-2] 00 }", "{ 00 ( ) 00 }",
        "{ 00 ( 01 | ) 00 }", "{ 00 ( 01 [1-201] 02 | 03 ) }",
        "{ 00 ( 01 [1-] 02 | 03 ) }", "{ 00 ( 01 }", "{ 00 ) 01 }",
        "{ 00 | 01 }", "{ 00 [99999999999] 01 }", "{ 00 [1 01 }", "{ 4 1 }",
        "{ ~ 41 }"}) {
    EXPECT_EQ(Hex(token), "no") << token;
  }
  EXPECT_EQ(
      Hex("{" + std::string(1000, '(') + "00" + std::string(1000, ')') + "}"),
      "no");
}

TEST(AstStringTest, RegexEscapes) {
  EXPECT_EQ(Regex(R"(/\n\t\r\f\a/)"), "([0a][09][0d][0c][07])");
  EXPECT_EQ(Regex(R"(/\x41\.\/\\\v/)"), "(A./\\v)");
  EXPECT_EQ(Regex(R"(/\w\W/)"),
            "([30-39,41-5a,5f,61-7a][00-2f,3a-40,5b-5e,60,7b-ff])");
  EXPECT_EQ(Regex(R"(/\s\S/)"), "([09-0d,20][00-08,0e-1f,21-ff])")
      << "VT is a space";
  EXPECT_EQ(Regex(R"(/\d\D/)"), "([30-39][00-2f,3a-ff])");
  EXPECT_EQ(Regex(R"(/\ba\B$^/)"), "(\\ba\\B$^)");
}

TEST(AstStringTest, RegexDotsAndCase) {
  EXPECT_EQ(Regex("/./"), "[00-09,0b-ff]");
  EXPECT_EQ(Regex("/./s"), "@");
  EXPECT_EQ(Regex("/aB1/i"), "([41,61][42,62]1)");
  EXPECT_EQ(Regex("/a/", true), "[41,61]");
  EXPECT_EQ(Regex("/\xc3\xa4/i"), "([c3][a4])") << "only ASCII has two cases";
}

TEST(AstStringTest, RegexClasses) {
  EXPECT_EQ(Regex("/[a-c_]/"), "[5f,61-63]");
  EXPECT_EQ(Regex("/[^a-c]/"), "[00-60,64-ff]");
  EXPECT_EQ(Regex("/[]a]/"), "[5d,61]");
  EXPECT_EQ(Regex("/[^]a]/"), "[00-5c,5e-60,62-ff]");
  EXPECT_EQ(Regex("/[a-]/"), "[2d,61]");
  EXPECT_EQ(Regex("/[-a]/"), "[2d,61]");
  EXPECT_EQ(Regex(R"(/[\x00-\x1f\]\d]/)"), "[00-1f,30-39,5d]");
  EXPECT_EQ(Regex(R"(/[\w-z]/)"), "[77-7a]") << "a range from w";
  EXPECT_EQ(Regex(R"(/[\w-]/)"), "[2d,30-39,41-5a,5f,61-7a]");
  EXPECT_EQ(Regex("/[a-c]/i"), "[41-43,61-63]");
  EXPECT_EQ(Regex("/[^a]/i"), "[00-40,42-60,62-ff]")
      << "folded before it is turned around";
}

TEST(AstStringTest, RegexQuantifiers) {
  EXPECT_EQ(Regex("/a*b+c?/"), "(a{0,}b{1,}c{0,1})");
  EXPECT_EQ(Regex("/a*?b+?c??d{2}?/"), "(a{0,}?b{1,}?c{0,1}?d{2}?)");
  EXPECT_EQ(Regex("/a{2}b{2,}c{,3}d{2,3}e{ , 4}f{1 ,2}/"),
            "(a{2}b{2,}c{0,3}d{2,3}e{0,4}f{1,2})");
  EXPECT_EQ(Regex("/a{,}/"), "a{0,}");
  EXPECT_EQ(Regex("/a{b{1,x}/"), "(a{b{1,x})") << "just braces";
  EXPECT_EQ(Regex("/((a{1000}){1000}){1000}/"), "a{1000}{1000}{1000}");
}

TEST(AstStringTest, RegexAlternatives) {
  EXPECT_EQ(Regex("/ab|c|/"), "((ab)|c|())");
  EXPECT_EQ(Regex("/(a|b(c|))+/"), "(a|(b(c|()))){1,}");
}

TEST(AstStringTest, RegexesThatLibyaraRefuses) {
  for (const char* token : {"/*/",
                            "/a**/",
                            "/a{2}{3}/",
                            "/()/",
                            "/(|a)/",
                            "/|a/",
                            "/(a/",
                            "/a)/",
                            "/[a/",
                            "/[]/",
                            "/[b-a]/",
                            "/\\1/",
                            "/\\x4/",
                            "/[\\x4]/",
                            "/a{3,2}/",
                            "/a{32768}/",
                            "/a{99999999999}/",
                            "/^*/",
                            "/\\b+/",
                            "/{2}/",
                            "/[\xc3\xa4]/",
                            "/(?i)a/"}) {
    EXPECT_EQ(Regex(token), "no") << token;
  }
  EXPECT_EQ(
      Regex("/" + std::string(1000, '(') + "a" + std::string(1000, ')') + "/"),
      "no");
}

}  // namespace
}  // namespace cupel::ast
