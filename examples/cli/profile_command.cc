// cupel rules profile.
#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app.h"
#include "console.h"
#include "exit_code.h"
#include "output.h"
#include "progress_line.h"
#include "rules_options.h"
#include "signals.h"
#include "table.h"
#include "values.h"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

struct ProfileSettings {
  RulesOptions rules;
  std::vector<std::string> paths;
  std::string format = "text";
  std::string progress = "auto";
  size_t top = 20;
};

constexpr const char* kFooter = R"(Examples:
  cupel rules profile --rules rules/ samples/
  cupel rules profile -r rules/ samples/ --top 5
  cupel rules profile -r rules/ samples/ -f json > cost.json

Every rule is run alone over every file, so this takes long: a few hundred files
like those that you scan are enough. MS is CPU time beyond what a scan without
rules takes; SHARE is of the sum over all rules. ALWAYS is for which files the
rule is run whatever is in them; `cupel rules explain RULE` tells why.)";

double Millis(const Json& object, const char* key) {
  return static_cast<double>(object.value(key, uint64_t{0})) / 1e6;
}

std::string AlwaysText(const Json& rule) {
  const Json classes = rule.value("always", Json::array());
  if (classes.size() == 3) return "all";
  std::string out;
  for (const Json& one : classes) {
    out += (out.empty() ? "" : ",") + one.get<std::string>();
  }
  return out.empty() ? "-" : out;
}

std::string ProfileText(const Json& profile, size_t top) {
  const Json rules = profile.value("rules", Json::array());
  double sum = 0;
  for (const Json& rule : rules) sum += Millis(rule, "cpu_ns");
  Table table({"MS", "SHARE", "MATCHES", "ALWAYS", "RULE", "NAMESPACE"},
              {0, 1, 2});
  size_t shown = 0;
  for (const Json& rule : rules) {
    if (shown++ == top) break;
    const double cost = Millis(rule, "cpu_ns");
    const bool cut = rule.value("timeouts", uint64_t{0}) > 0;
    table.Add({fmt::format("{:.2f}", cost),
               fmt::format("{:.1f} %", sum > 0 ? 100 * cost / sum : 0),
               FormatCount(rule.value("files", uint64_t{0})), AlwaysText(rule),
               Printable(rule.value("name", "")) + (cut ? " (timed out)" : ""),
               Printable(rule.value("namespace", ""))});
  }
  std::string text = table.Render();
  if (rules.size() > top) {
    text += fmt::format("... and {} (--top {} shows all)\n",
                        FormatPlural(rules.size() - top, "cheaper rule"),
                        rules.size());
  }
  const Json left_out = profile.value("left_out", Json::object());
  if (const auto files = left_out.value("payloads", uint64_t{0}); files > 0) {
    text += fmt::format("not measured: {}, {}, to keep memory bounded\n",
                        FormatPlural(files, "file"),
                        FormatSize(left_out.value("bytes", uint64_t{0})));
  }
  return text +
         fmt::format(
             "{}, {}; all rules together {:.2f} ms, without "
             "rules {:.2f} ms\n",
             FormatPlural(profile.value("payloads", uint64_t{0}), "file"),
             FormatSize(profile.value("bytes", uint64_t{0})),
             Millis(profile, "whole_ns"), Millis(profile, "baseline_ns"));
}

int Profile(const ProfileSettings& settings) {
  const cupel::Engine engine;
  const cupel::Ruleset rules = LoadRules(engine, settings.rules);
  ComplainOfOddRules(rules, 10);
  cupel::Inputs inputs;
  for (const std::string& path : settings.paths) {
    if (path == "-") {
      inputs.AddFd("-", STDIN_FILENO);
    } else {
      inputs.AddPath(path);
    }
  }
  ProgressLine line(WantProgress(settings.progress));
  const cupel::Cancel cancel;
  const SignalWatch signals(cancel);
  const cupel::Buffer made =
      rules.Profile(engine, inputs, &cancel, [&](const cupel::Progress& p) {
        line.Show(ProfileProgressText(p));
        return true;
      });
  line.Clear();
  Output output("");
  if (settings.format == "json") {
    output.Write(made.view());
    output.Write("\n");
  } else {
    output.Write(ProfileText(Json::parse(made.view()), settings.top));
  }
  output.Commit();
  return kExitClean;
}

}  // namespace

void AddProfileCommand(CLI::App& rules, Action* action) {
  CLI::App* command = rules.add_subcommand(
      "profile", "Measure what each rule costs over files of yours.");
  static ProfileSettings settings;
  AddPaths(*command, &settings.paths, "File or folder; - for standard input");
  AddRulesPathOption(*command, &settings.rules)->required();
  AddChoice(*command, "-f,--format", &settings.format, {"text", "json"},
            "A table [default] or JSON")
      ->group("Report");
  command->add_option("--top", settings.top, "Rows of the table [20]")
      ->check(CLI::PositiveNumber)
      ->type_name("N")
      ->group("Report");
  AddChoice(*command, "--progress", &settings.progress,
            {"auto", "always", "never"},
            "A line on standard error that tells how far it is [auto: on a "
            "terminal]")
      ->group("Report");
  AddRulesOptions(*command, &settings.rules);
  command->footer(kFooter);
  command->callback([action] { *action = [] { return Profile(settings); }; });
}

}  // namespace cli
