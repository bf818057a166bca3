// cupel rules explain.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>

#include "app.h"
#include "console.h"
#include "exit_code.h"
#include "output.h"
#include "rules_options.h"
#include "table.h"
#include "text_input.h"
#include "values.h"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

// Rules are run over files in memory.
constexpr size_t kMostBytes = size_t{1} << 30;

struct ExplainSettings {
  RulesOptions rules;
  std::string rule;
  std::string file;
  std::string format = "text";
};

constexpr const char* kFooter = R"(Examples:
  cupel rules explain loader_js -r rules/
  cupel rules explain loader_js index.js -r rules/
  cupel rules explain loader_js - -r rules/ -f json < index.js

What is told first must hold of a file for the rule to match it; files of which
it does not are never shown to libyara. SEARCHED is what is looked for to find
that out. FILE is looked at as it is, archives are not taken apart.

Exit codes: 0 explained, 2 wrong use, no such rule or unreadable.)";

std::string ClassTitle(const std::string& name) {
  if (name == "mz") return "begins with MZ";
  return name == "text" ? "text" : "anything else";
}

std::string RunText(const Json& said) {
  if (said.value("killed", false)) return "never";
  if (said.value("always", false)) return "for each file";
  return "if found";
}

std::string ClassesText(const Json& classes) {
  Table table({"FILES", "RUN", "SEARCHED"}, {});
  for (const Json& said : classes) {
    table.Add({ClassTitle(said.value("class", "")), RunText(said),
               Printable(said.value("searched", ""))});
  }
  return table.Render();
}

std::string FileText(const Json& file) {
  std::string out =
      fmt::format("{}, {}, {}\n", Printable(file.value("path", "")),
                  FormatSize(file.value("size", uint64_t{0})),
                  ClassTitle(file.value("class", "")));
  for (const Json& part : file.value("facts", Json::array())) {
    out += fmt::format("  {:<10} {}\n",
                       part.value("holds", false) ? "holds" : "fails",
                       Printable(part.value("fact", "")));
  }
  for (const Json& part : file.value("strings", Json::array())) {
    out += fmt::format("  {:<10} {}\n",
                       part.value("found", false) ? "found" : "not found",
                       Printable(part.value("string", "")));
  }
  if (!file.value("candidate", false)) {
    return out + "  libyara was not asked: it can't match\n";
  }
  return out + fmt::format(
                   "  libyara was asked: it {}\n",
                   file.value("matches", false) ? "matches" : "does not match");
}

std::string RuleText(const Json& rule) {
  std::string out = fmt::format("{} ({})\n", Printable(rule.value("name", "")),
                                Printable(rule.value("namespace", "")));
  if (rule.contains("unknown")) {
    return out + Printable(rule.value("unknown", "")) + "\n";
  }
  out += fmt::format("needs {}\n\n", Printable(rule.value("formula", "")));
  out += ClassesText(rule.value("classes", Json::array()));
  if (rule.contains("payload")) out += "\n" + FileText(rule["payload"]);
  return out;
}

int Explain(const ExplainSettings& settings) {
  const cupel::Engine engine;
  const cupel::Ruleset rules = LoadRules(engine, settings.rules);
  const cupel::Buffer made =
      settings.file.empty()
          ? rules.Explain(settings.rule)
          : rules.Explain(settings.rule, settings.file,
                          ReadText(settings.file, "file", kMostBytes));
  Output output("");
  if (settings.format == "json") {
    output.Write(made.view());
    output.Write("\n");
  } else {
    const Json said = Json::parse(made.view());
    std::string text;
    for (const Json& rule : said.value("rules", Json::array())) {
      if (!text.empty()) text += "\n";
      text += RuleText(rule);
    }
    output.Write(text);
  }
  output.Commit();
  return kExitClean;
}

}  // namespace

void AddExplainCommand(CLI::App& rules, Action* action) {
  CLI::App* command = rules.add_subcommand(
      "explain", "Tell why a rule is run for a file, or is not.");
  static ExplainSettings settings;
  command->add_option("RULE", settings.rule, "Name of a rule")->required();
  command->add_option("FILE", settings.file,
                      "File to look at; - for standard input");
  AddRulesPathOption(*command, &settings.rules)->required();
  AddChoice(*command, "-f,--format", &settings.format, {"text", "json"},
            "Text [default] or JSON")
      ->group("Report");
  AddRulesOptions(*command, &settings.rules);
  command->footer(kFooter);
  command->callback([action] { *action = [] { return Explain(settings); }; });
}

}  // namespace cli
