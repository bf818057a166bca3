#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "prefilter/prefilter.h"
#include "tests/unit/prefilter/naive.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using Literals = std::vector<PrefilterLiteral>;

TEST(PrefilterLiterals, AreFoundWhereverTheyAre) {
  const Built built({{"evil.example"}, {"eval("}, {"MZ"}});
  EXPECT_THAT(built.Find("eval(x) evil.exampl"), ElementsAre(1));
  EXPECT_THAT(built.Find("evil.example"), ElementsAre(0));
  EXPECT_THAT(built.Find("MZ....eval("), ElementsAre(1, 2));
  EXPECT_THAT(built.Find("eval...MZ"), ElementsAre(2));
}

TEST(PrefilterLiterals, CaseCountsUnlessSaidOtherwise) {
  const Built built({{"Eval("}, {"PowerShell", true}, {"aB"}, {"iEx", true}});
  EXPECT_THAT(built.Find("eval( EVAL("), IsEmpty());
  EXPECT_THAT(built.Find("Eval("), ElementsAre(0));
  EXPECT_THAT(built.Find("pOWERsHELL"), ElementsAre(1));
  EXPECT_THAT(built.Find("ab AB Ab"), IsEmpty());
  EXPECT_THAT(built.Find("IeX"), ElementsAre(3));
}

// Windows are folded by or-ing 0x20, which makes more equal than letters.
TEST(PrefilterLiterals, OnlyLettersHaveTwoCases) {
  const Built built({{"[@^_]", true}, {"{`~\x7F}", true}, {"\x80\xC3\x89!"}});
  EXPECT_THAT(built.Find("[@^_]"), ElementsAre(0));
  EXPECT_THAT(built.Find("{`~\x7F}"), ElementsAre(1));
  EXPECT_THAT(built.Find("{@~_} [`^\x7F] \x80\xE3\xA9!"), IsEmpty());
}

TEST(PrefilterLiterals, TextsShorterThanAWindow) {
  const Built built({{"abcd"}, {"ab"}, {"abc"}, {"BC", true}});
  EXPECT_THAT(built.Find(""), IsEmpty());
  EXPECT_THAT(built.Find("a"), IsEmpty());
  EXPECT_THAT(built.Find("ab"), ElementsAre(1));
  EXPECT_THAT(built.Find("bc"), ElementsAre(3));
  EXPECT_THAT(built.Find("abc"), ElementsAre(1, 2, 3));
  EXPECT_THAT(built.Find("abcd"), ElementsAre(0, 1, 2, 3));
}

TEST(PrefilterLiterals, NoneAtAll) {
  const Built built(Literals{});
  EXPECT_THAT(built.Find("anything"), IsEmpty());
  EXPECT_EQ(built.prefilter().ids(), 0);
}

TEST(PrefilterLiterals, TooShortOnesAreRefused) {
  std::vector<uint32_t> refused;
  EXPECT_EQ(Prefilter::BuildImage({{"a"}}, {}, {}, &refused).status().code(),
            absl::StatusCode::kInvalidArgument);
}

// The inside of a run is passed over: none that touches one may get lost.
TEST(PrefilterLiterals, AroundRunsOfEqualBytes) {
  const Literals literals = {{"aaaa"},
                             {"aaaaa"},
                             {"aaaaaaaaa"},
                             {"xaaaa"},
                             {"aaaax"},
                             {"xaaaaaax"},
                             {"AAAAA", true},
                             {"xAAAAAAy", true},
                             {"aaaaAaaa"},
                             {std::string(300, 'a') + "b"},
                             {"b" + std::string(300, 'a')},
                             {std::string("\0\0\0\0\0\0", 6)}};
  const Built built(literals);
  for (size_t before = 0; before < 4; ++before) {
    for (size_t run = 1; run < 12; ++run) {
      for (const char* end : {"", "x", "y", "Aaaa", "A", "Y"}) {
        for (const char* start : {"", "x", "A", "X", "aA"}) {
          for (const char byte : {'a', 'A', '\0'}) {
            const std::string text =
                std::string(before, '.') + start + std::string(run, byte) + end;
            EXPECT_EQ(built.Find(text), NaiveFind(literals, text)) << text;
          }
        }
      }
    }
  }
  for (size_t run = 298; run < 303; ++run) {
    const std::string text = "b" + std::string(run, 'a') + "b";
    EXPECT_EQ(built.Find(text), NaiveFind(literals, text)) << run;
  }
}

class Random {
 public:
  explicit Random(uint32_t seed) : engine_(seed) {}
  size_t UpTo(size_t most) { return engine_() % (most + 1); }
  std::string Bytes(std::string_view alphabet, size_t size) {
    std::string out;
    while (out.size() < size) out += alphabet[UpTo(alphabet.size() - 1)];
    return out;
  }

 private:
  std::mt19937 engine_;
};

std::string AllBytes() {
  std::string out;
  for (int i = 0; i < 256; ++i) out += static_cast<char>(i);
  return out;
}

// Few letters: literals share their windows, and near misses are everywhere.
TEST(PrefilterLiterals, AsTheNaiveSearchOnSmallAlphabets) {
  const std::string all = AllBytes();
  const std::string_view alphabets[] = {
      "ab", "aA", "aAbB", {"\0 @`", 4}, "abc(", {"\xFF\xDF\x7F_", 4}, all};
  Random random(1);
  for (const std::string_view alphabet : alphabets) {
    for (int round = 0; round < 60; ++round) {
      Literals literals;
      const size_t count = 1 + random.UpTo(30);
      for (size_t i = 0; i < count; ++i) {
        const size_t size = 2 + random.UpTo(round % 2 == 0 ? 6 : 14);
        literals.push_back({random.Bytes(alphabet, size), random.UpTo(1) == 0});
      }
      const Built built(literals);
      for (int texts = 0; texts < 30; ++texts) {
        std::string text =
            random.Bytes(alphabet, random.UpTo(texts % 5 == 0 ? 300 : 40));
        if (texts % 2 == 0) {
          text.insert(random.UpTo(text.size()),
                      literals[random.UpTo(count - 1)].bytes);
        }
        ASSERT_EQ(built.Find(text), NaiveFind(literals, text))
            << ::testing::PrintToString(text);
      }
    }
  }
}

TEST(PrefilterLiterals, ManyWithOneBeginningOrEnd) {
  Literals literals;
  for (int i = 0; i < 3000; ++i) {
    const std::string number = std::to_string(i);
    literals.push_back({"eval(" + number + ")", i % 3 == 0});
    literals.push_back({number + "==========", false});
  }
  const Built built(literals);
  Random random(2);
  for (int i = 0; i < 50; ++i) {
    std::string text = "eval(12345)";
    for (int pieces = 0; pieces < 5; ++pieces) {
      text += literals[random.UpTo(literals.size() - 1)].bytes;
      text += random.Bytes("=()01eval", random.UpTo(10));
    }
    EXPECT_EQ(built.Find(text), NaiveFind(literals, text)) << text;
  }
}

TEST(PrefilterLiterals, TheRarestWindowIsTheCallers) {
  // Wherever it looks for them, the answer is the same.
  const Literals literals = {{"abcdefgh"}, {"bcdefghi", true}, {"cdef"}};
  for (const uint32_t rare : {0x64636261u, 0x68676665u, 0x66656463u}) {
    const Built built(literals, {}, [rare](uint32_t gram) {
      return gram == rare ? 0u : 0xFFFFFFFFu;
    });
    EXPECT_THAT(built.Find("ABCDEFGHI abcdefgh"), ElementsAre(0, 1, 2));
    EXPECT_THAT(built.Find("abcdefg bcdefgh"), ElementsAre(2));
  }
}

// Rules and text made for each other, so that nearly everything nearly occurs:
// what is found is too much, but nothing is missed and the work is bounded.
TEST(PrefilterLiterals, ATextThatMakesTooMuchWorkHasEverything) {
  Literals literals;
  for (int i = 0; i < 400; ++i) {
    std::string bytes(800, 'a');
    bytes[static_cast<size_t>(200 + i)] = 'b';
    literals.push_back({bytes + "c"});
  }
  const Built built(literals);
  std::string text;
  for (int i = 0; i < 40; ++i) text += std::string(700, 'a') + "b";
  EXPECT_THAT(built.Find(text), IsSupersetOf(NaiveFind(literals, text)));
  EXPECT_EQ(built.Find(text).size(), literals.size());
}

TEST(PrefilterLiterals, TheSameGivesTheSameBytes) {
  Random random(3);
  Literals literals;
  for (int i = 0; i < 500; ++i) {
    literals.push_back(
        {random.Bytes("abcdef", 2 + random.UpTo(20)), i % 2 == 0});
  }
  const Built built(literals);
  EXPECT_EQ(Built(literals).image(), built.image());
}

// The best that the processor has is what is used, and what reports name.
TEST(PrefilterFilter, EveryProcessorHasAVariant) {
  EXPECT_EQ(prefilter::Variants().front().name, "scalar");
  EXPECT_EQ(PrefilterInstructionSet(), prefilter::Variants().back().name);
}

// Each place of a block is seen by each variant, and none that is no multiple
// of the stride.
TEST(PrefilterFilter, VariantsSeeTheSamePlaces) {
  std::mt19937 random(5);
  for (size_t kind = 0; kind < prefilter::kKinds; ++kind) {
    const prefilter::KeyForm& form = prefilter::kForms[kind];
    std::vector<uint32_t> table(size_t{1} << form.log2_words);
    std::string text(prefilter::kBlock + prefilter::kBlockReadsBehind, '\0');
    uint64_t seen = 0;
    for (int round = 0; round < 2000; ++round) {
      for (char& c : text) c = static_cast<char>(random());
      const size_t place = random() % prefilter::kBlock;
      const auto at = prefilter::BitsOf(
          form, KeyOf(form, prefilter::Load32(text.data() + place)));
      table[at.word] |= at.bits;
      const uint64_t expected =
          prefilter::Variants().front().blocks[kind](table.data(), text.data());
      EXPECT_EQ(expected >> place & 1, place % form.stride == 0 ? 1 : 0);
      seen |= expected;
      for (const prefilter::Variant& variant : prefilter::Variants()) {
        EXPECT_EQ(variant.blocks[kind](table.data(), text.data()), expected)
            << variant.name;
      }
    }
    EXPECT_EQ(seen, form.stride == 1 ? ~uint64_t{0} : 0x5555555555555555);
  }
}

TEST(PrefilterHits, AreClearedWithoutATrace) {
  PrefilterHits hits(200);
  for (const uint32_t id : {3u, 199u, 64u, 3u}) hits.Add(id);
  EXPECT_THAT(hits.ids(), ElementsAre(3, 199, 64));
  hits.Clear();
  EXPECT_THAT(hits.ids(), IsEmpty());
  EXPECT_FALSE(hits.Has(3) || hits.Has(199) || hits.Has(64));
}

}  // namespace
}  // namespace cupel
