#include "tests/unit/rules/plan/formula_testing.h"

#include <gtest/gtest.h>

#include "tests/unit/rules/rules_testing.h"

namespace cupel::plan {

RuleOptions PlainOptions() {
  RuleOptions options;
  options.engine = RuleEngine::kLibyara;
  return options;
}

std::unique_ptr<Parsed> Parse(const std::vector<std::string>& texts,
                              const Defines& defines) {
  auto out = std::make_unique<Parsed>();
  for (const std::string& text : texts) {
    RuleUnit unit;
    unit.files.push_back({"t", "", text, false});
    out->sources.push_back(ast::Parse(unit));
    EXPECT_TRUE(out->sources.back().understood) << text;
  }
  for (uint32_t ns = 0; ns < out->sources.size(); ++ns) {
    for (const ast::Rule& rule : out->sources[ns].rules) {
      out->input.rules.push_back({&rule, ns});
    }
  }
  out->input.defines = defines;
  out->formulas = MakeFormulas(out->input);
  EXPECT_EQ(out->formulas.size(), out->input.rules.size());
  return out;
}

std::string FormulaOf(const std::vector<std::string>& texts,
                      const Defines& defines) {
  const auto parsed = Parse(texts, defines);
  if (parsed->formulas.empty()) return "no rules";
  return ToText(parsed->formulas.back(), parsed->input,
                static_cast<uint32_t>(parsed->formulas.size() - 1));
}

std::string RuleWith(const std::string& condition, const std::string& name) {
  return "rule " + name +
         " { strings: $a = \"<aaaa>\" $b = \"<bbbb>\" $c = \"<cccc>\" "
         "$d = \"<dddd>\" $e = \"<eeee>\" $f = \"<ffff>\" $x1 = \"<xxx1>\" "
         "$x2 = \"<xxx2>\" $x3 = \"<xxx3>\" $ = \"<none>\" condition: (" +
         condition +
         ") and #a + #b + #c + #d + #e + #f + #x1 + #x2 + #x3 >= 0" +
         " and for all of ($*) : (# >= 0) }\n";
}

std::string ImportsFor(const std::string& condition) {
  std::string out;
  for (const std::string module :
       {"pe", "elf", "dotnet", "macho", "dex", "math", "hash", "time",
        "console", "string"}) {
    if (condition.find(module + ".") != std::string::npos) {
      out += "import \"" + module + "\"\n";
    }
  }
  return out;
}

std::string FormulaOfCondition(const std::string& condition,
                               const Defines& defines) {
  return FormulaOf({ImportsFor(condition) + RuleWith(condition)}, defines);
}

std::string BytesOf(char string) {
  if (string >= '1' && string <= '3') return std::string("<xxx") + string + '>';
  if (string == '$') return "<none>";
  return '<' + std::string(4, string) + '>';
}

bool Matches(const std::string& text, std::string_view bytes,
             const FileExternals& externals, const Defines& defines) {
  RuleOptions options = PlainOptions();
  options.defines = defines;
  const RuleSetPtr rules = FromText(text, options);
  if (rules == nullptr) return false;
  ScanRequest request;
  request.bytes = bytes;
  request.externals = externals;
  const ScanAnswer answer = ScanWith(*rules, request);
  EXPECT_TRUE(answer.status.ok()) << answer.status;
  for (const RuleMatch& match : answer.matches) {
    if (match.rule + 1 == rules->rules().size()) return true;
  }
  return false;
}

std::set<std::string> MatchingRules(const std::string& text,
                                    std::string_view bytes,
                                    const FileExternals& externals) {
  // Tests ask the same rules of many files.
  static std::string last_text;
  static RuleSetPtr last_rules;
  if (last_rules == nullptr || last_text != text) {
    last_rules = FromText(text, PlainOptions());
    last_text = text;
  }
  std::set<std::string> out;
  if (last_rules == nullptr) return out;
  ScanRequest request;
  request.bytes = bytes;
  request.externals = externals;
  const ScanAnswer answer = ScanWith(*last_rules, request);
  EXPECT_TRUE(answer.status.ok()) << answer.status;
  for (const RuleMatch& match : answer.matches) {
    out.insert(last_rules->rules()[match.rule].name);
  }
  return out;
}

bool Compiles(const std::string& text) {
  return RuleSet::Compile({{}, {{"t", text}}}, PlainOptions(), nullptr).ok();
}

bool ConditionMatches(const std::string& condition, std::string_view bytes,
                      const FileExternals& externals, const Defines& defines) {
  return Matches(ImportsFor(condition) + RuleWith(condition), bytes, externals,
                 defines);
}

}  // namespace cupel::plan
