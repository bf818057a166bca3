// Every keyword that some draft of JSON Schema gives a meaning to, and what is
// done about it here.
#ifndef CUPEL_SCHEMA_KEYWORDS_H_
#define CUPEL_SCHEMA_KEYWORDS_H_

#include <cstdint>
#include <string_view>

#include "format/json.h"

namespace cupel {

enum class Dialect : int32_t { k2020 = 0, kDraft7 = 1 };

// What the value of a keyword must look like.
enum class Shape : int32_t {
  kAny,
  kArray,
  kBool,
  kCount,         // an integer of 0 or more
  kDependencies,  // an object of schemas and arrays of different strings
  kItems,         // a schema, or an array of them
  kNameLists,     // an object of arrays of different strings
  kNames,         // an array of different strings
  kNumber,
  kObject,
  kPositive,  // a number of more than 0
  kSchema,
  kSchemas,    // an array of at least one
  kSchemaMap,  // an object of them
  kString,
  kType,  // the name of a type, or an array of different ones
};

enum class Use : int32_t {
  kChecked,  // takes part in validation
  kNote,     // an annotation; only its shape is checked
  kRefused,  // would change what is valid, and is not supported
  kUnknown,  // no keyword of this draft
};

struct Keyword {
  std::string_view name;
  Shape shape = Shape::kAny;
  Use in_2020 = Use::kUnknown;
  Use in_draft7 = Use::kUnknown;
  std::string_view remedy = {};  // of those refused

  Use use(Dialect dialect) const {
    return dialect == Dialect::k2020 ? in_2020 : in_draft7;
  }
};

// Null pointer for what no draft knows.
const Keyword* FindKeyword(std::string_view name);

// One of the seven names of types.
bool IsTypeName(std::string_view name);

// Whether the value, of which the schemas in it are looked at elsewhere, has
// the shape; else what was expected ("an array of different strings").
std::string_view ShapeProblem(Shape shape, const Json& value);

}  // namespace cupel

#endif  // CUPEL_SCHEMA_KEYWORDS_H_
