// Names of functions that old Windows libraries export by number: the imphash
// of a program that imports them so has the names in it.
#ifndef CUPEL_BUILTIN_PE_ORDINALS_H_
#define CUPEL_BUILTIN_PE_ORDINALS_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace cupel {

// `dll` in lower case: "ws2_32.dll", "wsock32.dll" and "oleaut32.dll" have
// names; of any other, and of a number that they do not have, "ord<n>".
std::string OrdinalName(std::string_view dll, uint16_t ordinal);

}  // namespace cupel

#endif  // CUPEL_BUILTIN_PE_ORDINALS_H_
