// Numbers, sizes and times as people write and read them.
#ifndef CUPEL_EXAMPLES_CLI_VALUES_H_
#define CUPEL_EXAMPLES_CLI_VALUES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cli {

// Nothing if it is no such value, 0 included: for a limit, 0 is neither "off"
// nor a limit. "off" gives cupel::kUnlimited.
std::optional<uint64_t> ParseCount(std::string_view text);  // "1000", "off"
std::optional<uint64_t> ParseSize(std::string_view text);   // "64M", "1.5GiB"
std::optional<uint64_t> ParseDuration(std::string_view text);  // "500ms", "2m"

std::string FormatCount(uint64_t count);                          // "1,234,567"
std::string FormatSize(uint64_t bytes);                           // "1.5 MiB"
std::string FormatDuration(uint64_t nanos);                       // "1.2 s"
std::string FormatPlural(uint64_t count, std::string_view noun);  // "2 files"

// Shell-style pattern with * and ? only, over all of `text`.
bool GlobMatch(std::string_view pattern, std::string_view text);

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_VALUES_H_
