#include "answers/answer_index.h"

#include <filesystem>

#include "tests/unit/answers/answers_testing.h"

namespace cupel {
namespace {

class AnswerIndexTest : public ::testing::Test {
 protected:
  uint64_t FileSize() const {
    return std::filesystem::file_size(folder_ / kAnswerFileName);
  }

  const TempFolder temp_;
  const TempFolder folder_;
  const std::shared_ptr<const RuleDigests> rules_ = SomeRules("a");
};

TEST_F(AnswerIndexTest, KeepsAnswersFromOneOpeningToTheNext) {
  {
    const auto index = OpenIndex(folder_.path());
    EXPECT_EQ(AnswerOf(*index, Key(1), *rules_), "-");
    index->Put(Key(1), rules_, "one");
    index->Put(Key(2), rules_, "");
    index->Flush();
    EXPECT_EQ(AnswerOf(*index, Key(1), *rules_), "one");
    EXPECT_EQ(index->stored(), 2U);
  }
  const auto index = OpenIndex(folder_.path());
  EXPECT_EQ(AnswerOf(*index, Key(1), *rules_), "one");
  EXPECT_EQ(AnswerOf(*index, Key(2), *rules_), "");
  EXPECT_EQ(AnswerOf(*index, Key(3), *rules_), "-");
  EXPECT_TRUE(index->warnings().empty());
}

TEST_F(AnswerIndexTest, WhatIsNotFlushedIsLostAndNothingElse) {
  {
    const auto index = OpenIndex(folder_.path());
    index->Put(Key(1), rules_, "one");
    index->Flush();
    index->Put(Key(2), rules_, "two");
  }
  const auto index = OpenIndex(folder_.path());
  EXPECT_EQ(AnswerOf(*index, Key(1), *rules_), "one");
  EXPECT_EQ(AnswerOf(*index, Key(2), *rules_), "-");
}

TEST_F(AnswerIndexTest, ALaterAnswerReplacesTheEarlierOne) {
  const auto other = SomeRules("b");
  const auto index = OpenIndex(folder_.path());
  index->Put(Key(1), rules_, "one");
  index->Flush();
  index->Put(Key(1), other, "two");
  index->Flush();
  EXPECT_EQ(AnswerOf(*index, Key(1), *rules_), "-");
  EXPECT_EQ(AnswerOf(*index, Key(1), *other), "two");
}

TEST_F(AnswerIndexTest, AKeyThatOnlyBeginsLikeAnotherProvesNothing) {
  const auto index = OpenIndex(folder_.path());
  index->Put(Key(1), rules_, "one");
  index->Flush();
  Digest similar = Key(1);
  similar.back() ^= 1;
  const auto row = index->Find(similar);
  ASSERT_TRUE(row.has_value());
  EXPECT_FALSE(AnswerIndex::Proves(*row, similar, rules_->digest));
  EXPECT_TRUE(AnswerIndex::Proves(*row, Key(1), rules_->digest));
  EXPECT_FALSE(AnswerIndex::Proves(*row, Key(1), SomeRules("b")->digest));
  AnswerIndex::Row changed = *row;
  changed.answer = "two";
  EXPECT_FALSE(AnswerIndex::Proves(changed, Key(1), rules_->digest));
}

TEST_F(AnswerIndexTest, TheRulesOfARowComeBackInOrder) {
  const auto index = OpenIndex(folder_.path());
  index->Put(Key(1), rules_, "one");
  index->Flush();
  const auto row = index->Find(Key(1));
  ASSERT_TRUE(row.has_value());
  const auto rules = index->RulesOf(row->rule_set);
  ASSERT_NE(rules, nullptr);
  EXPECT_EQ(rules->rules, rules_->rules);
  EXPECT_EQ(rules->digest, rules_->digest);
  EXPECT_EQ(index->RulesOf(row->rule_set + 1), nullptr);
}

TEST_F(AnswerIndexTest, DigestsAreASet) {
  const RuleDigests one({Key(1), Key(2), Key(1)});
  const RuleDigests other({Key(2), Key(1)});
  EXPECT_EQ(one.rules.size(), 2U);
  EXPECT_EQ(one.digest, other.digest);
  EXPECT_NE(one.digest, RuleDigests({Key(1)}).digest);
}

// Of 15 MB that are put in, no more than the bound and what one flush adds are
// ever there.
TEST_F(AnswerIndexTest, StaysWithinItsBound) {
  constexpr uint64_t kBound = 2 << 20;
  const auto index = OpenIndex(folder_.path(), kBound);
  for (int i = 0; i < 15'000; ++i) {
    index->Put(Key(i), rules_, std::string(1000, 'x'));
    index->FlushIfDue();
    if (i % 1000 == 999) {
      index->Flush();
      EXPECT_LE(FileSize(), kBound + (2 << 20)) << i;
    }
  }
  EXPECT_TRUE(index->warnings().empty());
  // The last ones are there, the first ones are not.
  EXPECT_EQ(AnswerOf(*index, Key(14'999), *rules_), std::string(1000, 'x'));
  EXPECT_EQ(AnswerOf(*index, Key(0), *rules_), "-");
}

TEST_F(AnswerIndexTest, WhatIsAskedForStaysWhileOthersGo) {
  const auto index = OpenIndex(folder_.path(), 1 << 20);
  index->Put(Key(-1), rules_, "asked for");
  index->Put(Key(-2), rules_, "not asked for");
  index->Flush();
  bool faded = false;
  for (int i = 0; i < 6'000; ++i) {
    index->Put(Key(i), rules_, std::string(500, 'x'));
    if (i % 200 != 0) continue;
    index->Flush();
    const auto row = index->Find(Key(-1));
    ASSERT_TRUE(row.has_value()) << i;
    EXPECT_EQ(row->answer, "asked for");
    if (!row->fading) continue;
    faded = true;
    index->Put(Key(-1), rules_, row->answer);
  }
  EXPECT_TRUE(faded);
  EXPECT_EQ(AnswerOf(*index, Key(-2), *rules_), "-");
}

TEST_F(AnswerIndexTest, RulesThatNoRowHasAnyMoreGo) {
  const auto index = OpenIndex(folder_.path(), 256 << 10);
  index->Put(Key(-1), SomeRules("old"), "");
  index->Flush();
  const auto row = index->Find(Key(-1));
  ASSERT_TRUE(row.has_value());
  const int64_t old = row->rule_set;
  ASSERT_NE(index->RulesOf(old), nullptr);
  for (int i = 0; i < 5'000; ++i) {
    index->Put(Key(i), rules_, std::string(200, 'x'));
    if (i % 500 == 0) index->Flush();
  }
  index->Flush();
  EXPECT_EQ(index->RulesOf(old), nullptr);
  EXPECT_EQ(AnswerOf(*index, Key(4'999), *rules_), std::string(200, 'x'));
}

TEST_F(AnswerIndexTest, ALowerBoundIsKeptFromTheNextOpeningOn) {
  {
    const auto index = OpenIndex(folder_.path());
    for (int i = 0; i < 20'000; ++i) {
      index->Put(Key(i), rules_, std::string(1000, 'x'));
      index->FlushIfDue();
    }
    index->Flush();
  }
  ASSERT_GT(FileSize(), uint64_t{16} << 20);
  const auto index = OpenIndex(folder_.path(), 1 << 20);
  EXPECT_EQ(index->warnings().size(), 1U);
  EXPECT_LT(FileSize(), uint64_t{1} << 20);
}

// What another connection wrote is seen, without waiting for long.
TEST_F(AnswerIndexTest, TwoAtOnceSeeWhatTheOtherWrote) {
  const auto one = OpenIndex(folder_.path());
  const auto other = OpenIndex(folder_.path());
  EXPECT_EQ(AnswerOf(*other, Key(1), *rules_), "-");
  one->Put(Key(1), rules_, "one");
  one->Flush();
  other->Flush();  // lets go of what it read before
  EXPECT_EQ(AnswerOf(*other, Key(1), *rules_), "one");
  other->Put(Key(2), rules_, "two");
  other->Flush();
  one->Flush();
  EXPECT_EQ(AnswerOf(*one, Key(2), *rules_), "two");
}

TEST_F(AnswerIndexTest, ALockedDatabaseCostsAnswersAndIsSaid) {
  auto index = AnswerIndex::Open({folder_.path(), 64 << 20, 20});
  ASSERT_TRUE(index.ok());
  DatabaseOptions options;
  options.path = folder_ / kAnswerFileName;
  options.application_id = 0x4375416E;
  options.migrations = {{""}};
  auto other = Database::Open(options);
  ASSERT_TRUE(other.ok()) << other.status();
  {
    Database::Transaction writing(other->get());
    ASSERT_TRUE(writing.Begin().ok());
    (*index)->Put(Key(1), rules_, "one");
    (*index)->Flush();
    EXPECT_EQ((*index)->stored(), 0U);
    EXPECT_EQ((*index)->warnings().size(), 1U);
    EXPECT_EQ(AnswerOf(**index, Key(1), *rules_), "-");
  }
  // It was kept for later.
  (*index)->Flush();
  EXPECT_EQ((*index)->stored(), 1U);
  EXPECT_EQ(AnswerOf(**index, Key(1), *rules_), "one");
}

// Another process found the database to be damaged and made it anew, while this
// one had it open.
TEST_F(AnswerIndexTest, AReplacedFileDoesNotMixWithTheOldOne) {
  const auto one = OpenIndex(folder_.path());
  one->Put(Key(1), rules_, "one");
  one->Flush();
  for (const char* suffix : {"-wal", "-shm", ""}) {
    std::filesystem::remove(folder_ / (std::string(kAnswerFileName) + suffix));
  }
  const auto other = OpenIndex(folder_.path());
  other->Put(Key(2), rules_, "two");
  other->Flush();
  one->Put(Key(3), rules_, "three");
  one->Flush();
  EXPECT_EQ(AnswerOf(*other, Key(2), *rules_), "two");
  EXPECT_EQ(AnswerOf(*other, Key(3), *rules_), "-");
  EXPECT_TRUE(other->warnings().empty());
}

}  // namespace
}  // namespace cupel
