// JSON Schema, for the arguments and settings of plugins. The only folder that
// includes valijson.
#ifndef CUPEL_SCHEMA_SCHEMA_H_
#define CUPEL_SCHEMA_SCHEMA_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "format/json.h"
#include "format/json_fields.h"

namespace cupel {

// A schema that was understood completely: every keyword in it is one that is
// checked, so that nothing is ever passed by silently. Immutable; any number
// of threads may validate with it.
class Schema {
 public:
  // 2020-12 unless "$schema" says draft-07. INVALID_ARGUMENT for what is no
  // schema; UNIMPLEMENTED for a keyword or a pattern that is not supported;
  // RESOURCE_EXHAUSTED for one that is too large, too deep, or refers to
  // itself without end. The message names the path of the place. docs/
  // schema.md lists the keywords.
  static absl::StatusOr<std::shared_ptr<const Schema>> Compile(
      const Json& schema);

  virtual ~Schema() = default;

  // Everything that is wrong with `value`: paths, and messages that never show
  // a value. Bounded in time and in the number of issues.
  virtual void Validate(const Json& value, JsonIssues* issues) const = 0;

  // What was passed over when compiling, each with its path: words that are no
  // keywords of JSON Schema, which 2020-12 takes for annotations. At most 100.
  virtual const std::vector<std::string>& warnings() const = 0;

  // The document itself.
  virtual const Json& document() const = 0;
  // The names in "properties" of the top, in order.
  virtual const std::vector<std::string>& properties() const = 0;
  // The types that the top's property `name` may have ("string", "integer",
  // ...): from its "type", that of what it refers to, or else the values of its
  // "enum" or "const"; empty if it says none or there is no such property.
  virtual std::vector<std::string> TypesOf(std::string_view name) const = 0;
  // "default" of the top's property; null pointer if it has none.
  virtual const Json* DefaultOf(std::string_view name) const = 0;
  // OpenKAT's own keyword "secret": names of properties to hide.
  virtual bool IsSecret(std::string_view name) const = 0;
};

}  // namespace cupel

#endif  // CUPEL_SCHEMA_SCHEMA_H_
