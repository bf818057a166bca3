// Text that leaves the library.
#ifndef CUPEL_ENGINE_PRINTABLE_H_
#define CUPEL_ENGINE_PRINTABLE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "report/report.h"

namespace cupel {

// One line of UTF-8 without control characters, whatever went into a message:
// what is not fit for that is escaped. Backslashes stay single, because names
// in messages may have been escaped before.
std::string PrintableMessage(std::string_view message);

// True if `bytes` is UTF-8 without a NUL.
bool IsUtf8Text(std::string_view bytes);

// "pkg.tgz!/package/index.js", escaped.
std::string PrintablePath(const Report& report, uint32_t payload);

}  // namespace cupel

#endif  // CUPEL_ENGINE_PRINTABLE_H_
