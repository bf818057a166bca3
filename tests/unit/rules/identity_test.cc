// By what rules are known again.
#include "rules/identity.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "tests/unit/rules/rules_testing.h"

namespace cupel {
namespace {

using Identities = std::map<std::string, RuleIdentity>;

Identities Of(const RuleSources& sources, const RuleOptions& options = {}) {
  auto rules = RuleSet::Compile(sources, options, nullptr);
  EXPECT_TRUE(rules.ok()) << rules.status();
  Identities identities;
  EXPECT_EQ((*rules)->rules().size(), (*rules)->identities().size());
  for (size_t i = 0; i < (*rules)->rules().size(); ++i) {
    const RuleInfo& info = (*rules)->rules()[i];
    identities[info.name] = (*rules)->identities()[i];
  }
  return identities;
}

Identities Of(const std::string& text, const RuleOptions& options = {}) {
  RuleSources sources;
  sources.texts.push_back({"test", text});
  return Of(sources, options);
}

Digest Alone(const std::string& body) {
  return Of("rule x { " + body + " }")["x"].digest;
}

TEST(IdentityTest, TheEngineIsPartOfIt) {
  RuleOptions options;
  const std::string text = "rule a { condition: true }";
  const Digest cupel = Of(text, options)["a"].digest;
  options.engine = RuleEngine::kLibyara;
  EXPECT_NE(Of(text, options)["a"].digest, cupel);
}

TEST(IdentityTest, NameTagsMetasAndCommentsAreNotPartOfIt) {
  const Digest plain =
      Of("rule a { strings: $a = \"x\" condition: $a }")["a"].digest;
  EXPECT_EQ(plain, Of("rule b : tag { meta: m = 1 strings: /* c */ $a=\"x\"\n"
                      "// more\ncondition:\n$a }")["b"]
                       .digest);
  EXPECT_EQ(plain, Of("rule before { condition: true } private rule a { "
                      "strings: $a = \"x\" condition: $a }")["a"]
                       .digest);
}

TEST(IdentityTest, EveryTokenOfStringsAndConditionIs) {
  const Digest plain = Alone("strings: $a = \"x\" condition: $a");
  for (const char* other :
       {"strings: $a = \"y\" condition: $a",
        "strings: $a = \"x\" nocase condition: $a",
        "strings: $a = \"x\" private condition: $a",
        "strings: $b = \"x\" condition: $b",
        "strings: $a = \"x\" $b = \"z\" condition: $a or $b",
        "strings: $a = \"x\" condition: #a > 1",
        "strings: $a = { 78 } condition: $a",
        "strings: $a = /x/ condition: $a"}) {
    EXPECT_NE(plain, Alone(other)) << other;
  }
  // What stands in two tokens is not what stands in one.
  EXPECT_NE(Alone("condition: filesize > 1 + 1"),
            Alone("condition: filesize > 11"));
}

TEST(IdentityTest, AReferencedRuleIsPartOfIt) {
  const auto with = [](const std::string& helper) {
    return Of("private rule h { " + helper +
              " } rule mid { condition: h } rule a { condition: mid } "
              "rule other { condition: true }");
  };
  Identities one = with("condition: filesize > 1");
  Identities two = with("condition: filesize > 2");
  EXPECT_NE(one["mid"].digest, two["mid"].digest);
  EXPECT_NE(one["a"].digest, two["a"].digest);
  EXPECT_EQ(one["other"].digest, two["other"].digest);
}

// Behind it there can be none: libyara refuses them.
TEST(IdentityTest, AWildcardMeansAllRulesThatFitIt) {
  const std::string h1 = "rule h1 { condition: filesize > 1 } ";
  const std::string h2 = "rule h2 { condition: filesize > 2 } ";
  const std::string a = "rule a { condition: any of (h*) } ";
  const Digest one = Of(h1 + a)["a"].digest;
  EXPECT_NE(one, Of(h1 + h2 + a)["a"].digest);
}

TEST(IdentityTest, GlobalRulesArePartOfAllOfTheirNamespace) {
  const auto with = [](const std::string& global) {
    RuleSources sources;
    sources.texts.push_back(
        {"one", global + "rule a { condition: filesize > 1 }"});
    sources.texts.push_back({"two", "rule b { condition: filesize > 1 }"});
    return Of(sources);
  };
  Identities none = with("");
  Identities one = with("global rule g { condition: filesize > 5 } ");
  Identities two = with("global private rule g { condition: filesize > 6 } ");
  EXPECT_NE(none["a"].digest, one["a"].digest);
  EXPECT_NE(two["a"].digest, one["a"].digest);
  EXPECT_EQ(none["b"].digest, one["b"].digest);
  EXPECT_EQ(none["a"].digest, none["b"].digest);
}

TEST(IdentityTest, DefinesCountForThoseWhoReadThem) {
  const std::string text =
      "rule h { condition: limit > 1 } rule a { condition: h } "
      "rule b { condition: true }";
  RuleOptions options;
  options.defines = {{"limit", int64_t{1}}, {"unused", false}};
  Identities one = Of(text, options);
  options.defines = {{"limit", int64_t{2}}, {"unused", false}};
  Identities two = Of(text, options);
  options.defines = {{"limit", int64_t{2}}, {"unused", true}};
  EXPECT_NE(one["h"].digest, two["h"].digest);
  EXPECT_NE(one["a"].digest, two["a"].digest);
  EXPECT_EQ(one["b"].digest, two["b"].digest);
  EXPECT_EQ(Of(text, options)["a"].digest, two["a"].digest);
  // The number 2 and the text "2" are not the same.
  const std::string either = "rule a { condition: defined limit }";
  options.defines = {{"limit", std::string("2")}};
  const Digest as_text = Of(either, options)["a"].digest;
  options.defines = {{"limit", int64_t{2}}};
  EXPECT_NE(as_text, Of(either, options)["a"].digest);
}

TEST(IdentityTest, ExternalsAreThoseOfReferencesAndGlobalsToo) {
  Identities some =
      Of("rule h { condition: filename contains \"x\" } "
         "rule a { condition: h and filesize > 1 } "
         "rule b { condition: a and filetype == \"ZIP\" } "
         "rule c { condition: true }");
  EXPECT_EQ(some["a"].externals, 1U);
  EXPECT_EQ(some["b"].externals, 9U);
  EXPECT_EQ(some["c"].externals, 0U);
  Identities all =
      Of("rule c { condition: true } "
         "global rule g { condition: owner == \"x\" }");
  EXPECT_EQ(all["c"].externals, 16U);
}

TEST(IdentityTest, WhoAsksForTheTimeIsNotSteady) {
  Identities some =
      Of("import \"time\" import \"math\" "
         "rule t { condition: time.now() > 0 } rule a { condition: t } "
         "rule m { condition: math.entropy(0, filesize) > 7 }");
  EXPECT_FALSE(some["t"].steady);
  EXPECT_FALSE(some["a"].steady);
  EXPECT_TRUE(some["m"].steady);
}

TEST(IdentityTest, IncludedRulesHaveTheirOwn) {
  const TempDir dir;
  RuleSources sources;
  sources.paths = {dir.Write("top.yar",
                             "include \"part.inc\" rule a { condition: p }"
                             " rule b { condition: true }")};
  dir.Write("part.inc", "rule p { condition: filesize > 1 }");
  Identities one = Of(sources);
  dir.Write("part.inc", "rule p { condition: filesize > 2 }");
  Identities two = Of(sources);
  EXPECT_TRUE(one["p"].steady);
  EXPECT_NE(one["p"].digest, two["p"].digest);
  EXPECT_NE(one["a"].digest, two["a"].digest);
  EXPECT_EQ(one["b"].digest, two["b"].digest);
}

TEST(IdentityTest, SavedRulesKeepThem) {
  const TempDir dir;
  const std::string text =
      "rule a { condition: filename contains \"x\" } "
      "rule b { condition: limit > 1 }";
  RuleOptions options;
  options.defines = {{"limit", int64_t{1}}};
  RuleSources sources;
  sources.texts.push_back({"test", text});
  auto rules = RuleSet::Compile(sources, options, nullptr);
  ASSERT_TRUE(rules.ok());
  ASSERT_TRUE((*rules)->Save(dir / "saved").ok());
  Identities was = Of(text, options);
  RuleSources saved;
  saved.paths = {dir / "saved"};
  Identities kept = Of(saved);
  EXPECT_EQ(kept["a"].digest, was["a"].digest);
  EXPECT_EQ(kept["a"].externals, 1U);
  EXPECT_TRUE(kept["a"].steady);
  // With other values of defines they are other rules.
  options.defines = {{"limit", int64_t{2}}};
  EXPECT_NE(Of(saved, options)["b"].digest, was["b"].digest);
}

TEST(IdentityTest, WithoutWhatWasSkippedAllOthersAreWhatTheyWere) {
  RuleOptions options;
  options.skip_broken = true;
  Identities whole = Of("rule a { condition: true } rule b { condition: a }");
  Identities rest =
      Of("rule a { condition: true } rule broken { condition: nothing } "
         "rule b { condition: a }",
         options);
  EXPECT_TRUE(rest["b"].steady);
  EXPECT_EQ(rest["b"].digest, whole["b"].digest);
}

}  // namespace
}  // namespace cupel
