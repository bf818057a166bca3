// Scans that ask for some rules say of them what scans of all rules say.
#include "rules/some_plans.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/unit/rules/exact_testing.h"

namespace cupel {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// What the tests ask for is at the end, behind 300 rules.
std::string Text() {
  return Bulk() +
         "private rule helper { strings: $h = \"helper\" condition: $h }\n"
         "rule through { strings: $a = \"alpha\" condition: helper and $a }\n"
         "rule other { strings: $o = \"omega\" condition: $o }\n"
         "rule sized { condition: filesize % 2 == 0 }\n"
         "rule named { condition: filename contains \"js\" }\n"
         "rule reads { strings: $r = \"rho\" condition: $r and other }\n";
}
constexpr uint32_t kThrough = 301;
constexpr uint32_t kOther = 302;
constexpr uint32_t kSized = 303;
constexpr uint32_t kNamed = 304;
constexpr uint32_t kReads = 305;

std::vector<std::string> Files() {
  return {"alpha",       "alpha helper",
          "omega rho",   "omega",
          "rho",         "MZ omega rho",
          "MZ helper a", "",
          "bulk 7 rho",  std::string(70'000, 'x') + "helper alpha omega rho"};
}

std::vector<uint32_t> RulesIn(const ScanAnswer& answer) {
  EXPECT_TRUE(answer.status.ok()) << answer.status;
  std::vector<uint32_t> rules;
  for (const RuleMatch& match : answer.matches) rules.push_back(match.rule);
  return rules;
}

// Scans often enough that a plan of theirs pays.
void ExpectSame(const RuleSetPtr& rules, const std::vector<uint32_t>& asked) {
  const RuleSubset only(asked, rules->rules().size());
  auto all = *rules->NewScratch();
  auto some = *rules->NewScratch();
  for (int round = 0; round < 4; ++round) {
    for (const std::string& file : Files()) {
      ScanRequest request;
      request.bytes = file;
      request.externals.filename = round % 2 == 0 ? "x.js" : "x.py";
      std::vector<uint32_t> expected = RulesIn(all->Scan(request));
      std::erase_if(expected, [&](uint32_t r) { return !only.Has(r); });
      request.only = &only;
      EXPECT_EQ(RulesIn(some->Scan(request)), expected)
          << "round " << round << ": " << file.substr(0, 20);
    }
  }
}

class SomeRules : public ::testing::TestWithParam<RuleEngine> {
 protected:
  static RuleSetPtr Compile(const std::string& text) {
    RuleOptions options;
    options.engine = GetParam();
    return MustCompile(RuleSources{{}, {{"t", text}}}, options);
  }
};

TEST_P(SomeRules, SayWhatTheySayAmongAll) {
  const RuleSetPtr rules = Compile(Text());
  ExpectSame(rules, {kThrough});
  ExpectSame(rules, {kOther});
  ExpectSame(rules, {kSized, kThrough});  // in any order
  ExpectSame(rules, {kNamed, kReads});
  ExpectSame(rules, {kThrough, kOther, kSized, kNamed, kReads});
}

TEST_P(SomeRules, AreUnderTheGlobalsOfTheirNamespace) {
  ExpectSame(
      Compile("global rule g { condition: filesize < 60000 }\n" + Text()),
      {kThrough + 1, kSized + 1});
}

TEST_P(SomeRules, ManyAreAskedForLikeAll) {
  const RuleSetPtr rules = Compile(Text());
  std::vector<uint32_t> most(rules->rules().size());
  for (uint32_t i = 0; i < most.size(); ++i) most[i] = i;
  most.erase(most.begin() + 5);
  ExpectSame(rules, most);
}

// The scratch remembers only the last few subsets.
TEST_P(SomeRules, OneSubsetAfterTheOther) {
  const RuleSetPtr rules = Compile(Text());
  auto scratch = *rules->NewScratch();
  const std::string file = "bulk 7 bulk 8 " + std::string(20'000, 'x');
  for (int round = 0; round < 3; ++round) {
    for (uint32_t rule = 0; rule < 20; ++rule) {
      const RuleSubset only({rule, kOther}, rules->rules().size());
      ScanRequest request;
      request.bytes = file;
      request.only = &only;
      const std::vector<uint32_t> found = RulesIn(scratch->Scan(request));
      if (rule == 7 || rule == 8) {
        EXPECT_THAT(found, ElementsAre(rule));
      } else {
        EXPECT_THAT(found, IsEmpty());
      }
    }
  }
}

TEST_P(SomeRules, OverflowsOfTheirsAreTold) {
  const RuleSetPtr rules =
      Compile(Bulk() + "rule many { strings: $a = \"a\" condition: #a > 2 }\n");
  auto scratch = *rules->NewScratch();
  const RuleSubset only({300}, rules->rules().size());
  const std::string many(1'100'000, 'a');
  ScanRequest request;
  request.bytes = many;
  request.only = &only;
  for (int round = 0; round < 2; ++round) {
    EXPECT_THAT(scratch->Scan(request).overflowing, ElementsAre("t.many: $a"));
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, SomeRules,
                         ::testing::Values(RuleEngine::kCupel,
                                           RuleEngine::kLibyara));

TEST(SomePlansTest, APlanHasWhatItsRulesReferTo) {
  const RuleSetPtr rules = MustCompile(RuleSources{{}, {{"t", Text()}}}, {});
  const auto& impl = dynamic_cast<const RuleSetImpl&>(*rules);
  const CompiledPart& part = impl.compiled().parts[0];
  SomePlans plans;
  const auto made = plans.Get(part, 0, {kThrough});
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_THAT((*made)->to_part, ElementsAre(kThrough - 1, kThrough));
  // And is made once.
  EXPECT_EQ(*plans.Get(part, 0, {kThrough}), *made);
}

}  // namespace
}  // namespace cupel
