// Conditions against libyara: one written with as few brackets as possible and
// its tree, written with all of them, must have the same answers.
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "../rules_testing.h"
#include "ast_testing.h"
#include "random.h"

namespace cupel::ast {
namespace {

class ConditionMaker {
 public:
  explicit ConditionMaker(Random* random) : random_(*random) {}

  std::string Make() { return Logic(3); }

 private:
  std::string Logic(int depth) {
    std::string out = Term(depth);
    for (int n = random_.Below(4); n > 0; --n) {
      out += random_.OneIn(2) ? " and " : " or ";
      out += Term(depth);
    }
    return out;
  }

  std::string Term(int depth) {
    std::string out;
    while (random_.OneIn(3)) out += random_.OneIn(4) ? "defined " : "not ";
    if (depth > 0 && random_.OneIn(5))
      return out + "(" + Logic(depth - 1) + ")";
    if (depth > 0 && random_.OneIn(6)) return out + For(depth);
    return out + Atom();
  }

  std::string Atom() {
    static constexpr const char* kComparisons[] = {" == ", " != ", " < ",
                                                   " <= ", " > ",  " >= "};
    static constexpr const char* kTextOps[] = {
        " contains ",    " icontains ", " startswith ",
        " istartswith ", " endswith ",  " iendswith ",
        " iequals ",     " == ",        " != "};
    static constexpr const char* kTexts[] = {"ext", "\"b\"", "\"ABC\"",
                                             "\"abcb\""};
    static constexpr const char* kRegexes[] = {"/b/", "/^B.$/is", "/a\\/|c/"};
    static constexpr const char* kStrings[] = {"$_a", "$_b", "$_c"};
    switch (random_.Below(9)) {
      case 0:
        return random_.OneIn(2) ? "true" : "false";
      case 1:
        return random_.Pick(kStrings);
      case 2:
        return random_.Pick(kStrings) + (" at " + Number(2));
      case 3:
        return random_.Pick(kStrings) + (" in " + Range());
      case 4:
        return Of();
      case 5:
        return random_.Pick(kTexts) +
               (std::string(random_.Pick(kTextOps)) + random_.Pick(kTexts));
      case 6:
        return random_.Pick(kTexts) +
               (std::string(" matches ") + random_.Pick(kRegexes));
      default:
        return Number(3) + random_.Pick(kComparisons) + Number(3);
    }
  }

  std::string Of() {
    static constexpr const char* kSets[] = {"them", "($_a, $_b)", "($_a*)",
                                            "($*)", "($_a, $_b*, $_c)"};
    static constexpr const char* kPercent[] = {"1", "50", "25 * 2", "#_a * 30",
                                               "(40 + 30)"};
    std::string set = random_.Pick(kSets);
    if (random_.OneIn(4))
      set += " at " + Number(2);
    else if (random_.OneIn(4))
      set += " in " + Range();
    else if (random_.OneIn(3))
      return random_.Pick(kPercent) + (" % of " + set);
    return Quantifier() + " of " + set;
  }

  std::string Quantifier() {
    static constexpr const char* kWords[] = {"all", "any", "none"};
    static constexpr const char* kCounts[] = {
        "1", "2", "#_a", "1 + 1", "3 - 4 \\ 2", "#_b & 1 | 2"};
    return random_.OneIn(3) ? random_.Pick(kCounts) : random_.Pick(kWords);
  }

  // libyara nests loops over strings in none, and wants other variables in
  // each.
  std::string For(int depth) {
    static constexpr const char* kForms[] = {
        " of them : ", " of ($_a, $_c) : ", " in (1..#_a) : ",
        " in (1, filesize - 2 , 3) : ", " in (\"b\", ext) : "};
    const int form = random_.Below(depth == 3 ? 5 : 3) + (depth == 3 ? 0 : 2);
    const std::string quantifier = "for " + Quantifier();
    const std::string body = Logic(depth - 1);
    if (form < 2)
      return quantifier + kForms[form] + "($ and # > 1 or " + body + ")";
    const std::string variable = "v" + std::to_string(depth);
    return quantifier + " " + variable + kForms[form] + "(" + variable +
           (form < 4 ? " + 1 == @_a[" + variable + "]" : " == \"b\"") + " or " +
           body + ")";
  }

  // Constants that libyara refuses here must not come out of it.
  std::string Range() {
    static constexpr const char* kLow[] = {"0", "1", "#_b", "filesize - 9"};
    static constexpr const char* kHigh[] = {"filesize", "#_a + 3", "5 * 4"};
    return std::string("(") + random_.Pick(kLow) + ".." + random_.Pick(kHigh) +
           ")";
  }

  std::string Number(int operators) {
    static constexpr const char* kOps[] = {" + ", " - ", " * ", " \\ ",
                                           " % ", " & ", " | ", " ^ "};
    std::string out = Single(operators);
    for (int n = random_.Below(operators + 1); n > 0; --n) {
      if (random_.OneIn(6)) {
        out += random_.OneIn(2) ? " << #_a" : " >> #_b";
      } else {
        out += random_.Pick(kOps) + Single(operators);
      }
    }
    return out;
  }

  std::string Single(int depth) {
    static constexpr const char* kNumbers[] = {"1",
                                               "2",
                                               "3",
                                               "7",
                                               "0x10",
                                               "filesize",
                                               "#_a",
                                               "#_b",
                                               "uint8(0)",
                                               "@_a",
                                               "@_b[1+1]",
                                               "!_a",
                                               "!_b[1]",
                                               "#_a in (0..filesize-1)",
                                               "50",
                                               "math.max(1, #_a)",
                                               "math.to_number($_a and $_b)",
                                               "1KB",
                                               "int16be(1)"};
    std::string out;
    while (random_.OneIn(6)) out += random_.OneIn(2) ? "-" : "~";
    if (depth > 1 && random_.OneIn(6)) {
      return out + "(filesize + " + Number(depth - 1) + ")";
    }
    return out + random_.Pick(kNumbers);
  }

  Random& random_;
};

// `condition` i is that of rule r<i>.
RuleSetPtr CompileAll(const std::vector<std::string>& conditions) {
  std::string text = "import \"math\"\n";
  for (size_t i = 0; i < conditions.size(); ++i) {
    text += "rule r" + std::to_string(i) +
            " { strings: $_a = \"a\" $_b = \"b\" nocase $_c = /bc?/ "
            "condition: " +
            conditions[i] + "\n}\n";
  }
  RuleOptions options;
  options.skip_broken = true;  // what libyara refuses, like 1 \ (1 - 1)
  options.defines = {{"ext", std::string("abcb")}};
  return FromText(text, options);
}

constexpr std::string_view kFiles[] = {"", "a", "Bca", "abcabcaab",
                                       "bbbbbbbbbbbbb"};

// How many answers were "matches".
size_t Compare(const std::vector<std::string>& written,
               const std::vector<std::string>& trees) {
  const RuleSetPtr expected_rules = CompileAll(written);
  const RuleSetPtr tree_rules = CompileAll(trees);
  if (expected_rules == nullptr || tree_rules == nullptr) return 0;
  EXPECT_EQ(expected_rules->rules().size(), tree_rules->rules().size());
  EXPECT_GT(expected_rules->rules().size(), written.size() * 9 / 10);
  size_t matches = 0;
  for (const std::string_view file : kFiles) {
    const auto expected = Matching(*expected_rules, file);
    const auto got = Matching(*tree_rules, file);
    const std::set<std::string> expected_names(expected.begin(),
                                               expected.end());
    const std::set<std::string> names(got.begin(), got.end());
    matches += expected.size();
    for (size_t i = 0; i < written.size(); ++i) {
      const std::string name = "t.r" + std::to_string(i);
      EXPECT_EQ(expected_names.contains(name), names.contains(name))
          << written[i] << "\nis " << trees[i] << "\nin \"" << file << "\"";
    }
  }
  return matches;
}

TEST(ConditionLibyaraTest, TheTreeMeansWhatTheTextMeans) {
  Random random;
  size_t matches = 0;
  for (int round = 0; round < 4; ++round) {
    std::vector<std::string> written;
    std::vector<std::string> trees;
    for (int i = 0; i < 250; ++i) {
      written.push_back(ConditionMaker(&random).Make());
      trees.push_back(Condition(written.back()));
      EXPECT_EQ(trees.back().find("<?>"), std::string::npos) << written.back();
      EXPECT_EQ(Condition(trees.back()), trees.back());
    }
    matches += Compare(written, trees);
  }
  EXPECT_GT(matches, 1000U);
  EXPECT_LT(matches, 4000U) << "of 5000";
}

}  // namespace
}  // namespace cupel::ast
