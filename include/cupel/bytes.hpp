/// @file bytes.hpp
/// @brief Bytes that a call borrows. Comes with cupel.hpp.
#ifndef CUPEL_BYTES_HPP_
#define CUPEL_BYTES_HPP_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "cupel/base.h"
#include "cupel/mode.hpp"

namespace cupel {
inline namespace CUPEL_HPP_MODE {

class Bytes;

namespace internal {

/// Whether a T is one byte: char, unsigned char, uint8_t, std::byte.
template <typename T>
inline constexpr bool kIsByte =
    sizeof(T) == 1 && std::is_trivially_copyable_v<T> &&
    (std::is_integral_v<T> || std::is_same_v<T, std::byte>) &&
    !std::is_same_v<T, bool>;

template <typename T>
using Element = std::remove_cv_t<
    std::remove_pointer_t<decltype(std::declval<T&>().data())>>;

/// Whether a T lays out bytes one after the other: std::string_view,
/// std::string, std::vector, std::array, std::span and the like.
template <typename T, typename = void>
inline constexpr bool kHasBytes = false;
template <typename T>
inline constexpr bool
    kHasBytes<T, std::void_t<Element<T>, decltype(std::declval<T&>().size())>> =
        std::is_pointer_v<decltype(std::declval<T&>().data())> &&
        kIsByte<Element<T>>;

/// Whether a T that goes away takes its bytes with it. Views are copied like
/// numbers, and what owns memory is not.
template <typename T>
inline constexpr bool kOwnsBytes =
    kHasBytes<T> && !std::is_trivially_copyable_v<T>;

}  // namespace internal

/// Any bytes, borrowed: a pointer and a size.
///
/// Made without copying from whatever has them: std::string_view, std::string,
/// std::vector and std::array of char, uint8_t or std::byte, std::span, a C
/// string, or a pointer and a size. Used until the function returns that it is
/// handed to, unless that says otherwise.
///
/// Threads: a plain value. Lifetime: that of the bytes, which it does not keep.
///
///     std::vector<std::byte> body = Receive();
///     cupel::Report report = scanner.ScanMemory("body", body);
class Bytes {
 public:
  /// None.
  constexpr Bytes() noexcept = default;

  /// `size` bytes from `data` on, which may be null if there are none.
  Bytes(const void* data, size_t size) noexcept
      : data_(static_cast<const uint8_t*>(data)), size_(size) {}

  /// A C string, without its NUL.
  Bytes(const char* text) noexcept  // NOLINT(google-explicit-constructor)
      : Bytes(std::string_view(text)) {}

  /// An array of bytes: all of it, also if it holds zeros.
  template <typename T, size_t kSize,
            typename = std::enable_if_t<internal::kIsByte<T> &&
                                        !std::is_same_v<T, char>>>
  // NOLINTNEXTLINE(google-explicit-constructor)
  Bytes(const T (&array)[kSize]) noexcept : Bytes(array, kSize) {}

  /// What has `data()` and `size()`, and bytes as elements.
  template <typename T,
            typename = std::enable_if_t<internal::kHasBytes<const T> &&
                                        !std::is_same_v<T, Bytes>>>
  Bytes(const T& from) noexcept  // NOLINT(google-explicit-constructor)
      : Bytes(from.data(), from.size()) {}

  /// The first byte; null if there are none and nobody said where.
  const uint8_t* data() const noexcept { return data_; }
  /// How many.
  size_t size() const noexcept { return size_; }
  /// Whether there are none.
  bool empty() const noexcept { return size_ == 0; }
  /// The first byte, for `for (uint8_t byte : bytes)`.
  const uint8_t* begin() const noexcept { return data_; }
  /// Behind the last byte.
  const uint8_t* end() const noexcept { return data_ + size_; }
  /// The same as text.
  std::string_view text() const noexcept {
    return {reinterpret_cast<const char*>(data_), size_};
  }

 private:
  const uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

/// Names and values: variables, headers. Views, which must stay valid until the
/// call returns that they are handed to.
using Fields = std::vector<std::pair<std::string_view, std::string_view>>;

namespace internal {

inline cupel_view View(const Bytes& bytes) noexcept {
  return {bytes.data(), bytes.size()};
}
inline std::string_view Text(cupel_view view) noexcept {
  return {reinterpret_cast<const char*>(view.data), view.size};
}

inline cupel_field Field(std::string_view name,
                         std::string_view value) noexcept {
  return {View(name), View(value)};
}

inline std::vector<cupel_field> ToC(const Fields& fields) {
  std::vector<cupel_field> out;
  out.reserve(fields.size());
  for (const auto& [name, value] : fields) out.push_back(Field(name, value));
  return out;
}
inline std::vector<cupel_view> ToC(const std::vector<std::string_view>& list) {
  std::vector<cupel_view> out;
  out.reserve(list.size());
  for (const std::string_view text : list) out.push_back(View(text));
  return out;
}

}  // namespace internal
}  // namespace CUPEL_HPP_MODE
}  // namespace cupel

#endif  // CUPEL_BYTES_HPP_
