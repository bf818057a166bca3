// The options that say which rules are used, and loading them.
#ifndef CUPEL_EXAMPLES_CLI_RULES_OPTIONS_H_
#define CUPEL_EXAMPLES_CLI_RULES_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "cupel/cupel.hpp"

namespace cli {

struct RulesOptions {
  std::vector<std::string> paths;
  std::vector<std::string> defines;
  std::vector<std::string> include_roots;
  std::string cache_dir;
  bool skip_broken = false;
  bool allow_foreign = false;
  cupel::RuleEngine engine = cupel::RuleEngine::kCupel;
  bool load_all = false;  // no option: what checks rules wants it
};

// All but --rules itself, which some commands take as PATH. `options` must
// outlive `app`.
void AddRulesOptions(CLI::App& app, RulesOptions* options);
CLI::Option* AddRulesPathOption(CLI::App& app, RulesOptions* options);

// Sets one "NAME=VALUE" of --define. Throws UsageError.
void Define(std::string_view definition, cupel::RuleSources* sources);

// "rules/a.yar:12: error: rule 'x': message".
std::string DiagnosticLine(const cupel::Diagnostic& diagnostic);

// Throws cupel::Error, with diagnostics if rules are broken, and UsageError.
cupel::Ruleset LoadRules(const cupel::Engine& engine,
                         const RulesOptions& options);

// Every error, one a line, and what can be done.
void ComplainOfBrokenRules(const cupel::Error& error);

// Rules that were left out, and warnings: the first `most` of each, and how
// many more there are.
void ComplainOfOddRules(const cupel::Ruleset& rules, size_t most);

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_RULES_OPTIONS_H_
