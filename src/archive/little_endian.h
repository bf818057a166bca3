// Numbers in bytes of somebody else's format.
#ifndef CUPEL_ARCHIVE_LITTLE_ENDIAN_H_
#define CUPEL_ARCHIVE_LITTLE_ENDIAN_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cupel {

// `at` and the bytes after it must be inside.
inline uint16_t Le16(std::string_view bytes, size_t at) {
  return static_cast<uint16_t>(static_cast<uint8_t>(bytes[at]) |
                               static_cast<uint8_t>(bytes[at + 1]) << 8);
}

inline uint32_t Le32(std::string_view bytes, size_t at) {
  return Le16(bytes, at) | uint32_t{Le16(bytes, at + 2)} << 16;
}

inline uint64_t Le64(std::string_view bytes, size_t at) {
  return Le32(bytes, at) | uint64_t{Le32(bytes, at + 4)} << 32;
}

}  // namespace cupel

#endif  // CUPEL_ARCHIVE_LITTLE_ENDIAN_H_
