// From the text of an environment variable to a value of a schema's type.
#ifndef CUPEL_ENVIRONMENT_TEXT_VALUE_H_
#define CUPEL_ENVIRONMENT_TEXT_VALUE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "format/json.h"

namespace cupel {

// Text stays text if "string" is among the types, or there are none. Otherwise
// it is read as JSON, and taken if its type is one of them: 250, -1, 2.5, true,
// null, ["a"], {"b":1}. Beside that a boolean may be True, False, 1 or 0 (these
// two unless a number would do), and null None. Nothing if it is none of these.
std::optional<Json> ValueOfText(std::string_view text,
                                const std::vector<std::string>& types);

}  // namespace cupel

#endif  // CUPEL_ENVIRONMENT_TEXT_VALUE_H_
