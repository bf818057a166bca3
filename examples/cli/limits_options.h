// The --max-… options: one per limit of the library.
#ifndef CUPEL_EXAMPLES_CLI_LIMITS_OPTIONS_H_
#define CUPEL_EXAMPLES_CLI_LIMITS_OPTIONS_H_

#include <CLI/CLI.hpp>

#include "cupel/cupel.hpp"

namespace cli {

// `limits` must outlive `app`.
void AddLimitOptions(CLI::App& app, cupel::Limits* limits);

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_LIMITS_OPTIONS_H_
