// cupel: the command-line program. It uses nothing of Cupel but the public
// headers, and so shows what they can do.
#include <fmt/format.h>

#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "app.h"
#include "console.h"
#include "exit_code.h"
#include "help.h"
#include "output.h"
#include "rules_options.h"

namespace cli {
namespace {

constexpr const char* kFooter = R"(Examples:
  # What is in this package, and which rules match where?
  cupel scan pkg.tgz --rules rules/

  # Everything in a folder, as JSON, without a match's bytes
  cupel scan downloads/ -r rules/ -f json --no-match-data -o report.json

  # From a pipe, one line per finding as soon as it is found
  curl -s https://example.org/pkg.whl | cupel scan - -r rules/ -f ndjson

  # Are these rules right? Which of them are slow?
  cupel rules check rules/
  cupel rules profile --rules rules/ samples/

  # Which plugins are in these folders, and are they sound?
  cupel plugins check plugins/

  # OpenKAT's catalogue over them, for its other services
  cupel registry serve --database db --plugins plugins/

  # Jobs from a queue, each in a process of its own, until none is left
  cupel worker run --queue sqlite:jobs.db --rules rules/ --exit-when-empty

  # Does this program keep every limit it promises?
  cupel selftest

Exit codes of scan:
  0  clean: everything was scanned and nothing matched
  1  matched: at least one rule matched
  2  wrong use, broken rules, or results could not be written
  3  unknown: nothing matched, but not everything could be scanned
  4  nothing could be scanned)";

std::string VersionText() {
  return fmt::format("cupel {} (ABI {})\n{}", cupel::VersionString(),
                     cupel_abi_version(), cupel::BuildInfo());
}

const CLI::App* FindCommand(const CLI::App* app, const std::string& name) {
  for (const CLI::App* command : app->get_subcommands({})) {
    if (command->get_name() == name) return command;
  }
  return nullptr;
}

// CLI11 takes an argument in brackets for a list and drops them. A file may be
// called [id], so its name is written in another way that means the same.
void ProtectBrackets(const CLI::App& app, std::vector<std::string>* arguments) {
  const CLI::App* command = &app;
  for (size_t i = 0; i < arguments->size(); ++i) {
    std::string& argument = (*arguments)[i];
    if (const CLI::App* child = FindCommand(command, argument)) {
      command = child;
    } else if (argument.size() > 1 && argument.front() == '-') {
      const CLI::Option* option = command->get_option_no_throw(argument);
      if (option != nullptr && option->get_items_expected_max() > 0) ++i;
    } else if (argument.size() > 1 && argument.front() == '[' &&
               argument.back() == ']') {
      argument.insert(0, "./");
    }
  }
}

const CLI::App* ChosenCommand(const CLI::App* app) {
  const auto chosen = app->get_subcommands();
  return chosen.empty() ? app : ChosenCommand(chosen.front());
}

// What CLI11 says, or something better.
std::string Explain(const CLI::ParseError& error, const CLI::App* chosen) {
  const std::vector<const CLI::App*> commands = chosen->get_subcommands({});
  if (commands.empty()) return error.what();
  std::vector<std::string> names;
  names.reserve(commands.size());
  for (const CLI::App* command : commands) names.push_back(command->get_name());
  const std::string there = fmt::format("there are {}", fmt::join(names, ", "));
  for (const std::string& extra : chosen->remaining()) {
    const bool option = !extra.empty() && extra.front() == '-';
    return option ? fmt::format("there is no option {}", extra)
                  : fmt::format("'{}' is no command; {}", extra, there);
  }
  if (dynamic_cast<const CLI::RequiredError*>(&error) == nullptr) {
    return error.what();
  }
  return "which command? " + there;
}

int Run(CLI::App& app, std::vector<std::string> arguments, Action* action) {
  ProtectBrackets(app, &arguments);
  // CLI11 takes them from the end.
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::Success& asked) {
    Output output("");
    output.Write(asked.get_name() == "CallForVersion"
                     ? VersionText() + "\n"
                     : ChosenCommand(&app)->help());
    output.Commit();
    return kExitClean;
  } catch (const CLI::ParseError& error) {
    const CLI::App* chosen = ChosenCommand(&app);
    const std::string name = FullName(chosen);
    Complain(fmt::format("{}: {}", name, Printable(Explain(error, chosen))));
    Complain(fmt::format("`{} --help` tells what there is.", name));
    return kExitError;
  }
  return (*action)();
}

int Main(std::vector<std::string> arguments) {
  CLI::App app(
      "Scan files, archives and packages with YARA rules, and say honestly "
      "what was found and what could not be looked at.",
      "cupel");
  app.formatter(std::make_shared<HelpFormatter>());
  app.set_help_flag("-h,--help", "Show this help");
  app.set_version_flag("--version", "", "Show versions and how it was built");
  app.require_subcommand(1);
  Action action;
  AddScanCommand(app, &action);
  AddRulesCommand(app, &action);
  AddPluginsCommand(app, &action);
  AddSettingsCommand(app, &action);
  AddRegistryCommand(app, &action);
  AddJobCommand(app, &action);
  AddBoefjeCommand(app, &action);
  AddNormalizerCommand(app, &action);
  AddRawCommand(app, &action);
  AddQueueCommand(app, &action);
  AddWorkerCommand(app, &action);
  AddSelftestCommand(app, &action);
  AddCompletionsCommand(app, &action);
  app.footer(kFooter);  // last, because commands inherit it
  if (arguments.empty()) {
    Complain(app.help());
    return kExitError;
  }
  return Run(app, std::move(arguments), &action);
}

}  // namespace
}  // namespace cli

int main(int argc, char** argv) {
  try {
    return cli::Main(std::vector<std::string>(argv + (argc > 0), argv + argc));
  } catch (const cupel::Error& error) {
    if (!error.diagnostics().empty()) {
      cli::ComplainOfBrokenRules(error);
    } else {
      cli::Complain(fmt::format("cupel: {}", error.message()));
    }
  } catch (const cli::UsageError& error) {
    cli::Complain(fmt::format("cupel: {}", error.what()));
  } catch (const std::bad_alloc&) {
    cli::Complain("cupel: out of memory");
  } catch (const std::exception& error) {
    cli::Complain(fmt::format("cupel: {}", error.what()));
  }
  return cli::kExitError;
}
