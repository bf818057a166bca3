#include "rules/direct/facts.h"

#include <gmock/gmock.h>

#include <string>

#include "rules/ast/parser.h"
#include "tests/small_executables.h"

namespace cupel::direct {
namespace {

using State = Value::State;

// The fact that a condition is, or nothing.
std::optional<FactText> TextOf(const std::string& condition) {
  RuleUnit unit;
  unit.ns = "t";
  unit.files.push_back(
      {.text = "import \"pe\" import \"math\" import \"time\" import "
               "\"console\" rule other { condition: true } rule r { strings: "
               "$a = \"a\" condition: $a and (" +
               condition + ") }"});
  const ast::Source source = ast::Parse(unit);
  EXPECT_TRUE(source.understood) << condition;
  const ast::Expr& both = *source.rules.back().condition;
  return FactTextOf(*both.children.back(), unit.files.front().text);
}

TEST(FactTextTest, IsWhatAsksModulesOnly) {
  const auto fact = TextOf("pe.imphash() == \"x\"");
  ASSERT_TRUE(fact.has_value());
  EXPECT_EQ(fact->text, "(pe.imphash() == \"x\")");
  EXPECT_EQ(fact->imports, "import \"pe\"\n");
  EXPECT_FALSE(fact->alone);
  EXPECT_TRUE(TextOf("for any s in pe.sections : ( s.raw_data_size > 1 )"));
  EXPECT_TRUE(TextOf("math.entropy(0, filesize) > 1.0")->alone);
  EXPECT_TRUE(TextOf("pe.calculate_checksum() == 1")->alone);
  EXPECT_EQ(TextOf("pe.is_pe and math.max(1, 2) == 2")->imports,
            "import \"math\"\nimport \"pe\"\n");
}

TEST(FactTextTest, IsNothingElse) {
  for (const char* condition :
       {"filesize > 1", "other", "pe.is_pe and other", "pe.is_pe and $a",
        "pe.number_of_sections == #a", "pe.sections[@a].name == \"x\"",
        "filename == \"x\" and pe.is_pe", "time.now() > 1",
        "console.log(\"x\")", "pe.entry_point == entrypoint",
        "for any s in pe.sections : ( $a in (s.raw_data_offset..9) )",
        "i == 1"}) {
    EXPECT_FALSE(TextOf(condition).has_value()) << condition;
  }
}

// Answers for one file after the other, and counts the scans.
class FactsTest : public testing::Test {
 protected:
  uint32_t Add(const std::string& text, bool defined_matters = false,
               const std::string& module = "pe") {
    return facts_.Add({.text = text,
                       .imports = "import \"" + module + "\"\n",
                       .defined_matters = defined_matters});
  }
  void Begin(std::string file) {
    file_ = std::move(file);
    facts_.Begin(&run_);
  }

  Facts facts_;
  std::string file_;
  int scans_ = 0;
  const Facts::Run run_ = [this](YaraScanner* scanner) {
    ++scans_;
    return scanner->Scan(file_, UINT64_MAX, 0);
  };
};

TEST_F(FactsTest, AreToldOfEachFileWithOneScan) {
  const uint32_t is_pe = Add("pe.is_pe");
  const uint32_t one = Add("pe.number_of_sections == 1", true);
  const uint32_t two = Add("pe.number_of_sections == 2", true);
  EXPECT_EQ(Add("pe.is_pe"), is_pe);
  EXPECT_EQ(facts_.NewIn(facts_.GroupOf(one)), 3U);
  Begin(SmallPe());
  EXPECT_TRUE(facts_.Of(is_pe).Holds());
  EXPECT_TRUE(facts_.Of(one).Holds());
  EXPECT_TRUE(facts_.Of(two).known());
  EXPECT_FALSE(facts_.Of(two).Holds());
  EXPECT_EQ(scans_, 1);
  EXPECT_EQ(facts_.NewIn(facts_.GroupOf(one)), 0U);
  Begin("text");
  EXPECT_FALSE(facts_.Of(is_pe).Holds());
  EXPECT_EQ(facts_.Of(one).state, State::kUndefined);
  EXPECT_EQ(scans_, 2);
}

TEST_F(FactsTest, ThoseOfOtherModulesCostNothing) {
  const uint32_t pe = Add("pe.is_pe");
  const uint32_t elf = Add("elf.type == 2", false, "elf");
  EXPECT_NE(facts_.GroupOf(pe), facts_.GroupOf(elf));
  Begin(SmallElf());
  EXPECT_TRUE(facts_.Of(elf).Holds());
  EXPECT_EQ(scans_, 1);
  EXPECT_FALSE(facts_.Of(pe).Holds());
  EXPECT_EQ(scans_, 2);
}

// Each time there are new ones; but a file is never parsed often.
TEST_F(FactsTest, MayComeLater) {
  std::vector<uint32_t> added;
  for (int i = 0; i < 20; ++i) {
    added.push_back(Add("pe.number_of_sections == " + std::to_string(i)));
    Begin(SmallPe());
    scans_ = 0;
    for (int j = 0; j <= i; ++j) {
      EXPECT_EQ(facts_.Of(added[static_cast<size_t>(j)]).Holds(), j == 1);
    }
    EXPECT_LE(scans_, 3);
  }
}

TEST_F(FactsTest, WhatIsNoConditionIsUnknown) {
  const uint32_t good = Add("elf.type == 2", false, "elf");
  const uint32_t bad = Add("pe.there_is_no_such_thing == 1");
  Begin(SmallElf());
  EXPECT_EQ(facts_.Of(bad).state, State::kUnknown);
  EXPECT_TRUE(facts_.Of(good).Holds());
  facts_.Begin(nullptr);
  EXPECT_EQ(facts_.Of(good).state, State::kUnknown);
}

}  // namespace
}  // namespace cupel::direct
