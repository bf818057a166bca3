// What is easily got wrong about rules as a whole: each case says what libyara
// answers, and that the engine answers the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "tests/differential/make_files.h"
#include "tests/differential/written_case.h"
#include "tests/support/archive_tools.h"
#include "tests/unit/builtin/pe_files.h"

namespace cupel::differential {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(GlobalRulesTest, BlockTheOthersOfTheirNamespaceOnly) {
  WrittenCase c;
  c.Source(R"(
    global rule gate { strings: $g = "opensesame" condition: $g }
    rule inside { strings: $a = "needle" condition: $a })");
  c.Source(R"(rule outside { strings: $a = "needle" condition: $a })");
  EXPECT_THAT(c.Matching("a needle"), ElementsAre("b.outside"));
  EXPECT_THAT(c.Matching("opensesame, a needle"),
              ElementsAre("a.gate", "a.inside", "b.outside"));
  EXPECT_THAT(c.Matching("opensesame"), ElementsAre("a.gate"));
}

TEST(GlobalRulesTest, BlockRulesThatStandBeforeThem) {
  WrittenCase c;
  c.Source(R"(
    rule first { strings: $a = "needle" condition: $a }
    global private rule gate { condition: filesize > 10 }
    rule last { condition: first })");
  EXPECT_THAT(c.Matching("needle"), IsEmpty());
  EXPECT_THAT(c.Matching("needle in hay"), ElementsAre("a.first", "a.last"));
}

TEST(GlobalRulesTest, SeveralMustAllHold) {
  WrittenCase c;
  c.Source(R"(
    global private rule one { strings: $a = "alpha" condition: $a }
    global private rule two { strings: $a = "omega" condition: not $a }
    rule always { condition: true })");
  EXPECT_THAT(c.Matching("alpha"), ElementsAre("a.always"));
  EXPECT_THAT(c.Matching("alpha omega"), IsEmpty());
  EXPECT_THAT(c.Matching(""), IsEmpty());
}

TEST(GlobalRulesTest, CanComeFromAnIncludedFile) {
  WrittenCase c;
  c.Source(R"(
    include "a.inc"
    rule r { strings: $a = "needle" condition: $a })",
           R"(global rule gate { condition: uint8(0) == 0x41 })");
  EXPECT_THAT(c.Matching("Aneedle"), ElementsAre("a.gate", "a.r"));
  EXPECT_THAT(c.Matching("needle"), IsEmpty());
}

TEST(ReferencesTest, GoAcrossIncludes) {
  WrittenCase c;
  c.Source(R"(
    include "a.inc"
    rule user { strings: $b = "second" condition: $b and helper })",
           R"(private rule helper { strings: $a = "first" condition: $a })");
  EXPECT_THAT(c.Matching("second"), IsEmpty());
  EXPECT_THAT(c.Matching("first"), IsEmpty());
  EXPECT_THAT(c.Matching("first second"), ElementsAre("a.user"));
}

TEST(ReferencesTest, ChainsAndNegations) {
  WrittenCase c;
  c.Source(R"(
    private rule a1 { strings: $a = "alpha" condition: $a }
    rule a2 { condition: not a1 }
    rule a3 { condition: a2 or a1 }
    rule a4 { condition: not a2 and not a3 }
    rule a5 { condition: 1 of (a*) })");
  EXPECT_THAT(c.Matching("x"), ElementsAre("a.a2", "a.a3", "a.a5"));
  EXPECT_THAT(c.Matching("alpha"), ElementsAre("a.a3", "a.a5"));
}

TEST(ReferencesTest, SetsOfRules) {
  WrittenCase c;
  c.Source(R"(
    rule p_one { strings: $a = "uno" condition: $a }
    rule p_two { strings: $a = "dos" condition: $a }
    rule p_three { strings: $a = "tres" condition: $a }
    rule none_yet { condition: none of (p_*) }
    rule two { condition: 2 of (p_*) }
    rule half { condition: 50% of (p_one, p_two, p_three) })");
  EXPECT_THAT(c.Matching("..."), ElementsAre("a.none_yet"));
  EXPECT_THAT(c.Matching("uno"), ElementsAre("a.p_one"));
  EXPECT_THAT(c.Matching("uno tres"),
              ElementsAre("a.p_one", "a.p_three", "a.two", "a.half"));
}

TEST(ReferencesTest, LoopVariablesShadowRules) {
  WrittenCase c;
  c.Source(R"(
    rule i { strings: $a = "needle" condition: $a }
    rule loop { condition: for any j in (1..3) : (j == 3) and not i })");
  EXPECT_THAT(c.Matching("hay"), ElementsAre("a.loop"));
  EXPECT_THAT(c.Matching("needle"), ElementsAre("a.i"));
}

TEST(ReferencesTest, SameNamesInTwoNamespaces) {
  WrittenCase c;
  c.Source(R"(
    rule r { strings: $a = "alpha" condition: $a }
    rule s { condition: r })");
  c.Source(R"(
    rule r { strings: $a = "omega" condition: $a }
    rule s { condition: r })");
  EXPECT_THAT(c.Matching("alpha"), ElementsAre("a.r", "a.s"));
  EXPECT_THAT(c.Matching("omega"), ElementsAre("b.r", "b.s"));
}

TEST(ExternalsTest, OfFiles) {
  WrittenCase c;
  c.Source(R"(
    rule js { strings: $a = "eval" condition: $a and extension == ".js" }
    rule readme { condition: filename icontains "readme" }
    rule unnamed { condition: filename == "" }
    rule not_zip { condition: filetype != "ZIP" and owner != "root" }
    rule deep { condition: filepath matches /!\/package$/ })");
  c.file = {"eval(1)", "index.js", "pkg.tgz!/package", ".js", "TEXT", ""};
  EXPECT_THAT(c.Matching(), ElementsAre("a.js", "a.not_zip", "a.deep"));
  c.file = {"eval(1)", "ReadMe.md", "", ".md", "ZIP", "root"};
  EXPECT_THAT(c.Matching(), ElementsAre("a.readme"));
  c.file = {"eval(1)", "", "", "", "", ""};
  EXPECT_THAT(c.Matching(), ElementsAre("a.unnamed", "a.not_zip"));
}

TEST(ExternalsTest, WithValuesOfTheirOwn) {
  WrittenCase c;
  c.Source(R"(
    rule number { strings: $a = "eval" condition: ext_n > 2 and $a }
    rule yes { condition: ext_b }
    rule no { condition: not ext_b }
    rule real { condition: ext_r > 1.0 and filesize > ext_n }
    rule text { condition: ext_t startswith "pro" or ext_t == "" }
    rule loop { strings: $a = "eval" condition: #a >= ext_n })");
  c.Define("ext_n", int64_t{3});
  c.Define("ext_b", false);
  c.Define("ext_r", 1.5);
  c.Define("ext_t", std::string("production"));
  EXPECT_THAT(c.Matching("eval"),
              ElementsAre("a.number", "a.no", "a.real", "a.text"));
  EXPECT_THAT(c.Matching("eval eval eval"),
              ElementsAre("a.number", "a.no", "a.real", "a.text", "a.loop"));
}

TEST(PrivateStringsTest, CountButAreNotListed) {
  WrittenCase c;
  c.Source(R"(
    rule r {
      strings: $a = "hidden" private $b = "shown" $c = /hid+en/ private
      condition: $a and $b and #c == 1
    }
    rule only { strings: $a = "hidden" private condition: $a })");
  EXPECT_THAT(c.Matching("hidden"), ElementsAre("a.only"));
  EXPECT_THAT(c.Matching("hidden shown"), ElementsAre("a.r", "a.only"));
}

TEST(EntrypointTest, IsUndefinedWithoutAProgram) {
  WrittenCase c;
  c.Source(R"(
    rule at_it { strings: $a = { C3 } condition: $a at entrypoint }
    rule not_at_it { strings: $a = { C3 } condition: not ($a at entrypoint) }
    rule defined_one { condition: defined entrypoint }
    rule far { condition: entrypoint > 100 }
    rule not_far { condition: not entrypoint > 100 })");
  const std::vector<std::string> heads = SmallHeads();
  EXPECT_THAT(c.Matching(heads[0]),
              ElementsAre("a.at_it", "a.defined_one", "a.far"));
  EXPECT_THAT(c.Matching(heads[1] + "\xc3"),
              testing::Contains("a.defined_one"));
  // Text, and a head that ends too early.
  for (const std::string& bytes :
       {std::string("text \xc3"), heads[0].substr(0, 100)}) {
    EXPECT_THAT(c.Matching(bytes), testing::Not(testing::Contains("a.at_it")));
  }
}

constexpr char kOfModules[] = R"(
  import "pe"
  import "elf"
  import "dotnet"
  rule is_pe { condition: pe.is_pe }
  rule no_pe { condition: not pe.is_pe }
  rule zero_pe { condition: pe.is_pe == 0 }
  rule constant { condition: pe.DLL == 0x2000 and elf.ET_EXEC == 2 }
  rule sections { condition: pe.number_of_sections > 0 }
  rule no_sections { condition: not pe.number_of_sections > 0 }
  rule undefined_machine { condition: not defined pe.machine }
  rule some_section { condition: for any s in pe.sections : (s.name == ".text") }
  rule all_sections { condition: for all s in pe.sections : (s.name != "x") }
  rule no_net { condition: dotnet.is_dotnet == 0 }
  rule elf64 { condition: elf.machine == elf.EM_X86_64 }
  rule no_elf { condition: not defined elf.type }
  rule either { strings: $a = "needle" condition: $a or elf.type == elf.ET_EXEC }
)";

TEST(ModulesTest, WithoutTheirFileType) {
  WrittenCase c;
  c.Source(kOfModules);
  for (const char* bytes : {"text, of no type", "", "M", "MZ",
                            "MZ and then nothing that a program has"}) {
    SCOPED_TRACE(bytes);
    const auto matching = c.Matching(bytes);
    EXPECT_THAT(matching, testing::IsSupersetOf({"a.constant", "a.no_elf",
                                                 "a.undefined_machine"}));
    EXPECT_THAT(matching, testing::Not(testing::Contains("a.sections")));
  }
  EXPECT_THAT(c.Matching("a needle"), testing::Contains("a.either"));
}

TEST(ModulesTest, WithTheirFileType) {
  WrittenCase c;
  c.Source(kOfModules);
  const ToolDir dir;
  EXPECT_THAT(c.Matching(MakeDll(dir)),
              testing::IsSupersetOf({"a.is_pe", "a.sections", "a.some_section",
                                     "a.all_sections"}));
  std::ifstream in("/bin/true", std::ios::binary);
  const std::string elf{std::istreambuf_iterator<char>(in), {}};
  EXPECT_THAT(c.Matching(elf), testing::Not(testing::Contains("a.no_elf")));
  EXPECT_THAT(c.Matching(elf), testing::Not(testing::Contains("a.is_pe")));
  EXPECT_THAT(c.Matching(SmallHeads()[1]), testing::Contains("a.either"));
}

TEST(UndefinedTest, NotOfAnUndefinedAndIsTrue) {
  WrittenCase c;
  c.Source(R"(
    rule alone { condition: not uint16(0) == 0x5A4D }
    rule both { condition: not (uint16(0) == 0x5A4D and filesize > 0) }
    rule with_string { strings: $a = "x" condition: not (uint32(0) == 1 and $a) }
    rule either { strings: $a = "x" condition: not (uint32(0) == 1 or $a) })");
  for (const char* bytes : {"", "x", "xy", "xyz", "MZ", "MZ and more"}) {
    c.file.bytes = bytes;
    EXPECT_EQ(c.Difference(), "") << bytes;
  }
  EXPECT_THAT(c.Matching("M"), testing::Contains("a.both"));
}

TEST(OrderTest, MatchesComeInTheOrderOfTheSource) {
  WrittenCase c;
  c.Source(R"(
    rule z { strings: $a = "needle" condition: $a }
    rule m { condition: true }
    rule a { strings: $a = "needle" $b = "hay" condition: any of them })");
  EXPECT_THAT(c.Matching("hay needle"), ElementsAre("a.z", "a.m", "a.a"));
}

TEST(TagsTest, DoNotMakeRulesOthers) {
  WrittenCase c;
  c.Source(R"(
    rule r : one two { meta: weight = 3 strings: $a = "x" condition: $a }
    rule s : one { strings: $a = "x" condition: #a == 2 })");
  EXPECT_THAT(c.Matching("x x"), ElementsAre("a.r", "a.s"));
}

TEST(ManyCandidatesTest, GiveTheSameAnswersAsFew) {
  // Far more rules that can match than are run one by one.
  std::string text;
  for (int i = 0; i < 200; ++i) {
    const std::string n = std::to_string(i);
    text += "rule r" + n + " { strings: $a = \"needle" + n +
            "_\" $b = \"common\" condition: $a or #b > " + n + " }\n";
  }
  WrittenCase c;
  c.Source(text);
  std::string bytes;
  for (int i = 0; i < 200; ++i) bytes += "needle" + std::to_string(i) + "_ ";
  EXPECT_EQ(c.Matching(bytes).size(), 200u);
  EXPECT_EQ(c.Matching("needle7_").size(), 1u);
  EXPECT_EQ(c.Matching("common common common").size(), 3u);
}

}  // namespace
}  // namespace cupel::differential
