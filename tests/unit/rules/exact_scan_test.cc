// Scans in which rules run on their own.
#include <gmock/gmock.h>

#include <thread>

#include "tests/unit/rules/exact_testing.h"

namespace cupel {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

ScanAnswer ScanText(const RuleSet& rules, std::string_view bytes,
                    const FileExternals& externals = {}) {
  ScanRequest request;
  request.bytes = bytes;
  request.externals = externals;
  return ScanWith(rules, request);
}

// Everything of an answer that must not depend on the engine.
std::string Told(const RuleSet& rules, const ScanAnswer& answer) {
  std::string out = answer.status.ToString() + "\n";
  for (const RuleMatch& match : answer.matches) {
    out += fmt::format("{} {}:", rules.rules()[match.rule].name,
                       match.total_strings);
    for (const StringMatch& s : match.strings) {
      out += fmt::format(" {}@{}+{}^{}", s.id, s.offset, s.length,
                         s.xor_key.has_value() ? int{*s.xor_key} : -1);
    }
    out += "\n";
  }
  for (const std::string& string : answer.overflowing) out += string + "\n";
  return out;
}

constexpr char kMixed[] = R"(
import "math"
import "hash"
global rule not_empty { condition: filesize > 0 }
private rule has_a { strings: $a = "aaa" condition: $a }
rule a_and_b { strings: $b = "bbb" $x = "xor" xor condition: has_a and any of them }
rule by_name : named tagged { condition: extension == ".js" or owner == "root" }
rule wild { strings: $w = "wide" wide nocase condition: any of (a_*) or $w }
rule counted { strings: $ = "c" $ = "cc" condition: #a_none == 0 or any of them }
rule entropy { condition: math.entropy(0, filesize) > 1.5 }
rule hashed { condition: hash.md5(0, filesize) == "900150983cd24fb0d6963f7d28e17f72" }
rule head { condition: uint16(0) == 0x6261 }
rule entry { strings: $e = "e" condition: $e at 0 }
)";

std::string MixedRules() {
  std::string text = kMixed;
  const std::string hole = "#a_none == 0 or ";
  text.erase(text.find(hole), hole.size());
  return text;
}

TEST(ExactScan, AnswersAreThoseOfAllRulesTogether) {
  const RuleSetPtr plain = Plain(MixedRules());
  const size_t count = plain->rules().size();
  std::vector<RuleSetPtr> sets = {
      WithPlan(plain, EveryRule(count)), WithPlan(plain, EveryRule(count), 1),
      WithPlan(plain, EveryRule(count, {0, 1, 2})),
      WithPlan(plain, EveryRule(count, {3, 6, 8})),
      WithPlan(plain, EveryRule(0, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}))};
  const std::string big(3'000, 'c');
  const std::vector<std::string> files = {"",
                                          "abc",
                                          "aaabbb",
                                          "aaa ynr ccc",
                                          "eeee",
                                          std::string("w\0i\0d\0E\0", 8),
                                          big + "bbb aaa",
                                          "MZ aaabbb",
                                          "ba"};
  const std::vector<FileExternals> names = {
      {},
      {.extension = ".js"},
      {.owner = "root"},
      {.extension = std::string_view(".js\0x", 5)}};
  for (const RuleSetPtr& rules : sets) {
    auto scratch = *rules->NewScratch();
    auto reference = *plain->NewScratch();
    // Again and again: the ways that are taken change with what is there.
    for (int round = 0; round < 4; ++round) {
      for (const std::string& file : files) {
        for (const FileExternals& externals : names) {
          for (const uint64_t most : {0, 3, 1000}) {
            const ScanRequest request{.bytes = file,
                                      .externals = externals,
                                      .max_strings_per_rule = most};
            ASSERT_EQ(Told(*rules, scratch->Scan(request)),
                      Told(*plain, reference->Scan(request)));
          }
        }
      }
    }
  }
}

// A wildcard counts a rule as often as there are rules of its name.
TEST(ExactScan, NamesakesOfOtherNamespacesCount) {
  const RuleSetPtr plain = Plain(RuleSources{
      {},
      {{"one", "rule x_a { condition: false }\nrule x_c { condition: true }"},
       {"two",
        "rule x_a { condition: true }\nrule x_b { condition: false }\n"
        "rule two { condition: 2 of (x_*) }\n"}}});
  EXPECT_THAT(Matching(*plain, "x"),
              ElementsAre("one.x_c", "two.x_a", "two.two"));
  EXPECT_THAT(Matching(*WithPlan(plain, EveryRule(5)), "x"),
              ElementsAre("one.x_c", "two.x_a", "two.two"));
}

TEST(ExactScan, OnlyCandidatesRun) {
  const RuleSetPtr plain = Plain(
      "rule a { condition: true }\nrule b { condition: true }\n"
      "rule c { condition: true }\n" +
      Bulk());
  const auto rules = WithPlan(
      plain, std::make_shared<FakePlan>(
                 [](const plan::FileView& file) {
                   return file.bytes == "x" ? std::vector<uint32_t>{0, 2}
                                            : std::vector<uint32_t>{};
                 },
                 std::vector<uint32_t>{}));
  const ScanAnswer answer = ScanOften(*rules, "x");
  ASSERT_EQ(answer.matches.size(), 2U);
  EXPECT_EQ(answer.matches[0].rule, 0U);
  EXPECT_EQ(answer.matches[1].rule, 2U);
  EXPECT_THAT(Matching(*rules, "y"), IsEmpty());
}

TEST(ExactScan, AlwaysRulesRunBesideCandidates) {
  const RuleSetPtr plain = Plain(
      "rule a { condition: filesize == 1 }\n"
      "rule b { strings: $b = \"b\" condition: not $b }\n"
      "rule c { condition: true }\n");
  const auto rules = WithPlan(
      plain, std::make_shared<FakePlan>(
                 [](const plan::FileView&) { return std::vector<uint32_t>{}; },
                 std::vector<uint32_t>{0, 1}));
  EXPECT_THAT(Matching(*rules, "x"), ElementsAre("t.a", "t.b"));
  EXPECT_THAT(Matching(*rules, "b"), ElementsAre("t.a"));
}

TEST(ExactScan, ThePlanSeesExternalsAsLibyaraDoes) {
  const RuleSetPtr plain = Plain("rule a { condition: filename == \"x\" }");
  std::string seen;
  const auto rules = WithPlan(plain, std::make_shared<FakePlan>(
                                         [&seen](const plan::FileView& file) {
                                           seen = file.externals->filename;
                                           return std::vector<uint32_t>{0};
                                         },
                                         std::vector<uint32_t>{}));
  EXPECT_THAT(Matching(*rules, "", {.filename = std::string_view("x\0y", 3)}),
              ElementsAre("t.a"));
  EXPECT_EQ(seen, "x");
}

TEST(ExactScan, DefinedValuesReachUnits) {
  RuleOptions options;
  options.defines = {{"level", int64_t{3}}, {"who", std::string("me")}};
  const RuleSetPtr plain = Plain(
      "rule a { condition: level == 3 }\nrule b { condition: who == \"you\" }",
      options);
  EXPECT_THAT(Matching(*WithPlan(plain, EveryRule(2)), ""), ElementsAre("t.a"));
}

TEST(ExactScan, TheWholeIsNotLoadedUntilItIsNeeded) {
  const RuleSetPtr plain = Plain(
      "rule a { condition: true }\nrule b { condition: true }\n" + Bulk());
  CompiledSet set = dynamic_cast<const RuleSetImpl&>(*plain).compiled();
  bool loaded = false;
  const auto whole = set.parts[0].whole;
  set.parts[0].plan = std::make_shared<FakePlan>(
      [](const plan::FileView&) { return std::vector<uint32_t>{0, 1}; },
      std::vector<uint32_t>{});
  set.parts[0].whole = std::make_shared<LazyRules>(302, [&loaded, whole] {
    loaded = true;
    return whole->Get();
  });
  const auto rules =
      std::make_shared<const RuleSetImpl>(std::move(set), Defines{}, false);
  EXPECT_EQ(ScanOften(*rules, "x").matches.size(), 2U);
  EXPECT_FALSE(loaded);
}

// 300 rules of which each file holds the strings of all. Where an expression
// matches, only libyara can tell.
RuleSetPtr ManyRules() {
  std::string text;
  for (int i = 0; i < 300; ++i) {
    text += fmt::format(
        "rule r{:03} {{ strings: $ = /text{}/ condition: all of them }}\n", i,
        i % 7);
  }
  return Plain(text);
}

TEST(ExactScan, ManyCandidatesRunAsTheWhole) {
  const RuleSetPtr plain = ManyRules();
  const auto rules = WithPlan(plain, EveryRule(300));
  EXPECT_EQ(Matching(*rules, "text1 text2 text3").size(), 129u);
  EXPECT_EQ(rules->units().statistics().compiled, 0u);
}

TEST(ExactScan, FewCandidatesAreCompiledOnTheirOwn) {
  const RuleSetPtr plain = ManyRules();
  const auto rules = WithPlan(plain, std::make_shared<FakePlan>(
                                         [](const plan::FileView&) {
                                           return std::vector<uint32_t>{2, 5};
                                         },
                                         std::vector<uint32_t>{}));
  const ScanAnswer answer = ScanOften(*rules, "text2");
  ASSERT_EQ(answer.matches.size(), 1u);
  EXPECT_EQ(answer.matches[0].rule, 2u);
  EXPECT_EQ(answer.matches[0].strings[0].id, "$");
  EXPECT_GE(rules->units().statistics().compiled, 1u);
  EXPECT_LE(rules->units().statistics().compiled, 3u);
}

TEST(ExactScan, RulesThatDoNotCompileAloneRunWithTheOthers) {
  const RuleSetPtr plain = Plain(
      "rule a { condition: true }\nrule b { strings: $b = \"b\" condition: $b "
      "}\n");
  CompiledSet set = dynamic_cast<const RuleSetImpl&>(*plain).compiled();
  set.parts[0].plan = EveryRule(2);
  const auto good = *set.parts[0].texts->Get();
  set.parts[0].texts = std::make_shared<LazyTexts>(2, [good] {
    auto bytes = std::make_shared<std::string>(good->Encode());
    bytes->replace(bytes->rfind("$b }"), 4, "$c }");
    return RuleTexts::Decode(*bytes, bytes);
  });
  const auto rules =
      std::make_shared<const RuleSetImpl>(std::move(set), Defines{}, false);
  auto scratch = *rules->NewScratch();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(scratch->Scan({.bytes = "b"}).matches.size(), 2u);
    EXPECT_EQ(scratch->Scan({.bytes = "x"}).matches.size(), 1u);
  }
}

TEST(ExactScan, TextsThatCannotBeReadAreAnError) {
  const RuleSetPtr plain = Plain("rule a { condition: true }");
  CompiledSet set = dynamic_cast<const RuleSetImpl&>(*plain).compiled();
  set.parts[0].plan = EveryRule(1);
  set.parts[0].texts = std::make_shared<LazyTexts>(
      1, [] { return LazyTexts::Result(DataLoss("they are damaged")); });
  const auto rules =
      std::make_shared<const RuleSetImpl>(std::move(set), Defines{}, false);
  EXPECT_TRUE(absl::IsDataLoss(ScanText(*rules, "x").status));
  EXPECT_TRUE(absl::IsDataLoss(rules->LoadAll()));
}

// Rules that take long: each byte begins a loop.
std::string SlowRules(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    text += fmt::format(
        "rule slow{} {{ condition: filesize > 1 and for all i in "
        "(0..100000000) : "
        "(uint8(i % filesize) != {}) }}\n",
        i, 200 + i);
  }
  return text;
}

TEST(ExactScan, OneTimeBudgetHoldsForAllUnits) {
  const auto rules = WithPlan(
      Plain("rule quick { condition: true }\n" + SlowRules(4) + Bulk()),
      std::make_shared<FakePlan>(
          [](const plan::FileView&) {
            return std::vector<uint32_t>{1, 2, 3, 4};
          },
          std::vector<uint32_t>{0}));
  auto scratch = *rules->NewScratch();
  // Nothing is slow in an empty file.
  for (int i = 0; i < 200; ++i) scratch->Scan({.bytes = ""});
  const ScanAnswer answer =
      scratch->Scan({.bytes = "0123456789", .timeout_ns = 50'000'000});
  EXPECT_TRUE(absl::IsDeadlineExceeded(answer.status)) << answer.status;
  // What the first unit said is kept.
  ASSERT_EQ(answer.matches.size(), 1u);
  EXPECT_EQ(answer.matches[0].rule, 0u);
  EXPECT_TRUE(absl::IsDeadlineExceeded(
      scratch->Scan({.bytes = "x", .timeout_ns = 0}).status));
}

TEST(ExactScan, InterruptEndsTheUnitThatRuns) {
  const auto rules = WithPlan(Plain(SlowRules(3)), EveryRule(3));
  auto scratch = *rules->NewScratch();
  for (int i = 0; i < 3; ++i) {
    std::atomic<bool> started{false};
    std::thread other([&] {
      while (!started.load()) std::this_thread::yield();
      scratch->Interrupt();
    });
    started.store(true);
    EXPECT_TRUE(
        absl::IsCancelled(scratch->Scan({.bytes = "0123456789"}).status));
    other.join();
    // Until it is taken back.
    EXPECT_TRUE(absl::IsCancelled(scratch->Scan({.bytes = "0"}).status));
    scratch->Reset();
    EXPECT_TRUE(absl::IsDeadlineExceeded(
        scratch->Scan({.bytes = "0123456789", .timeout_ns = 1'000'000})
            .status));
  }
}

TEST(ExactScan, ThreadsShareUnits) {
  const RuleSetPtr plain = ManyRules();
  const auto rules =
      WithPlan(plain,
               std::make_shared<FakePlan>(
                   [](const plan::FileView& file) {
                     return std::vector<uint32_t>{
                         static_cast<uint32_t>(file.bytes.size() % 300)};
                   },
                   std::vector<uint32_t>{}),
               200'000);
  const auto scan = [&rules] {
    auto scratch = *rules->NewScratch();
    for (int round = 0; round < 60; ++round) {
      for (size_t length = 10; length < 40; ++length) {
        // Rule `length` looks for the text of length % 7.
        std::string bytes = fmt::format("text{}", length % 7);
        bytes.resize(length, ' ');
        const ScanAnswer answer = scratch->Scan({.bytes = bytes});
        // The whole set, while it is cheaper, says what others match as well.
        ASSERT_TRUE(std::any_of(
            answer.matches.begin(), answer.matches.end(),
            [length](const RuleMatch& m) { return m.rule == length; }));
      }
    }
  };
  std::thread other(scan);
  scan();
  other.join();
  EXPECT_LE(rules->units().statistics().bytes, 200'000u);
  EXPECT_GT(rules->units().drops(), 0u);
}

TEST(ExactScan, OverflowsAreToldOfCandidatesAndWhatTheyNeed) {
  const RuleSetPtr plain = Plain(
      "private rule p { strings: $p = \"a\" condition: #p > 2 }\n"
      "rule a { condition: p }\n"
      "rule other { strings: $o = \"a\" condition: #o > 2 }\n");
  const auto only_a = std::make_shared<FakePlan>(
      [](const plan::FileView&) { return std::vector<uint32_t>{1}; },
      std::vector<uint32_t>{});
  const std::string many(1'100'000, 'a');
  EXPECT_THAT(ScanText(*WithPlan(plain, only_a), many).overflowing,
              ElementsAre("t.p: $p"));
}

}  // namespace
}  // namespace cupel
