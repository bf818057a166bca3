// Rules that are answered for without libyara, beside what libyara says.
#include "rules/direct/direct_rule.h"

#include <gmock/gmock.h>

#include <memory>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "rules/direct/direct_rules.h"
#include "rules/exact_choice.h"
#include "tests/small_executables.h"
#include "tests/unit/rules/exact_testing.h"

namespace cupel::direct {
namespace {

using Answer = DirectRule::Answer;

const std::function<bool()> kGoOn = [] { return false; };
const Facts::Run kAskNothing = [](YaraScanner*) { return YaraScan(); };

// A rule "r" by itself, and what stands before it.
struct Both {
  explicit Both(const std::string& body, const std::string& before = "")
      : plain(Plain(before + "rule r { " + body + " }")),
        last(static_cast<uint32_t>(plain->rules().size() - 1)),
        rules(TextsOf(plain),
              [this](std::string_view id) {
                return std::string_view(*ids.insert(std::string(id)).first);
              }),
        scratch(*plain->NewScratch()) {}

  bool is_direct() { return rules.Has(last); }

  Answer Run(std::string_view bytes, RuleMatch* match, uint64_t most = 1000,
             const std::function<bool()>& stop = kGoOn) {
    const Facts::Run run = [bytes](YaraScanner* scanner) {
      return scanner->Scan(bytes, UINT64_MAX, 0);
    };
    if (!rules.Begin({last}, bytes, stop, run)) return Answer::kUnknown;
    return rules.Ask(last, bytes, stop, most, match);
  }

  std::set<std::string, std::less<>> ids;
  RuleSetPtr plain;
  uint32_t last;
  DirectRules rules;
  std::unique_ptr<Scratch> scratch;
};

std::string Told(const RuleMatch& match) {
  std::string out = fmt::format("{}:", match.total_strings);
  for (const StringMatch& s : match.strings) {
    out += fmt::format(" {}@{}+{}^{}", s.id, s.offset, s.length,
                       s.xor_key.has_value() ? int{*s.xor_key} : -1);
  }
  return out;
}

std::string LibyaraSays(Both* both, std::string_view bytes, uint64_t most) {
  const ScanAnswer answer =
      both->scratch->Scan({.bytes = bytes, .max_strings_per_rule = most});
  EXPECT_TRUE(answer.status.ok()) << answer.status;
  for (const RuleMatch& match : answer.matches) {
    if (match.rule == both->last) return Told(match);
  }
  return "no";
}

std::string DirectSays(Both* both, std::string_view bytes, uint64_t most) {
  RuleMatch match;
  const Answer answer = both->Run(bytes, &match, most);
  if (answer == Answer::kUnknown) return "unknown";
  return answer == Answer::kNo ? "no" : Told(match);
}

// Files in which the strings below are, are not, or nearly are.
std::vector<std::string> Files() {
  std::vector<std::string> files = {
      "",
      "a",
      "MZ",
      std::string("MZ\x90\0\3\0\0\0", 8),
      "alpha beta",
      "alpha alpha beta gamma",
      "ALPHA Beta gAmMa",
      std::string("a\0l\0p\0h\0a\0 beta", 15),
      "alphabet gammabeta",
      "beta alpha MZ",
      "alphaalphaalpha",
      std::string(2000, '\0'),
      std::string(2000, '.') + "gamma" + std::string(2000, '.') + "alpha"};
  std::string hidden = "....alpha..beta....";
  for (size_t i = 4; i < 9; ++i) hidden[i] = static_cast<char>(hidden[i] ^ 21);
  files.push_back(hidden);
  return files;
}

constexpr char kStrings[] =
    "strings: $a = \"alpha\" $b = \"beta\" nocase $g = \"gamma\" ascii wide "
    "fullword $h = { 61 6C ?? 68 } $z = { 00 00 03 } private $_x = \"alpha\" "
    "xor(1-255) ";

// Each of them is decided without libyara and just as it does.
class ConditionTest : public testing::TestWithParam<const char*> {};

TEST_P(ConditionTest, IsDecidedAsLibyaraDoes) {
  Both both(kStrings + ("condition: " + std::string(GetParam())));
  ASSERT_TRUE(both.is_direct());
  for (const std::string& file : Files()) {
    for (const uint64_t most : {1000, 2, 0}) {
      EXPECT_EQ(DirectSays(&both, file, most), LibyaraSays(&both, file, most))
          << testing::PrintToString(file.substr(0, 40));
    }
  }
}

constexpr const char* kConditions[] = {
    "any of them",
    "all of them",
    "none of them or #a + #b + #g + #h + #z == 0",
    "2 of them",
    "0 of ($a, $b) or ($g and $h and $z)",
    "40% of them",
    "2 of ($a, $a, $b, $g*) or ($h and $z)",
    "all of ($a*, $b*) and not $g and not $h and not $z",
    "$a and ($b or $g) or ($h and $z and filesize < 100)",
    "$a at 0 or ($b and $g and $h and $z)",
    "($a at 0 or $a at 6) and not ($b or $g or $h or $z)",
    "$a at filesize - 5 or ($b and $g and $h and $z)",
    "$a in (1..filesize) or ($b and $g and $h and $z)",
    "$a in (filesize..1) or ($b and $g and $h and $z)",
    "#a > 1 and (#b == 0 or #g >= 1 or #h != 2 or #z <= 0)",
    "@a[2] > 5 or @a > 10 or (@b[1] + 1 == @g and $h and $z)",
    "!a == 5 and (!h[3] == 4 or !b[0] == 4 or !g == 10 or $z)",
    "not (@a[2] > 5) or ($b and $g and $h and $z)",
    "@a[2] > 5 and $b or ($g and $h and $z)",
    "uint16(0) == 0x5A4D and not ($a or $b or $g or $h or $z)",
    "uint16be(0) == 0x4D5A or int8(2) < 0 or uint32(4) == 0 or all of them",
    "int16be(filesize - 2) == 3 or ($a and $b and $g and $h and $z)",
    "not uint16(filesize) == 0 or ($a and $b and $g and $h and $z)",
    "(uint8(0) ^ 0x20) & 0xff | 1 == 77 or ($a and $b and $g and $h and $z)",
    "filesize * 2 - 4 > 14 and ($a or $b or $g or $h or $z)",
    "true and (false or $a or $b or $g or $h or $z)",
    "filesize and ($a or $b or $g or $h or $z)",
    "#a and not #b and not ($g or $h or $z)",
};
INSTANTIATE_TEST_SUITE_P(Conditions, ConditionTest,
                         testing::ValuesIn(kConditions));

TEST(DirectRuleTest, WhatIsLeftToLibyara) {
  const std::string a = "strings: $a = \"alpha\" condition: ";
  EXPECT_FALSE(Both(a + "for none i in (1..#a) : (@a[i] > 1)").is_direct());
  EXPECT_FALSE(Both(a + "for any i in (1, 2) : (@a[i] > 1)").is_direct());
  EXPECT_FALSE(Both(a + "for any of them : ($ at 1)").is_direct());
  EXPECT_FALSE(Both(a + "any of them in (0..10)").is_direct());
  EXPECT_FALSE(Both(a + "#a in (0..10) > 1").is_direct());
  EXPECT_FALSE(Both(a + "$a at 1 + 1").is_direct());
  EXPECT_FALSE(Both(a + "$a and filesize \\ 2 == 1").is_direct());
  EXPECT_FALSE(Both(a + "$a and 1.5 < 2").is_direct());
  EXPECT_FALSE(Both(a + "$a and defined uint8(0)").is_direct());
  EXPECT_FALSE(Both(a + "$a and extension == \".js\"").is_direct());
  EXPECT_FALSE(
      Both(a + "$a", "global rule g { condition: filesize > 1 } ").is_direct());
  EXPECT_TRUE(Both(a + "$a").is_direct());
}

// Which other rules are asked, and what of modules, changes nothing.
class AskingTest : public testing::TestWithParam<const char*> {};

TEST_P(AskingTest, IsDecidedAsLibyaraDoes) {
  Both both("strings: $a = \"alpha\" $b = \"beta\" condition: (" +
                std::string(GetParam()) + ") and #a + #b >= 0",
            "import \"pe\" import \"hash\" import \"math\" import \"elf\" "
            "rule first { strings: $f = \"gamma\" condition: $f } "
            "private rule second { condition: first and filesize > 20 } "
            "rule odd { condition: uint8(5000) == 1 } ");
  ASSERT_TRUE(both.is_direct());
  std::vector<std::string> files = Files();
  files.push_back(SmallPe() + "alpha");
  files.push_back(SmallPe() + "beta");
  files.push_back(SmallPe() + "alpha gamma");
  size_t told = 0;
  for (const std::string& file : files) {
    const std::string libyara = LibyaraSays(&both, file, 1000);
    EXPECT_EQ(DirectSays(&both, file, 1000), libyara)
        << testing::PrintToString(file.substr(0, 40));
    told += libyara == "no" ? 0 : 1;
  }
  EXPECT_GT(told, 0U) << "no file is matched";
}

constexpr const char* kAsking[] = {
    "$a and first",
    "$a and not first",
    "second or $b",
    "any of them and not odd",
    "not (odd or second) and $a",
    "$a and pe.number_of_sections == 1",
    "pe.number_of_sections == 1 or $b",
    "$a and not pe.number_of_sections == 3",
    "$a and not (pe.number_of_sections == 1 and pe.is_pe)",
    "not pe.machine == 3 and any of them",
    "$a and defined pe.number_of_sections",
    "$a and not defined pe.number_of_sections",
    "$a and (pe.is_dll() or pe.is_64bit())",
    "pe.characteristics & 2 and $a",
    "$a and for any s in pe.sections : ( s.name == \".text\" )",
    "$b and for all i in (0..pe.number_of_sections - 1) : "
    "( pe.sections[i].virtual_size > 1 )",
    "$a and pe.machine == pe.MACHINE_AMD64 and second",
    "$a and elf.type == elf.ET_EXEC or $b",
    "hash.md5(0, filesize) == \"9bd6c7e2b3b6d8e22b5d4e8ea0c4b5d3\" or $a",
    "math.entropy(0, filesize) > 1.0 and $a",
    "pe.calculate_checksum() != 5 and $a",
    "pe.sections[0].name contains \"ex\" and $a",
    "$a and uint16(0) == 0x5a4d and uint32(uint32(0x3c)) == 0x4550 and "
    "pe.is_pe",
    "for any i in (1..#a) : ( @a[i] > 1 )",
    "for all i in (1..#a) : ( @a[i] < 50 )",
    "for 2 i in (1..#a) : ( !a[i] == 5 )",
    "for any i in (2..#a) : ( @a[i] - @a[i - 1] < 7 )",
    "for any i in (0..filesize) : ( $b at i )",
    "for any i in (1..#a) : ( for any j in (1..#b) : ( @a[i] < @b[j] ) )",
    "for all i in (1..#b) : ( @b[i] > 2 and first or pe.is_pe )"};
INSTANTIATE_TEST_SUITE_P(Conditions, AskingTest, testing::ValuesIn(kAsking));

TEST(DirectRuleTest, LoopsThatLibyaraIsLeftWith) {
  const std::string a = "strings: $a = \"alpha\" condition: $a and ";
  Both longer(a + "for any i in (0..filesize - 1) : ( uint8(i) == 7 )");
  ASSERT_TRUE(longer.is_direct());
  const auto of_size = [](size_t size) {
    return "alpha" + std::string(size - 5, '.');
  };
  EXPECT_EQ(DirectSays(&longer, of_size(10'000), 10), "no");
  EXPECT_EQ(DirectSays(&longer, of_size(10'001), 10), "unknown");
  EXPECT_EQ(LibyaraSays(&longer, of_size(10'001), 10), "no");
  const std::string seven = of_size(9'000) + "\7";
  EXPECT_EQ(DirectSays(&longer, seven, 10), LibyaraSays(&longer, seven, 10));
  // Those inside count, too.
  Both nested(a +
              "for all i in (1..200) : ( for all j in (1..filesize) : ( i > 0 "
              ") )");
  EXPECT_EQ(DirectSays(&nested, of_size(49), 10),
            LibyaraSays(&nested, of_size(49), 10));
  EXPECT_EQ(DirectSays(&nested, of_size(50), 10), "unknown");
  // A round that is undefined; and one beyond which there are no integers.
  Both odd(a + "for any i in (0..filesize) : ( uint8(i) == 7 )");
  EXPECT_EQ(DirectSays(&odd, "alpha", 10), "unknown");
  Both last(
      a + "for all i in (0x7fffffffffffffff..0x7fffffffffffffff) : ( i > 1 )");
  EXPECT_EQ(DirectSays(&last, "alpha", 10), "unknown");
  Both below(a + "for any i in (filesize - 6..1) : ( i == 1 )");
  EXPECT_EQ(DirectSays(&below, "alpha", 10), "unknown");
}

// What fails is libyara's to tell of.
TEST(DirectRuleTest, WithoutAnAnswerOfTheModuleItIsUnknown) {
  Both both("strings: $a = \"alpha\" condition: $a and pe.is_pe",
            "import \"pe\" ");
  ASSERT_TRUE(both.is_direct());
  const Facts::Run fails = [](YaraScanner*) {
    YaraScan scan;
    scan.status = absl::DeadlineExceededError("");
    return scan;
  };
  RuleMatch match;
  EXPECT_TRUE(both.rules.Begin({both.last}, "alpha", kGoOn, fails));
  EXPECT_EQ(both.rules.Ask(both.last, "alpha", kGoOn, 10, &match),
            Answer::kUnknown);
  EXPECT_TRUE(both.rules.Begin({both.last}, "beta", kGoOn, fails));
  EXPECT_EQ(both.rules.Ask(both.last, "beta", kGoOn, 10, &match), Answer::kNo);
  EXPECT_EQ(both.Run("alpha", &match), Answer::kNo);
}

// An expression, and a jump: where they match is libyara's to say, but not that
// they can't.
TEST(DirectRuleTest, StringsWithoutAFixedTextCanBeRuledOut) {
  Both both(
      "strings: $r = /secret[0-9]+/ $j = { 61 6C 70 68 [2-4] 21 } $t = "
      "\"beta\" "
      "condition: any of them");
  ASSERT_TRUE(both.is_direct());
  EXPECT_EQ(DirectSays(&both, "nothing", 10), "no");
  EXPECT_EQ(DirectSays(&both, "beta", 10), LibyaraSays(&both, "beta", 10));
  EXPECT_EQ(DirectSays(&both, "secret!", 10), "no");
  EXPECT_EQ(DirectSays(&both, "beta secret1", 10), "unknown");
  EXPECT_EQ(DirectSays(&both, "alpha", 10), "unknown");
}

TEST(DirectRuleTest, WhatOtherStringsDecideNeedsNoLibyara) {
  Both both("strings: $r = /secret[0-9]+/ $t = \"beta\" condition: $r and $t");
  EXPECT_EQ(DirectSays(&both, "secret1", 10), "no");
  Both none("strings: $r = /secret[0-9]+/ $t = \"beta\" condition: $t or $r");
  EXPECT_EQ(DirectSays(&none, "secret1", 10), "unknown");
  Both most(
      "strings: $r = /secret[0-9]+/ $t = \"beta\" $u = \"gamma\" $v = "
      "\"delta\" condition: 3 of them");
  EXPECT_EQ(DirectSays(&most, "secret1 beta", 10), "no");
  EXPECT_EQ(DirectSays(&most, "secret1 beta gamma", 10), "unknown");
}

TEST(DirectRuleTest, StringsThatAreEverywhereAreLeftToLibyara) {
  Both both("strings: $a = \"aaa\" condition: $a");
  EXPECT_EQ(DirectSays(&both, std::string(100'000, 'a'), 10), "unknown");
}

TEST(DirectRuleTest, ManyMatchesAreCountedByLibyara) {
  Both both("strings: $a = \"needle\" condition: #a > 1");
  std::string file;
  for (size_t i = 0; i < kMostPlaces; ++i)
    file += "needle" + std::string(90, '.');
  EXPECT_EQ(DirectSays(&both, file, 3), LibyaraSays(&both, file, 3));
  EXPECT_EQ(DirectSays(&both, file + "needle", 3), "unknown");
}

TEST(DirectRuleTest, LongTextsAndManyAlternativesCanOnlyBeRuledOutIfAtAll) {
  const std::string text(1025, 'x');
  Both longer("strings: $a = \"" + text + "\" condition: $a");
  EXPECT_EQ(DirectSays(&longer, "x", 3), "no");
  EXPECT_EQ(DirectSays(&longer, "." + text, 3), "unknown");
  std::string many = "(alpha00";
  for (int i = 1; i < 17; ++i) many += fmt::format("|alpha{:02}", i);
  Both wide("strings: $a = /" + many + ")!/ condition: $a");
  EXPECT_EQ(DirectSays(&wide, "nothing", 3), "unknown");
}

TEST(DirectRuleTest, StopsWhenItIsTold) {
  Both both("strings: $a = \"alpha\" $b = \"beta\" condition: any of them");
  int asked = 0;
  const std::function<bool()> stop = [&asked] { return ++asked > 1; };
  RuleMatch match;
  EXPECT_EQ(both.Run("alpha beta", &match, 10, stop), Answer::kUnknown);
  EXPECT_EQ(asked, 2);
  EXPECT_EQ(both.Run("alpha beta", &match), Answer::kYes);
}

TEST(DirectRulesTest, ARuleThatNeedsLibyaraTooOftenIsNotAskedAnyMore) {
  const RuleSetPtr plain =
      Plain("rule r { strings: $r = /secret[0-9]+/ condition: $r }");
  DirectRules rules(TextsOf(plain), [](std::string_view id) { return id; });
  RuleMatch match;
  int asked = 0;
  while (rules.Has(0) && asked < 100) {
    EXPECT_EQ(rules.Ask(0, "secret1", kGoOn, 10, &match), Answer::kUnknown);
    ++asked;
  }
  EXPECT_GT(asked, 5);
  EXPECT_LT(asked, 50);
}

TEST(DirectRulesTest, TheCostIsThatOfThePassesThatFilesTake) {
  const RuleSetPtr plain = Plain(
      "rule r { strings: $a = \"alpha\" $b = \"beta\" $c = \"gamma\" $d = "
      "\"delta\" condition: $a and $b and $c and $d }");
  DirectRules rules(TextsOf(plain), [](std::string_view id) { return id; });
  const double before = rules.Cost({0}, 1'000'000);
  RuleMatch match;
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(rules.Ask(0, "nothing", kGoOn, 10, &match), Answer::kNo);
  }
  EXPECT_LT(rules.Cost({0}, 1'000'000), before / 3);
}

// Many rules are asked after one pass for all their texts.
TEST(DirectRulesTest, TogetherTheySayWhatEachSaysAlone) {
  const std::vector<std::string> bodies = {
      "strings: $a = \"word{0}\" $b = \"Other{0}\" nocase condition: any of "
      "them",
      "strings: $a = \"word{0}\" fullword wide ascii condition: #a == 2",
      "strings: $a = \"key{0}\" xor condition: $a",
      "strings: $a = \"key{0}\" $b = \"nothing{0}\" condition: $a and not $b",
      "strings: $a = {{ 77 6f ?? 64 3{1} }} condition: $a in (0..500)",
      "strings: $a = /word{0}[a-z]+/ $b = \"Other{0}\" condition: $b and $a",
      "strings: $a = \"w{1}\" $b = \"word{0}\" condition: all of them"};
  std::string text;
  size_t rules_there = 0;
  for (int i = 0; i < 40; ++i) {
    for (size_t body = 0; body < bodies.size(); ++body) {
      text += fmt::format("rule r{}_{} {{ ", body, i) +
              fmt::format(fmt::runtime(bodies[body]), i, i % 10) + " }\n";
      ++rules_there;
    }
  }
  const RuleSetPtr plain = Plain(text);
  std::set<std::string, std::less<>> ids;
  DirectRules rules(TextsOf(plain), [&ids](std::string_view id) {
    return std::string_view(*ids.insert(std::string(id)).first);
  });
  std::vector<uint32_t> all;
  for (uint32_t i = 0; i < rules_there; ++i) {
    if (rules.Has(i)) all.push_back(i);
  }
  ASSERT_GT(all.size(), rules_there / 2);
  std::string file = std::string(3000, '.') + "word1 word2 word2 OTHER3 w5";
  for (const char c : std::string("key4")) file += static_cast<char>(c ^ 9);
  for (const char c : std::string("word7")) file += std::string{c, '\0'};
  file += "word8abc other8" + std::string(20'000, ' ');
  // Rules that are in vain too often are not asked again.
  for (int round = 0; round < 3; ++round) {
    std::vector<std::string> together;
    ASSERT_TRUE(rules.Begin(all, file, kGoOn, kAskNothing));
    EXPECT_TRUE(rules.are_together());
    for (const uint32_t rule : all) {
      RuleMatch match;
      const Answer answer = rules.Ask(rule, file, kGoOn, 10, &match);
      together.push_back(answer == Answer::kYes       ? Told(match)
                         : answer == Answer::kUnknown ? "unknown"
                                                      : "no");
    }
    EXPECT_GT(std::count_if(together.begin(), together.end(),
                            [](const std::string& t) { return t != "no"; }),
              5);
    for (size_t i = 0; i < all.size(); ++i) {
      RuleMatch match;
      ASSERT_TRUE(rules.Begin({all[i]}, file, kGoOn, kAskNothing));
      EXPECT_FALSE(rules.are_together());
      const Answer answer = rules.Ask(all[i], file, kGoOn, 10, &match);
      EXPECT_EQ(together[i], answer == Answer::kYes       ? Told(match)
                             : answer == Answer::kUnknown ? "unknown"
                                                          : "no")
          << "rule " << all[i];
    }
  }
}

TEST(DirectRulesTest, APassForAllIsStoppedToo) {
  const RuleSetPtr plain = Plain(Bulk());
  DirectRules rules(TextsOf(plain), [](std::string_view id) { return id; });
  std::vector<uint32_t> all(300);
  std::iota(all.begin(), all.end(), 0);
  EXPECT_FALSE(rules.Begin(
      all, std::string(100'000, '.'), [] { return true; }, kAskNothing));
}

// In a scan: no unit is compiled, and the matches are there.
TEST(DirectScanTest, NothingIsCompiledForWhatNeedsNoLibyara) {
  const RuleSetPtr plain = Plain(
      "rule a { strings: $a = \"alpha\" condition: $a }\n"
      "rule b { strings: $b = \"beta\" xor condition: $b }\n" +
      Bulk());
  const auto rules = WithPlan(
      plain, std::make_shared<FakePlan>(
                 [](const plan::FileView&) { return std::vector<uint32_t>{0}; },
                 std::vector<uint32_t>{1}));
  const ScanAnswer answer = ScanOften(*rules, "alpha beta");
  ASSERT_EQ(answer.matches.size(), 2u);
  EXPECT_EQ(answer.matches[0].rule, 0u);
  EXPECT_EQ(answer.matches[1].strings.at(0).xor_key, 0);
  EXPECT_EQ(rules->units().statistics().compiled, 0u);
}

// Whether all rules were loaded for a file with so many candidates, of which
// none needs libyara.
bool NeedsTheWhole(size_t candidates, std::string_view bytes) {
  const size_t rules_there = DirectRules::kMostRules + 100;
  const RuleSetPtr plain = Plain(Bulk(rules_there));
  CompiledSet set = dynamic_cast<const RuleSetImpl&>(*plain).compiled();
  std::vector<uint32_t> some(candidates);
  std::iota(some.begin(), some.end(), 0);
  set.parts[0].plan = std::make_shared<FakePlan>(
      [some](const plan::FileView&) { return some; }, std::vector<uint32_t>{});
  bool loaded = false;
  const auto whole = set.parts[0].whole;
  set.parts[0].whole =
      std::make_shared<LazyRules>(rules_there, [&loaded, whole] {
        loaded = true;
        return whole->Get();
      });
  const auto rules =
      std::make_shared<const RuleSetImpl>(std::move(set), Defines{}, false);
  auto scratch = *rules->NewScratch();
  ExactChoice::ForceForTests(ExactWay::kDirect);
  EXPECT_EQ(scratch->Scan({.bytes = bytes}).matches.size(), 1u);
  ExactChoice::ForceForTests({});
  return loaded || rules->units().statistics().compiled > 0;
}

TEST(DirectScanTest, VeryManyCandidatesAreLibyaras) {
  EXPECT_FALSE(NeedsTheWhole(DirectRules::kMostRules, "a bulk 7"));
  EXPECT_TRUE(NeedsTheWhole(DirectRules::kMostRules + 1, "a bulk 7"));
}

TEST(DirectScanTest, VeryLargeFilesAreLibyaras) {
  std::string file(DirectRules::kMostBytes - 7, '.');
  file += " bulk 0";
  file.replace(0, 6, "bulk 0");
  EXPECT_FALSE(NeedsTheWhole(1, file));
  EXPECT_TRUE(NeedsTheWhole(1, file + "."));
}

TEST(DirectScanTest, OnlyWhatIsAskedForIsTold) {
  const RuleSetPtr plain = Plain(
      "rule a { strings: $a = \"alpha\" condition: $a }\n"
      "rule b { strings: $b = \"beta\" condition: $b }\n");
  const auto rules = WithPlan(plain, EveryRule(2, {1}));
  const RuleSubset only({0}, 2);
  ScanRequest request;
  request.bytes = "alpha beta";
  request.only = &only;
  const ScanAnswer answer = ScanWith(*rules, request);
  ASSERT_EQ(answer.matches.size(), 1u);
  EXPECT_EQ(answer.matches[0].rule, 0u);
}

TEST(DirectScanTest, TimeAndInterruptsEndIt) {
  const RuleSetPtr plain =
      Plain("rule a { strings: $a = \"alpha\" condition: $a }\n");
  const auto rules = WithPlan(plain, EveryRule(1));
  ExactChoice::ForceForTests(ExactWay::kDirect);
  auto scratch = *rules->NewScratch();
  EXPECT_TRUE(absl::IsDeadlineExceeded(
      scratch->Scan({.bytes = "alpha", .timeout_ns = 0}).status));
  scratch->Interrupt();
  EXPECT_TRUE(absl::IsCancelled(scratch->Scan({.bytes = "alpha"}).status));
  scratch->Reset();
  EXPECT_EQ(scratch->Scan({.bytes = "alpha"}).matches.size(), 1u);
  ExactChoice::ForceForTests({});
}

}  // namespace
}  // namespace cupel::direct
