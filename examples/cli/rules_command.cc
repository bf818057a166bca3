// cupel rules check, list and compile.
#include <fmt/format.h>
#include <sys/stat.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app.h"
#include "console.h"
#include "exit_code.h"
#include "output.h"
#include "rules_options.h"
#include "selection_options.h"
#include "table.h"
#include "values.h"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kAll = std::numeric_limits<size_t>::max();

struct RulesSettings {
  RulesOptions rules;
  std::vector<std::string> paths;  // beside --rules
  std::vector<Selection> selections;
  std::string format = "text";
  std::string output;
};

constexpr const char* kCheckFooter = R"(Examples:
  cupel rules check rules/
  cupel rules check mine.yar --define limit=100

Exit codes: 0 all rules compile, 1 some are broken, 2 wrong use or unreadable.)";

constexpr const char* kListFooter = R"(Examples:
  cupel rules list rules/
  cupel rules list rules/ --tag install --exclude-rule 'test_*'
  cupel rules list rules/ --format json)";

constexpr const char* kCompileFooter = R"(Examples:
  cupel rules compile rules/ --output all.cupelrules
  cupel scan pkg.tgz --rules all.cupelrules

The file fits one version of libyara and one kind of machine, and is refused by
any other; compile it where it is used.)";

void Print(const std::string& text) {
  Output output("");
  output.Write(text);
  output.Commit();
}

// With the rules that were named without --rules, too.
RulesOptions WhichRules(const RulesSettings& settings, const char* command) {
  RulesOptions options = settings.rules;
  options.paths.insert(options.paths.end(), settings.paths.begin(),
                       settings.paths.end());
  if (options.paths.empty()) {
    throw UsageError(
        fmt::format("rules {}: which rules? Name a file or folder", command));
  }
  return options;
}

int Check(const RulesSettings& settings) {
  RulesOptions options = WhichRules(settings, "check");
  options.load_all = true;
  const cupel::Engine engine;
  try {
    const cupel::Ruleset rules = LoadRules(engine, options);
    ComplainOfOddRules(rules, kAll);
    Print(fmt::format("{}, {}\n", FormatPlural(rules.count(), "rule"),
                      FormatPlural(rules.Warnings().size(), "warning")));
    return kExitClean;
  } catch (const cupel::Error& error) {
    if (error.diagnostics().empty()) throw;
    for (const cupel::Diagnostic& diagnostic : error.diagnostics()) {
      Complain(DiagnosticLine(diagnostic));
    }
    Complain(fmt::format("cupel: {} in the rules",
                         FormatPlural(error.diagnostics().size(), "error")));
    return kExitMatched;
  }
}

std::string ListTable(const Json& rules) {
  Table table({"RULE", "NAMESPACE", "WEIGHT", "TAGS"}, {2});
  for (const Json& rule : rules) {
    std::string tags;
    for (const Json& tag : rule.value("tags", Json::array())) {
      tags += (tags.empty() ? "" : " ") + tag.get<std::string>();
    }
    if (rule.value("global", false)) {
      tags += tags.empty() ? "(global)" : " (global)";
    }
    if (rule.value("private", false)) {
      tags += tags.empty() ? "(private)" : " (private)";
    }
    table.Add({Printable(rule.value("name", "")),
               Printable(rule.value("namespace", "")),
               fmt::format("{}", rule.value("weight", int64_t{0})), tags});
  }
  return table.Render();
}

int List(const RulesSettings& settings) {
  const RulesOptions options = WhichRules(settings, "list");
  const cupel::Engine engine;
  const cupel::Ruleset rules = LoadRules(engine, options);
  ComplainOfOddRules(rules, 10);
  Json known = Json::parse(rules.Json().view());
  Json chosen = Json::array();
  for (Json& rule : known["rules"]) {
    if (IsSelected(rule, settings.selections)) chosen.push_back(rule);
  }
  if (settings.format == "json") {
    known["rules"] = std::move(chosen);
    Print(known.dump() + "\n");
    return kExitClean;
  }
  std::string text = chosen.empty() ? "" : ListTable(chosen);
  if (chosen.size() == rules.count()) {
    text += FormatPlural(rules.count(), "rule") + "\n";
  } else {
    text += fmt::format("{} of {}\n", FormatCount(chosen.size()),
                        FormatPlural(rules.count(), "rule"));
  }
  Print(text);
  return kExitClean;
}

int Compile(const RulesSettings& settings) {
  const RulesOptions options = WhichRules(settings, "compile");
  const cupel::Engine engine;
  const cupel::Ruleset rules = LoadRules(engine, options);
  ComplainOfOddRules(rules, 10);
  rules.Save(settings.output);
  struct stat status{};
  stat(settings.output.c_str(), &status);
  Print(fmt::format("{}: {}, {}\ndigest {}\n", Printable(settings.output),
                    FormatPlural(rules.count(), "rule"),
                    FormatSize(static_cast<uint64_t>(status.st_size)),
                    rules.digest()));
  return kExitClean;
}

void AddRulePaths(CLI::App& command, RulesSettings* settings) {
  command.add_option("PATH", settings->paths, "Rule file or folder")
      ->type_name("PATH");
  AddRulesPathOption(command, &settings->rules);
}

void AddCheck(CLI::App& app, Action* action) {
  CLI::App* command = app.add_subcommand(
      "check", "Compile rules and show every error and warning.");
  static RulesSettings settings;
  AddRulePaths(*command, &settings);
  AddRulesOptions(*command, &settings.rules);
  command->footer(kCheckFooter);
  command->callback([action] { *action = [] { return Check(settings); }; });
}

void AddList(CLI::App& app, Action* action) {
  CLI::App* command =
      app.add_subcommand("list", "List rules with namespace, weight and tags.");
  static RulesSettings settings;
  AddRulePaths(*command, &settings);
  AddChoice(*command, "-f,--format", &settings.format, {"text", "json"},
            "A table [default], or JSON with all there is to know")
      ->group("Report");
  AddRulesOptions(*command, &settings.rules);
  AddSelectionOptions(*command, &settings.selections);
  command->footer(kListFooter);
  command->callback([action] { *action = [] { return List(settings); }; });
}

void AddCompile(CLI::App& app, Action* action) {
  CLI::App* command = app.add_subcommand(
      "compile",
      "Compile rules into one file, for a faster start. It holds their texts "
      "as well.");
  static RulesSettings settings;
  AddRulePaths(*command, &settings);
  command->add_option("-o,--output", settings.output, "File to write")
      ->type_name("FILE")
      ->required()
      ->group("Report");
  AddRulesOptions(*command, &settings.rules);
  command->footer(kCompileFooter);
  command->callback([action] { *action = [] { return Compile(settings); }; });
}

}  // namespace

void AddRulesCommand(CLI::App& app, Action* action) {
  CLI::App* command = app.add_subcommand(
      "rules", "Check, list, compile, explain or profile YARA rules.");
  command->require_subcommand(1);
  AddCheck(*command, action);
  AddList(*command, action);
  AddCompile(*command, action);
  AddExplainCommand(*command, action);
  AddProfileCommand(*command, action);
}

}  // namespace cli
