#include "rules/explain.h"

#include <gmock/gmock.h>

#include "tests/unit/rules/rules_testing.h"

namespace cupel {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr char kText[] =
    "import \"pe\"\n"
    "rule base { strings: $b = \"base\" wide ascii condition: $b }\n"
    "private rule hidden { condition: filesize < 100 }\n"
    "rule top { strings: $a = \"needle\" nocase $ = /x[yz]/ condition: base "
    "and "
    "hidden and any of them and extension == \".js\" }\n"
    "rule always { condition: filesize >= 0 and time_is_not_looked_at }\n"
    "rule of_pe { condition: pe.number_of_sections == 1 }\n";

RuleSetPtr Rules() {
  RuleOptions options;
  options.defines = {{"time_is_not_looked_at", true}};
  return FromText(kText, options);
}

std::unique_ptr<RuleExplainer> Explainer(const RuleSetPtr& rules,
                                         std::string_view name) {
  for (uint32_t i = 0; i < rules->rules().size(); ++i) {
    if (rules->rules()[i].name != name) continue;
    auto out = RuleExplainer::New(rules, i);
    EXPECT_TRUE(out.ok()) << out.status();
    return out.ok() ? *std::move(out) : nullptr;
  }
  ADD_FAILURE() << name;
  return nullptr;
}

FileExplanation Of(RuleExplainer& explainer, std::string_view bytes,
                   std::string_view extension) {
  ScanRequest request;
  request.bytes = bytes;
  request.externals.extension = extension;
  const auto out = explainer.Explain(request);
  EXPECT_TRUE(out.ok()) << out.status();
  return out.value_or(FileExplanation());
}

TEST(ExplainTest, TellsWhatARuleNeeds) {
  const RuleSetPtr rules = Rules();
  ASSERT_NE(rules, nullptr);
  const auto top = Explainer(rules, "top");
  ASSERT_NE(top, nullptr);
  EXPECT_EQ(top->rule().formula,
            "all of (base.$b, filesize < 100, any of ($a, $#1), extension == "
            "\".js\")");
  const auto of_pe = Explainer(rules, "of_pe");
  const auto& classes = of_pe->rule().classes;
  EXPECT_EQ(of_pe->rule().formula, "uint16(0) == 0x5A4D");
  EXPECT_EQ(classes[static_cast<size_t>(plan::FileClass::kText)].formula,
            "false");
  EXPECT_TRUE(classes[static_cast<size_t>(plan::FileClass::kText)].killed);
  EXPECT_FALSE(classes[static_cast<size_t>(plan::FileClass::kText)].always);
  EXPECT_EQ(classes[static_cast<size_t>(plan::FileClass::kMz)].formula, "true");
  EXPECT_FALSE(classes[static_cast<size_t>(plan::FileClass::kMz)].killed);
  EXPECT_TRUE(classes[static_cast<size_t>(plan::FileClass::kMz)].always);
}

TEST(ExplainTest, TellsOfAFileWhatHolds) {
  const RuleSetPtr rules = Rules();
  ASSERT_NE(rules, nullptr);
  const auto top = Explainer(rules, "top");
  ASSERT_NE(top, nullptr);
  const FileExplanation hit = Of(*top, "base NEEDLE", ".js");
  EXPECT_EQ(hit.file_class, plan::FileClass::kText);
  EXPECT_THAT(hit.facts, ElementsAre(Pair("filesize < 100", true),
                                     Pair("extension == \".js\"", true)));
  EXPECT_THAT(hit.strings, ElementsAre(Pair("base.$b", true), Pair("$a", true),
                                       Pair("$#1", false)));
  EXPECT_TRUE(hit.formula);
  EXPECT_TRUE(hit.candidate);
  EXPECT_TRUE(hit.matches);

  const FileExplanation name = Of(*top, "base xy", ".py");
  EXPECT_THAT(name.strings, ElementsAre(Pair("base.$b", true),
                                        Pair("$a", false), Pair("$#1", true)));
  EXPECT_FALSE(name.formula);
  EXPECT_FALSE(name.matches);

  const FileExplanation none = Of(*top,
                                  "\x7f"
                                  "ELF",
                                  ".js");
  EXPECT_EQ(none.file_class, plan::FileClass::kOther);
  EXPECT_FALSE(none.formula);
  EXPECT_FALSE(none.candidate);
  EXPECT_FALSE(none.matches);
}

TEST(ExplainTest, NamesRulesThatAreAlwaysRun) {
  const RuleSetPtr rules = Rules();
  ASSERT_NE(rules, nullptr);
  const std::vector<uint8_t> always = AlwaysRun(*rules);
  ASSERT_EQ(always.size(), rules->rules().size());
  for (size_t i = 0; i < always.size(); ++i) {
    const std::string& name = rules->rules()[i].name;
    const uint8_t mz = 1U << static_cast<uint8_t>(plan::FileClass::kMz);
    uint8_t expected = 0;
    if (name == "of_pe") expected = mz;
    if (name == "always") expected = 7;
    EXPECT_EQ(always[i], expected) << name;
  }
}

TEST(ExplainTest, WithTheOtherEngineAllRulesAreAlwaysRun) {
  RuleOptions options;
  options.engine = RuleEngine::kLibyara;
  const RuleSetPtr rules = FromText(Rule("a", "filesize < 2"), options);
  ASSERT_NE(rules, nullptr);
  EXPECT_THAT(AlwaysRun(*rules), ElementsAre(7));
  const auto explainer = Explainer(rules, "a");
  ASSERT_NE(explainer, nullptr);
  EXPECT_TRUE(Of(*explainer, "large", "").candidate);
  EXPECT_FALSE(Of(*explainer, "large", "").matches);
}

TEST(ExplainTest, AsksForARuleThatIsThere) {
  EXPECT_FALSE(RuleExplainer::New(Rules(), 99).ok());
}

}  // namespace
}  // namespace cupel
