// One unambiguous row of bytes for each JSON value: for hashing, never stored.
#ifndef CUPEL_FORMAT_CANONICAL_H_
#define CUPEL_FORMAT_CANONICAL_H_

#include <string>

#include "format/json_fwd.h"

namespace cupel {

// Equal for equal values and different for others. The order of keys does not
// count; 1 and 1.0 are equal, as in Python and JSON Schema, but true is neither
// (as in JSON Schema; in Python it is 1). Texts are compared byte by byte, so
// that two Unicode spellings of one letter differ.
//
//   n t f                       null, true, false
//   i <length> <decimal digits> a whole number
//   d <8 bytes>                 any other: IEEE 754, big-endian
//   s <length> <bytes>          text
//   a <count> <values>          array
//   o <count> (<length> <key> <value>)...   object, keys in byte order
//
// Lengths and counts are 8 bytes, big-endian. Recursive: for what ParseJson or
// the program made, whose objects have no key twice. Thread-safe.
std::string CanonicalJson(const Json& value);

}  // namespace cupel

#endif  // CUPEL_FORMAT_CANONICAL_H_
