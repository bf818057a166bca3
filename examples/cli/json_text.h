// JSON for people.
#ifndef CUPEL_EXAMPLES_CLI_JSON_TEXT_H_
#define CUPEL_EXAMPLES_CLI_JSON_TEXT_H_

#include <string>
#include <string_view>

namespace cli {

// Indented by four, keys sorted, characters that could steer a terminal as
// escapes. Throws UsageError, which calls it `what`, for what is no JSON.
std::string IndentedJson(std::string_view text, const std::string& what,
                         bool color);

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_JSON_TEXT_H_
