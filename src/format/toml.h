// TOML documents as JSON values.
#ifndef CUPEL_FORMAT_TOML_H_
#define CUPEL_FORMAT_TOML_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "format/json.h"

namespace cupel {

inline constexpr size_t kMaxTomlBytes = size_t{4} << 20;

// Reads one document into an object; keys are sorted. Dates and times become
// text as they are written in RFC 3339; what is no number (inf, nan) null.
// `what` names it in errors ("worker.toml"), which are INVALID_ARGUMENT with
// line and column, and show nothing of it: there may be secrets in it. More
// than kMaxTomlBytes is RESOURCE_EXHAUSTED.
absl::StatusOr<Json> ParseToml(std::string_view text, std::string_view what);

}  // namespace cupel

#endif  // CUPEL_FORMAT_TOML_H_
