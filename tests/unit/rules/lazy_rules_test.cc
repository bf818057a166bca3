#include "rules/lazy_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "rules/container.h"
#include "rules/rule_set_impl.h"
#include "tests/unit/rules/rules_testing.h"
#include "yara/library.h"

namespace cupel {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// One rule that only a PE file can match, and one for everything.
const char* const kText =
    "rule dos { condition: uint16(0) == 0x5a4d }\n"
    "rule every { strings: $a = \"needle\" condition: $a }\n";

LazyRules& WholeOf(const RuleSet& rules) {
  return *static_cast<const RuleSetImpl&>(rules).compiled().parts.at(0).whole;
}

class SavedRules : public testing::Test {
 protected:
  SavedRules() : path_(dir_ / "saved") {
    EXPECT_TRUE(FromText(kText)->Save(path_).ok());
  }
  RuleSetPtr Load(const RuleOptions& options = {}) const {
    return MustCompile({{path_}, {}}, options);
  }
  // What is read late, in the file that is open.
  void DamageTheBlobs() const {
    const auto container = DecodeContainer(ReadAll(path_), YaraVersion());
    ASSERT_TRUE(container.ok());
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    for (const BlobPlace& place :
         {container->parts.at(0).whole, container->parts.at(0).texts}) {
      file.seekp(static_cast<std::streamoff>(place.offset + place.size / 2));
      file.put('~');
    }
  }

  // The whole set only.
  void DamageTheWholeSet() const {
    std::string bytes = ReadAll(path_);
    const auto container = DecodeContainer(bytes, YaraVersion());
    ASSERT_TRUE(container.ok());
    const BlobPlace place = container->parts.at(0).whole;
    bytes[place.offset + place.size / 2] ^= 1;
    dir_.Write("saved", bytes);
  }

  const TempDir dir_;
  const std::string path_;
};

TEST_F(SavedRules, TheWholeSetWaitsUntilItIsNeeded) {
  const auto rules = Load();
  ASSERT_EQ(rules->rules().size(), 2U);
  EXPECT_EQ(rules->partition_size(), 1U);
  EXPECT_EQ(rules->rules()[0].name, "dos");
  const auto scratch = rules->NewScratch();
  ASSERT_TRUE(scratch.ok());
  ScanRequest request;
  request.bytes = "hay and more hay";
  EXPECT_EQ((*scratch)->Scan(request).matches.size(), 0U);
  EXPECT_FALSE(WholeOf(*rules).loaded());
  request.bytes = "MZ needle";
  EXPECT_EQ((*scratch)->Scan(request).matches.size(), 2U);
}

TEST_F(SavedRules, TheWholeSetIsOfTheFileThatWasOpened) {
  const auto rules = Load();
  ASSERT_TRUE(FromText(Rule("other", "true"))->Save(path_).ok());
  EXPECT_THAT(Matching(*rules, "MZ needle"), ElementsAre("t.dos", "t.every"));
}

TEST_F(SavedRules, AFailureIsTheAnswerOfEveryScanThatNeedsIt) {
  const auto rules = Load();
  DamageTheBlobs();
  const auto scratch = rules->NewScratch();
  ASSERT_TRUE(scratch.ok());
  for (int i = 0; i < 2; ++i) {
    ScanRequest request;
    request.bytes = "MZ needle";
    const ScanAnswer answer = (*scratch)->Scan(request);
    EXPECT_TRUE(absl::IsDataLoss(answer.status)) << answer.status;
    EXPECT_THAT(std::string(MessageOf(answer.status)),
                AllOf(HasSubstr(path_), HasSubstr("damaged")));
    EXPECT_THAT(answer.matches, IsEmpty());
    request.bytes = "hay";
    EXPECT_TRUE((*scratch)->Scan(request).status.ok());
  }
}

TEST_F(SavedRules, LoadAllFindsItAtOnce) {
  RuleOptions options;
  options.load_all = true;
  EXPECT_TRUE(WholeOf(*Load(options)).loaded());
  DamageTheWholeSet();
  EXPECT_TRUE(RuleSet::Compile({{path_}, {}}, {}, nullptr).ok());
  const auto rules = RuleSet::Compile({{path_}, {}}, options, nullptr);
  EXPECT_TRUE(absl::IsDataLoss(rules.status()));
  EXPECT_THAT(std::string(MessageOf(rules.status())),
              AllOf(HasSubstr(path_), HasSubstr("damaged")));
}

TEST_F(SavedRules, AnInterruptEndsTheFirstScanOfTheWholeSet) {
  const auto scratch = Load()->NewScratch();
  ASSERT_TRUE(scratch.ok());
  (*scratch)->Interrupt();
  ScanRequest request;
  request.bytes = "MZ needle";
  EXPECT_TRUE(absl::IsCancelled((*scratch)->Scan(request).status));
  (*scratch)->Reset();
  EXPECT_EQ((*scratch)->Scan(request).matches.size(), 2U);
}

TEST_F(SavedRules, DefinesAreTriedOnTheWholeSetAtOnce) {
  RuleOptions options;
  options.defines = {{"limit", int64_t{3}}};
  const std::string path = dir_ / "defines";
  ASSERT_TRUE(FromText("rule d { condition: uint16(0) == 0x5a4d and "
                       "limit == 3 }\n" +
                           Rule("every", "true"),
                       options)
                  ->Save(path)
                  .ok());
  options.defines = {{"limit", std::string("three")}};
  EXPECT_FALSE(RuleSet::Compile({{path}, {}}, options, nullptr).ok());
}

TEST(LazyRulesTest, IsLoadedOnceByAnyNumberOfThreads) {
  const auto set = FromText(kText);
  const auto loaded = WholeOf(*set).Get();
  ASSERT_TRUE(loaded.ok());
  std::atomic<int> calls{0};
  LazyRules rules(2, [&] {
    ++calls;
    return loaded;
  });
  EXPECT_FALSE(rules.loaded());
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  threads.reserve(8);
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const auto got = rules.Get();
      if (got.ok() && *got == *loaded) ++right;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(right, 8);
}

TEST(LazyRulesTest, AnotherNumberOfRulesIsAnError) {
  const auto set = FromText(kText);
  LazyRules rules(3, [&] { return WholeOf(*set).Get(); });
  EXPECT_TRUE(absl::IsDataLoss(rules.Get().status()));
  EXPECT_TRUE(absl::IsDataLoss(rules.Get().status()));
  EXPECT_FALSE(rules.loaded());
}

}  // namespace
}  // namespace cupel
