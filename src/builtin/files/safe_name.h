// File names made of what anybody may have written.
#ifndef CUPEL_BUILTIN_FILES_SAFE_NAME_H_
#define CUPEL_BUILTIN_FILES_SAFE_NAME_H_

#include <string>
#include <string_view>

namespace cupel {

// A plain name: ASCII letters, digits, "-", "_" and "." stay, except for a dot
// or a minus at the start; every other byte, "%" too, becomes %XX. So names
// that differ give files that differ. What gets longer than 150 bytes is cut
// and ends in "-" and half a SHA-256 of all of it. Never empty.
std::string SafeName(std::string_view raw);

}  // namespace cupel

#endif  // CUPEL_BUILTIN_FILES_SAFE_NAME_H_
