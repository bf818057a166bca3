// cupel job check and explain.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>

#include "app.h"
#include "catalogue_options.h"
#include "console.h"
#include "exit_code.h"
#include "text_input.h"
#include "values.h"

namespace cli {
namespace {

using Json = nlohmann::ordered_json;

struct JobOptions {
  std::string first;
  std::string second;
  std::string format = "text";
};

constexpr const char* kCheckFooter = R"(Examples:
  cupel job check task.json
  curl -s http://localhost:8004/tasks/... | cupel job check -
  cupel job check meta.json --format json     # as OpenKAT prints it
Exit codes: 0 it is sound, 1 it has problems, 2 wrong use or no JSON.)";

constexpr const char* kExplainFooter = R"(Examples:
  cupel job explain a.json b.json
The files hold a BoefjeMeta, or a Task with one. No value of either is shown.
Exit codes: 0 one run serves for both, 1 it does not, 2 wrong use or no key.)";

int Check(const JobOptions& options) {
  const std::string text = ReadText(options.first, "job");
  const Json checked = Json::parse(cupel::Job::Check(text).view());
  if (checked["sound"] == true && options.format == "json") {
    Print(std::string(cupel::Job::Parse(text).Json().view()));
    return kExitClean;
  }
  if (options.format == "json") {
    Print(checked.dump());
    return kExitMatched;
  }
  const std::string kind = checked["kind"].is_null()
                               ? "looks like no job that is known"
                               : checked["kind"].get<std::string>();
  if (checked["sound"] == true) {
    Print(kind);
    return kExitClean;
  }
  const auto& problems = checked["problems"];
  for (const Json& problem : problems) {
    Complain(fmt::format("{}: {}",
                         Printable(problem["path"].get<std::string>()),
                         Printable(problem["message"].get<std::string>())));
  }
  const auto count = checked.value("count", problems.size());
  Print(fmt::format("{}, {}", kind, FormatPlural(count, "problem")));
  return kExitMatched;
}

int Explain(const JobOptions& options) {
  const cupel::Job first = cupel::Job::Parse(ReadText(options.first, "job"));
  const cupel::Job second = cupel::Job::Parse(ReadText(options.second, "job"));
  const cupel::Buffer answer = cupel::CompareJobs(first, second);
  const Json compared = Json::parse(answer.view());
  const bool same = compared["same"] == true;
  if (options.format == "json") {
    Print(std::string(answer.view()));
    return same ? kExitClean : kExitMatched;
  }
  std::string text =
      same ? "the same: one run serves for both\n" : "not the same:\n";
  for (const Json& difference : compared["differences"]) {
    text += "  " + Printable(difference.get<std::string>()) + "\n";
  }
  Print(text);
  return same ? kExitClean : kExitMatched;
}

void AddFormat(CLI::App& command, JobOptions* options) {
  AddChoice(command, "-f,--format", &options->format, {"text", "json"},
            "Text [default] or JSON")
      ->group("Report");
}

}  // namespace

void AddJobCommand(CLI::App& app, Action* action) {
  CLI::App* job = app.add_subcommand(
      "job", "Say what a job is, or whether two are the same.");
  job->require_subcommand(1);
  static JobOptions options;

  CLI::App* check = job->add_subcommand(
      "check", "Say what a job is, and everything that is wrong with it.");
  check->add_option("FILE", options.first, "JSON; - is standard input")
      ->type_name("PATH")
      ->required();
  AddFormat(*check, &options);
  check->footer(kCheckFooter);
  check->callback([action] { *action = [] { return Check(options); }; });

  CLI::App* explain = job->add_subcommand(
      "explain", "Say whether one run serves for two jobs, and if not, why.");
  explain->add_option("A", options.first, "One job")
      ->type_name("PATH")
      ->required();
  explain->add_option("B", options.second, "The other")
      ->type_name("PATH")
      ->required();
  AddFormat(*explain, &options);
  explain->footer(kExplainFooter);
  explain->callback([action] { *action = [] { return Explain(options); }; });
}

}  // namespace cli
