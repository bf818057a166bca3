// Patterns of names and paths, as shells and .gitignore have them.
#ifndef CUPEL_BUILTIN_FILES_GLOB_H_
#define CUPEL_BUILTIN_FILES_GLOB_H_

#include <string_view>

#include "absl/status/status.h"

namespace cupel {

// `?` is one byte other than "/", `*` any number of them, `**` any bytes,
// `[a-z]` and `[!a-z]` one of (none of) them, and a backslash makes the next
// byte stand for itself. The whole text must match. Bytes, no characters; no
// locale. Time is at most the product of both lengths.
bool PathGlobMatches(std::string_view pattern, std::string_view text);

// INVALID_ARGUMENT for an empty pattern, over 4096 bytes, a `[` without its
// `]`, or a backslash at the end.
absl::Status CheckGlob(std::string_view pattern);

}  // namespace cupel

#endif  // CUPEL_BUILTIN_FILES_GLOB_H_
