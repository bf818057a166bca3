// Hexadecimal as it is found in the wild: 4d5a, 4D 5A, 4d:5a, \x4d\x5a,
// 0x4d, 0x5a and %4d%5a.
#ifndef CUPEL_BUILTIN_DECODER_HEX_H_
#define CUPEL_BUILTIN_DECODER_HEX_H_

#include <cstddef>
#include <string_view>

#include "absl/status/status.h"
#include "builtin/decoder/decoded.h"
#include "builtin/stop.h"

namespace cupel {

// The whole text: pairs of digits, each with any of the marks \x, 0x and %
// before it, or none, and white space or , : ; - between them. After 0x an odd
// digit is a byte of its own, as in 0xa. With `skip_garbage` all else is passed
// over; without it, it is a DATA_LOSS that names the offset. Linear time.
Decoded DecodeHex(std::string_view text, bool skip_garbage,
                  const StopFn& stop = {});

// Replaces %4d and \x4d by the byte, and leaves everything else as it is.
Decoded UnescapeHex(std::string_view text, const StopFn& stop = {});

// Every run of at least `min_digits` digits in one of the four forms. What may
// stand between two bytes: nothing, but for 0x a comma and white space, up to 8
// characters, and for plain digits a line break if the line before it has 16 or
// more digits, an even number, as xxd -p writes it. Linear time.
absl::Status FindHex(std::string_view bytes, size_t min_digits,
                     const TakeRun& take, const StopFn& stop = {});

}  // namespace cupel

#endif  // CUPEL_BUILTIN_DECODER_HEX_H_
