// From JSON Schema as people write it to the part of it that valijson gets
// right.
#ifndef CUPEL_SCHEMA_LOWER_H_
#define CUPEL_SCHEMA_LOWER_H_

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "format/json.h"
#include "pattern/pattern.h"
#include "schema/check.h"

namespace cupel {

// In the lowered document: the keyword that stands for all Checks of a
// subschema. Its value is an index into Lowered::checks.
inline constexpr std::string_view kChecksKeyword = "cupel-checks";

// What valijson is given. Every subschema is a definition of its own and
// refers to others by "$ref" alone, because valijson keeps what it has parsed
// under a path in which a name with a slash looks like two.
struct Lowered {
  // {"definitions":{"0":...},"anyOf":[{"$ref":"#/definitions/7"},...]}: the
  // list holds each definition after those that it refers to, as far as they
  // are not in a circle, so that valijson need not recurse; the root comes
  // last. Draft 7.
  nlohmann::json document;
  std::vector<Checks> checks;
  // Of patternProperties.
  std::map<std::string, Pattern, std::less<>> name_patterns;
  // What was passed over without harm: words that are no keywords.
  std::vector<std::string> warnings;
};

// Before anything recursive is done with a schema: RESOURCE_EXHAUSTED if it has
// too many values, too long names, too much text, or is nested too deeply.
absl::Status CheckSchemaSize(const Json& document);

// Checks everything else that Schema::Compile() promises about a schema, which
// must outlive the result.
absl::StatusOr<Lowered> Lower(const Json& schema);

}  // namespace cupel

#endif  // CUPEL_SCHEMA_LOWER_H_
