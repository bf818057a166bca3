// Numbers and texts at places that a hostile file names.
#ifndef CUPEL_BUILTIN_FILE_VIEW_H_
#define CUPEL_BUILTIN_FILE_VIEW_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace cupel {

// Bytes of a file with the order of its numbers. Every read says whether it
// lay inside; no offset or size can wrap around. A value type; borrows.
class FileView {
 public:
  explicit FileView(std::string_view bytes, bool big_endian = false)
      : bytes_(bytes), big_endian_(big_endian) {}

  std::string_view bytes() const { return bytes_; }
  uint64_t size() const { return bytes_.size(); }
  bool Has(uint64_t at, uint64_t size) const {
    return at <= bytes_.size() && size <= bytes_.size() - at;
  }

  std::optional<uint8_t> U8(uint64_t at) const { return Number<uint8_t>(at); }
  std::optional<uint16_t> U16(uint64_t at) const {
    return Number<uint16_t>(at);
  }
  std::optional<uint32_t> U32(uint64_t at) const {
    return Number<uint32_t>(at);
  }
  std::optional<uint64_t> U64(uint64_t at) const {
    return Number<uint64_t>(at);
  }

  // All of it, or nothing.
  std::optional<std::string_view> Slice(uint64_t at, uint64_t size) const {
    if (!Has(at, size)) return std::nullopt;
    return bytes_.substr(static_cast<size_t>(at), static_cast<size_t>(size));
  }
  // As much of it as there is.
  std::string_view Clamped(uint64_t at, uint64_t size) const {
    if (at >= bytes_.size()) return {};
    return bytes_.substr(
        static_cast<size_t>(at),
        static_cast<size_t>(std::min<uint64_t>(size, bytes_.size() - at)));
  }
  // Up to a NUL, which must come within `most` bytes.
  std::optional<std::string_view> CString(uint64_t at, uint64_t most) const {
    const std::string_view text = Clamped(at, most);
    const size_t end = text.find('\0');
    if (end == std::string_view::npos) return std::nullopt;
    return text.substr(0, end);
  }

 private:
  template <typename Int>
  std::optional<Int> Number(uint64_t at) const {
    if (!Has(at, sizeof(Int))) return std::nullopt;
    uint64_t value = 0;
    for (size_t i = 0; i < sizeof(Int); ++i) {
      const size_t from = big_endian_ ? i : sizeof(Int) - 1 - i;
      value = value << 8 |
              static_cast<uint8_t>(bytes_[static_cast<size_t>(at) + from]);
    }
    return static_cast<Int>(value);
  }

  std::string_view bytes_;
  bool big_endian_;
};

}  // namespace cupel

#endif  // CUPEL_BUILTIN_FILE_VIEW_H_
