// The places where a formula is easily too strict. What libyara does there is
// asked of the libyara in use, and where versions differ the formula has to
// allow for all of them.
#include <gtest/gtest.h>

#include <algorithm>

#include "rules/plan/formula.h"
#include "rules/plan/formula_modules.h"
#include "tests/unit/rules/plan/formula_testing.h"

namespace cupel::plan {
namespace {

constexpr char kA[] = "<aaaa>";
constexpr char kB[] = "<bbbb>";

// Whether the formula of the last rule allows the file; strings occur if their
// texts do.
bool Allows(const std::vector<std::string>& texts, std::string_view bytes,
            const FileExternals& externals = {}) {
  const auto parsed = Parse(texts);
  return Evaluate(parsed->formulas.back(), {bytes, &externals},
                  [&](StringRef ref) {
                    const ast::Rule& rule = *parsed->input.rules[ref.rule].rule;
                    const std::string& text = rule.strings[ref.string].bytes;
                    return bytes.find(text) != std::string_view::npos;
                  });
}

bool AllowsCondition(const std::string& condition, std::string_view bytes,
                     const FileExternals& externals = {}) {
  return Allows({ImportsFor(condition) + RuleWith(condition)}, bytes,
                externals);
}

// libyara says that the condition is true of the file, so the formula must.
void ExpectTrue(const std::string& condition, std::string_view bytes) {
  EXPECT_TRUE(ConditionMatches(condition, bytes)) << condition;
  EXPECT_TRUE(AllowsCondition(condition, bytes)) << condition;
}

// Both say no.
void ExpectRuledOut(const std::string& condition, std::string_view bytes) {
  EXPECT_FALSE(ConditionMatches(condition, bytes)) << condition;
  EXPECT_FALSE(AllowsCondition(condition, bytes)) << condition;
}

// libyara says no; the formula may not be the one that does.
void ExpectLeftToLibyara(const std::string& condition, std::string_view bytes) {
  EXPECT_TRUE(AllowsCondition(condition, bytes)) << condition;
}

TEST(FormulaTrapTest, AndTakesUndefinedForFalseButNotLeavesIt) {
  const std::string undefined = "uint16(1000) == 1";
  ExpectTrue("not (" + undefined + " and $a)", "");
  ExpectTrue("not (" + undefined + " and $a)", kA);
  ExpectTrue("not (" + undefined + " or $a)", "");
  ExpectTrue("not (pe.machine == 1 and filesize < 10)", "x");
  ExpectTrue("not (pe.machine == 1 and pe.is_dll())", "x");
  EXPECT_FALSE(ConditionMatches("not " + undefined, ""));
  ExpectRuledOut("not pe.is_dll()", "x");
  ExpectRuledOut("not not not pe.is_dll()", "x");
  ExpectTrue("not not not (pe.is_dll() and $a)", "x");
}

TEST(FormulaTrapTest, NotOfReadIsLeftToLibyaraInShortFiles) {
  ExpectLeftToLibyara("not uint16(0) == 0x5A4D", "");
  ExpectLeftToLibyara("not uint16(0) == 0x5A4D", "M");
  ExpectLeftToLibyara("uint16(0) != 0x5A4D", "M");
  ExpectTrue("not uint16(0) == 0x5A4D", "xx");
  ExpectTrue("uint16(0) != 0x5A4D", "xx");
  ExpectRuledOut("not uint16(0) == 0x5A4D", "MZ");
  ExpectRuledOut("uint16(0) != 0x5A4D", "MZ");
  ExpectTrue("not (uint16(0) == 0x5A4D and true)", "M");
  ExpectTrue("not (uint16(0) == 0x5A4D or $a)", "M");
}

TEST(FormulaTrapTest, IsPeIsSetWithoutHeader) {
  ExpectTrue("pe.is_pe == 0", "text");
  ExpectTrue("not pe.is_pe", "text");
  ExpectTrue("pe.is_pe != 1", "text");
  ExpectTrue("pe.is_pe < 1", "text");
  ExpectTrue("pe.MACHINE_I386 == 0x14c", "text");
  ExpectRuledOut("pe.is_pe", "text");
  ExpectRuledOut("pe.is_pe == 1", "text");
  ExpectRuledOut("0 != pe.is_pe", "text");
}

TEST(FormulaTrapTest, NothingFollowsFromAbsence) {
  for (const std::string condition :
       {"not $a", "none of them", "#a == 0", "#a < 1", "#a <= 0", "not #a",
        "not any of ($a, $b)", "for none of ($a, $b) : ($)", "#a + #b == 0",
        "not defined @a", "#a >= #b", "not @a > 0 or true",
        "for any of ($a, $b) : (not $)", "for all of ($a, $b) : (# == 0)",
        "for any of ($a, $b) : (# < 2)"}) {
    ExpectTrue(condition, "");
  }
  // This one was "at least 0" before 4.3, and is "none" since.
  ExpectLeftToLibyara("0 of ($a, $b)", "");
  ExpectLeftToLibyara("0 of ($a, $b)", kA);
  ExpectTrue("#c of ($a, $b)", "");
  ExpectTrue("for #c of ($a, $b) : ($)", "");
}

TEST(FormulaTrapTest, LoopsOverNothing) {
  ExpectLeftToLibyara("for all i in (1..#a) : (@a[i] < 10)", "");
  ExpectLeftToLibyara("for all s in pe.sections : (s.name == \"x\")", "");
  ExpectRuledOut("for any i in (1..#a) : (@a[i] < 10)", "");
  ExpectRuledOut("for any i in (0..@a) : ($b)", kB);
  ExpectRuledOut("for any s in pe.sections : (true)", "x");
}

TEST(FormulaTrapTest, BodiesThatAreNumbersCountAsThat) {
  const std::string twice = std::string(kA) + kA;
  ExpectLeftToLibyara("for all of ($a, $b) : (#)", twice);
  ExpectTrue("for 2 of ($a, $b) : (#)", twice);
  ExpectTrue("for 2 of ($a, $b) : (# or $)", twice);
  ExpectTrue("for 2 i in (1..1) : (2)", "");
  ExpectRuledOut("for 2 of ($a, $b) : (#)", "");
  ExpectRuledOut("for 2 of ($a, $b) : (# > 0)", twice);
}

TEST(FormulaTrapTest, SetsCountWhatIsThereTwice) {
  ExpectTrue("2 of ($a, $a, $b)", kA);
  ExpectTrue("2 of ($a*, $a)", kA);
  ExpectRuledOut("3 of ($a, $a, $b)", kA);
  ExpectRuledOut("3 of ($a, $a, $b)", kB);
  ExpectTrue("66% of ($a, $a, $b)", kA);
}

TEST(FormulaTrapTest, PercentagesRoundUp) {
  for (const int percent : {1, 32, 33, 34, 50, 66, 67, 99, 100}) {
    std::string bytes;
    for (int found = 0; found <= 3; ++found) {
      const std::string condition = std::to_string(percent) + "% of ($x*)";
      EXPECT_EQ(ConditionMatches(condition, bytes),
                AllowsCondition(condition, bytes))
          << condition << " " << found;
      bytes += BytesOf(static_cast<char>('1' + found));
    }
  }
}

TEST(FormulaTrapTest, CountsOfEachOther) {
  const std::string files[] = {"",
                               kA,
                               kB,
                               std::string(kA) + kB,
                               std::string(kA) + kA,
                               std::string(kA) + kA + kB,
                               std::string(kB) + kB + kA};
  for (const std::string condition : {"#a > #b",
                                      "#a >= #b",
                                      "#a != #b",
                                      "#a + #b > 1",
                                      "#a - #b > 0",
                                      "#a * #b > 1",
                                      "#a \\ (#b + 1) == 1",
                                      "#a % 2 == 1",
                                      "2 - #a < 1",
                                      "-#a < #b",
                                      "~#a == -1",
                                      "~@a < #b",
                                      "#a << 1 > 2",
                                      "#a & #b",
                                      "#a | #b",
                                      "#a ^ #b",
                                      "@a < @b",
                                      "@a[2] > 0",
                                      "!a + !b > 6",
                                      "@a[#a] > 0",
                                      "#a in (0..3)",
                                      "#a in (@b..100) > 0",
                                      "#a - 5 > -5",
                                      "#a * -1 < 0",
                                      "not #a > #b",
                                      "#a + 9223372036854775807 > 0",
                                      "#a * 4611686018427387904 * 4 == 0",
                                      "#a > 0.5",
                                      "#a * 0.5 > 0.2"}) {
    for (const std::string& bytes : files) {
      if (ConditionMatches(condition, bytes)) {
        EXPECT_TRUE(AllowsCondition(condition, bytes)) << condition << bytes;
      }
    }
  }
}

TEST(FormulaTrapTest, UndefinedOffsets) {
  // Before 4.3 that was false, now it is undefined.
  ExpectLeftToLibyara("not $a at pe.entry_point", kA);
  ExpectLeftToLibyara("defined ($a at pe.entry_point)", kA);
  ExpectRuledOut("$a at pe.entry_point", kA);
  ExpectRuledOut("$a at @b", kA);
  ExpectRuledOut("$a in (0..pe.entry_point)", kA);
  ExpectRuledOut("any of ($a, $b) at @c", kA);
  ExpectRuledOut("any of ($a, $b) in (0..@c)", kA);
}

TEST(FormulaTrapTest, LessThanOfRealsIsNeverUndefined) {
  ExpectTrue("not math.entropy(1000, 10) < 2.0 or true", "");
  ExpectLeftToLibyara("not math.entropy(@a, 10) < 2.0", "");
  ExpectLeftToLibyara("defined (math.entropy(@a, 10) < 2.0)", "");
  ExpectRuledOut("math.entropy(@a, 10) < 2.0", "");
}

TEST(FormulaTrapTest, LoopVariablesHideNames) {
  const std::string rule = "rule x { strings: $s = \"zzz\" condition: $s }\n";
  const std::string loop = RuleWith("for any x in (1..2) : (x == 2)");
  EXPECT_TRUE(Matches(rule + loop, ""));
  EXPECT_TRUE(Allows({rule + loop}, ""));
  // An external, and a module.
  ExpectTrue("for any filename in (1..2) : (filename == 2)", "");
  ExpectTrue("for any filename in (\"a\", \"b\") : (filename == \"b\")", "");
  ExpectTrue("for any pe in (1..2) : (pe == 2)", "");
}

TEST(FormulaTrapTest, OrderOfRulesDecides) {
  const std::string a = "rule a { strings: $s = \"zzz\" condition: $s }\n";
  EXPECT_TRUE(Matches(a + RuleWith("a"), "zzz"));
  EXPECT_TRUE(Allows({a + RuleWith("a")}, "zzz"));
  EXPECT_FALSE(Allows({a + RuleWith("a")}, ""));
  EXPECT_TRUE(Allows({RuleWith("a") + a, RuleWith("a")}, ""));
  // A wildcard may mean the rule itself, which is never true then.
  const std::string self = "rule a2 { condition: any of (a*) }\n";
  EXPECT_TRUE(Matches(a + self, "zzz"));
  EXPECT_TRUE(Allows({a + self}, "zzz"));
}

// libyara looks for the names of a wildcard in all namespaces.
TEST(FormulaTrapTest, WildcardsCountRulesOfOtherNamespaces) {
  const std::string x1 = "rule x1 { strings: $s = \"zzz\" condition: $s }\n";
  const std::string x2 = "rule x2 { strings: $s = \"yyy\" condition: $s }\n";
  EXPECT_TRUE(Allows({x1, x1 + x2 + RuleWith("2 of (x*)")}, "zzz"));
  EXPECT_FALSE(Allows({x1, x1 + x2 + RuleWith("2 of (x*)")}, ""));
  EXPECT_FALSE(Allows({x1, x1 + x2 + RuleWith("all of (x*)")}, "zzz"));
  EXPECT_FALSE(Allows({x1 + x2 + RuleWith("2 of (x*)")}, "zzz"));
}

TEST(FormulaTrapTest, GlobalRulesCountWhereverTheyStand) {
  const std::string rules = RuleWith("$a", "first") +
                            "global private rule g { condition: filesize > "
                            "6 }\n";
  const auto parsed = Parse({rules});
  EXPECT_EQ(ToText(parsed->formulas[0], parsed->input, 0),
            "all of ($a, filesize > 6)");
  // A reference sees the rule, not the globals.
  const std::string text = "global rule g { condition: filesize > 6 }\n" +
                           RuleWith("$a", "a") + RuleWith("not a");
  EXPECT_FALSE(Matches(text, "x"));
  EXPECT_TRUE(Matches(text, "1234567"));
  EXPECT_TRUE(Allows({text}, "1234567"));
}

TEST(FormulaTrapTest, ConstantsAreLibyaras) {
  for (const std::string condition :
       {"1 << 64 == 0", "1 << 63 < 0", "-1 >> 63 == -1", "-1 >> 64 == 0",
        "7 \\ 2 == 3", "-7 \\ 2 == -3", "-7 % 3 == -1", "~0 == -1",
        "6 ^ 3 == 5", "6 | 3 == 7", "6 & 3 == 2", "-(2 - 5) == 3",
        "2KB == 2048", "1MB == 1024 * 1024", "0x10 == 16", "0o17 == 15",
        "1 << 4 + 1 == 32", "-8 >> 1 == -4", "5 - 2 - 1 == 2"}) {
    EXPECT_TRUE(ConditionMatches(condition, "")) << condition;
    EXPECT_EQ(FormulaOfCondition(condition), "true") << condition;
    EXPECT_EQ(FormulaOfCondition("not (" + condition + ")"), "false");
  }
}

TEST(FormulaTrapTest, ReadsAreLibyaras) {
  const std::string files[] = {"",
                               "M",
                               "MZ",
                               "MZ\x90",
                               std::string("MZ\0\1\xff\xfe\x80\x7f", 8),
                               "\xff\xff\xff\xff\xff"};
  std::vector<std::string> conditions;
  for (const std::string read :
       {"uint8", "uint16", "uint32", "int8", "int16", "int32", "uint8be",
        "uint16be", "uint32be", "int8be", "int16be", "int32be"}) {
    for (const std::string offset : {"0", "1", "4", "7"}) {
      for (const std::string value :
           {"-1", "0x4D", "0x5A4D", "0x4D5A", "0xFFFE", "-2", "255", "-257",
            "0x01005A4D", "0x7F80FEFF", "-32641"}) {
        conditions.push_back(read + "(" + offset + ") == " + value);
      }
      for (const std::string mask : {"0xF0", "0xFF", "0xFFFF", "0x80", "0"}) {
        for (const std::string value :
             {"0x40", "0x4D", "0x5A4D", "0x80", "0"}) {
          conditions.push_back(read + "(" + offset + ") & " + mask +
                               " == " + value);
        }
      }
    }
  }
  // All in one set of rules: they are many.
  std::string text;
  for (size_t i = 0; i < conditions.size(); ++i) {
    text += "rule r" + std::to_string(i) + " { condition: " + conditions[i] +
            " }\n";
  }
  const auto parsed = Parse({text});
  for (const std::string& bytes : files) {
    const std::set<std::string> matching = MatchingRules(text, bytes);
    for (size_t i = 0; i < conditions.size(); ++i) {
      const bool allowed =
          Evaluate(parsed->formulas[i], {bytes, nullptr}, nullptr);
      const bool matches = matching.count("r" + std::to_string(i)) != 0;
      EXPECT_TRUE(allowed || !matches) << conditions[i] << bytes;
      // Only bits of the sign are too much for a fact.
      if (FormulaOfCondition(conditions[i]) != "true") {
        EXPECT_EQ(allowed, matches) << conditions[i] << bytes;
      }
    }
  }
}

TEST(FormulaTrapTest, TextsAreLibyaras) {
  const std::string values[] = {
      "",           "a", "A", "a.js", "A.JS", "xa.js", std::string("a\0.js", 5),
      "\xc3\xa4.js"};
  std::string text;
  std::vector<std::string> conditions;
  for (const std::string op :
       {"==", "!=", "contains", "icontains", "startswith", "istartswith",
        "endswith", "iendswith", "iequals", "<", ">="}) {
    for (const std::string literal :
         {"\"\"", "\"a\"", "\"A\"", "\".js\"", "\"A.JS\"", "\"a\\x00\"",
          "\"\\xc3\\x84\""}) {
      for (const std::string& condition :
           {"filename " + op + " " + literal, literal + " " + op + " filename",
            "not filename " + op + " " + literal}) {
        text += "rule r" + std::to_string(conditions.size()) +
                " { condition: " + condition + " }\n";
        conditions.push_back(condition);
      }
    }
  }
  for (const std::string condition : {"filename", "not filename"}) {
    text += "rule r" + std::to_string(conditions.size()) +
            " { condition: " + condition + " }\n";
    conditions.push_back(condition);
  }
  const auto parsed = Parse({text});
  for (const std::string& value : values) {
    FileExternals externals;
    externals.filename = value;
    const std::set<std::string> matching = MatchingRules(text, "", externals);
    for (size_t i = 0; i < conditions.size(); ++i) {
      const Formula& formula = parsed->formulas[i];
      const bool allowed = Evaluate(formula, {"", &externals}, nullptr);
      const bool matches = matching.count("r" + std::to_string(i)) != 0;
      EXPECT_TRUE(allowed || !matches) << conditions[i] << " " << value;
      if (formula.op != Formula::Op::kTrue) {
        EXPECT_EQ(allowed, matches) << conditions[i] << " " << value;
      }
    }
  }
}

// What a file begins with if a string is there, from bytes that libyara finds.
TEST(FormulaTrapTest, StringsAtFixedOffsetsAreLibyaras) {
  const std::pair<std::string, std::vector<std::string>> strings[] = {
      {"\"ab1\"", {"ab1"}},
      {"\"ab1\" nocase", {"AB1", "aB1", "ab1"}},
      {"\"ab1\" wide", {std::string("a\0b\0001\0", 6)}},
      {"\"ab1\" wide ascii nocase", {"Ab1", std::string("A\0b\0001\0", 6)}},
      {"\"ab1\" xor", {"ab1", "ba2"}},
      {"\"foobarbaz\" base64", {"Zm9vYmFyYmF6"}},
      {"{ 61 6? ?2 ~63 }", {"ab2d", "ab22"}},
      {"{ (61 | 62 63) [0-1] 64 }", {"ad", "axd", "bcd", "bcxd"}},
      {"{ 61 [0-400] 62 [0-400] 63 }", {"abc", "axxbxxc"}},
      {"/a?bc/", {"abc", "bc"}},
      {"/^a[bc]{2}.d/", {"abcxd", "accyd"}},
      {"/(ab|c)+d/i", {"ABd", "cABd"}},
      {"/ab/ wide", {std::string("a\0b\0", 4)}},
      {"/ab/ wide ascii", {std::string("a\0b\0", 4), "ab"}},
      {"/\\babc/ fullword", {"abc"}},
      {"/a.c/s", {"a\nc", "abc"}}};
  for (const auto& [string, samples] : strings) {
    for (const size_t offset : {size_t{0}, size_t{3}}) {
      const std::string text = "rule r { strings: $a = " + string +
                               " condition: $a at " + std::to_string(offset) +
                               " }";
      const auto parsed = Parse({text});
      const auto allows = [&](const std::string& bytes) {
        return Evaluate(parsed->formulas[0], {bytes, nullptr},
                        [](StringRef) { return true; });
      };
      for (const std::string& sample : samples) {
        const std::string bytes = std::string(offset, '\n') + sample;
        if (offset == 0 || string.find('^') == std::string::npos) {
          EXPECT_TRUE(Matches(text, bytes)) << string << " " << sample;
        }
        EXPECT_TRUE(allows(bytes)) << string << " " << sample;
      }
    }
  }
}

std::vector<std::string> FilesOfNoType() {
  std::vector<std::string> out = {
      "", "M", "text\n", "#!/bin/sh\n", "ZM", "PE", std::string(4096, '\0')};
  for (int i = 0; i < 40; ++i) {
    std::string bytes(static_cast<size_t>(1 + i * 37), '\0');
    for (size_t at = 0; at < bytes.size(); ++at) {
      bytes[at] = static_cast<char>(at * 131 + static_cast<size_t>(i) * 7919);
    }
    bytes[0] = 'Q';
    out.push_back(bytes);
  }
  return out;
}

using Forms = std::vector<std::string>;

// How a member can be used, most of them in the first way. What a version of
// libyara lacks does not compile.
Forms Uses(const std::string& import, const std::string& member) {
  const auto usable = [&](const Forms& forms) {
    Forms out;
    for (const std::string& form : forms) {
      if (Compiles(import + "rule r { condition: " + form + " }")) {
        out.push_back(form);
      }
    }
    return out;
  };
  const auto defined = [&](const Forms& ends) {
    Forms out;
    for (const std::string& end : ends) {
      out.push_back("defined " + member + end);
    }
    return out;
  };
  for (const Forms& forms :
       {defined({""}), Forms{"for any x in " + member + " : (true)"},
        Forms{"for any x, y in " + member + " : (true)"},
        defined({"()", "(1)", "(\"a\")", "(/a/)", "(1, 2)", "(\"a\", \"b\")",
                 "(\"a\", 1)", "(/a/, /b/)", "(1, \"a\", \"b\")", "(1, \"a\")",
                 "(1, \"a\", 2)", "(1, /a/, /b/)"}),
        defined({".major", ".minor", ".offset", ".size", ".key", ".name",
                 ".magic", ".clear_data", ".version(1)", ".toolid(1)",
                 ".version(1, 2)", ".version.major", ".map_item[0].type"})}) {
    Forms out = usable(forms);
    if (!out.empty()) return out;
  }
  return {};
}

TEST(FormulaTrapTest, MembersOfModulesAreUndefinedWithoutHeader) {
  for (const FileModule& module : FileModules()) {
    const std::string name(module.name);
    const std::string import = "import \"" + name + "\"\n";
    if (!Compiles(import + "rule r { condition: true }")) continue;
    std::string text = import;
    size_t members = 0;
    size_t uses = 0;
    const auto add = [&](const std::string& condition) {
      text += "rule r" + std::to_string(uses++) + " { condition: " + condition +
              " }\n";
    };
    for (const std::string_view member : module.undefined) {
      const Forms forms = Uses(import, name + "." + std::string(member));
      if (!forms.empty()) ++members;
      for (const std::string& form : forms) add(form);
    }
    for (const std::string_view member : module.zero) {
      const std::string form = name + "." + std::string(member);
      if (!Uses(import, form).empty()) add(form);
    }
    // Versions differ in a few only.
    EXPECT_GT(10 * members, 8 * module.undefined.size()) << name;
    for (const std::string& bytes : FilesOfNoType()) {
      EXPECT_TRUE(MatchingRules(text, bytes).empty())
          << name << " " << bytes.substr(0, 10);
    }
  }
}

}  // namespace
}  // namespace cupel::plan
