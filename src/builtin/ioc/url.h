// A URL as it was found: in clear, in one spelling, without what only stood
// behind it.
#ifndef CUPEL_BUILTIN_IOC_URL_H_
#define CUPEL_BUILTIN_IOC_URL_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cupel {

struct FoundUrl {
  std::string url;   // scheme and host in lower case, the rest as it was
  std::string host;  // "[2001:db8::1]" for IPv6
};

inline constexpr size_t kMaxUrl = 2048;

// `text` begins with a scheme, and may end with what does not belong to it:
// "http://example.com/a)." Nothing if there is no host in it, or it is longer
// than kMaxUrl.
std::optional<FoundUrl> ParseFoundUrl(std::string_view text);

}  // namespace cupel

#endif  // CUPEL_BUILTIN_IOC_URL_H_
