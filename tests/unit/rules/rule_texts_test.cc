#include "rules/rule_texts.h"

#include <gmock/gmock.h>

#include "tests/unit/rules/exact_testing.h"

namespace cupel {
namespace {

using testing::ElementsAre;
using testing::Pair;

// What `wanted` of rules from `text` is cut to.
RuleExtract ExtractOf(const std::string& text, std::vector<uint32_t> wanted) {
  const auto texts = TextsOf(Plain(text));
  EXPECT_NE(texts, nullptr);
  return texts->Extract(wanted);
}

TEST(RuleTexts, ARuleAloneIsItsOwnText) {
  const auto got = ExtractOf(
      "// before\nrule a { condition: true }\n"
      "rule b : tag { strings: $x = \"}\" condition: $x } // behind\n"
      "rule c { condition: false }\n",
      {1});
  EXPECT_THAT(got.texts,
              ElementsAre(Pair("t",
                               "rule b : tag { strings: $x = \"}\" condition: "
                               "$x }\n")));
  EXPECT_THAT(got.rules, ElementsAre(1));
  EXPECT_TRUE(got.search);
  EXPECT_EQ(got.externals, 0u);
}

TEST(RuleTexts, WhatItRefersToComesAlongUnreported) {
  const auto got = ExtractOf(
      "rule a { condition: true }\n"
      "private rule b { condition: a }\n"
      "rule other { condition: true }\n"
      "rule c { condition: b }\n",
      {3});
  EXPECT_THAT(got.texts, ElementsAre(Pair("t",
                                          "private rule a { condition: true }\n"
                                          "private rule b { condition: a }\n"
                                          "rule c { condition: b }\n")));
  EXPECT_THAT(got.rules, ElementsAre(0, 1, 3));
  EXPECT_FALSE(got.search);
}

TEST(RuleTexts, AWildcardTakesTheRulesBeforeIt) {
  const auto got = ExtractOf(
      "rule web_a { condition: true }\n"
      "rule mail_a { condition: true }\n"
      "rule web_b { condition: true }\n"
      "rule x { condition: any of (web_*) }\n",
      {3});
  EXPECT_THAT(got.rules, ElementsAre(0, 2, 3));
}

TEST(RuleTexts, GlobalRulesOfTheNamespaceComeAlongWithWhatTheyReferTo) {
  const auto texts =
      TextsOf(Plain(RuleSources{{},
                                {{"one",
                                  "rule small { condition: filesize < 10 }\n"
                                  "rule a { condition: true }\n"
                                  "global rule g { condition: small }\n"},
                                 {"two", "rule b { condition: true }\n"}}}));
  ASSERT_NE(texts, nullptr);
  EXPECT_THAT(texts->Closure(std::vector<uint32_t>{1}), ElementsAre(0, 1, 2));
  EXPECT_THAT(texts->Closure(std::vector<uint32_t>{3}), ElementsAre(3));
  EXPECT_THAT(
      texts->Extract(std::vector<uint32_t>{1}).texts,
      ElementsAre(Pair("one",
                       "private rule small { condition: filesize < 10 }"
                       "\nrule a { condition: true }\n"
                       "private global rule g { condition: small }\n")));
}

TEST(RuleTexts, OnlyModulesThatAreUsedAreImported) {
  const auto texts = TextsOf(
      Plain("import \"pe\"\nimport \"hash\"\nimport \"math\"\n"
            "private rule p { condition: pe.is_pe }\n"
            "rule a { condition: p and math.abs(filesize) > 1 }\n"
            "rule pe_word { meta: pe = \"hash\" strings: $pe = \"pe.x\" "
            "condition: $pe }\n"));
  ASSERT_NE(texts, nullptr);
  EXPECT_THAT(texts->Extract(std::vector<uint32_t>{1}).texts,
              ElementsAre(Pair(
                  "t",
                  "import \"pe\"\nimport \"math\"\n"
                  "private rule p { condition: pe.is_pe }\n"
                  "rule a { condition: p and math.abs(filesize) > 1 }\n")));
  EXPECT_THAT(texts->modules(), ElementsAre("pe", "hash", "math"));
  EXPECT_EQ(texts->NeedsOf(1).modules, 5u);
  EXPECT_EQ(texts->NeedsOf(2).modules, 0u);
}

TEST(RuleTexts, ImportsOfOneNamespaceAreNotThoseOfAnother) {
  const auto texts = TextsOf(Plain(RuleSources{
      {},
      {{"one", "import \"math\"\nrule a { condition: math.abs(-1) == 1 }\n"},
       {"two",
        "rule math { condition: true }\nrule b { condition: math }\n"}}}));
  ASSERT_NE(texts, nullptr);
  EXPECT_THAT(texts->Extract(std::vector<uint32_t>{0, 2}).texts,
              ElementsAre(Pair("one",
                               "import \"math\"\n"
                               "rule a { condition: math.abs(-1) == 1 }\n"),
                          Pair("two",
                               "private rule math { condition: true }\n"
                               "rule b { condition: math }\n")));
}

TEST(RuleTexts, IncludedFilesAreReadWhereTheyAreIncluded) {
  const TempDir dir;
  dir.Write("deep.yar", "rule deep { condition: true }\n");
  dir.Write("mid.yar",
            "import \"math\"\ninclude \"deep.yar\"\n"
            "rule mid { condition: deep }\n");
  const std::string top =
      dir.Write("top.yar",
                "rule first { condition: true }\ninclude \"mid.yar\"\n"
                "rule last { condition: mid and math.abs(-1) == 1 }\n");
  const RuleSetPtr rules = Plain(RuleSources{{top}, {}});
  EXPECT_EQ(rules->rules()[1].name, "deep");
  const auto texts = TextsOf(rules);
  ASSERT_NE(texts, nullptr);
  EXPECT_THAT(texts->Extract(std::vector<uint32_t>{3}).texts,
              ElementsAre(Pair("top",
                               "import \"math\"\n"
                               "private rule deep { condition: true }\n"
                               "private rule mid { condition: deep }\n"
                               "rule last { condition: mid and "
                               "math.abs(-1) == 1 }\n")));
}

TEST(RuleTexts, ExternalsThatComeAlongAreSet) {
  const auto got = ExtractOf(
      "private rule js { condition: extension == \".js\" }\n"
      "rule a { condition: js and filename contains \"x\" }\n",
      {1});
  EXPECT_EQ(got.externals, 1u | 4u);
}

TEST(RuleTexts, TheEntryPointNeedsASearch) {
  EXPECT_TRUE(ExtractOf("rule a { condition: entrypoint == 3 }", {0}).search);
  EXPECT_FALSE(ExtractOf("rule a { condition: filesize == 3 }", {0}).search);
}

TEST(RuleTexts, SkippedRulesAreNotThere) {
  RuleOptions options;
  options.skip_broken = true;
  const auto texts = TextsOf(
      Plain("rule a { condition: true }\nrule broken { condition: nothing }\n"
            "rule b { condition: a }\n",
            options));
  ASSERT_NE(texts, nullptr);
  ASSERT_EQ(texts->size(), 2u);
  EXPECT_THAT(texts->Closure(std::vector<uint32_t>{1}), ElementsAre(0, 1));
}

TEST(RuleTexts, EncodedTextsAreTheSame) {
  const auto texts = TextsOf(Plain(RuleSources{
      {},
      {{"one",
        "import \"pe\"\nglobal private rule g { condition: filename == \"\" }\n"
        "rule a { strings: $a = \"x\" condition: $a and pe.is_pe }\n"},
       {"two", "rule b { condition: entrypoint > 1 }\n"}}}));
  ASSERT_NE(texts, nullptr);
  const auto bytes = std::make_shared<std::string>(texts->Encode());
  const auto again = RuleTexts::Decode(*bytes, bytes);
  ASSERT_TRUE(again.ok()) << again.status();
  for (const std::vector<uint32_t>& wanted :
       {std::vector<uint32_t>{0}, {1}, {2}, {1, 2}}) {
    const RuleExtract a = texts->Extract(wanted);
    const RuleExtract b = (*again)->Extract(wanted);
    EXPECT_EQ(a.texts, b.texts);
    EXPECT_EQ(a.rules, b.rules);
    EXPECT_EQ(a.externals, b.externals);
    EXPECT_EQ(a.search, b.search);
  }
  EXPECT_EQ((*again)->modules(), texts->modules());
}

TEST(RuleTexts, DamageIsFoundOrHarmless) {
  const auto texts =
      TextsOf(Plain("import \"pe\"\nrule a { condition: pe.is_pe }\n"
                    "rule b { strings: $a = \"x\" condition: $a and a }\n"));
  ASSERT_NE(texts, nullptr);
  const std::string good = texts->Encode();
  for (size_t i = 0; i < good.size(); ++i) {
    for (const int bit : {0, 3, 7}) {
      const auto bytes = std::make_shared<std::string>(good);
      (*bytes)[i] = static_cast<char>((*bytes)[i] ^ (1 << bit));
      const auto got = RuleTexts::Decode(*bytes, bytes);
      if (!got.ok()) continue;
      for (uint32_t rule = 0; rule < (*got)->size(); ++rule) {
        EXPECT_FALSE((*got)->Extract({&rule, 1}).texts.empty());
      }
    }
    const auto cut = std::make_shared<std::string>(good.substr(0, i));
    EXPECT_FALSE(RuleTexts::Decode(*cut, cut).ok()) << i;
  }
}

}  // namespace
}  // namespace cupel
