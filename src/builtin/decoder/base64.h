// Base64 as it is found in the wild: either alphabet, line breaks, no padding,
// and other things in between. (format/base64.h is for what we write.)
#ifndef CUPEL_BUILTIN_DECODER_BASE64_H_
#define CUPEL_BUILTIN_DECODER_BASE64_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "builtin/decoder/decoded.h"
#include "builtin/stop.h"

namespace cupel {

enum class Base64Alphabet : uint8_t {
  kAny,       // both, mixed as they come
  kStandard,  // + and /
  kUrl,       // - and _
};

// The whole text. White space is passed over. With `skip_garbage` so is
// everything else that does not belong, padding starts anew behind itself
// ("YQ==Yg==" is two bytes), and a lone last character is dropped; without it
// each is a DATA_LOSS that names the offset. Linear time.
Decoded DecodeBase64(std::string_view text, Base64Alphabet alphabet,
                     bool skip_garbage, const StopFn& stop = {});

// Every run of at least `min_length` characters of the alphabet. A line break
// belongs to a run if the line before it has 16 or more characters, a multiple
// of four, as MIME and PEM have. Linear time.
absl::Status FindBase64(std::string_view bytes, Base64Alphabet alphabet,
                        size_t min_length, const TakeRun& take,
                        const StopFn& stop = {});

}  // namespace cupel

#endif  // CUPEL_BUILTIN_DECODER_BASE64_H_
