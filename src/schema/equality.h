// When two JSON values are the same to JSON Schema.
#ifndef CUPEL_SCHEMA_EQUALITY_H_
#define CUPEL_SCHEMA_EQUALITY_H_

#include "format/json.h"
#include "schema/steps.h"

namespace cupel {

// Numbers by their value (1 is 1.0), objects whatever the order of their keys;
// true is not 1, at any depth. False if the steps run out. Recursive.
bool JsonEqual(const Json& a, const Json& b, Steps* steps);

// Whether no two elements of the array are equal, in n log n steps unless
// somebody made hashes collide. False if the steps run out.
bool AllDifferent(const Json& array, Steps* steps);

}  // namespace cupel

#endif  // CUPEL_SCHEMA_EQUALITY_H_
