// Bytes as text.
#ifndef CUPEL_EXAMPLES_CLI_BASE64_H_
#define CUPEL_EXAMPLES_CLI_BASE64_H_

#include <string>
#include <string_view>

namespace cli {

std::string Base64(std::string_view bytes);

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_BASE64_H_
