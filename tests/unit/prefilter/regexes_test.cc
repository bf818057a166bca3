#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "pattern/pattern.h"
#include "prefilter/prefilter.h"
#include "prefilter/regex.h"
#include "tests/unit/prefilter/naive.h"

// A build without Hyperscan refuses all of them: what these tests expect then
// is just that.
namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<uint32_t> UpTo(uint32_t count) {
  std::vector<uint32_t> out;
  for (uint32_t i = 0; i < count; ++i) out.push_back(i);
  return out;
}

TEST(PrefilterRegexes, HaveTheIdsBehindTheLiterals) {
  const Built built({{"eval("}, {"MZ"}},
                    {{"a[0-9]{2}b"}, {"\\x00\\xff[\\x80-\\x90]"}});
  EXPECT_EQ(built.prefilter().ids(), 4);
  if (!PrefilterHasRegexes()) {
    EXPECT_EQ(built.refused(), UpTo(2));
    EXPECT_THAT(built.Find("MZ a12b"), ElementsAre(1));
    return;
  }
  EXPECT_THAT(built.refused(), IsEmpty());
  EXPECT_THAT(built.Find("MZ a12b"), ElementsAre(1, 2));
  EXPECT_THAT(built.Find({"a1b \0\xFF\x85", 7}), ElementsAre(3));
  EXPECT_THAT(built.Find(""), IsEmpty());
}

TEST(PrefilterRegexes, TheBadAreRefusedAndTheOthersFound) {
  const std::vector<PrefilterRegex> regexes = {
      {"first[0-9]"},
      {"(unclosed"},
      {"(back)\\1[0-9]"},                   // widened to what it can do
      {"x*"},                               // matches what is empty
      {std::string("a\0b", 3)},             // would end at the zero
      {std::string(20000, 'a') + "[0-9]"},  // too long
      {"last[0-9]"},
      {""},
  };
  const Built built({}, regexes);
  if (!PrefilterHasRegexes()) {
    EXPECT_EQ(built.refused(), UpTo(8));
    EXPECT_THAT(built.Find("first1 last1"), IsEmpty());
    return;
  }
  EXPECT_THAT(built.refused(), ElementsAre(1, 3, 4, 5, 7));
  EXPECT_THAT(built.Find("first1 last1"), ElementsAre(0, 6));
  EXPECT_THAT(built.Find("backback7"), ElementsAre(2));
}

TEST(PrefilterRegexes, AllBadIsAsNone) {
  const Built built({{"abcd"}}, {{"("}, {")"}});
  EXPECT_EQ(built.refused(), UpTo(2));
  EXPECT_THAT(built.Find("abcd()"), ElementsAre(0));
}

TEST(PrefilterRegexes, LongRepetitionsAreWidened) {
  using prefilter::Widen;
  EXPECT_EQ(Widen("ab{3}c{2,9}d{4,}"), "ab{3}c{2,9}d{4,}");
  EXPECT_EQ(Widen("a{1000}"), "a{32,}");
  EXPECT_EQ(Widen("a{2,1000}b{1000,}"), "a{2,}b{32,}");
  EXPECT_EQ(Widen("(?:a{70,80}){2}?"), "(?:a{32,}){2}?");
  // None of these is a repetition.
  for (const char* expression :
       {"\\x{41}", "[a{1000}]", "\\{1000}", "a{,1000}", "a{x}", "a{1000",
        "[]{1000}]", "[^]{1000}]", "[[:alpha:]{1000}]", "\\Q{1000}\\E", "{",
        "\\", "\\x{", "a{99999999999}"}) {
    EXPECT_EQ(Widen(expression), expression);
  }
}

// Expressions of a small alphabet, whose matches RE2 tells, too.
std::string RandomExpression(std::mt19937* random, int depth) {
  const auto up_to = [random](uint32_t most) {
    return (*random)() % (most + 1);
  };
  std::string out;
  const uint32_t pieces = 1 + up_to(3);
  for (uint32_t i = 0; i < pieces; ++i) {
    switch (up_to(depth > 0 ? 5 : 3)) {
      case 0:
        out += "[ab]";
        break;
      case 1:
        out += "[^a]";
        break;
      case 4:
        out += "(?:" + RandomExpression(random, depth - 1) + "|" +
               RandomExpression(random, depth - 1) + ")";
        break;
      case 5:
        out += "(?:" + RandomExpression(random, depth - 1) + ")";
        break;
      default:
        out += "abcd"[up_to(3)];
    }
    static constexpr const char* kRepetitions[] = {
        "", "", "", "+", "?", "*", "{2}", "{1,3}", "{2,}", "{0,40}", "{33}"};
    out += kRepetitions[up_to(10)];
  }
  return out;
}

TEST(PrefilterRegexes, NothingThatRe2FindsIsMissed) {
  std::mt19937 random(4);
  int found = 0;
  int spared = 0;
  for (int round = 0; round < 4; ++round) {
    std::vector<PrefilterRegex> regexes;
    std::vector<Pattern> patterns;
    while (patterns.size() < 30) {
      const std::string expression = RandomExpression(&random, 2);
      auto pattern = Pattern::CompileEcma(expression);
      if (!pattern.ok()) continue;  // too large
      regexes.push_back({expression});
      patterns.push_back(*std::move(pattern));
    }
    const Built built({}, regexes);
    for (int texts = 0; texts < 40; ++texts) {
      std::string text;
      const size_t size = random() % 60;
      while (text.size() < size) text += "abcde"[random() % 5];
      std::vector<bool> has(regexes.size());
      for (const uint32_t id : built.Find(text)) has[id] = true;
      for (const uint32_t index : built.refused()) has[index] = true;
      for (size_t i = 0; i < patterns.size(); ++i) {
        if (patterns[i].Finds(text)) {
          ++found;
          EXPECT_TRUE(has[i]) << regexes[i].expression << " in " << text;
        } else if (!has[i]) {
          ++spared;
        }
      }
    }
  }
  EXPECT_GT(found, 1000);
  EXPECT_GT(spared, PrefilterHasRegexes() ? 1000 : -1);
}

TEST(PrefilterRegexes, EachThreadHasAScratch) {
  const Built built({}, {{"x[0-9]+y"}, {"p(?:qr)+s"}});
  const size_t expected = PrefilterHasRegexes() ? 1 : 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&built, expected] {
      const auto scratch = built.prefilter().NewScratch();
      ASSERT_TRUE(scratch.ok());
      PrefilterHits hits(built.prefilter().ids());
      for (int j = 0; j < 500; ++j) {
        hits.Clear();
        built.prefilter().Find(j % 2 == 0 ? "..x123y.." : "..pqrqrs..",
                               scratch->get(), &hits);
        EXPECT_EQ(hits.ids().size(), expected);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(PrefilterRegexes, OfAnotherHyperscanAreRefused) {
  if (!PrefilterHasRegexes()) {
    EXPECT_EQ(
        prefilter::OpenRegexes(std::string(64, 'x'), 0, 1).status().code(),
        absl::StatusCode::kDataLoss);
    return;
  }
  const std::string image = Built({}, {{"x[0-9]+y"}}).image();
  const std::string version = "5.";
  const size_t at = image.rfind(version);
  ASSERT_NE(at, std::string::npos);
  for (size_t i = 0; i < 24; ++i) {
    const std::shared_ptr<char[]> copy(new char[image.size()]);
    std::memcpy(copy.get(), image.data(), image.size());
    copy[at + i] = static_cast<char>(copy[at + i] ^ 1);
    EXPECT_EQ(Prefilter::Open({copy.get(), image.size()}, copy).status().code(),
              absl::StatusCode::kDataLoss)
        << i;
  }
}

TEST(PrefilterRegexes, DamagedOnesAreSeenBeforeTheyAreUsed) {
  const std::string image = Built({}, {{"x[0-9]+y"}}).image();
  const std::shared_ptr<char[]> copy(new char[image.size()]);
  std::memcpy(copy.get(), image.data(), image.size());
  copy[image.size() - 100] = static_cast<char>(copy[image.size() - 100] ^ 1);
  const auto opened = Prefilter::Open({copy.get(), image.size()}, copy);
  if (!PrefilterHasRegexes()) return;  // it was some other byte
  ASSERT_TRUE(opened.ok());
  EXPECT_EQ((*opened)->NewScratch().status().code(),
            absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace cupel
