// Which charset a text is in, by its bytes.
#ifndef CUPEL_BUILTIN_READER_CHARSET_GUESS_H_
#define CUPEL_BUILTIN_READER_CHARSET_GUESS_H_

#include <cstddef>
#include <string_view>

#include "absl/status/statusor.h"
#include "builtin/stop.h"

namespace cupel {

struct CharsetGuess {
  // UTF-8, UTF-16LE, UTF-16BE, UTF-32LE, UTF-32BE, WINDOWS-1252, ISO-8859-1,
  // or empty: these bytes are no text.
  std::string_view charset;
  size_t bom = 0;  // bytes of a byte order mark, which are no text
};

// A byte order mark decides. Without one it is UTF-16 if its first 64 KiB read
// as text of few control characters that way, UTF-8 if all of it is well
// formed, else a Western charset. What has a control character in every 20
// bytes is no text. The only error is CANCELLED.
absl::StatusOr<CharsetGuess> GuessCharset(std::string_view bytes,
                                          const StopFn& stop = {});

}  // namespace cupel

#endif  // CUPEL_BUILTIN_READER_CHARSET_GUESS_H_
