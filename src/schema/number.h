// Numbers of JSON, compared without rounding.
#ifndef CUPEL_SCHEMA_NUMBER_H_
#define CUPEL_SCHEMA_NUMBER_H_

#include <compare>

#include "format/json.h"

namespace cupel {

// 250 and 250.0, but not true.
bool IsInteger(const Json& value);

// Both must be numbers. Exact, where a conversion to double would round:
// 9007199254740993 is more than 9007199254740992.0.
std::partial_ordering CompareNumbers(const Json& a, const Json& b);

// As Python's jsonschema has it: exact for integers; with a divisor that is no
// integer, the quotient in double precision must be one, so that 0.0075 is a
// multiple of 0.0001. `divisor` is more than 0.
bool IsMultipleOf(const Json& value, const Json& divisor);

}  // namespace cupel

#endif  // CUPEL_SCHEMA_NUMBER_H_
