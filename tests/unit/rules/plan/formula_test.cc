// What formulas conditions give: the table, class by class, and the parts.
#include "rules/plan/formula.h"

#include <gtest/gtest.h>

#include "rules/plan/formula_make.h"
#include "tests/unit/rules/plan/formula_testing.h"

namespace cupel::plan {
namespace {

struct Row {
  std::string condition;
  std::string formula;
};

class FormulaTableTest : public testing::TestWithParam<Row> {};

TEST_P(FormulaTableTest, GivesFormula) {
  EXPECT_EQ(FormulaOfCondition(GetParam().condition), GetParam().formula)
      << GetParam().condition;
}

constexpr char kMz[] = "uint16(0) == 0x5A4D";

INSTANTIATE_TEST_SUITE_P(
    Logic, FormulaTableTest,
    testing::Values(
        Row{"true", "true"}, Row{"false", "false"}, Row{"$a", "$a"},
        Row{"$a and $b", "all of ($a, $b)"}, Row{"$a or $b", "any of ($a, $b)"},
        Row{"$a and ($b or $c) and filesize < 200KB",
            "all of ($a, any of ($b, $c), filesize < 200KB)"},
        Row{"$a and $a", "$a"}, Row{"$a and true", "$a"},
        Row{"$a or true", "true"}, Row{"$a and false", "false"},
        Row{"$a or false", "$a"},
        Row{"$a and ($b and ($c and $d))", "all of ($a, $b, $c, $d)"},
        Row{"not $a", "true"}, Row{"$a and not $b", "$a"},
        Row{"not not $a", "$a"},
        Row{"not (not $a or not $b)", "all of ($a, $b)"},
        Row{"not (not $a and not $b)", "any of ($a, $b)"},
        Row{"not (filesize > 10 or not $a)", "all of (not filesize > 10, $a)"},
        Row{"not (filesize > 10 and $a)", "true"}, Row{"1", "true"},
        Row{"0", "false"}, Row{"2 - 2", "false"}));

INSTANTIATE_TEST_SUITE_P(
    Counts, FormulaTableTest,
    testing::Values(
        Row{"#a > 0", "$a"}, Row{"#a >= 1", "$a"}, Row{"#a == 2", "$a"},
        Row{"0 < #a", "$a"}, Row{"#a", "$a"}, Row{"#a != 0", "$a"},
        Row{"#a == 0", "true"}, Row{"#a >= 0", "true"}, Row{"#a < 5", "true"},
        Row{"#a <= 0", "true"}, Row{"#a < 0", "false"}, Row{"#a > -1", "true"},
        Row{"#a > #b", "$a"}, Row{"#b < #a", "$a"}, Row{"#a >= #b", "true"},
        Row{"#a == #b", "true"}, Row{"#a + #b > 3", "any of ($a, $b)"},
        Row{"#a + #b > 0 and $c", "all of (any of ($a, $b), $c)"},
        Row{"#a - #b > 0", "$a"}, Row{"#a * 2 > 5", "$a"},
        Row{"#a * #b > 5", "all of ($a, $b)"}, Row{"#a \\ 2 >= 1", "$a"},
        Row{"-#a < 0", "$a"}, Row{"#a + 1 > 1", "$a"},
        Row{"#a + 9223372036854775807 > 0", "true"},
        Row{"#a in (0..100) > 0", "$a"}, Row{"#a in (0..100) == 0", "true"},
        Row{"#a in (0..@b) == 0", "$b"}, Row{"#a & 1", "$a"},
        Row{"@a < 100", "$a"}, Row{"@a[2] < @b[1]", "all of ($a, $b)"},
        Row{"@a", "$a"}, Row{"@a > 0", "$a"}, Row{"@a[#b] == 3", "$a"},
        Row{"!a == 6", "$a"}, Row{"!a[1] > @b", "all of ($a, $b)"},
        Row{"@a + 10 < filesize", "$a"}, Row{"@a[@b] > 0", "all of ($a, $b)"},
        Row{"~@b < #a", "$b"}, Row{"#a > filesize", "$a"},
        Row{"filesize > #a", "true"}));

INSTANTIATE_TEST_SUITE_P(
    Places, FormulaTableTest,
    testing::Values(
        Row{"$a at 0", "all of ($a, { 3C 61 61 61 61 3E } at 0)"},
        Row{"$a at 4 or $b at 4",
            "any of (all of ($a, { 3C 61 61 61 61 3E } at 4), "
            "all of ($b, { 3C 62 62 62 62 3E } at 4))"},
        Row{"$a at 2 * 0x10", "all of ($a, { 3C 61 61 61 61 3E } at 32)"},
        Row{"$a at filesize - 6", "$a"}, Row{"$a at @b", "all of ($a, $b)"},
        Row{"$a at -1", "$a"}, Row{"$a in (0..10)", "$a"},
        Row{"$a in (@b..filesize)", "all of ($a, $b)"},
        Row{"$a at entrypoint", "$a"},
        Row{"$a at pe.entry_point", "all of ($a, " + std::string(kMz) + ")"},
        Row{"any of ($a, $b) at 0",
            "any of (all of ($a, { 3C 61 61 61 61 3E } at 0), "
            "all of ($b, { 3C 62 62 62 62 3E } at 0))"},
        Row{"2 of ($x*) in (0..100)", "2 of ($x1, $x2, $x3)"}));

INSTANTIATE_TEST_SUITE_P(
    Quantifiers, FormulaTableTest,
    testing::Values(
        Row{"any of ($a, $b)", "any of ($a, $b)"},
        Row{"all of ($a, $b)", "all of ($a, $b)"},
        Row{"all of ($x*)", "all of ($x1, $x2, $x3)"},
        Row{"2 of ($x*)", "2 of ($x1, $x2, $x3)"},
        Row{"1 of ($x*)", "any of ($x1, $x2, $x3)"},
        Row{"3 of ($x*)", "all of ($x1, $x2, $x3)"}, Row{"4 of ($x*)", "false"},
        Row{"0 of ($x*)", "true"}, Row{"none of ($x*)", "true"},
        Row{"none of them", "true"},
        Row{"1 + 1 of ($x*)", "2 of ($x1, $x2, $x3)"},
        Row{"#a of ($x*)", "true"}, Row{"filesize of ($x*)", "true"},
        Row{"any of them",
            "any of ($a, $b, $c, $d, $e, $f, $x1, $x2, $x3, $#1)"},
        Row{"all of ($*) and $a",
            "all of ($a, $b, $c, $d, $e, $f, $x1, $x2, $x3, $#1)"},
        Row{"50% of ($x*)", "2 of ($x1, $x2, $x3)"},
        Row{"33% of ($x*)", "any of ($x1, $x2, $x3)"},
        Row{"34% of ($x*)", "2 of ($x1, $x2, $x3)"},
        Row{"67% of ($x*)", "all of ($x1, $x2, $x3)"},
        Row{"100% of ($x*)", "all of ($x1, $x2, $x3)"},
        Row{"2 of ($a, $a, $b)", "any of ($a, $b)"},
        Row{"3 of ($a, $a, $b, $c)", "2 of ($a, $b, $c)"},
        Row{"for any of ($a, $b) : ($)", "any of ($a, $b)"},
        Row{"for all of ($a, $b) : ($)", "all of ($a, $b)"},
        Row{"for 2 of ($x*) : ($ at 0)",
            "2 of (all of ($x1, { 3C 78 78 78 31 3E } at 0), "
            "all of ($x2, { 3C 78 78 78 32 3E } at 0), "
            "all of ($x3, { 3C 78 78 78 33 3E } at 0))"},
        Row{"for any of ($a, $b) : ($ and $c)",
            "any of (all of ($a, $c), all of ($b, $c))"},
        Row{"for any of ($a, $b) : (# > 2)", "any of ($a, $b)"},
        Row{"for any of ($a, $b) : (@ < 100)", "any of ($a, $b)"},
        Row{"for any of ($a, $b) : (not $)", "true"},
        Row{"for any of ($a, $b) : (# == 0)", "true"},
        Row{"for none of ($a, $b) : ($)", "true"},
        Row{"for any of ($a, $b) : ($c)", "$c"},
        Row{"for any i in (1..3) : (@a[i] < 10)", "$a"},
        Row{"for all i in (1..3) : (@a[i] < 10)", "$a"},
        Row{"for all i in (1..#a) : (@a[i] < 10)", "true"},
        Row{"for any i in (1..#a) : (@a[i] < 10 and $b)", "all of ($a, $b)"},
        Row{"for 2 i in (1..#a) : (@b[i] < 10)", "$b"},
        Row{"for none i in (1..3) : (@a[i] < 10)", "true"},
        Row{"for any i in (0..2) : (uint8(i) == 0x41)",
            "any of (uint8(0) == 0x41, uint8(1) == 0x41, uint8(2) == 0x41)"},
        Row{"for all i in (0, 2) : (uint8(i) == 0x41)",
            "all of (uint8(0) == 0x41, uint8(2) == 0x41)"},
        Row{"for any i in (0..100) : (uint8(i) == 0x41)", "true"},
        Row{"for any s in (\".js\", \".py\") : (extension == s)",
            "any of (extension == \".js\", extension == \".py\")"},
        Row{"for any i in (@a, @b) : ($c at i)", "$c"},
        Row{"for any i in (0..@a) : ($c)", "all of ($c, $a)"},
        Row{"for any of ($a, $b) : (for any i in (1..#) : (@[i] < 9))",
            "any of ($a, $b)"}));

INSTANTIATE_TEST_SUITE_P(
    Reads, FormulaTableTest,
    testing::Values(
        Row{"uint16(0) == 0x5A4D", kMz}, Row{"0x5A4D == uint16(0)", kMz},
        Row{"uint16be(0) == 0x4D5A", kMz}, Row{"int16(0) == 0x5A4D", kMz},
        Row{"uint32(4) == 0x01020304", "uint32(4) == 0x01020304"},
        Row{"uint32be(4) == 0x01020304", "uint32(4) == 0x04030201"},
        Row{"int8(1) == -1", "uint8(1) == 0xFF"},
        Row{"int32be(0) == -2", "uint32(0) == 0xFEFFFFFF"},
        Row{"uint8(0) == -1", "false"}, Row{"uint8(0) == 256", "false"},
        Row{"int8(0) == 200", "false"}, Row{"uint8(-1) == 0", "false"},
        Row{"uint8(3 * 4) == 1", "uint8(12) == 0x01"},
        Row{"uint32(0) & 0xFFFF == 0x5A4D", "{ 4D 5A ?? ?? } at 0"},
        Row{"0x5A4D == 0xFFFF & uint32(0)", "{ 4D 5A ?? ?? } at 0"},
        Row{"uint8(0) & 0xF0 == 0x40", "{ 4? } at 0"},
        Row{"uint8(0) & 0xF0 == 0x41", "false"},
        Row{"uint16(0) & 0x10000 == 0", "true"},
        Row{"uint8(0) & 0 == 0", "filesize >= 1"},
        Row{"uint16(0) == 1 or uint16(0) == 2",
            "any of (uint16(0) == 0x0001, uint16(0) == 0x0002)"},
        Row{"uint16(0) != 0x5A4D", "not " + std::string(kMz)},
        Row{"uint8(0) > 3", "true"},
        Row{"uint32(uint32(0x3C)) == 0x00004550", "filesize >= 64"},
        Row{"uint16(0) == 0x5A4D and uint16(uint32(0x3C)) == 0x4550",
            "all of (" + std::string(kMz) + ", filesize >= 64)"},
        Row{"uint8(@a) == 1", "$a"}, Row{"uint8(filesize - 1) == 0", "true"},
        Row{"uint32(1000)", "filesize >= 1004"},
        Row{"uint8(0) == #a", "true"}));

INSTANTIATE_TEST_SUITE_P(
    Sizes, FormulaTableTest,
    testing::Values(Row{"filesize < 10KB", "filesize < 10KB"},
                    Row{"filesize <= 2MB", "filesize <= 2MB"},
                    Row{"200 > filesize", "filesize < 200"},
                    Row{"filesize == 2 * 1024 + 1", "filesize == 2049"},
                    Row{"filesize > 1 << 4", "filesize > 16"},
                    Row{"filesize", "filesize != 0"},
                    Row{"filesize > 1.5", "true"},
                    Row{"filesize + 1 > 10", "true"},
                    Row{"filesize > 0x10 and filesize < 0x20",
                        "all of (filesize > 16, filesize < 32)"},
                    Row{"not filesize < 10", "not filesize < 10"}));

INSTANTIATE_TEST_SUITE_P(
    Externals, FormulaTableTest,
    testing::Values(
        Row{"filename == \"x.js\"", "filename == \"x.js\""},
        Row{"\"x.js\" == filename", "filename == \"x.js\""},
        Row{"filename != \"\"", "filename != \"\""},
        Row{"filename", "filename != \"\""},
        Row{"not filename", "not filename != \"\""},
        Row{"extension iequals \".JS\"", "extension iequals \".JS\""},
        Row{"filepath contains \"/src\"", "filepath contains \"/src\""},
        Row{"not filepath icontains \"test\"",
            "not filepath icontains \"test\""},
        Row{"\"abc\" contains filename", "true"},
        Row{"filename matches /x/", "true"}, Row{"filename < \"b\"", "true"},
        Row{"owner icontains \"\\xc3\\x84\"", "true"},
        Row{"filename endswith \"\\\"\\x01\"",
            "filename endswith \"\\\"\\x01\""},
        Row{"\"a\" contains \"b\"", "false"}, Row{"\"\"", "false"}));

INSTANTIATE_TEST_SUITE_P(
    Modules, FormulaTableTest,
    testing::Values(
        Row{"pe.number_of_sections == 3", kMz},
        Row{"3 > pe.number_of_sections", kMz},
        Row{"pe.sections[0].name == \".text\"", kMz},
        Row{"pe.imports(\"a\", \"b\")", kMz}, Row{"pe.is_dll()", kMz},
        Row{"not pe.is_dll()", kMz}, Row{"pe.is_pe", kMz},
        Row{"pe.is_pe == 1", kMz}, Row{"1 == pe.is_pe", kMz},
        Row{"pe.is_pe != 0", kMz}, Row{"pe.is_pe == 0", "true"},
        Row{"not pe.is_pe", "true"}, Row{"pe.is_pe < 1", "true"},
        Row{"pe.MACHINE_I386 == 0x14c", "true"},
        Row{"pe.machine == pe.MACHINE_I386", kMz},
        Row{"pe.characteristics & pe.DLL", kMz},
        Row{"pe.rich_signature.key == 1", kMz},
        Row{"pe.version_info[\"CompanyName\"] contains \"x\"", kMz},
        Row{"defined pe.machine", kMz}, Row{"not defined pe.machine", "true"},
        Row{"for any s in pe.sections : (s.name == \".x\")", kMz},
        Row{"for all s in pe.sections : (s.name == \".x\")", "true"},
        Row{"for any i in (0..pe.number_of_sections - 1) : "
            "(pe.sections[i].raw_data_size == 0)",
            kMz},
        Row{"hash.md5(pe.overlay.offset, pe.overlay.size) == \"x\"", kMz},
        Row{"hash.md5(0, filesize) == \"x\"", "true"},
        Row{"math.entropy(0, filesize) > 7.0", "true"},
        Row{"math.entropy(@a, 10) > 7.0", "$a"},
        Row{"console.log(\"x\") and $a", "$a"}, Row{"time.now() > 0", "true"},
        Row{"elf.type == elf.ET_EXEC", "uint32(0) == 0x464C457F"},
        Row{"dotnet.version == \"v4\"", kMz}, Row{"dotnet.is_dotnet", kMz},
        Row{"for any pe in (1..3) : (pe == 2)", "true"},
        Row{"for any elf in pe.sections : (elf.name == \"x\")", kMz}));

TEST(FormulaTest, StringsAtFixedOffsets) {
  const auto at_zero = [](const std::string& string) {
    return FormulaOf(
        {"rule r { strings: $a = " + string + " condition: $a at 0 }"});
  };
  EXPECT_EQ(at_zero("\"ab\""), "all of ($a, uint16(0) == 0x6261)");
  EXPECT_EQ(at_zero("\"ab\" ascii fullword"),
            "all of ($a, uint16(0) == 0x6261)");
  EXPECT_EQ(at_zero("\"a1\" nocase"), "all of ($a, { 41&DF 31 } at 0)");
  EXPECT_EQ(at_zero("\"ab\" wide"), "all of ($a, uint32(0) == 0x00620061)");
  EXPECT_EQ(at_zero("\"ab\" wide ascii"),
            "all of ($a, any of (uint16(0) == 0x6261, "
            "uint32(0) == 0x00620061))");
  EXPECT_EQ(at_zero("\"abcd\" xor"), "$a");
  EXPECT_EQ(at_zero("\"abcd\" base64"), "$a");
  EXPECT_EQ(at_zero("\"abcd\" base64wide"), "$a");
  EXPECT_EQ(at_zero("{ 4D 5A ?? 9? }"), "all of ($a, { 4D 5A ?? 9? } at 0)");
  EXPECT_EQ(at_zero("{ 4D 5A [2-4] 90 }"), "all of ($a, uint16(0) == 0x5A4D)");
  EXPECT_EQ(at_zero("{ 4D 5A [2] 90 }"),
            "all of ($a, { 4D 5A ?? ?? 90 } at 0)");
  EXPECT_EQ(at_zero("{ (4D | 5A 5B) 90 }"),
            "all of ($a, any of (uint16(0) == 0x904D, { 5A 5B 90 } at 0))");
  EXPECT_EQ(at_zero("{ ?? ?? 4D 5A }"), "all of ($a, { ?? ?? 4D 5A } at 0)");
  EXPECT_EQ(at_zero("{ ~4D 5A }"), "all of ($a, { ?? 5A } at 0)");
  EXPECT_EQ(at_zero("/ab[cd]e/"), "all of ($a, { 61 62 60&F8 65 } at 0)");
  EXPECT_EQ(at_zero("/ab?c/"), "all of ($a, uint8(0) == 0x61)");
  EXPECT_EQ(at_zero("/^ab/i"), "all of ($a, { 41&DF 42&DF } at 0)");
  EXPECT_EQ(at_zero("/ab/ wide"), "all of ($a, uint32(0) == 0x00620061)");
  EXPECT_EQ(at_zero("/a*b/"), "$a");
  EXPECT_EQ(at_zero("/a{3}b/"), "all of ($a, uint32(0) == 0x62616161)");
  EXPECT_EQ(at_zero("\"abcdefghijklmnopqrst\""),
            "all of ($a, { 61 62 63 64 65 66 67 68 69 6A 6B 6C 6D 6E 6F 70 } "
            "at 0)");
}

TEST(FormulaTest, References) {
  const std::string a = "rule a { strings: $s = \"aaaa\" condition: $s }\n";
  EXPECT_EQ(FormulaOf({a + RuleWith("a and $b")}), "all of (a.$s, $b)");
  EXPECT_EQ(FormulaOf({"private " + a + RuleWith("a")}), "a.$s");
  EXPECT_EQ(FormulaOf({a + RuleWith("not a")}), "true");
  // Not before, not in this namespace, not a rule at all.
  EXPECT_EQ(FormulaOf({RuleWith("a or $b")}), "true");
  EXPECT_EQ(FormulaOf({a, RuleWith("a or $b")}), "true");
  EXPECT_EQ(FormulaOf({a + RuleWith("for any a in (1..2) : (a == 1)")}),
            "true");
  EXPECT_EQ(FormulaOf({a + "rule b { condition: a or filesize < 10 }\n" +
                       RuleWith("b and $c")}),
            "all of (any of (a.$s, filesize < 10), $c)");
  EXPECT_EQ(FormulaOf({a, a + RuleWith("a")}), "a.$s");
}

TEST(FormulaTest, SetsOfRules) {
  std::string text;
  for (const std::string name : {"x1", "x2", "x3", "y"}) {
    text += "rule " + name + " { strings: $s = \"" + name +
            "aa\" condition: $s }\n";
  }
  EXPECT_EQ(FormulaOf({text + RuleWith("any of (x*)")}),
            "any of (x1.$s, x2.$s, x3.$s)");
  EXPECT_EQ(FormulaOf({text + RuleWith("2 of (x*)")}),
            "2 of (x1.$s, x2.$s, x3.$s)");
  EXPECT_EQ(FormulaOf({text + RuleWith("all of (x1, y)")}),
            "all of (x1.$s, y.$s)");
  EXPECT_EQ(FormulaOf({text + RuleWith("60% of (x*)")}),
            "2 of (x1.$s, x2.$s, x3.$s)");
  EXPECT_EQ(FormulaOf({text + RuleWith("none of (x*)")}), "true");
  EXPECT_EQ(FormulaOf({text + RuleWith("all of (z*)")}), "true");
}

TEST(FormulaTest, GlobalRules) {
  const std::string global = "global rule g { condition: filesize < 10 }\n";
  EXPECT_EQ(FormulaOf({global + RuleWith("$a")}), "all of ($a, filesize < 10)");
  const auto parsed =
      Parse({RuleWith("$a", "q") + "private " + global, RuleWith("$a")});
  ASSERT_EQ(parsed->formulas.size(), 3U);
  EXPECT_EQ(ToText(parsed->formulas[0], parsed->input, 0),
            "all of ($a, filesize < 10)");
  EXPECT_EQ(ToText(parsed->formulas[2], parsed->input, 2), "$a");
}

TEST(FormulaTest, DefinesAreConstants) {
  const Defines defines = {{"level", int64_t{3}},
                           {"debug", false},
                           {"mode", std::string("fast\0x", 6)},
                           {"ratio", 0.5}};
  const auto formula = [&](const std::string& condition) {
    return FormulaOfCondition(condition, defines);
  };
  EXPECT_EQ(formula("level == 3 and $a"), "$a");
  EXPECT_EQ(formula("level > 3 and $a"), "false");
  EXPECT_EQ(formula("level"), "true");
  EXPECT_EQ(formula("debug and $a"), "false");
  EXPECT_EQ(formula("not debug and $a"), "$a");
  EXPECT_EQ(formula("level - 1 of ($x*)"), "2 of ($x1, $x2, $x3)");
  EXPECT_EQ(formula("#a >= level"), "$a");
  EXPECT_EQ(formula("filesize < level * 1KB"), "filesize < 3KB");
  EXPECT_EQ(formula("mode == \"fast\""), "true");
  EXPECT_EQ(formula("mode == \"slow\""), "false");
  EXPECT_EQ(formula("mode startswith \"fa\""), "true");
  EXPECT_EQ(formula("ratio > 0.1"), "true");
  EXPECT_EQ(formula("filename == mode"), "filename == \"fast\"");
  // A loop's variable hides it.
  EXPECT_EQ(formula("for any level in (1..2) : (level > 3)"), "false");
  EXPECT_EQ(formula("for any level in (1..40) : (level > 3)"), "true");
}

TEST(FormulaTest, Classes) {
  const auto in = [](const std::string& condition) {
    const auto parsed = Parse({ImportsFor(condition) + RuleWith(condition)});
    std::string out;
    for (const FileClass file_class :
         {FileClass::kText, FileClass::kMz, FileClass::kOther}) {
      if (!out.empty()) out += " | ";
      out += ToText(InClass(parsed->formulas[0], file_class), parsed->input, 0);
    }
    return out;
  };
  EXPECT_EQ(in("uint16(0) == 0x5A4D"), "false | true | false");
  EXPECT_EQ(in("uint16(0) == 0x5A4D and $a"), "false | $a | false");
  EXPECT_EQ(in("pe.is_dll() or $a"), "$a | true | $a");
  EXPECT_EQ(in("not uint16(0) == 0x5A4D"), "true | false | true");
  EXPECT_EQ(in("uint32(0) == 0x464C457F"),
            "false | false | uint32(0) == 0x464C457F");
  EXPECT_EQ(in("uint32(0) == 0x04034B50"),
            "false | false | uint32(0) == 0x04034B50");
  EXPECT_EQ(in("uint32(0) == 0x74736C69"),
            "uint32(0) == 0x74736C69 | false | false");
  EXPECT_EQ(in("uint8(0) == 0x4D"),
            "uint8(0) == 0x4D | true | "
            "uint8(0) == 0x4D");
  EXPECT_EQ(in("uint8(0) == 0x7F"), "false | false | uint8(0) == 0x7F");
  EXPECT_EQ(in("uint8(3) == 0"),
            "false | uint8(3) == 0x00 | "
            "uint8(3) == 0x00");
  EXPECT_EQ(in("uint8(4) == 0"),
            "uint8(4) == 0x00 | uint8(4) == 0x00 | "
            "uint8(4) == 0x00");
  EXPECT_EQ(in("uint32(0) == 0x00905A4D"),
            "false | uint32(0) == 0x00905A4D | "
            "false");
  EXPECT_EQ(in("macho.cputype == 7").substr(0, 16), "false | false | ");
  EXPECT_EQ(in("for 2 of ($x*) : ($) or uint8(0) == 0"),
            "2 of ($x1, $x2, $x3) | 2 of ($x1, $x2, $x3) | "
            "any of (2 of ($x1, $x2, $x3), uint8(0) == 0x00)");
}

TEST(FormulaTest, ClassOfFiles) {
  EXPECT_EQ(ClassOf(""), FileClass::kText);
  EXPECT_EQ(ClassOf("M"), FileClass::kText);
  EXPECT_EQ(ClassOf("MZ"), FileClass::kMz);
  EXPECT_EQ(ClassOf("var\t\xff"), FileClass::kText);
  EXPECT_EQ(ClassOf("\r\n\f\v"), FileClass::kText);
  EXPECT_EQ(ClassOf("va\xc3\xa4"), FileClass::kOther);
  EXPECT_EQ(ClassOf("\x7f"
                    "ELF"),
            FileClass::kOther);
  EXPECT_EQ(ClassOf(std::string_view("\0", 1)), FileClass::kOther);
}

// Each fact that is decided in a class holds, or doesn't, for all its files.
TEST(FormulaTest, ClassesDecideNothingTheyDoNotKnow) {
  std::vector<std::string> files = {"",
                                    "M",
                                    "MZ",
                                    "MZ\x90",
                                    "Mx",
                                    "xZ",
                                    "abcd",
                                    "abcdefg",
                                    "ab\0",
                                    "\x7f"
                                    "E",
                                    "\x7f"
                                    "ELF\1"};
  for (int byte = 0; byte < 256; ++byte) {
    for (size_t at = 0; at < 5; ++at) {
      for (const std::string base : {"abcdef", "MZxxxx", "\1\2\3\4\5\6"}) {
        if (byte > 2 && byte % 7 != 0) continue;
        files.push_back(base);
        files.back()[at] = static_cast<char>(byte);
        files.push_back(files.back().substr(0, at + 1));
      }
    }
  }
  std::vector<Fact> facts;
  for (uint64_t offset = 0; offset < 5; ++offset) {
    for (const std::string bytes :
         {"M", "Z", "MZ", "a", "ab", "abc", "abcd", "abcdef",
          "\x7f"
          "ELF",
          "MZ\x90", "bcd", "ZM", "Zx"}) {
      facts.push_back(BytesAt(offset, bytes));
      for (const char mask : {'\xf0', '\xdf', '\x80', '\x7f'}) {
        std::string masked = bytes;
        for (char& c : masked) c &= mask;
        facts.push_back(
            BytesAt(offset, masked, std::string(masked.size(), mask)));
      }
    }
  }
  size_t decided = 0;
  for (const Fact& fact : facts) {
    for (const std::string& bytes : files) {
      const FileView file = {bytes, nullptr};
      for (const Formula& formula : {Have(fact), HaveNot(fact)}) {
        const Formula known = InClass(formula, ClassOf(bytes));
        decided +=
            known.op == Formula::Op::kTrue || known.op == Formula::Op::kFalse;
        ASSERT_EQ(Evaluate(known, file, nullptr),
                  Evaluate(formula, file, nullptr));
      }
    }
  }
  EXPECT_GT(decided, 10000U);
}

TEST(FormulaTest, Evaluates) {
  const auto parsed = Parse({RuleWith("2 of ($x*) and not filesize > 5")});
  const auto holds = [&](std::string_view bytes, std::set<uint32_t> strings) {
    return Evaluate(parsed->formulas[0], {bytes, nullptr},
                    [&](StringRef ref) { return strings.count(ref.string); });
  };
  EXPECT_FALSE(holds("", {}));
  EXPECT_FALSE(holds("", {6, 0}));
  EXPECT_TRUE(holds("", {6, 8}));
  EXPECT_FALSE(holds("123456", {6, 8}));
}

TEST(FormulaTest, SizesAreBounded) {
  // Each rule mentions the one before twice.
  std::string text = RuleWith("$a or uint8(0) == 1", "r0");
  for (int i = 1; i < 60; ++i) {
    const std::string n = std::to_string(i);
    text += RuleWith("(r" + std::to_string(i - 1) + " and uint8(" + n +
                         ") == 1) or (r" + std::to_string(i - 1) +
                         " and uint8(" + n + ") == 2)",
                     "r" + n);
  }
  const auto parsed = Parse({text});
  for (const Formula& formula : parsed->formulas) {
    EXPECT_LE(NodesOf(formula), kMaxFormulaNodes + 20);
    EXPECT_LE(DepthOf(formula), 300);
  }
  // A long condition, and loops over many strings.
  std::string strings = "rule s { strings: ";
  for (int i = 0; i < 5000; ++i) {
    strings += "$s" + std::to_string(i) + " = \"s" + std::to_string(i) + "\" ";
  }
  EXPECT_EQ(NodesOf(Parse({strings + "condition: any of them }"})->formulas[0]),
            5001U);
  const auto loops = Parse(
      {strings +
       "condition: for any of them : (for any i in (1..16) : (@[i] < i and "
       "for any of them : ($ at i and uint8(i) == 1))) }"});
  EXPECT_LE(NodesOf(loops->formulas[0]), kMaxFormulaNodes + 10001);
}

}  // namespace
}  // namespace cupel::plan
