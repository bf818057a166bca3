// Turning one JSON value into a typed one, the way pydantic 2 does in its lax
// mode. For format/json_fields.h, which reads whole objects.
#ifndef CUPEL_FORMAT_JSON_COERCE_H_
#define CUPEL_FORMAT_JSON_COERCE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "base/datetime.h"
#include "format/json.h"

namespace cupel {

// What is wrong with a value: pydantic's name for it (empty if nothing is) and
// a message that does not show the value.
struct JsonProblem {
  std::string type;
  std::string message;

  bool ok() const { return type.empty(); }
};

// "expected a string, found an integer".
JsonProblem Expected(std::string_view type, std::string_view expected,
                     const Json& found);

// Each sets `value` if nothing is wrong.
// true is 1; 3.0, "3", " +3 ", "1_000" and "3.0" are taken.
JsonProblem IntegerOf(const Json& json, int64_t* value);
// 0, 1, and t, y, on, yes, true, ... as text in any case.
JsonProblem BoolOf(const Json& json, bool* value);
JsonProblem DateTimeOf(const Json& json, DateTime* value);

}  // namespace cupel

#endif  // CUPEL_FORMAT_JSON_COERCE_H_
