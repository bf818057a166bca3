// Shell completions, made from the description of the command line, so that
// they know whatever the program knows.
#ifndef CUPEL_EXAMPLES_CLI_COMPLETIONS_H_
#define CUPEL_EXAMPLES_CLI_COMPLETIONS_H_

#include <CLI/CLI.hpp>
#include <string>

namespace cli {

std::string BashCompletions(const CLI::App& app);
std::string ZshCompletions(const CLI::App& app);
std::string FishCompletions(const CLI::App& app);

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_COMPLETIONS_H_
