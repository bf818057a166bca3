// Bytes that may be anything, made fit for people and for JSON.
#ifndef CUPEL_FORMAT_ESCAPE_H_
#define CUPEL_FORMAT_ESCAPE_H_

#include <string>
#include <string_view>

namespace cupel {

// True if `bytes` is well-formed UTF-8 (no surrogates, no overlong forms).
bool IsUtf8(std::string_view bytes);

// For a terminal: UTF-8 stays, but control characters, bidirectional overrides,
// zero-width characters, bytes that are no UTF-8 and the backslash itself
// become \n, \\, \xNN or \u{NNNN}: nothing in a name can move the cursor or
// look like something else, and equal output means equal input.
std::string EscapePrintable(std::string_view bytes);

// Like it, for excerpts of data: only printable ASCII stays.
std::string EscapeAscii(std::string_view bytes);

// Each byte that is not part of well-formed UTF-8 becomes U+FFFD.
std::string ReplaceInvalidUtf8(std::string_view bytes);

}  // namespace cupel

#endif  // CUPEL_FORMAT_ESCAPE_H_
