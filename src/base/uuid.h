// UUIDs, as OpenKAT spells them.
#ifndef CUPEL_BASE_UUID_H_
#define CUPEL_BASE_UUID_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace cupel {

// A value type.
struct Uuid {
  std::array<uint8_t, 16> bytes{};

  // Hyphenated, 32 hexadecimal digits, "{...}" or "urn:uuid:...", in any case.
  // INVALID_ARGUMENT says what is wrong.
  static absl::StatusOr<Uuid> Parse(std::string_view text);
  // Version 4, from the kernel's random source.
  static Uuid Random();
  // Lower case, hyphenated.
  std::string ToString() const;

  friend bool operator==(const Uuid&, const Uuid&) = default;
};

}  // namespace cupel

#endif  // CUPEL_BASE_UUID_H_
