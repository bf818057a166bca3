// Findings that somebody looked at and found to be harmless.
#ifndef CUPEL_BUILTIN_DECORATOR_SUPPRESSION_LIST_H_
#define CUPEL_BUILTIN_DECORATOR_SUPPRESSION_LIST_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace cupel {

// What is empty is not asked for; of rule, path and sha256 one is not.
struct SuppressionEntry {
  uint64_t line = 0;    // in its file
  std::string rule;     // glob
  std::string path;     // glob
  std::string sha256;   // lower case
  std::string expires;  // "2026-11-30", the last day; empty: never
  std::string reason;   // not empty

  // `today` as `expires`. Dates of that form are in the order of their texts.
  bool ExpiredOn(std::string_view today) const {
    return !expires.empty() && expires < today;
  }
  bool Fits(std::string_view finding_rule, std::string_view payload_path,
            std::string_view payload_sha256) const;
};

// One JSON object a line; blank lines and those that start with # are left out.
// INVALID_ARGUMENT with the file and the line for the first that is wrong: half
// a list would hide what the other half should not.
absl::StatusOr<std::vector<SuppressionEntry>> ParseSuppressions(
    std::string_view text, std::string_view file);

// True for a day of the Gregorian calendar, YYYY-MM-DD.
bool IsDate(std::string_view text);

}  // namespace cupel

#endif  // CUPEL_BUILTIN_DECORATOR_SUPPRESSION_LIST_H_
