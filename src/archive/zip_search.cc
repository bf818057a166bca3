#include "archive/zip_search.h"

#include <algorithm>
#include <array>
#include <limits>

#include "archive/little_endian.h"
#include "archive/zip_records.h"
#include "base/status.h"

namespace cupel {
namespace {

constexpr size_t kMark = 4;
constexpr size_t kDescriptor = 24;

bool IsMark(std::string_view bytes) {
  return bytes.starts_with(kZipLocalMark) ||
         bytes.starts_with(kZipCentralMark) || bytes.starts_with(kZipEndMark) ||
         bytes.starts_with(kZip64EndMark);
}

// Where the data ends if the file is cut off in the descriptor behind it.
uint64_t TrimDescriptor(std::string_view tail, uint64_t size) {
  size_t at = tail.rfind(kZipDescriptorMark);
  for (size_t n = kMark - 1; at == std::string_view::npos && n > 0; --n) {
    if (tail.ends_with(kZipDescriptorMark.substr(0, n))) at = tail.size() - n;
  }
  return at == std::string_view::npos ? size : size - (tail.size() - at);
}

// Moves on to the next "PK" with `least` bytes after it or the end of the
// range. Nothing at the end.
absl::StatusOr<std::optional<std::string_view>> PeekNextPk(RangeInput* input,
                                                           size_t least) {
  for (;;) {
    CUPEL_ASSIGN_OR_RETURN(const std::string_view bytes, input->Peek(least));
    if (bytes.size() < kMark) return std::optional<std::string_view>();
    const size_t at = bytes.find("PK");
    if (at == 0) return std::optional(bytes);
    // A 'P' may be the last byte that we see.
    input->Consume(at != std::string_view::npos ? at : bytes.size() - 1);
  }
}

}  // namespace

absl::StatusOr<bool> HasZipMark(ByteSource& source, uint64_t offset,
                                std::string_view mark) {
  std::array<char, kMark> bytes;
  CUPEL_ASSIGN_OR_RETURN(const size_t got,
                         source.ReadAt(offset, bytes.data(), bytes.size()));
  return std::string_view(bytes.data(), got) == mark;
}

absl::StatusOr<std::optional<uint64_t>> FindZipMark(RangeInput* input,
                                                    uint64_t from,
                                                    uint64_t to) {
  input->Seek(from, to);
  for (;;) {
    CUPEL_ASSIGN_OR_RETURN(const std::optional<std::string_view> bytes,
                           PeekNextPk(input, kMark));
    if (!bytes.has_value()) return std::optional<uint64_t>();
    if (IsMark(*bytes)) return std::optional(input->position());
    input->Consume(2);
  }
}

absl::StatusOr<ZipDescription> FindZipDescriptor(RangeInput* input,
                                                 uint64_t from) {
  input->Seek(from, std::numeric_limits<uint64_t>::max());
  for (;;) {
    CUPEL_ASSIGN_OR_RETURN(const std::optional<std::string_view> bytes,
                           PeekNextPk(input, kDescriptor));
    if (!bytes.has_value()) {
      const uint64_t size = input->end() - from;
      const uint64_t looked = std::min<uint64_t>(size, kDescriptor - 1);
      input->Seek(input->end() - looked, input->end());
      CUPEL_ASSIGN_OR_RETURN(const std::string_view tail,
                             input->Peek(static_cast<size_t>(looked)));
      return ZipDescription{.size = TrimDescriptor(tail, size)};
    }
    const uint64_t size = input->position() - from;
    if (IsMark(*bytes)) return ZipDescription{.size = size};
    if (bytes->starts_with(kZipDescriptorMark) &&
        ((bytes->size() >= 16 && Le32(*bytes, 8) == size) ||
         (bytes->size() >= kDescriptor && Le64(*bytes, 8) == size))) {
      return ZipDescription{.size = size, .crc = Le32(*bytes, 4)};
    }
    input->Consume(2);
  }
}

}  // namespace cupel
