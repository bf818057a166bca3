// Structs that grow at their end, between callers and libraries of different
// versions.
#ifndef CUPEL_CAPI_STRUCTS_H_
#define CUPEL_CAPI_STRUCTS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "absl/status/status.h"
#include "base/status.h"

namespace cupel::capi {

// No struct of options will ever be as large as this.
inline constexpr size_t kMaxStructSize = 4096;

// Fields are at most 8 bytes long and aligned, so a size that is a multiple of
// 8 never cuts one in two: half a pointer would be read as another one.
inline absl::Status CheckStructSize(size_t size, std::string_view type) {
  if (size >= sizeof(size_t) && size <= kMaxStructSize && size % 8 == 0) {
    return absl::OkStatus();
  }
  return InvalidArgument(
      "{}: a struct_size of {} is none that it ever had; set it to sizeof({})",
      type, size, type);
}

// Copies what the caller knows of *in over the defaults in *out. A struct from
// a newer header is taken if what this library does not know of it is zero.
template <typename T>
absl::Status CopyIn(const T* in, T* out, std::string_view type) {
  static_assert(std::is_trivially_copyable_v<T> &&
                std::is_standard_layout_v<T>);
  static_assert(sizeof(T) % 8 == 0);
  if (in == nullptr) return absl::OkStatus();
  const size_t size = in->struct_size;
  CUPEL_RETURN_IF_ERROR(CheckStructSize(size, type));
  const auto* bytes = reinterpret_cast<const unsigned char*>(in);
  for (size_t i = sizeof(T); i < size; ++i) {
    if (bytes[i] != 0) {
      return Unimplemented(
          "{}: the field at byte {} is not known to this version, and not zero",
          type, i);
    }
  }
  std::memcpy(out, in, std::min(size, sizeof(T)));
  out->struct_size = sizeof(T);
  return absl::OkStatus();
}

// Fills as much of *out as the caller knows, and what only the caller knows
// with zeros. `struct_size` stays the caller's.
template <typename T>
absl::Status CopyOut(const T& in, T* out, std::string_view type) {
  static_assert(std::is_trivially_copyable_v<T> &&
                std::is_standard_layout_v<T>);
  if (out == nullptr) return InvalidArgument("{}: out is NULL", type);
  const size_t size = out->struct_size;
  CUPEL_RETURN_IF_ERROR(CheckStructSize(size, type));
  auto* bytes = reinterpret_cast<unsigned char*>(out);
  std::memcpy(bytes, &in, std::min(size, sizeof(T)));
  if (size > sizeof(T)) std::memset(bytes + sizeof(T), 0, size - sizeof(T));
  std::memcpy(bytes, &size, sizeof(size));
  return absl::OkStatus();
}

}  // namespace cupel::capi

#endif  // CUPEL_CAPI_STRUCTS_H_
