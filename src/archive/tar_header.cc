#include "archive/tar_header.h"

#include <algorithm>
#include <limits>

#include "base/status.h"

namespace cupel {
namespace {

struct Field {
  size_t at;
  size_t size;
};
constexpr Field kName{0, 100};
constexpr Field kMode{100, 8};
constexpr Field kSize{124, 12};
constexpr Field kMtime{136, 12};
constexpr size_t kType = 156;
constexpr Field kLink{157, 100};
constexpr Field kMagic{257, 6};
constexpr Field kPrefix{345, 155};
constexpr size_t kGnuIsExtended = 482;

std::string_view Raw(std::string_view block, Field field) {
  return block.substr(field.at, field.size);
}

std::string_view Text(std::string_view block, Field field) {
  const std::string_view raw = Raw(block, field);
  return raw.substr(0, raw.find('\0'));
}

// The GNU way for what octal digits can't hold: two's complement, big endian,
// the highest bit of the first byte set as a mark.
std::optional<int64_t> ParseBase256(std::string_view field) {
  const auto first = static_cast<unsigned char>(field[0]);
  const bool negative = (first & 0x40) != 0;
  const unsigned char fill = negative ? 0xff : 0;
  uint64_t value = negative ? ~uint64_t{0} : 0;
  for (size_t i = 0; i < field.size(); ++i) {
    auto byte = static_cast<unsigned char>(field[i]);
    if (i == 0) byte = negative ? byte : byte & 0x3f;
    // Bytes that do not fit into 64 bits must be the sign.
    if (i + 8 < field.size() && byte != fill) return std::nullopt;
    value = value << 8 | byte;
  }
  const auto result = static_cast<int64_t>(value);
  if ((result < 0) != negative) return std::nullopt;
  return result;
}

std::optional<int64_t> ParseOctal(std::string_view field) {
  while (!field.empty() && (field.front() == ' ' || field.front() == '\0')) {
    field.remove_prefix(1);
  }
  uint64_t value = 0;
  for (const char c : field) {
    if (c == ' ' || c == '\0') break;
    if (c < '0' || c > '7') return std::nullopt;
    value = value * 8 + static_cast<uint64_t>(c - '0');
  }
  return static_cast<int64_t>(value);
}

std::optional<int64_t> ParseNumber(std::string_view field) {
  return (static_cast<unsigned char>(field[0]) & 0x80) != 0
             ? ParseBase256(field)
             : ParseOctal(field);
}

}  // namespace

bool IsZeroBlock(std::string_view block) {
  return block.find_first_not_of('\0') == std::string_view::npos;
}

absl::StatusOr<TarHeader> ParseTarHeader(std::string_view block,
                                         uint64_t offset) {
  TarHeader header;
  header.type = block[kType];
  const std::optional<int64_t> size = ParseNumber(Raw(block, kSize));
  if (!size.has_value() || *size < 0 ||
      *size > std::numeric_limits<int64_t>::max() / 2) {
    return DataLoss("tar: the size in the header at byte {} is no number",
                    offset);
  }
  header.size = static_cast<uint64_t>(*size);
  if (const auto mode = ParseNumber(Raw(block, kMode)); mode.has_value()) {
    header.mode = static_cast<uint32_t>(*mode) & 07777;
  }
  header.mtime_s = ParseNumber(Raw(block, kMtime));
  header.name = Text(block, kName);
  header.link = Text(block, kLink);
  // GNU uses the place of the prefix for other things.
  const bool ustar = Raw(block, kMagic) == std::string_view("ustar\0", 6);
  if (ustar && header.type != 'S') {
    const std::string_view prefix = Text(block, kPrefix);
    if (!prefix.empty()) {
      header.name = std::string(prefix) + '/' + header.name;
    }
  }
  header.more_sparse_blocks =
      header.type == 'S' && block[kGnuIsExtended] != '\0';
  return header;
}

}  // namespace cupel
