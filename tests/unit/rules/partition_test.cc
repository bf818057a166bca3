#include "rules/partition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "rules/proof.h"
#include "tests/unit/rules/rules_testing.h"

namespace cupel {
namespace {

bool IsFalse(const std::string& condition, const std::string& strings = "") {
  const std::string text = "rule r { " +
                           (strings.empty() ? "" : "strings: " + strings) +
                           " condition: " + condition + " }";
  const SplitText split = Split(text);
  EXPECT_TRUE(split.understood) << text;
  return FalseWithoutMz(split, split.rules.at(0), text);
}

TEST(ProofTest, WhatNeedsMzIsFalseWithoutIt) {
  for (const char* condition :
       {"uint16(0) == 0x5A4D",
        "0x5a4d == uint16(0)",
        "uint16(0) == 23117",
        "uint16(0x0) == 0o55115",
        "uint16be(0) == 0x4D5A",
        "uint32(0) == 0x00905A4D",
        "uint32be(0) == 0x4D5A9000",
        "(uint16(0) == 0x5A4D)",
        "((uint16(0) == 0x5A4D) and true)",
        "filesize < 3KB and (uint16(0) == 0x5A4D or pe.is_pe)",
        "not true and pe.is_pe",
        "pe.is_pe == 1",
        "pe.number_of_sections > 3",
        "pe.sections[0].name == \".text\"",
        "pe.version_info[\"CompanyName\"] contains \"x\"",
        "pe.characteristics & pe.DLL",
        "pe.imphash() == \"abc\"",
        "pe.imports(\"a.dll\", \"b\")",
        "pe.exports(/x/) and any of them",
        "pe.rich_signature.toolid(1, 2) == 3",
        "pe.machine == pe.MACHINE_I386 or pe.timestamp != 0"}) {
    EXPECT_TRUE(IsFalse(condition)) << condition;
  }
  EXPECT_TRUE(IsFalse("$a at 0", "$a = \"MZ\""));
  EXPECT_TRUE(IsFalse("$a at 0", "$a = \"\\x4d\\x5Arest\" ascii"));
  EXPECT_TRUE(IsFalse("$a at 0 and $b", "$b = \"q\" $a = { 4d 5A ?? 01 }"));
  EXPECT_TRUE(IsFalse("$a at pe.entry_point", "$a = \"q\""));
}

TEST(ProofTest, EverythingElseMayBeTrue) {
  for (const char* condition :
       {"true",
        "not uint16(0) == 0x5A4D",
        "uint16(0) != 0x5A4D",
        "uint16(1) == 0x5A4D",
        "uint16(0) == 0x4D5A",
        "uint8(0) == 0x4D",
        "uint16(0) == 0x5A4D or true",
        "uint32(0) == 0x5A4D0000",
        "uint32(0) == 0x105A4D5A4D",
        "uint16(0) == 0x5A4D + 0",
        "uint16(@a) == 0x5A4D",
        "int16(0) == 0x5A4D",
        "not pe.is_pe",
        "pe.is_pe == 0",
        "pe.is_pe != 1",
        "pe.DLL == 0x2000",
        "pe.DLL",
        "defined pe.machine",
        "not defined pe.machine",
        "pe.machine of them",
        "not pe.machine == 1",
        "1 == 1",
        "3 > pe.number_of_sections or true",
        "for any i in (1..2) : (pe.machine == 1)",
        "for any pe in pe.sections : (pe.name == \"x\")",
        "pe.machine == 1 or not pe.machine == 1",
        "pe.made_up == 1",
        "math.entropy(0, filesize) > 7",
        "pe.machine in (1..3)"}) {
    EXPECT_FALSE(IsFalse(condition)) << condition;
  }
  EXPECT_FALSE(IsFalse("$a at 0", "$a = \"MZ\" wide"));
  EXPECT_FALSE(IsFalse("$a at 0", "$a = \"MZ\" nocase"));
  EXPECT_FALSE(IsFalse("$a at 0", "$a = \"MZ\" xor"));
  EXPECT_FALSE(IsFalse("$a at 0", "$a = \"M\""));
  EXPECT_FALSE(IsFalse("$a at 0", "$a = /MZ/"));
  EXPECT_FALSE(IsFalse("$a at 0", "$a = { 4D ?? 5A }"));
  EXPECT_FALSE(IsFalse("$a at 0", "$a = { ( 4D 5A | 01 ) }"));
  EXPECT_FALSE(IsFalse("$a at 1", "$a = \"MZ\""));
  EXPECT_FALSE(IsFalse("$a", "$a = \"MZ\""));
  EXPECT_FALSE(IsFalse("not $a at 0", "$a = \"MZ\""));
}

TEST(ProofTest, DeepNestingIsGivenUp) {
  const std::string deep =
      std::string(1000, '(') + "pe.is_pe" + std::string(1000, ')');
  EXPECT_FALSE(IsFalse(deep));
}

// Payloads of which none begins with "MZ".
std::vector<std::string> WithoutMz() {
  std::vector<std::string> out = {"",
                                  "M",
                                  "Z",
                                  "ZM",
                                  "hello world, this is text",
                                  "#!/bin/sh\necho MZ",
                                  " MZ",
                                  std::string("M\0Z", 3),
                                  "\x7f"
                                  "ELF" +
                                      std::string(200, '\1')};
  out.push_back("PK\3\4" + std::string(300, 'x'));
  std::string shifted = "xMZ" + std::string(57, '\0') + "\x40";
  out.push_back(shifted + std::string(300, '\0') + "PE");
  std::mt19937 random(7);
  for (const size_t size : {2, 70, 300, 5000}) {
    std::string bytes(size, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    bytes[0] = 'Q';
    out.push_back(bytes);
  }
  return out;
}

// One accessor that ends in a value for each name of the white list; what is
// not here is a plain field.
std::string Access(std::string_view name) {
  static const std::vector<std::pair<std::string, std::vector<std::string>>>
      kForms = {
          {"calculate_checksum", {"()"}},
          {"data_directories", {"[0].size"}},
          {"export_details", {"[0].name"}},
          {"exports", {"(\"a\")"}},
          {"exports_index", {"(\"a\")"}},
          {"image_version", {".major"}},
          {"imphash", {"()"}},
          {"import_details", {"[0].library_name"}},
          {"imports", {"(\"a\", \"b\")"}},
          {"is_32bit", {"()"}},
          {"is_64bit", {"()"}},
          {"is_dll", {"()"}},
          {"language", {"(9)"}},
          {"linker_version", {".major"}},
          {"locale", {"(9)"}},
          {"os_version", {".minor"}},
          {"overlay", {".size"}},
          {"resource_version", {".major"}},
          {"resources", {"[0].type"}},
          {"rich_signature", {".key"}},
          {"rva_to_offset", {"(1)"}},
          {"section_index", {"(\"a\")"}},
          {"sections", {"[0].raw_data_size"}},
          {"signatures", {"[0].thumbprint"}},
          {"subsystem_version", {".major"}},
          {"version_info", {"[\"CompanyName\"]"}},
          {"version_info_list", {"[0].key"}},
      };
  for (const auto& [field, forms] : kForms) {
    if (field == name) return field + forms[0];
  }
  return std::string(name);
}

TEST(ProofTest, EveryListedPeFieldIsUndefinedWithoutMz) {
  std::vector<std::string> expressions = {"rich_signature.toolid(1)",
                                          "rich_signature.version(1, 2)",
                                          "rich_signature.clear_data",
                                          "overlay.offset",
                                          "sections[0].name",
                                          "exports(/a/)",
                                          "imports(\"a\")",
                                          "imports(/a/, /b/)",
                                          "section_index(1)",
                                          "linker_version.minor"};
  for (const auto list : {UndefinedPeFields(), UndefinedPeFunctions()}) {
    for (const std::string_view name : list)
      expressions.push_back(Access(name));
  }
  std::string text = "import \"pe\"\n";
  for (size_t i = 0; i < expressions.size(); ++i) {
    text += Rule("r" + std::to_string(i), "defined pe." + expressions[i]);
  }
  RuleOptions options;
  options.partition = false;
  const auto rules = FromText(text, options);
  ASSERT_NE(rules, nullptr);
  for (const std::string& payload : WithoutMz()) {
    EXPECT_TRUE(Matching(*rules, payload).empty()) << payload.substr(0, 20);
  }
}

RuleSetPtr Whole(const std::string& text) {
  RuleOptions options;
  options.partition = false;
  return FromText(text, options);
}

TEST(PartitionTest, LeavesOutRulesAndImports) {
  const auto rules = FromText("import \"pe\"\n" + Rule("p", "pe.machine == 1") +
                              Rule("t", "true"));
  ASSERT_NE(rules, nullptr);
  EXPECT_EQ(rules->partition_size(), 1U);
  EXPECT_THAT(Matching(*rules, "text"), testing::ElementsAre("t.t"));
  EXPECT_EQ(FromText(Rule("t", "true"))->partition_size(), 1U);
  EXPECT_EQ(
      Whole("import \"pe\"\n" + Rule("p", "pe.machine == 1"))->partition_size(),
      1U);
}

TEST(PartitionTest, KeepsGlobalsAndWhatIsReferredTo) {
  const std::string pe = "import \"pe\"\n";
  EXPECT_EQ(FromText(pe + "global " + Rule("g", "pe.is_pe"))->partition_size(),
            1U);
  // Referred to by a rule that stays, through another one.
  EXPECT_EQ(
      FromText(pe + Rule("a", "pe.is_pe") +
               Rule("b", "a and uint16(0) == 0x5A4D") + Rule("c", "not b"))
          ->partition_size(),
      3U);
  EXPECT_EQ(FromText(pe + Rule("x1", "pe.is_pe") + Rule("x2", "pe.is_pe") +
                     Rule("y", "pe.is_pe") + Rule("c", "none of (x*)"))
                ->partition_size(),
            3U);
  // Only by a rule that goes as well.
  EXPECT_EQ(FromText(pe + Rule("a", "pe.is_pe") + Rule("b", "a and pe.is_pe") +
                     Rule("c", "true"))
                ->partition_size(),
            1U);
}

TEST(PartitionTest, FilesWithIncludesStayWhole) {
  const TempDir dir;
  dir.Write("i.inc", Rule("i", "true"));
  const std::string path = dir.Write(
      "a.yar", "import \"pe\"\ninclude \"i.inc\"\n" + Rule("a", "pe.is_pe"));
  EXPECT_EQ(MustCompile({{path}, {}})->partition_size(), 2U);
}

// A family of rules made of random conditions, each kind of atom among them.
std::string RandomCondition(std::mt19937* random, int depth) {
  static const std::vector<std::string> kAtoms = {
      "uint16(0) == 0x5A4D",
      "uint16be(0) == 0x4D5A",
      "uint32(0) == 0x00905A4D",
      "$mz at 0",
      "$hex at 0",
      "$text",
      "$text at pe.entry_point",
      "#text > 1",
      "pe.is_pe",
      "pe.is_pe == 1",
      "pe.is_pe == 0",
      "pe.number_of_sections == 0",
      "pe.number_of_sections < 3",
      "pe.machine == pe.MACHINE_I386",
      "pe.characteristics & pe.DLL",
      "pe.sections[0].name == \".text\"",
      "pe.imphash() == \"x\"",
      "pe.imports(\"k\", \"f\")",
      "pe.exports(\"f\")",
      "pe.version_info[\"x\"] contains \"y\"",
      "defined pe.machine",
      "pe.timestamp != 0",
      "filesize > 10",
      "filesize == 0",
      "for any i in (0..3) : (uint8(i) == 0x4D)",
      "any of them",
      "none of them",
      "2 of them",
      "pe.DLL == 0x2000",
      "true",
      "false"};
  if (depth == 0 || (*random)() % 3 == 0) {
    return kAtoms[(*random)() % kAtoms.size()];
  }
  const std::string left = RandomCondition(random, depth - 1);
  const std::string right = RandomCondition(random, depth - 1);
  switch ((*random)() % 6) {
    case 0:
      return "not (" + left + ")";
    case 1:
      return "(" + left + ") or (" + right + ")";
    case 2:
      return left + " or " + right;
    case 3:
      return "(" + left + " or " + right + ")";
    default:
      return left + " and " + right;
  }
}

std::string PeLike(std::mt19937* random) {
  std::string out = "MZ" + std::string(58, '\0');
  out += std::string("\x40\0\0\0", 4);
  out += std::string("PE\0\0\x4c\1", 6);
  for (int i = 0; i < 400; ++i) out += static_cast<char>((*random)() % 4);
  return out;
}

TEST(PartitionTest, ChangesNoMatch) {
  std::mt19937 random(20240611);
  std::string text = "import \"pe\"\n";
  for (int i = 0; i < 200; ++i) {
    const std::string n = std::to_string(i);
    std::string condition = RandomCondition(&random, 4);
    if (i > 0 && random() % 5 == 0) {
      condition = "(" + condition + ") and " + (random() % 2 ? "not " : "") +
                  "r" + std::to_string(random() % static_cast<unsigned>(i));
    }
    text += std::string(random() % 9 == 0 ? "private " : "") + "rule r" + n +
            " { strings: $mz = \"MZ\" $hex = { 4D 5A 90 } $text = \"hello\" "
            "condition: (" +
            condition + ") and #mz + #hex + #text >= 0 }\n";
  }
  const auto whole = Whole(text);
  const auto split = FromText(text);
  ASSERT_NE(whole, nullptr);
  ASSERT_NE(split, nullptr);
  EXPECT_LT(split->partition_size(), whole->partition_size());
  std::vector<std::string> payloads = WithoutMz();
  payloads.insert(payloads.end(), {"MZ", "MZ\x90", "MZ hello", "hellohello"});
  for (int i = 0; i < 40; ++i) {
    payloads.push_back(PeLike(&random).substr(0, 60 + random() % 420));
    if (i % 2 == 0) payloads.back()[i % 4 == 0 ? 0 : 1] = 'q';
  }
  size_t matches = 0;
  for (const std::string& payload : payloads) {
    const auto expected = Matching(*whole, payload);
    matches += expected.size();
    EXPECT_EQ(Matching(*split, payload), expected) << payload.substr(0, 20);
  }
  EXPECT_GT(matches, 500U);
}

}  // namespace
}  // namespace cupel
