// Random rules and random files: what libyara matches, formulas allow.
#include <gtest/gtest.h>

#include "base/hash.h"
#include "rules/plan/formula.h"
#include "tests/unit/rules/plan/formula_testing.h"
#include "tests/unit/rules/plan/random_rules.h"
#include "tests/unit/rules/rules_testing.h"

namespace cupel::plan {
namespace {

constexpr char kImports[] = "import \"pe\"\nimport \"elf\"\nimport \"math\"\n";
constexpr size_t kRules = 150;  // in each of two namespaces
constexpr size_t kFiles = 200;

// Rules of two namespaces, and a third one that tells which of their strings
// occur: there no global rule is in the way.
class World {
 public:
  explicit World(uint32_t seed) : random_(seed) {
    RuleSources sources;
    for (size_t ns = 0; ns < 2; ++ns) {
      std::string text = kImports;
      std::vector<RandomRule>& rules = rules_[ns];
      for (size_t i = 0; i < kRules; ++i) {
        // Some names are in both namespaces.
        const std::string name = (i % 10 == 0 ? "r"
                                  : ns == 0   ? "n"
                                              : "m") +
                                 std::to_string(i);
        rules.push_back(random_.Rule(name, rules));
        text += rules.back().Text();
      }
      sources.texts.push_back({"ns" + std::to_string(ns), text});
    }
    sources.texts.push_back({"strings", StringRules()});
    RuleOptions options = PlainOptions();
    options.skip_broken = true;
    options.defines = defines_;
    compiled_ = MustCompile(sources, options);
    if (compiled_ != nullptr) MakeInput(sources);
  }

  bool IsGood() const { return compiled_ != nullptr; }
  size_t size() const { return formulas_.size(); }

  // Counts what libyara matched, and what formulas ruled out.
  void Check(size_t* matched, size_t* ruled_out) {
    const std::string bytes = random_.File(samples_);
    const std::string names[] = {random_.Name(), random_.Name(), random_.Name(),
                                 random_.Name()};
    const FileExternals externals = {names[0], names[1], names[2], names[3],
                                     ""};
    ScanRequest request;
    request.bytes = bytes;
    request.externals = externals;
    request.timeout_ns = 5'000'000'000;
    const ScanAnswer answer = ScanWith(*compiled_, request);
    // Among the loops that are made up some would never end.
    if (absl::IsDeadlineExceeded(answer.status)) return;
    ASSERT_TRUE(answer.status.ok()) << answer.status;
    HashSet<std::string> found;
    for (const RuleMatch& match : answer.matches) {
      const RuleInfo& rule = compiled_->rules()[match.rule];
      found.insert(rule.ns + "." + rule.name);
    }
    const auto occurs = [&](StringRef ref) {
      return found.count("strings." + StringRule(NamespaceOf(ref.rule),
                                                 RuleOf(ref.rule).name,
                                                 ref.string)) != 0;
    };
    const FileView file = {bytes, &externals};
    for (uint32_t i = 0; i < formulas_.size(); ++i) {
      const bool is_true = Evaluate(formulas_[i], file, occurs);
      const Formula in_class = InClass(formulas_[i], ClassOf(bytes));
      EXPECT_EQ(Evaluate(in_class, file, occurs), is_true);
      if (!is_true) ++*ruled_out;
      if (found.count("ns" + std::to_string(NamespaceOf(i)) + "." +
                      RuleOf(i).name) == 0) {
        continue;
      }
      ++*matched;
      ASSERT_TRUE(is_true) << Source(i) << "\n"
                           << ToText(formulas_[i], input_, i) << "\n"
                           << testing::PrintToString(bytes);
    }
  }

 private:
  static std::string StringRule(uint32_t ns, const std::string& rule,
                                size_t string) {
    return "s" + std::to_string(ns) + "_" + rule + "_" + std::to_string(string);
  }

  std::string StringRules() {
    std::string text;
    for (uint32_t ns = 0; ns < 2; ++ns) {
      for (const RandomRule& rule : rules_[ns]) {
        for (size_t i = 0; i < rule.strings.size(); ++i) {
          text += "rule " + StringRule(ns, rule.name, i) +
                  " { strings: $s = " + rule.strings[i].declaration +
                  " condition: $s }\n";
          samples_.push_back(rule.strings[i].sample);
        }
      }
    }
    return text;
  }

  // Of the rules that libyara took.
  void MakeInput(const RuleSources& sources) {
    HashSet<std::string> compiled;
    for (const RuleInfo& rule : compiled_->rules()) {
      compiled.insert(rule.ns + "." + rule.name);
    }
    for (uint32_t ns = 0; ns < 2; ++ns) {
      RuleUnit unit;
      unit.files.push_back({"t", "", sources.texts[ns].text, false});
      sources_[ns] = ast::Parse(unit);
      EXPECT_TRUE(sources_[ns].understood);
      for (const ast::Rule& rule : sources_[ns].rules) {
        if (compiled.count(sources.texts[ns].name + "." + rule.name) != 0) {
          input_.rules.push_back({&rule, ns});
        }
      }
    }
    input_.defines = defines_;
    formulas_ = MakeFormulas(input_);
  }

  const ast::Rule& RuleOf(uint32_t index) const {
    return *input_.rules[index].rule;
  }
  uint32_t NamespaceOf(uint32_t index) const { return input_.rules[index].ns; }
  std::string Source(uint32_t index) const {
    for (const RandomRule& rule : rules_[NamespaceOf(index)]) {
      if (rule.name == RuleOf(index).name) return rule.Text();
    }
    return "?";
  }

  const Defines defines_ = {{"level", int64_t{2}},
                            {"mode", std::string("fast")}};
  RandomRules random_;
  std::vector<RandomRule> rules_[2];
  std::vector<std::string> samples_;
  RuleSetPtr compiled_;
  ast::Source sources_[2];
  PlanInput input_;
  std::vector<Formula> formulas_;
};

// --gtest_repeat=N --gtest_shuffle goes through other ones.
TEST(FormulaPropertyTest, AllowsWhatLibyaraMatches) {
  World world(20261201 + RandomSeed());
  ASSERT_TRUE(world.IsGood());
  EXPECT_GT(world.size(), kRules);
  size_t matched = 0;
  size_t ruled_out = 0;
  for (size_t i = 0; i < kFiles && !HasFatalFailure(); ++i) {
    world.Check(&matched, &ruled_out);
  }
  RecordProperty("rules", static_cast<int>(world.size()));
  RecordProperty("matched", static_cast<int>(matched));
  RecordProperty("ruled_out", static_cast<int>(ruled_out));
  EXPECT_GT(matched, world.size());
  EXPECT_GT(ruled_out, 10 * world.size());
}

}  // namespace
}  // namespace cupel::plan
