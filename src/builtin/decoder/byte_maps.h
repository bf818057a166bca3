// Decoders that turn each byte into another one: XOR, rotated letters, rotated
// bits.
#ifndef CUPEL_BUILTIN_DECODER_BYTE_MAPS_H_
#define CUPEL_BUILTIN_DECODER_BYTE_MAPS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "builtin/decoder/decoded.h"
#include "builtin/stop.h"

namespace cupel {

enum class KeyForm : uint8_t { kAuto, kDecimal, kHex, kText };
inline constexpr size_t kMaxXorKey = 4096;

// A key of 1 to kMaxXorKey bytes out of "12 34", "12,34" or "[12, 34]"
// (decimal), "0x0c22" (hexadecimal) or the bytes of a text. kAuto takes what is
// only numbers for decimal, what begins with 0x for hexadecimal, all else for
// a text. INVALID_ARGUMENT says what is wrong, and never shows the key.
absl::StatusOr<std::string> ParseXorKey(std::string_view text, KeyForm form);

// The key over and over. `key` is not empty.
Decoded Xor(std::string_view bytes, std::string_view key,
            const StopFn& stop = {});

using ByteMap = std::array<uint8_t, 256>;

// Undoes a rotation of the letters A-Z and a-z by `n`, 1 to 25.
ByteMap RotLetters(int n);
// The printable characters ! to ~ by 47, which undoes itself.
ByteMap Rot47();
// The bits of each byte by 0 to 8.
ByteMap RotateBits(int bits, bool right);

Decoded MapBytes(std::string_view bytes, const ByteMap& map,
                 const StopFn& stop = {});

}  // namespace cupel

#endif  // CUPEL_BUILTIN_DECODER_BYTE_MAPS_H_
