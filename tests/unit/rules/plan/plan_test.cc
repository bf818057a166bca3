#include "rules/plan/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>

#include "tests/unit/rules/plan/plan_testing.h"

namespace {
// Requests for memory by this thread.
thread_local size_t allocations = 0;
}  // namespace

// Not inlined, lest the compiler takes new and free for a mismatched pair.
[[gnu::noinline]] void* operator new(size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(size_t size,
                                     const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, size_t) noexcept {
  std::free(memory);
}

namespace cupel::plan {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::shared_ptr<const Plan> BuildPlan(const ParsedRules& rules,
                                      const PlanOptions& options = {}) {
  auto plan = Plan::Build(rules.input, options);
  EXPECT_TRUE(plan.ok()) << plan.status();
  return plan.ok() ? *plan : nullptr;
}

std::vector<uint32_t> CandidatesOf(const Plan& plan, std::string_view bytes) {
  auto scratch = plan.NewScratch();
  EXPECT_TRUE(scratch.ok()) << scratch.status();
  Candidates out;
  plan.Find({bytes, nullptr}, scratch->get(), &out);
  return out.rules;
}

// A rule of this condition over the strings.
std::string RuleText(const std::string& strings, const std::string& condition) {
  static int number = 0;
  return "rule r" + std::to_string(number++) + " { " +
         (strings.empty() ? "" : "strings: " + strings) +
         " condition: " + condition + " }\n";
}

class OneRule {
 public:
  OneRule(const std::string& strings, const std::string& condition)
      : rules_(ParseRules(RuleText(strings, condition))),
        plan_(BuildPlan(*rules_)) {}

  bool IsCandidate(std::string_view bytes) const {
    return !CandidatesOf(*plan_, bytes).empty();
  }
  Plan::Explanation Explain(FileClass file_class = FileClass::kText) const {
    return plan_->Explain(0, file_class);
  }

 private:
  std::unique_ptr<ParsedRules> rules_;
  std::shared_ptr<const Plan> plan_;
};

TEST(CoverTest, OfAllTheRarestIsSearchedFor) {
  const OneRule rule(R"($a = "function" $b = "zqxjvk" $c = "return")",
                     "all of them");
  EXPECT_EQ(rule.Explain().cover, "\"zqxjvk\"");
  EXPECT_TRUE(rule.IsCandidate("only zqxjvk, the others are not looked for"));
  EXPECT_FALSE(rule.IsCandidate("function return"));
}

TEST(CoverTest, OfAnyAllAreSearchedFor) {
  const OneRule rule(R"($a = "zqxjvk" $b = "wvvkjq" nocase)", "any of them");
  EXPECT_EQ(rule.Explain().cover, R"(any of ("zqxjvk", "wvvkjq" nocase))");
  EXPECT_TRUE(rule.IsCandidate("WVVKJQ"));
  EXPECT_FALSE(rule.IsCandidate("ZQXJVK"));
}

TEST(CoverTest, OfSomeTheRarestAreSearchedForOfWhichOneMustBeThere) {
  const OneRule rule(
      R"($a = "zqxjvk" $b = "function" $c = "wvvkjq" $d = "qqzzvw")",
      "3 of them");
  const std::string searched = rule.Explain().cover;
  EXPECT_THAT(searched, testing::StartsWith("any of (\"zqxjvk\", \"wvvkjq\")"));
  EXPECT_TRUE(rule.IsCandidate("zqxjvk wvvkjq function"));
  EXPECT_TRUE(rule.IsCandidate("zqxjvk wvvkjq qqzzvw"));
  EXPECT_FALSE(rule.IsCandidate("function qqzzvw"));
}

TEST(CoverTest, WithoutStringsFactsAreLookedAtForEveryFile) {
  const OneRule rule("", "filesize < 20 and uint8(3) == 0x41");
  EXPECT_FALSE(rule.Explain().always);
  EXPECT_TRUE(rule.IsCandidate("abcAef"));
  EXPECT_FALSE(rule.IsCandidate("abcdef"));
  EXPECT_FALSE(rule.IsCandidate("abcA" + std::string(20, 'x')));
}

TEST(CoverTest, FactsAreLookedAtBehindStrings) {
  const OneRule rule(R"($a = "zqxjvk")", "$a and filesize < 20");
  EXPECT_TRUE(rule.IsCandidate("a zqxjvk"));
  EXPECT_FALSE(rule.IsCandidate("a zqxjvk" + std::string(20, ' ')));
}

TEST(CoverTest, AFactOrAString) {
  const OneRule rule(R"($a = "zqxjvk")", "$a or filesize < 5");
  EXPECT_FALSE(rule.Explain().always);
  EXPECT_TRUE(rule.IsCandidate("ab"));
  EXPECT_TRUE(rule.IsCandidate("long, with zqxjvk"));
  EXPECT_FALSE(rule.IsCandidate("long, without"));
}

TEST(CoverTest, ARuleThatIsOftenCandidateGetsItsWholeFormulaLookedAt) {
  const OneRule rule(R"($a = "function" $b = "return" $c = "export")",
                     "all of them");
  EXPECT_THAT(rule.Explain().cover, HasSubstr("; then all of ("));
  EXPECT_FALSE(rule.IsCandidate("function return"));
  EXPECT_TRUE(rule.IsCandidate("export function return"));
}

TEST(CoverTest, ClassesDecideWhatIsAtTheBeginning) {
  const OneRule rule(R"($a = "zqxjvk")", "uint16(0) == 0x5A4D and $a");
  EXPECT_TRUE(rule.Explain(FileClass::kText).killed);
  EXPECT_TRUE(rule.Explain(FileClass::kOther).killed);
  EXPECT_FALSE(rule.Explain(FileClass::kMz).killed);
  EXPECT_TRUE(rule.IsCandidate("MZ zqxjvk"));
  EXPECT_FALSE(rule.IsCandidate("xx zqxjvk"));
}

TEST(CoverTest, WhatSaysNothingIsAlways) {
  const OneRule rule(R"($a = "x")", "$a");
  EXPECT_TRUE(rule.Explain().always);
  EXPECT_FALSE(rule.IsCandidate("x"));
}

TEST(CoverTest, AHexStringIsSearchedByItsRarestRun) {
  const OneRule rule("$a = { 00 00 00 00 ?? 7A 71 78 6A 91 }", "$a");
  EXPECT_EQ(rule.Explain(FileClass::kOther).cover, R"("zqxj\x91")");
}

// A set in which many literals are shared and gates meet.
std::string SomeRules(uint32_t seed, int count) {
  Dice dice(seed);
  std::string text;
  for (int i = 0; i < count; ++i) {
    std::string strings;
    const size_t many = dice.Below(4) + 1;
    for (size_t s = 0; s < many; ++s) {
      strings += "$s" + std::to_string(s) + " = " + RandomString(&dice) + " ";
    }
    const std::string condition = dice.Pick<std::string>(
        {"all of them", "any of them", "#s0 > 1 or all of them",
         "filesize < 300 and any of them", "$s0 at 0 or (any of them)",
         "not (any of them)", "uint16(0) == 0x5A4D and any of them",
         "(for any of them : (# > 0)) and filesize > 20",
         many > 2 ? "2 of them" : "1 of them"});
    const std::string rule = RuleText(strings, condition);
    if (Oracle(rule).ok()) text += rule;
  }
  return text;
}

std::string SomeFile(const ParsedRules& rules, Dice* dice) {
  std::string out = dice->Pick<std::string>({"", "MZ",
                                             "\x7F"
                                             "ELF",
                                             "text "});
  for (size_t i = dice->Below(5); i > 0; --i) {
    const ast::Rule& rule = dice->Pick(rules.source.rules);
    for (const ast::String& string : rule.strings) {
      out += RandomMatch(string, dice) + (dice->Chance(50) ? " " : "");
    }
  }
  return out;
}

class CandidatesTest : public testing::TestWithParam<uint32_t> {};

// The promise of the whole plan.
TEST_P(CandidatesTest, WhateverMatchesIsACandidate) {
  const std::string text = SomeRules(GetParam(), 150);
  const auto rules = ParseRules(text);
  Oracle oracle(text);
  ASSERT_TRUE(oracle.ok());
  const auto plan = BuildPlan(*rules);
  auto scratch = plan->NewScratch();
  ASSERT_TRUE(scratch.ok());
  Dice dice(GetParam() + 1000);
  size_t matches = 0;
  size_t found = 0;
  size_t possible = 0;
  for (int i = 0; i < 400; ++i) {
    const std::string file = SomeFile(*rules, &dice);
    Candidates out;
    plan->Find({file, nullptr}, scratch->get(), &out);
    ASSERT_TRUE(std::is_sorted(out.rules.begin(), out.rules.end()));
    const std::vector<uint32_t>& always = plan->always(out.file_class);
    for (const uint32_t rule : oracle.Matching(file)) {
      ++matches;
      const bool run = std::binary_search(always.begin(), always.end(), rule);
      if (!run) ++found;
      ASSERT_TRUE(run ||
                  std::binary_search(out.rules.begin(), out.rules.end(), rule))
          << ToText(MakeFormulas(rules->input)[rule], rules->input, rule)
          << "\n searched: " << plan->Explain(rule, out.file_class).cover;
    }
    possible += out.rules.size();
  }
  // Both sides had something to say.
  EXPECT_GT(found, 500U);
  EXPECT_GT(matches, found);
  EXPECT_LT(possible, 400U * 150 / 4);
}

INSTANTIATE_TEST_SUITE_P(Seeds, CandidatesTest, testing::Range<uint32_t>(1, 4));

// One literal of 500 changed, and the test above would fail.
TEST(CandidatesMutationTest, AChangedLiteralIsNoticed) {
  std::string text;
  constexpr int kRules = 1000;
  for (int i = 0; i < kRules; ++i) {
    text +=
        RuleText("$a = \"mutation" + std::to_string(i * 7919) + "!\"", "$a");
  }
  const auto rules = ParseRules(text);
  std::atomic<int> literals{0};
  PlanOptions options;
  options.mutate_literal = [&literals](std::string* literal) {
    if (++literals % 500 == 0) literal->back() = '?';
  };
  const auto plan = BuildPlan(*rules, options);
  EXPECT_GE(literals, kRules);
  int missed = 0;
  for (uint32_t i = 0; i < kRules; ++i) {
    const std::vector<uint32_t> found =
        CandidatesOf(*plan, rules->source.rules[i].strings[0].bytes);
    missed += std::count(found.begin(), found.end(), i) == 1 ? 0 : 1;
  }
  EXPECT_GE(missed, 1);
  EXPECT_LE(missed, kRules / 100);
}

TEST(PlanTest, NoRulesAndNoBytes) {
  const auto rules = ParseRules("");
  const auto plan = BuildPlan(*rules);
  EXPECT_THAT(CandidatesOf(*plan, ""), IsEmpty());
  EXPECT_THAT(plan->always(FileClass::kText), IsEmpty());
}

TEST(PlanTest, ImagesAreTheSameWhoeverMakesThem) {
  const auto rules = ParseRules(SomeRules(77, 60));
  PlanOptions one;
  one.threads = 1;
  PlanOptions four;
  four.threads = 4;
  EXPECT_EQ(BuildPlan(*rules, one)->image(), BuildPlan(*rules, four)->image());
}

TEST(PlanTest, AnImageIsThePlan) {
  const auto rules = ParseRules(SomeRules(78, 60));
  const auto plan = BuildPlan(*rules);
  const auto copy = std::make_shared<std::string>(plan->image());
  const auto again = Plan::Open(*copy, copy, rules->input.rules.size());
  ASSERT_TRUE(again.ok()) << again.status();
  Dice dice(3);
  for (int i = 0; i < 100; ++i) {
    const std::string file = SomeFile(*rules, &dice);
    EXPECT_EQ(CandidatesOf(*plan, file), CandidatesOf(**again, file));
  }
  for (uint32_t i = 0; i < rules->input.rules.size(); ++i) {
    EXPECT_EQ(plan->Explain(i, FileClass::kOther).cover,
              (*again)->Explain(i, FileClass::kOther).cover);
  }
}

TEST(PlanTest, AnImageOfOtherRulesIsRefused) {
  const auto rules = ParseRules(SomeRules(79, 10));
  const auto plan = BuildPlan(*rules);
  const auto copy = std::make_shared<std::string>(plan->image());
  const auto refused = Plan::Open(*copy, copy, rules->input.rules.size() + 1);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kDataLoss);
}

// Every byte of the header, some of the rest: an error, or a plan that can be
// used without going astray.
TEST(PlanTest, DamagedImagesDoNotCrash) {
  const auto rules = ParseRules(SomeRules(80, 40));
  const auto plan = BuildPlan(*rules);
  const size_t count = rules->input.rules.size();
  Dice dice(5);
  int refused = 0;
  for (size_t i = 0; i < 2000; ++i) {
    const auto copy = std::make_shared<std::string>(plan->image());
    const size_t at = i < 1000 ? i : dice.Below(copy->size());
    (*copy)[at] = static_cast<char>((*copy)[at] ^ (1 << dice.Below(8)));
    if (dice.Chance(5)) copy->resize(dice.Below(copy->size()));
    const auto damaged = Plan::Open(*copy, copy, count);
    if (!damaged.ok()) {
      EXPECT_EQ(damaged.status().code(), absl::StatusCode::kDataLoss);
      ++refused;
      continue;
    }
    for (const uint32_t rule :
         CandidatesOf(**damaged, SomeFile(*rules, &dice))) {
      EXPECT_LT(rule, count);
    }
    (*damaged)->Explain(static_cast<uint32_t>(dice.Below(count)),
                        FileClass::kText);
  }
  EXPECT_GT(refused, 300);
}

TEST(PlanTest, MakingOneCanBeCancelled) {
  const auto rules = ParseRules(SomeRules(81, 20));
  Cancel cancel;
  cancel.Trigger();
  PlanOptions options;
  options.cancel = &cancel;
  EXPECT_EQ(Plan::Build(rules->input, options).status().code(),
            absl::StatusCode::kCancelled);
}

TEST(PlanTest, ProgressEndsAtTheTotal) {
  const auto rules = ParseRules(SomeRules(82, 20));
  size_t last = 0;
  size_t end = 0;
  PlanOptions options;
  options.progress = [&](size_t done, size_t total) {
    EXPECT_GT(done, last);
    last = done;
    end = total;
  };
  BuildPlan(*rules, options);
  EXPECT_GT(end, 0U);
  EXPECT_EQ(last, end);
}

TEST(PlanTest, FindAsksForNoMemory) {
  const auto rules = ParseRules(SomeRules(83, 60));
  const auto plan = BuildPlan(*rules);
  auto scratch = plan->NewScratch();
  ASSERT_TRUE(scratch.ok());
  Dice dice(9);
  std::vector<std::string> files;
  for (int i = 0; i < 20; ++i) files.push_back(SomeFile(*rules, &dice));
  Candidates out;
  size_t found = 0;
  for (int round = 0; round < 2; ++round) {
    const size_t before = allocations;
    for (const std::string& file : files) {
      plan->Find({file, nullptr}, scratch->get(), &out);
      found += out.rules.size();
    }
    if (round > 0) {
      EXPECT_EQ(allocations, before);
    }
  }
  EXPECT_GT(found, 0U);
}

// Hundreds of rules on one string, all of whose gates are asked: what is left
// over from one file must not show in the next.
TEST(PlanTest, FilesDoNotSeeEachOther) {
  std::string text;
  for (int i = 0; i < 300; ++i) {
    text += RuleText("$a = \"zqxjvk\"",
                     "$a and filesize < " + std::to_string(10 + i % 2 * 100));
  }
  const auto rules = ParseRules(text);
  const auto plan = BuildPlan(*rules);
  auto scratch = plan->NewScratch();
  ASSERT_TRUE(scratch.ok());
  Candidates out;
  plan->Find({"zqxjvk", nullptr}, scratch->get(), &out);
  EXPECT_EQ(out.rules.size(), 300U);
  plan->Find({"zqxjvk       ", nullptr}, scratch->get(), &out);
  EXPECT_EQ(out.rules.size(), 150U);
  plan->Find({"nothing", nullptr}, scratch->get(), &out);
  EXPECT_THAT(out.rules, IsEmpty());
}

TEST(PlanTest, ExternalsAreFacts) {
  const auto rules =
      ParseRules(RuleText("", "filename == \"index.js\"") +
                 RuleText("$a = \"zqxjvk\"", "$a and extension == \".py\""));
  const auto plan = BuildPlan(*rules);
  auto scratch = plan->NewScratch();
  ASSERT_TRUE(scratch.ok());
  FileExternals externals;
  externals.filename = "index.js";
  externals.extension = ".js";
  Candidates out;
  plan->Find({"zqxjvk", &externals}, scratch->get(), &out);
  EXPECT_THAT(out.rules, ElementsAre(0));
  externals.filename = "setup.py";
  externals.extension = ".py";
  plan->Find({"zqxjvk", &externals}, scratch->get(), &out);
  EXPECT_THAT(out.rules, ElementsAre(1));
}

}  // namespace
}  // namespace cupel::plan
