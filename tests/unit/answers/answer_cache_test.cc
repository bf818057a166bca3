#include "answers/answer_cache.h"

#include <gmock/gmock.h>

#include "tests/unit/answers/answers_testing.h"
#include "tests/unit/answers/fake_rules.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Extent = KnownAnswer::Extent;

constexpr uint32_t kFilename = 1;  // bits, in the order of FileExternals
constexpr uint32_t kFilepath = 2;

class AnswerCacheTest : public ::testing::Test {
 protected:
  std::unique_ptr<AnswerCache> Open(const std::vector<FakeRule>& rules) {
    auto cache = AnswerCache::Open({folder_.path()}, FakeRules(rules));
    EXPECT_TRUE(cache.ok()) << cache.status();
    return *std::move(cache);
  }

  // The rules that a scan has to run, as it would go on.
  static std::vector<uint32_t> Ask(AnswerCache& cache, const Digest& content,
                                   const std::vector<uint32_t>& matching,
                                   const FileExternals& externals = {},
                                   uint64_t max_strings = 1000) {
    KnownAnswer known = cache.Find(content, externals, max_strings);
    std::vector<uint32_t> run = {UINT32_MAX};  // all
    if (known.extent == Extent::kAll) run.clear();
    if (known.rest != nullptr) run = known.rest->rules();
    std::vector<RuleMatch> matches = known.matches;
    for (const uint32_t rule : matching) {
      if (known.rest != nullptr && !known.rest->Has(rule)) continue;
      if (known.extent == Extent::kAll) continue;
      matches.emplace_back().rule = rule;
    }
    if (known.ticket != nullptr) cache.Store(*known.ticket, matches);
    cache.Flush();
    return run;
  }
  static constexpr auto kAllRules = UINT32_MAX;

  static std::vector<uint32_t> Known(AnswerCache& cache, const Digest& content,
                                     const FileExternals& externals = {}) {
    std::vector<uint32_t> rules;
    for (const RuleMatch& match : cache.Find(content, externals, 1000).matches)
      rules.push_back(match.rule);
    return rules;
  }

  const TempFolder folder_;
};

TEST_F(AnswerCacheTest, WhatWasSeenIsKnownWithTheSameRules) {
  const std::vector<FakeRule> rules = {{"a", "1"}, {"b", "2"}};
  EXPECT_THAT(Ask(*Open(rules), Key(1), {1}), ElementsAre(kAllRules));
  const auto cache = Open(rules);
  EXPECT_THAT(Ask(*cache, Key(1), {}), IsEmpty());
  EXPECT_THAT(Known(*cache, Key(1)), ElementsAre(1));
  EXPECT_THAT(Ask(*cache, Key(2), {}), ElementsAre(kAllRules));
}

TEST_F(AnswerCacheTest, OnlyAddedAndChangedRulesRun) {
  Ask(*Open({{"a", "1"}, {"b", "2"}, {"c", "3"}}), Key(1), {0, 2});
  const auto cache =
      Open({{"new", "4"}, {"c", "3"}, {"b", "changed"}, {"a", "1"}});
  EXPECT_THAT(Ask(*cache, Key(1), {0}), ElementsAre(0, 2));
  EXPECT_THAT(Known(*cache, Key(1)), ElementsAre(0, 1, 3));
  // Now these rules are those that it was seen with.
  EXPECT_THAT(Ask(*cache, Key(1), {}), IsEmpty());
}

TEST_F(AnswerCacheTest, RemovedRulesDropOutAndCostNothing) {
  Ask(*Open({{"a", "1"}, {"b", "2"}}), Key(1), {0, 1});
  const auto cache = Open({{"b", "2"}});
  EXPECT_THAT(Known(*cache, Key(1)), ElementsAre(0));
  EXPECT_THAT(Ask(*cache, Key(1), {}), IsEmpty());
  // The answer of the larger set is still there.
  EXPECT_THAT(Ask(*Open({{"a", "1"}, {"b", "2"}}), Key(1), {}), IsEmpty());
}

TEST_F(AnswerCacheTest, UnsteadyRulesRunEachTime) {
  const std::vector<FakeRule> rules = {{"a", "1"}, {"clock", "2", 0, false}};
  Ask(*Open(rules), Key(1), {0, 1});
  const auto cache = Open(rules);
  EXPECT_THAT(Ask(*cache, Key(1), {}), ElementsAre(1));
  EXPECT_THAT(Known(*cache, Key(1)), ElementsAre(0));
}

TEST_F(AnswerCacheTest, WithUnsteadyRulesOnlyNothingIsKept) {
  const auto cache = Open({{"clock", "2", 0, false}});
  EXPECT_THAT(Ask(*cache, Key(1), {0}), ElementsAre(kAllRules));
  EXPECT_THAT(Ask(*cache, Key(1), {0}), ElementsAre(kAllRules));
  EXPECT_EQ(cache->stored(), 0U);
}

TEST_F(AnswerCacheTest, NamesMatterToThoseWhoReadThem) {
  const std::vector<FakeRule> rules = {
      {"a", "1"}, {"b", "2", kFilename}, {"c", "3", kFilepath}};
  const auto cache = Open(rules);
  FileExternals names = {.filename = "x.js", .filepath = "p-1.0"};
  EXPECT_THAT(Ask(*cache, Key(1), {0, 1, 2}, names), ElementsAre(kAllRules));
  EXPECT_THAT(Ask(*cache, Key(1), {}, names), IsEmpty());
  names.filepath = "p-1.1";
  EXPECT_THAT(Ask(*cache, Key(1), {}, names), ElementsAre(2));
  EXPECT_THAT(Known(*cache, Key(1), names), ElementsAre(0, 1));
  names.filename = "y.js";
  EXPECT_THAT(Ask(*cache, Key(1), {}, names), ElementsAre(1));
  // What nobody reads makes no difference.
  names.owner = "somebody";
  EXPECT_THAT(Ask(*cache, Key(1), {}, names), IsEmpty());
}

TEST_F(AnswerCacheTest, ARuleThatReadsAnotherNameIsANewRule) {
  Ask(*Open({{"a", "1"}}), Key(1), {0});
  const auto cache = Open({{"a", "1"}, {"b", "2", kFilename}});
  EXPECT_THAT(Ask(*cache, Key(1), {}, {.filename = "x"}), ElementsAre(1));
}

TEST_F(AnswerCacheTest, AnotherLimitIsAnotherAnswer) {
  const std::vector<FakeRule> rules = {{"a", "1"}};
  const auto cache = Open(rules);
  Ask(*cache, Key(1), {0}, {}, 1000);
  EXPECT_THAT(Ask(*cache, Key(1), {0}, {}, 10), ElementsAre(kAllRules));
  EXPECT_THAT(Ask(*cache, Key(1), {0}, {}, 10), IsEmpty());
  EXPECT_THAT(Ask(*cache, Key(1), {0}, {}, 1000), IsEmpty());
}

TEST_F(AnswerCacheTest, IdsOutliveTheCache) {
  const std::vector<FakeRule> rules = {{"a", "1"}, {"b", "2", kFilename}};
  {
    const auto cache = Open(rules);
    KnownAnswer known = cache->Find(Key(1), {}, 1000);
    std::vector<RuleMatch> matches(2);
    matches[0].strings = {{"$a_rather_long_name_of_a_string", 3, 4, {}}};
    matches[1].rule = 1;
    matches[1].strings = {{"$b", 5, 6, 7}};
    cache->Store(*known.ticket, matches);
    cache->Flush();
  }
  auto cache = Open(rules);
  const KnownAnswer known = cache->Find(Key(1), {}, 1000);
  cache.reset();
  ASSERT_EQ(known.extent, Extent::kAll);
  ASSERT_EQ(known.matches.size(), 2U);
  EXPECT_EQ(known.matches[0].strings[0].id, "$a_rather_long_name_of_a_string");
  EXPECT_EQ(known.matches[1].strings[0].id, "$b");
  EXPECT_EQ(known.matches[1].strings[0].xor_key, 7);
}

TEST_F(AnswerCacheTest, AnAnswerThatIsVeryLongIsNotKept) {
  const auto cache = Open({{"a", "1"}});
  const KnownAnswer known = cache->Find(Key(1), {}, 1000);
  std::vector<RuleMatch> matches(1);
  matches[0].strings.assign(20'000, {"$a", 0, 1, std::nullopt});
  cache->Store(*known.ticket, matches);
  cache->Flush();
  EXPECT_EQ(cache->stored(), 0U);
}

// More versions of the rules than are kept in mind.
TEST_F(AnswerCacheTest, ManyVersionsOfTheRules) {
  for (int version = 0; version < 100; ++version) {
    Ask(*Open({{"a", "1"}, {"b", std::to_string(version)}}), Key(version), {0});
  }
  const auto cache = Open({{"a", "1"}, {"b", "now"}});
  for (int round = 0; round < 2; ++round) {
    for (int version = 0; version < 100; ++version) {
      KnownAnswer known = cache->Find(Key(version), {}, 1000);
      ASSERT_EQ(known.extent, Extent::kPart);
      EXPECT_THAT(known.rest->rules(), ElementsAre(1));
      ASSERT_EQ(known.matches.size(), 1U);
    }
  }
}

TEST_F(AnswerCacheTest, WithoutADatabaseNothingIsKnownAndItIsSaid) {
  // A folder in the place of the database: can't be opened, nor put aside as a
  // file could.
  ASSERT_TRUE(std::filesystem::create_directories(
      folder_ / (std::string(kAnswerFileName) + "/x")));
  ASSERT_TRUE(std::filesystem::create_directories(
      folder_ / (std::string(kAnswerFileName) + ".bad/y")));
  const auto cache = Open({{"a", "1"}});
  EXPECT_THAT(Ask(*cache, Key(1), {0}), ElementsAre(kAllRules));
  EXPECT_THAT(Ask(*cache, Key(1), {0}), ElementsAre(kAllRules));
  EXPECT_EQ(cache->warnings().size(), 1U);
}

}  // namespace
}  // namespace cupel
