// The options that choose rules: --namespace, --tag, --rule, --meta, and their
// --exclude-… counterparts.
#ifndef CUPEL_EXAMPLES_CLI_SELECTION_OPTIONS_H_
#define CUPEL_EXAMPLES_CLI_SELECTION_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cupel/cupel.hpp"

namespace cli {

struct Selection {
  cupel::SelectBy by;
  bool exclude;
  std::string pattern;
};

// `selections` must outlive `app`.
void AddSelectionOptions(CLI::App& app, std::vector<Selection>* selections);

// Does a rule of cupel_ruleset_json fit? The same answer as
// cupel_scanner_select gives.
bool IsSelected(const nlohmann::ordered_json& rule,
                const std::vector<Selection>& selections);

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_SELECTION_OPTIONS_H_
