// Nested JSON made flat, as stoQ's --flatten names things.
#ifndef CUPEL_COMPAT_STOQ_FLATTEN_H_
#define CUPEL_COMPAT_STOQ_FLATTEN_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "format/json_fwd.h"

namespace cupel {

struct FlattenLimits {
  uint64_t values = 4'000'000;           // of the document
  uint64_t bytes = uint64_t{256} << 20;  // of all keys of the flat one
};

// INVALID_ARGUMENT unless it is 1 to 64 bytes of UTF-8.
absl::Status CheckDelimiter(std::string_view delimiter);

// One object whose keys are the paths, joined by `delimiter`:
//
//   {"a": {"b": 1}, "c": [{"d": 2}], "e": [3]}  ->
//   {"a:b": 1, "c:0:d": 2, "e": [3]}
//
// Elements of a list go by their index if there is an object anywhere in it;
// else the list stays what it is. Empty objects stay. Where two paths read the
// same ("a:b" may have been a key), the later one gets ":2", ":3", ... A
// document that is neither an object nor a list with objects is given back.
// RESOURCE_EXHAUSTED over a limit: long keys far out are repeated in everything
// below them. Recursive, for what ParseJson made.
absl::StatusOr<Json> Flatten(const Json& document, std::string_view delimiter,
                             const FlattenLimits& limits = {});

}  // namespace cupel

#endif  // CUPEL_COMPAT_STOQ_FLATTEN_H_
