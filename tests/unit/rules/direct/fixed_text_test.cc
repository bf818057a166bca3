#include "rules/direct/fixed_text.h"

#include <gmock/gmock.h>

#include <cctype>
#include <random>
#include <string>
#include <vector>

#include "rules/ast/pattern.h"

namespace cupel::direct {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

FixedText Text(std::string_view text, bool nocase = false, bool wide = false,
               Borders borders = Borders::kAny) {
  return FixedText(TextBytes(text, nocase, wide), borders, std::nullopt);
}

std::vector<uint64_t> Offsets(const FixedText& text, std::string_view in) {
  std::vector<Place> places;
  EXPECT_TRUE(text.FindAll(in, 1000, &places));
  std::vector<uint64_t> out;
  for (const Place& place : places) {
    EXPECT_EQ(place.length, text.size());
    EXPECT_FALSE(place.xor_key.has_value());
    out.push_back(place.offset);
  }
  return out;
}

TEST(FixedTextTest, FindsAllPlacesAlsoThoseThatOverlap) {
  EXPECT_THAT(Offsets(Text("aa"), "aaaa.aa"), ElementsAre(0, 1, 2, 5));
  EXPECT_THAT(Offsets(Text("abcab"), "abcabcab"), ElementsAre(0, 3));
  EXPECT_THAT(Offsets(Text("a"), "banana"), ElementsAre(1, 3, 5));
  EXPECT_THAT(Offsets(Text("abc"), "ab"), IsEmpty());
  EXPECT_THAT(Offsets(Text("abc"), ""), IsEmpty());
}

TEST(FixedTextTest, OnlyLettersHaveTwoCases) {
  EXPECT_THAT(Offsets(Text("eVal(", true), "EVAL( eval( eval\x08"),
              ElementsAre(0, 6));
  EXPECT_THAT(Offsets(Text("[x]", true), "[X] {x}"), ElementsAre(0));
  EXPECT_THAT(Offsets(Text("eVal("), "EVAL( eVal("), ElementsAre(6));
}

TEST(FixedTextTest, WideHasNulsBetween) {
  const std::string in("a\0b\0ab.a\0b", 10);
  EXPECT_THAT(Offsets(Text("ab", false, true), in), ElementsAre(0));
  EXPECT_THAT(Offsets(Text("AB", true, true), in + '\0'), ElementsAre(0, 7));
}

TEST(FixedTextTest, WordsEndWhereNoLetterOrDigitIs) {
  const FixedText word = Text("cat", false, false, Borders::kWord);
  EXPECT_THAT(Offsets(word, "cat"), ElementsAre(0));
  EXPECT_THAT(Offsets(word, "cats xcat 9cat cat_ .cat"), ElementsAre(15, 21));
}

TEST(FixedTextTest, WideWordsLookTwoBytesFar) {
  const FixedText word = Text("ab", false, true, Borders::kWideWord);
  using std::string_literals::operator""s;
  EXPECT_THAT(Offsets(word, "a\0b\0"s), ElementsAre(0));
  EXPECT_THAT(Offsets(word, "x\0a\0b\0"s), IsEmpty());
  EXPECT_THAT(Offsets(word, "a\0b\0x\0"s), IsEmpty());
  // Neither is a wide letter.
  EXPECT_THAT(Offsets(word, "xa\0b\0x."s), ElementsAre(1));
  EXPECT_THAT(Offsets(word, "a\0b\0x"s), ElementsAre(0));
}

TEST(FixedTextTest, XorTellsTheKey) {
  const FixedText text(TextBytes("Kamor", false, false), Borders::kAny,
                       FixedText::XorKeys{1, 100});
  std::string in(300, '.');
  const auto put = [&in](size_t at, int key) {
    for (const char c : std::string("Kamor")) {
      in[at++] = static_cast<char>(c ^ key);
    }
  };
  put(10, 1);
  put(60, 100);
  put(120, 0);
  put(200, 101);
  std::vector<Place> places;
  ASSERT_TRUE(text.FindAll(in, 10, &places));
  ASSERT_EQ(places.size(), 2u);
  EXPECT_EQ(places[0].offset, 10u);
  EXPECT_EQ(places[0].xor_key, 1);
  EXPECT_EQ(places[1].offset, 60u);
  EXPECT_EQ(places[1].xor_key, 100);
}

TEST(FixedTextTest, GivesUpWhereItIsEverywhere) {
  const std::string many(10'000, 'a');
  std::vector<Place> places;
  EXPECT_FALSE(Text("aaa").FindAll(many, 1'000'000, &places));
  places.clear();
  // Both bytes that are looked for stand everywhere, the others nowhere.
  std::string near_misses;
  while (near_misses.size() < 10'000) near_misses += "Q....Z....";
  EXPECT_FALSE(Text("QeeeeZ").FindAll(near_misses, 1'000'000, &places));
  EXPECT_THAT(places, IsEmpty());
}

TEST(FixedTextTest, GivesUpBeyondTheMost) {
  std::string in;
  for (int i = 0; i < 5; ++i) in += "needle" + std::string(500, '.');
  std::vector<Place> places;
  EXPECT_TRUE(Text("needle").FindAll(in, 5, &places));
  EXPECT_EQ(places.size(), 5u);
  places.clear();
  EXPECT_FALSE(Text("needle").FindAll(in, 4, &places));
  EXPECT_TRUE(Text("needle").MayOccur(in));
  EXPECT_FALSE(Text("needles").MayOccur(in));
}

TEST(FixedTextTest, OnePlace) {
  std::vector<Place> places;
  Text("ab").FindAt("abab", 2, &places);
  ASSERT_EQ(places.size(), 1u);
  EXPECT_EQ(places[0].offset, 2u);
  for (const uint64_t offset : {1ul, 3ul, 4ul, ~0ul}) {
    Text("ab").FindAt("abab", offset, &places);
    EXPECT_EQ(places.size(), 1u) << offset;
  }
  Text("abc").FindAt("ab", 0, &places);
  EXPECT_EQ(places.size(), 1u);
}

std::optional<std::vector<FixedText::Byte>> Hex(std::string_view token) {
  ast::Pattern pattern;
  EXPECT_TRUE(ast::ParseHex(token, &pattern)) << token;
  return HexBytes(pattern);
}

TEST(FixedTextTest, HexStringsThatAMaskCanTell) {
  const auto bytes = Hex("{ 4D ?? 5? ?A [2] ( 74 | 75 ) 00 }");
  ASSERT_TRUE(bytes.has_value());
  const FixedText text(*bytes, Borders::kAny, std::nullopt);
  using std::string_literals::operator""s;
  EXPECT_EQ(text.size(), 8u);
  EXPECT_THAT(Offsets(text, "\x4d.\x5f\xfa..\x74\0.\x4d.\x50\x0a..\x75\0"s),
              ElementsAre(0, 9));
  EXPECT_THAT(Offsets(text, "\x4d.\x6f\xfa..\x74\0"s), IsEmpty());
  EXPECT_THAT(Offsets(text, "\x4d.\x5f\xfb..\x74\0"s), IsEmpty());
  EXPECT_THAT(Offsets(text, "\x4d.\x5f\xfa..\x76\0"s), IsEmpty());
}

TEST(FixedTextTest, OtherHexStringsAreLeftAlone) {
  EXPECT_FALSE(Hex("{ 01 [2-4] 02 }"));
  EXPECT_FALSE(Hex("{ 01 ( 02 | 03 04 ) 05 }"));
  EXPECT_FALSE(Hex("{ 01 ( 02 | 07 | 08 ) 05 }"));
  EXPECT_FALSE(Hex("{ ~01 02 }"));
  EXPECT_FALSE(Hex("{ 01 [300] 02 }"));
}

// What it would be to look at each place by itself.
TEST(FixedTextTest, FindsWhatANaiveSearchFinds) {
  std::mt19937 random(3);
  for (int round = 0; round < 2000; ++round) {
    std::string in(random() % 200, '\0');
    for (char& c : in) c = "abAB\0z"[random() % 6];
    std::string word(1 + random() % 5, '\0');
    for (char& c : word) c = "abABz"[random() % 5];
    const bool nocase = random() % 2 == 0;
    const bool wide = random() % 3 == 0;
    const bool full = random() % 3 == 0;
    const FixedText text = Text(
        word, nocase, wide,
        !full ? Borders::kAny : (wide ? Borders::kWideWord : Borders::kWord));
    std::vector<uint64_t> expected;
    const size_t step = wide ? 2 : 1;
    for (size_t at = 0; at + step * word.size() <= in.size(); ++at) {
      bool same = true;
      for (size_t i = 0; i < word.size(); ++i) {
        const char c = in[at + step * i];
        same = same && (nocase ? std::tolower(c) == std::tolower(word[i])
                               : c == word[i]);
        if (wide) same = same && in[at + 2 * i + 1] == '\0';
      }
      const size_t end = at + step * word.size();
      if (same && full && !wide) {
        same = !(at > 0 && std::isalnum(in[at - 1])) &&
               !(end < in.size() && std::isalnum(in[end]));
      } else if (same && full) {
        same = !(at > 1 && in[at - 1] == '\0' && std::isalnum(in[at - 2])) &&
               !(end + 1 < in.size() && in[end + 1] == '\0' &&
                 std::isalnum(in[end]));
      }
      if (same) expected.push_back(at);
    }
    std::vector<Place> places;
    if (!text.FindAll(in, 1000, &places)) continue;
    std::vector<uint64_t> found;
    for (const Place& place : places) found.push_back(place.offset);
    ASSERT_EQ(found, expected) << word << " in " << in;
  }
}

}  // namespace
}  // namespace cupel::direct
