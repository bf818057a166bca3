// JSON documents: reading hostile ones, printing, and naming places in them.
// The one header of src/ that brings in nlohmann/json.
#ifndef CUPEL_FORMAT_JSON_H_
#define CUPEL_FORMAT_JSON_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "format/json_free.h"
#include "format/json_fwd.h"
#include "nlohmann/json.hpp"

namespace cupel {

// A Json's keys keep the order of the document. Looking up a key takes time
// linear in their number; ParseJson bounds it.

struct JsonLimits {
  size_t bytes = size_t{16} << 20;
  size_t depth = 64;       // of arrays and objects within one another
  size_t values = 250000;  // of any kind, in all
};

// Reads one document. `what` names it in errors ("boefje.json"). Refused, with
// line, column and the path of the place: what is no JSON (comments, NaN and a
// second value included), bytes that are no UTF-8, a byte order mark, a key
// that an object has twice, numbers out of the range of a double, integers
// beyond 64 bits (Python keeps them, a double would round them), and what is
// over a limit (RESOURCE_EXHAUSTED; all else is INVALID_ARGUMENT). Errors never
// show a value of the document, which may be a secret; keys they do show.
absl::StatusOr<Json> ParseJson(std::string_view text, std::string_view what,
                               const JsonLimits& limits = {});

// Compact; what is no UTF-8 becomes U+FFFD. Never throws.
std::string PrintJson(const Json& value);
std::string PrintJsonIndented(const Json& value, int indent = 2);

// As Python's json.dumps(value) with its defaults: ", " and ": ", and ASCII
// only, other characters as \uXXXX in lower case. Floats as repr() has them.
// Recursive, as the next is: for what ParseJson or the program made.
std::string PythonJsonDumps(const Json& value);

// As Python's str(value): 250, 2.5, True, None, text as it is, and lists and
// objects as their repr(). Code points that Unicode has not assigned stay as
// they are, while a Python that does not know them writes escapes.
std::string PythonStr(const Json& value);

// "a string", "an integer", "null", ...: for messages.
std::string_view JsonTypeName(const Json& value);

}  // namespace cupel

#endif  // CUPEL_FORMAT_JSON_H_
