// A schema as valijson parsed it, and the checks that valijson does not do.
#ifndef CUPEL_SCHEMA_MODEL_H_
#define CUPEL_SCHEMA_MODEL_H_

#include <memory>

#include "absl/status/statusor.h"
#include "format/json.h"
#include "format/json_fields.h"
#include "schema/lower.h"

namespace cupel {

// Immutable; any number of threads may validate with it.
class SchemaModel {
 public:
  // INTERNAL if valijson refuses what Lower() made.
  static absl::StatusOr<SchemaModel> Parse(Lowered lowered);

  SchemaModel(SchemaModel&&) noexcept;
  SchemaModel& operator=(SchemaModel&&) noexcept;
  ~SchemaModel();

  void Validate(const Json& value, JsonIssues* issues) const;

 private:
  struct Parsed;
  explicit SchemaModel(std::unique_ptr<const Parsed> parsed);
  std::unique_ptr<const Parsed> parsed_;
};

}  // namespace cupel

#endif  // CUPEL_SCHEMA_MODEL_H_
