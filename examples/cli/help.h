// How --help looks: purpose, usage, options by subject, examples; wrapped to 80
// columns.
#ifndef CUPEL_EXAMPLES_CLI_HELP_H_
#define CUPEL_EXAMPLES_CLI_HELP_H_

#include <CLI/CLI.hpp>
#include <string>

namespace cli {

class HelpFormatter : public CLI::FormatterBase {
 public:
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override;
};

// "cupel rules check", from the root of the app down.
std::string FullName(const CLI::App* app);

// Options that are shown, without the positional ones.
std::vector<const CLI::Option*> NamedOptions(const CLI::App* app);

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_HELP_H_
