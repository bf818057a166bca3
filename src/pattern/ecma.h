// From the syntax of ECMA-262's regular expressions to RE2's.
#ifndef CUPEL_PATTERN_ECMA_H_
#define CUPEL_PATTERN_ECMA_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace cupel {

// The two look alike and differ in what `$`, `.`, `\s`, `[]`, `\cJ`, `\u0041`
// and `\p{Letter}` mean, so every character is read and written anew. Errors
// as Pattern::CompileEcma() says, with the place counted in bytes from 0.
absl::StatusOr<std::string> EcmaToRe2(std::string_view expression);

// "L" for "L", "Letter", "General_Category=Letter"; "Greek" for "Script=Greek";
// empty for what is not known. RE2 has the last word on the name of a script.
std::string Re2Property(std::string_view ecma_name);

}  // namespace cupel

#endif  // CUPEL_PATTERN_ECMA_H_
