// Conditions as trees: every production of libyara's grammar, and what is done
// with what is not one.
#include "rules/ast/condition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "ast_testing.h"

namespace cupel::ast {
namespace {

TEST(ConditionTest, Literals) {
  EXPECT_EQ(Condition("true"), "true");
  EXPECT_EQ(Condition("false"), "false");
  EXPECT_EQ(Condition("0x5A4D == 23117"), "(23117 == 23117)");
  EXPECT_EQ(Condition("filesize < 2KB"), "(filesize < 2048)");
  EXPECT_EQ(Condition("0o17 <= 1.5"), "(15 <= 1.500000)");
  EXPECT_EQ(Condition("entrypoint > 3MB"), "(entrypoint > 3145728)");
  EXPECT_EQ(Condition(R"(a == "\x00\n\"b")"), R"((a == "\x00\x0a\x22b"))");
}

TEST(ConditionTest, NumbersThatDoNotFitAreUnknownAlone) {
  EXPECT_EQ(Condition("a == 99999999999999999999 or $b"), "((a == <?>) or $b)");
}

TEST(ConditionTest, StringsOfTheRule) {
  EXPECT_EQ(Condition("$a"), "$a");
  EXPECT_EQ(Condition("$"), "$");
  EXPECT_EQ(Condition("$a at 1 + 2"), "$a at (1 + 2)");
  EXPECT_EQ(Condition("$a in (0..filesize - 1)"), "$a in (0..(filesize - 1))");
  EXPECT_EQ(Condition("#a > 1"), "(#a > 1)");
  EXPECT_EQ(Condition("# > 1"), "(# > 1)");
  EXPECT_EQ(Condition("#a in (1..2) == 1"), "(#a in (1..2) == 1)");
  EXPECT_EQ(Condition("@a < @b[2]"), "(@a < @b[2])");
  EXPECT_EQ(Condition("!a < !b[#b]"), "(!a < !b[#b])");
}

TEST(ConditionTest, LogicIsFlatAndBindsAsInLibyara) {
  EXPECT_EQ(Condition("$a or $b and not $c or $d"),
            "($a or ($b and (not $c)) or $d)");
  EXPECT_EQ(Condition("not $a and $b"), "((not $a) and $b)");
  EXPECT_EQ(Condition("not defined a.b == 1 or true"),
            "((not (defined (a.b == 1))) or true)");
  EXPECT_EQ(Condition("($a or $b) and $c"), "(($a or $b) and $c)");
  EXPECT_EQ(Condition("(((not (($a)))))"), "(not $a)");
}

TEST(ConditionTest, ArithmeticBindsAsInLibyara) {
  EXPECT_EQ(Condition("1 | 2 ^ 3 & 4 << 5 + 6 * -7 == 0"),
            "((1 | (2 ^ (3 & (4 << (5 + (6 * (-7))))))) == 0)");
  EXPECT_EQ(Condition("1 - 2 - 3 >= 4 \\ 5 % 6"),
            "(((1 - 2) - 3) >= ((4 \\ 5) % 6))");
  EXPECT_EQ(Condition("1 >> 2 << 3 != ~-~1"),
            "(((1 >> 2) << 3) != (~(-(~1))))");
  EXPECT_EQ(Condition("(1 + 2) * 3 == (4)"), "(((1 + 2) * 3) == 4)");
}

TEST(ConditionTest, ComparisonsAndTextOperators) {
  for (const std::string op : {"==", "!=", "<", "<=", ">", ">="}) {
    EXPECT_EQ(Condition("a " + op + " 1"), "(a " + op + " 1)");
  }
  for (const std::string op :
       {"contains", "icontains", "startswith", "istartswith", "endswith",
        "iendswith", "iequals"}) {
    EXPECT_EQ(Condition("a.b " + op + " \"x\" and c"),
              "((a.b " + op + " \"x\") and c)");
  }
  EXPECT_EQ(Condition("a matches /x\\/y/is or b"),
            "((a matches /x\\/y/is) or b)");
}

TEST(ConditionTest, Modules) {
  EXPECT_EQ(Condition("pe.sections[1 + 1].name == \".text\""),
            "(pe.sections[(1 + 1)].name == \".text\")");
  EXPECT_EQ(Condition("pe.imports(/a/i, \"b\", 1, $c or true)[0].x()"),
            "pe.imports(/a/i, \"b\", 1, ($c or true))[0].x()");
  EXPECT_EQ(Condition("pe.version_info[\"a\"] contains \"b\""),
            "(pe.version_info[\"a\"] contains \"b\")");
  EXPECT_EQ(Condition("cuckoo.network.http_request(/x/)"),
            "cuckoo.network.http_request(/x/)");
}

TEST(ConditionTest, IntegersOfTheFile) {
  for (const std::string name :
       {"int8", "int16", "int32", "uint8", "uint16", "uint32", "int8be",
        "int16be", "int32be", "uint8be", "uint16be", "uint32be"}) {
    EXPECT_EQ(Condition(name + "(@a + 1) == 2"),
              "(" + name + "((@a + 1)) == 2)");
  }
  EXPECT_EQ(Condition("uint32(uint32(0x3C)) == 1"),
            "(uint32(uint32(60)) == 1)");
}

TEST(ConditionTest, OfStrings) {
  EXPECT_EQ(Condition("all of them"), "(all of them)");
  EXPECT_EQ(Condition("any of ($a, $b*, $)"), "(any of ($a, $b*, $))");
  EXPECT_EQ(Condition("none of ($*)"), "(none of ($*))");
  EXPECT_EQ(Condition("2 of them and $a"), "((2 of them) and $a)");
  EXPECT_EQ(Condition("#a + 1 of them"), "((#a + 1) of them)");
  EXPECT_EQ(Condition("(1 + 1) of them"), "((1 + 1) of them)");
  EXPECT_EQ(Condition("any of them at 0"), "(any of them at 0)");
  EXPECT_EQ(Condition("any of ($a*) in (0..10) or $b"),
            "((any of ($a*) in (0..10)) or $b)");
}

TEST(ConditionTest, Percentages) {
  EXPECT_EQ(Condition("50% of them"), "(50% of them)");
  EXPECT_EQ(Condition("x % of ($a*)"), "(x% of ($a*))");
  EXPECT_EQ(Condition("5 * 10 % of them"), "((5 * 10)% of them)");
  EXPECT_EQ(Condition("7 % 4 == 3"), "((7 % 4) == 3)");
}

TEST(ConditionTest, OfRules) {
  EXPECT_EQ(Condition("any of (a, b*)"), "(any of (a, b*))");
  EXPECT_EQ(Condition("50% of (a*) and c"), "((50% of (a*)) and c)");
}

TEST(ConditionTest, ForOf) {
  EXPECT_EQ(Condition("for all of ($a*) : ($ at 0 and # > 1)"),
            "(for all of ($a*) : (($ at 0 and (# > 1))))");
  EXPECT_EQ(Condition("for 1 of them : (@[1] < 5)"),
            "(for 1 of them : ((@[1] < 5)))");
  EXPECT_EQ(Condition("for none of them : ($)"), "(for none of them : ($))");
}

TEST(ConditionTest, ForIn) {
  EXPECT_EQ(Condition("for any i in (1..#a) : (@a[i] == i)"),
            "(for any i in (1..#a) : ((@a[i] == i)))");
  EXPECT_EQ(Condition("for #a i in (1, 2 + 3) : (i > 1)"),
            "(for #a i in (1, (2 + 3)) : ((i > 1)))");
  EXPECT_EQ(Condition("for all s in (\"a\", \"b\") : (s == \"a\")"),
            "(for all s in (\"a\", \"b\") : ((s == \"a\")))");
  EXPECT_EQ(Condition("for any s in (pe.dll_name, \"b\") : (true)"),
            "(for any s in (pe.dll_name, \"b\") : (true))");
  EXPECT_EQ(Condition("for any k, v in pe.version_info : (k == v)"),
            "(for any k, v in pe.version_info : ((k == v)))");
  EXPECT_EQ(Condition("for any s in pe.sections : (for all i in (s.a..2) : "
                      "(i == s.b))"),
            "(for any s in pe.sections : ((for all i in (s.a..2) : "
            "((i == s.b)))))");
}

TEST(ConditionTest, WhatIsInBracketsAndNotUnderstoodIsUnknownAlone) {
  EXPECT_EQ(Condition("$a and ($b ? $c) or $d"), "(($a and <?>) or $d)");
  EXPECT_EQ(Condition("f(1, ;) == 2 and g"), "((<?> == 2) and g)");
  EXPECT_EQ(Condition("a[$] and uint8(true)"), "(<?> and <?>)");
  EXPECT_EQ(Condition("for any of them : ($ $)"), "(for any of them : (<?>))");
}

TEST(ConditionTest, WhatIsNotUnderstoodWithoutBracketsIsUnknownAsAWhole) {
  for (const char* text : {"",
                           "$a $b",
                           "$a and",
                           "or $a",
                           "with x = 1 : ($a)",
                           "1 < 2 < 3",
                           "$a == 1",
                           "true == true",
                           "not",
                           "$a)",
                           "($a",
                           "any of",
                           "any",
                           "for any x : (true)",
                           "$a*",
                           "a.all",
                           "a.1",
                           "1 of (a b)",
                           "# a",
                           "for any of (a) : (true)",
                           "$a in (1)",
                           "all of them at"}) {
    EXPECT_EQ(Condition(text), "<?>") << text;
  }
}

TEST(ConditionTest, NestingIsBounded) {
  const auto nested = [](int depth) {
    return std::string(static_cast<size_t>(depth), '(') + "$a" +
           std::string(static_cast<size_t>(depth), ')');
  };
  EXPECT_EQ(Condition(nested(kMaxNesting)), "$a");
  EXPECT_EQ(Condition(nested(kMaxNesting + 1) + " and $b"), "(<?> and $b)");
  EXPECT_EQ(Condition(nested(100'000) + " and $b"), "(<?> and $b)");
  std::string nots;
  for (int i = 0; i < 10'000; ++i) nots += "not ";
  EXPECT_EQ(Condition(nots + "$a"), "<?>");
  EXPECT_EQ(Condition("(" + nots + "$a) or $b"), "(<?> or $b)");
}

TEST(ConditionTest, ChainsOfOperatorsDoNotMakeDeepTrees) {
  std::string sum = "#a";
  std::string either = "$a";
  std::string path = "a";
  for (int i = 0; i < 100'000; ++i) {
    sum += " + #a";
    either += " or $a";
    path += ".b";
  }
  for (const std::string& text : {sum + " > 1 and $b", path, either}) {
    const TokenList list = Tokenize(text);
    const ExprPtr tree = ParseCondition(text, list.tokens);
    EXPECT_LE(Height(*tree), kMaxNesting);
  }
  const TokenList list = Tokenize(either);
  EXPECT_EQ(ParseCondition(either, list.tokens)->children.size(), 100'001U);
}

TEST(ConditionTest, SpansAreThoseOfTheSource) {
  const std::string text = "$a and\n (#b + 1 > 2) or\n  any of them";
  const TokenList list = Tokenize(text);
  const ExprPtr tree = ParseCondition(text, list.tokens);
  const auto of = [&](const Expr& e) {
    return text.substr(e.span.begin, e.span.end - e.span.begin);
  };
  EXPECT_EQ(of(*tree), text);
  EXPECT_EQ(of(*tree->children[0]), "$a and\n (#b + 1 > 2)");
  const Expr& compare = *tree->children[0]->children[1];
  EXPECT_EQ(of(compare), "(#b + 1 > 2)");
  EXPECT_EQ(compare.span.line, 2U);
  EXPECT_EQ(of(*compare.children[0]), "#b + 1");
  EXPECT_EQ(of(*tree->children[1]), "any of them");
  EXPECT_EQ(tree->children[1]->span.line, 3U);
}

}  // namespace
}  // namespace cupel::ast
