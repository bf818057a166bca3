// Schemas over JSON text, as the C interface has them; schema/schema.h comes
// with this header.
#ifndef CUPEL_ENGINE_SCHEMAS_H_
#define CUPEL_ENGINE_SCHEMAS_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "schema/schema.h"

namespace cupel {

// As Schema::Compile.
absl::StatusOr<std::shared_ptr<const Schema>> CompileSchemaText(
    std::string_view text);

// OK if `value` is JSON that fits.
absl::Status ValidateText(const Schema& schema, std::string_view value);
// {"valid":false,"count":1,"issues":[…]}
absl::StatusOr<std::string> CheckTextJson(const Schema& schema,
                                          std::string_view value);
// {"properties":[…],"warnings":[…],"document":{…}}
std::string SchemaJson(const Schema& schema);

}  // namespace cupel

#endif  // CUPEL_ENGINE_SCHEMAS_H_
