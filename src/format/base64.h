#ifndef CUPEL_FORMAT_BASE64_H_
#define CUPEL_FORMAT_BASE64_H_

#include <optional>
#include <string>
#include <string_view>

namespace cupel {

// RFC 4648 section 4, with padding.
std::string Base64Encode(std::string_view bytes);

// Nothing unless `text` is just what Base64Encode makes: no white space, the
// padding there, unused bits zero.
std::optional<std::string> Base64Decode(std::string_view text);

// Lower-case hexadecimal.
std::string HexEncode(std::string_view bytes);

}  // namespace cupel

#endif  // CUPEL_FORMAT_BASE64_H_
