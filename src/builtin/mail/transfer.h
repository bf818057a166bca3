#ifndef CUPEL_BUILTIN_MAIL_TRANSFER_H_
#define CUPEL_BUILTIN_MAIL_TRANSFER_H_

#include <string>
#include <string_view>

namespace cupel {

// RFC 2045; what is no code stays as it is. With `words`, an underscore is a
// space, as in encoded words. Linear time.
std::string DecodeQuotedPrintable(std::string_view text, bool words = false);

}  // namespace cupel

#endif  // CUPEL_BUILTIN_MAIL_TRANSFER_H_
