// Texts of any charset as UTF-8, by the system's iconv. The only folder that
// includes iconv.h.
#ifndef CUPEL_BUILTIN_READER_CHARSET_H_
#define CUPEL_BUILTIN_READER_CHARSET_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "builtin/stop.h"

namespace cupel {

// Text up to where it stopped, if it did.
struct Utf8Text {
  std::string text;
  uint64_t replaced = 0;  // places that became U+FFFD
  absl::Status status;
};

// What is no text in `charset` becomes U+FFFD, so no byte is passed over in
// silence. A status that is not OK: INVALID_ARGUMENT for a charset that the
// system does not know, RESOURCE_EXHAUSTED for more than `most` bytes of text,
// CANCELLED. Thread-safe, linear time.
Utf8Text ToUtf8(std::string_view bytes, std::string_view charset, uint64_t most,
                const StopFn& stop = {});

}  // namespace cupel

#endif  // CUPEL_BUILTIN_READER_CHARSET_H_
