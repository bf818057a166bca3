// "$ref": to a place in the same document, and nowhere else.
#ifndef CUPEL_SCHEMA_REFERENCES_H_
#define CUPEL_SCHEMA_REFERENCES_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "format/json.h"

namespace cupel {

// What "#" or "#/$defs/port" (a JSON pointer, percent-encoded) stands for in
// `root`. UNIMPLEMENTED for anchors and other documents, which are never
// fetched; INVALID_ARGUMENT if there is nothing at the place.
absl::StatusOr<const Json*> ResolveReference(const Json& root,
                                             std::string_view reference);

}  // namespace cupel

#endif  // CUPEL_SCHEMA_REFERENCES_H_
