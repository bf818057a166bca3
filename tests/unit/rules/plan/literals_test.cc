#include "rules/plan/literals.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "rules/plan/pattern_expression.h"
#include "tests/unit/rules/plan/plan_testing.h"

namespace cupel::plan {
namespace {

ast::String Parsed(const std::string& declaration) {
  const auto rules =
      ParseRules("rule r { strings: $a = " + declaration + " condition: $a }");
  if (rules->source.rules.size() != 1 ||
      rules->source.rules[0].strings.size() != 1) {
    ADD_FAILURE() << declaration;
    return {};
  }
  return std::move(rules->source.rules[0].strings[0]);
}

std::string Shown(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    if (c >= 0x20 && c < 0x7F) {
      out += c;
    } else {
      out += fmt::format("\\x{:02x}", static_cast<uint8_t>(c));
    }
  }
  return out;
}

// "all(abc, any(d, e/i))"; expressions stand in slashes.
std::string Shown(const Need& need) {
  if (need.op == Need::Op::kTrue) return "true";
  if (need.op == Need::Op::kAtom) {
    if (need.atom.regex) return "/" + need.atom.text + "/";
    return Shown(need.atom.text) + (need.atom.nocase ? "/i" : "");
  }
  std::string out = need.op == Need::Op::kAll ? "all(" : "any(";
  for (const Need& child : need.children) {
    if (out.back() != '(') out += ", ";
    out += Shown(child);
  }
  return out + ")";
}

std::string Needed(const std::string& declaration) {
  return Shown(NeedOf(Parsed(declaration), false));
}

bool Occurs(const Atom& atom, std::string_view bytes) {
  if (atom.regex) {
    // libyara's syntax has no groups that don't capture, and no need of them.
    std::string expression = atom.text;
    for (size_t at; (at = expression.find("(?:")) != std::string::npos;) {
      expression.erase(at + 1, 2);
    }
    Oracle oracle("rule r { strings: $a = /" + expression +
                  "/s condition: $a }");
    EXPECT_TRUE(oracle.ok()) << expression;
    return oracle.ok() && !oracle.Matching(bytes).empty();
  }
  const auto same = [&atom](char text, char wanted) {
    if (atom.nocase && text >= 'A' && text <= 'Z') {
      text = static_cast<char>(text | 0x20);
    }
    return text == wanted;
  };
  return std::search(bytes.begin(), bytes.end(), atom.text.begin(),
                     atom.text.end(), same) != bytes.end();
}

bool Satisfied(const Need& need, std::string_view bytes) {
  const auto satisfied = [bytes](const Need& child) {
    return Satisfied(child, bytes);
  };
  switch (need.op) {
    case Need::Op::kTrue:
      return true;
    case Need::Op::kAtom:
      return Occurs(need.atom, bytes);
    case Need::Op::kAll:
      return std::all_of(need.children.begin(), need.children.end(), satisfied);
    case Need::Op::kAny:
      return std::any_of(need.children.begin(), need.children.end(), satisfied);
  }
  return true;
}

TEST(LiteralsTest, TextIsNeededInEachOfItsForms) {
  EXPECT_EQ(Needed(R"("abcdef")"), "abcdef");
  EXPECT_EQ(Needed(R"("abcdef" nocase fullword)"), "abcdef/i");
  EXPECT_EQ(Needed(R"("AbC1" nocase)"), "abc1/i");
  EXPECT_EQ(Needed(R"("AbC1")"), "AbC1");
  EXPECT_EQ(Needed(R"("ab" wide)"), R"(a\x00b\x00)");
  EXPECT_EQ(Needed(R"("ab" wide ascii)"), R"(any(ab, a\x00b\x00))");
}

TEST(LiteralsTest, NocaseWithoutLettersIsNone) {
  EXPECT_EQ(Needed(R"("12345" nocase)"), "12345");
}

TEST(LiteralsTest, OneByteSaysNothing) {
  EXPECT_EQ(Needed(R"("a")"), "true");
  EXPECT_EQ(Needed(R"("a" wide)"), R"(a\x00)");
  EXPECT_EQ(Needed(R"("a" wide ascii)"), "true");
}

TEST(LiteralsTest, LongTextIsCutToItsRarestWindow) {
  const Need need = NeedOf(Parsed("\"" + std::string(80, ' ') + "Zq0_xY" +
                                  std::string(80, ' ') + "\""),
                           false);
  ASSERT_EQ(need.op, Need::Op::kAtom);
  EXPECT_EQ(need.atom.text.size(), kMaxLiteralBytes);
  EXPECT_THAT(need.atom.text, testing::HasSubstr("Zq0_xY"));
}

TEST(LiteralsTest, XorIsAllItsVariants) {
  EXPECT_EQ(Needed(R"("abcd" xor(1-2))"), "any(`cbe, c`af)");
  EXPECT_EQ(Needed(R"("ab" wide xor(1))"), R"(`\x01c\x01)");
  const Need all = NeedOf(Parsed(R"("a longer text than eight" xor)"), false);
  ASSERT_EQ(all.op, Need::Op::kAny);
  EXPECT_EQ(all.children.size(), 256U);
  EXPECT_EQ(all.children[0].atom.text.size(), 8U);
}

TEST(LiteralsTest, Base64HasThreeAlignments) {
  EXPECT_EQ(Needed(R"("This program cannot" base64)"),
            "any(VGhpcyBwcm9ncmFtIGNhbm5vd, RoaXMgcHJvZ3JhbSBjYW5ub3, "
            "UaGlzIHByb2dyYW0gY2Fubm90)");
  EXPECT_EQ(Needed(R"("abcd" base64wide)"),
            R"(any(Y\x00W\x00J\x00j\x00Z\x00, F\x00i\x00Y\x002\x00, )"
            R"(h\x00Y\x00m\x00N\x00k\x00))");
}

TEST(LiteralsTest, HexRunsAreAllNeeded) {
  EXPECT_EQ(Needed("{ 61 62 63 64 ?? ?? 65 66 67 68 }"), "all(abcd, efgh)");
  EXPECT_EQ(Needed("{ 61 62 63 [2-4] 64 65 66 }"), "all(abc, def)");
  EXPECT_EQ(Needed("{ 61 62 ( 63 | 64 65 ) 66 }"), "any(abcf, abdef)");
  EXPECT_EQ(Needed("{ ?? 61 ?? }"), "true");
}

TEST(LiteralsTest, RegexesGiveTheirFixedParts) {
  EXPECT_EQ(Needed("/foobar[0-9]+quux/"), "all(foobar, quux)");
  EXPECT_EQ(Needed("/https?:/"), "any(http:, https:)");
  EXPECT_EQ(Needed("/foo(bar|baz)?qux/"), "any(foobarqux, foobazqux, fooqux)");
  EXPECT_EQ(Needed("/abc.*def/i"), "all(abc/i, def/i)");
  // Once of the alternatives, and once of what the whole begins with.
  EXPECT_EQ(Needed("/(zqv.*|jqw)xyz/"),
            "all(xyz, any(zqv, jqw), any(jqw, zqv))");
  EXPECT_EQ(Needed("/jqv+kzw/"), "all(vkzw, jqv)");
  EXPECT_EQ(Needed("/x(ab){2,5}y/"), "all(xabab, ababy)");
  EXPECT_EQ(Needed("/ab/ wide"), R"(a\x00b\x00)");
}

TEST(LiteralsTest, WhatCanBeLeftOutIsNotNeeded) {
  EXPECT_EQ(Needed("/(abcdef)*/"), "true");
  EXPECT_EQ(Needed("/(abcdef|)/"), "true");
  EXPECT_EQ(Needed("/(abcdef|[^a]{3,})/"), "true");
}

std::string Expression(const std::string& declaration) {
  const ast::String string = Parsed(declaration);
  return Shown(ExpressionOf(string.pattern, string.wide));
}

TEST(ExpressionTest, SetsAndCountsAreWrittenOut) {
  EXPECT_EQ(Expression("/[A-Z]{20}x/"), R"(/[\x41-\x5a]{20}\x78/)");
  EXPECT_EQ(Expression("/a(b|[cd]*e)?f{2,}g/"),
            R"(/\x61(?:(?:\x62|[\x63\x64]{0,}\x65)){0,1}\x66{2,}\x67/)");
  EXPECT_EQ(Expression("/[A-Z]{20}/ wide"), R"(/(?:[\x41-\x5a]\x00){20}/)");
}

TEST(ExpressionTest, WhatIsOptionalAtAnEndIsCutOff) {
  EXPECT_EQ(Expression("/^x?\\b[A-Z]{20,30}x?$/"), R"(/[\x41-\x5a]{20}/)");
}

TEST(ExpressionTest, WhatIsEverywhereIsNotSearchedFor) {
  EXPECT_EQ(Expression("/[a-z]/"), "true");
  EXPECT_EQ(Expression("/[a-z]*/"), "true");
  EXPECT_EQ(Expression("/(|[A-Z]{20})/"), "true");
}

TEST(ExpressionTest, LargeCountsAreWeakened) {
  EXPECT_EQ(Expression("/[A-Z]{600,700}[0-9]/"),
            R"(/[\x41-\x5a]{512}[\x30-\x39]/)");
  EXPECT_EQ(Expression("/[0-9]([A-Z]{100}[a-z]{100}){9,}[0-9]/"),
            R"(/[\x30-\x39](?:[\x41-\x5a]{8,}[\x61-\x7a]{8,}){8,})"
            R"([\x30-\x39]/)");
}

TEST(ExpressionTest, CountsDoNotMultiplyOutWithoutEnd) {
  std::string nested = "[A-Z][a-z]";
  for (int i = 0; i < 30; ++i) nested = "(" + nested + "){9,}";
  EXPECT_EQ(Expression("/" + nested + "/"), "true");
}

TEST(LiteralsTest, NotUnderstoodIsTrue) {
  ast::String string = Parsed(R"("abcdef")");
  string.understood = false;
  EXPECT_EQ(NeedOf(string, true).op, Need::Op::kTrue);
}

// The promise of literals.h, against libyara: where a string matches, what is
// needed is there.
class LiteralsPropertyTest : public testing::TestWithParam<uint32_t> {};

TEST_P(LiteralsPropertyTest, WhateverMatchesHasWhatIsNeeded) {
  Dice dice(GetParam());
  size_t matched = 0;
  size_t told = 0;
  for (int round = 0; round < 250; ++round) {
    const std::string declaration = RandomString(&dice);
    Oracle oracle("rule r { strings: $a = " + declaration + " condition: $a }");
    if (!oracle.ok()) continue;
    const ast::String string = Parsed(declaration);
    const Need plain = NeedOf(string, false);
    const Need need = NeedOf(string, true);
    for (int i = 0; i < 6; ++i) {
      std::string text = RandomMatch(string, &dice);
      if (dice.Chance(50)) text = " " + text + " ";
      if (dice.Chance(30)) text = "\xFFzz" + text + "zz";
      if (oracle.Matching(text).empty()) continue;
      ++matched;
      told += need.op == Need::Op::kTrue ? 0 : 1;
      ASSERT_TRUE(Satisfied(plain, text))
          << declaration << "\n in " << Shown(text) << "\n needs "
          << Shown(plain);
      ASSERT_TRUE(Satisfied(need, text))
          << declaration << "\n in " << Shown(text) << "\n needs "
          << Shown(need);
    }
  }
  EXPECT_GT(matched, 350U);
  EXPECT_GT(told, matched / 2);
}

INSTANTIATE_TEST_SUITE_P(Seeds, LiteralsPropertyTest,
                         testing::Range<uint32_t>(1, 6));

}  // namespace
}  // namespace cupel::plan
