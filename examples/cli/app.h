// How the commands plug into the program. Each adds its options to the CLI11
// app and sets what is to be done when it was chosen.
#ifndef CUPEL_EXAMPLES_CLI_APP_H_
#define CUPEL_EXAMPLES_CLI_APP_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <initializer_list>
#include <string>
#include <vector>

namespace cli {

// Does the work of the chosen command; returns the exit code.
using Action = std::function<int()>;

void AddScanCommand(CLI::App& app, Action* action);
void AddRulesCommand(CLI::App& app, Action* action);
void AddPluginsCommand(CLI::App& app, Action* action);
void AddSettingsCommand(CLI::App& app, Action* action);
void AddRegistryCommand(CLI::App& app, Action* action);
void AddJobCommand(CLI::App& app, Action* action);
void AddBoefjeCommand(CLI::App& app, Action* action);
void AddNormalizerCommand(CLI::App& app, Action* action);
void AddRawCommand(CLI::App& app, Action* action);
void AddQueueCommand(CLI::App& app, Action* action);
void AddWorkerCommand(CLI::App& app, Action* action);
void AddExplainCommand(CLI::App& rules, Action* action);
void AddProfileCommand(CLI::App& rules, Action* action);
void AddSelftestCommand(CLI::App& app, Action* action);
void AddCompletionsCommand(CLI::App& app, Action* action);

// A string option that takes one of `choices`. They become its type name,
// "json|text", which is where the help and the completions find them.
CLI::Option* AddChoice(CLI::App& app, const std::string& names,
                       std::string* value,
                       std::initializer_list<const char*> choices,
                       const std::string& help);

// An option that may be given several times, with one value each: CLI11's own
// default would let `--rules a b` swallow the path b.
CLI::Option* AddRepeated(CLI::App& app, const std::string& names,
                         std::vector<std::string>* values,
                         const std::string& type, const std::string& help);

// Positional arguments, one at least.
CLI::Option* AddPaths(CLI::App& app, std::vector<std::string>* paths,
                      const std::string& help);

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_APP_H_
