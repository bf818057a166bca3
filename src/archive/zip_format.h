// The records of a zip archive (PKWARE's APPNOTE 6.3.10, section 4).
#ifndef CUPEL_ARCHIVE_ZIP_FORMAT_H_
#define CUPEL_ARCHIVE_ZIP_FORMAT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "payload/byte_source.h"

namespace cupel {

inline constexpr std::string_view kZipLocalMark = "PK\3\4";
inline constexpr std::string_view kZipCentralMark = "PK\1\2";
inline constexpr std::string_view kZipEndMark = "PK\5\6";
inline constexpr std::string_view kZip64EndMark = "PK\6\6";
inline constexpr std::string_view kZip64LocatorMark = "PK\6\7";
inline constexpr std::string_view kZipDescriptorMark = "PK\7\10";

inline constexpr size_t kZipLocalSize = 30;
inline constexpr size_t kZipCentralSize = 46;
inline constexpr size_t kZipEndSize = 22;

inline constexpr uint16_t kZipEncrypted = 1 << 0;
inline constexpr uint16_t kZipDescriptor = 1 << 3;

// WinZip's AES, from its extra field 0x9901.
struct ZipAes {
  int strength = 0;        // 1, 2, 3: 128, 192, 256 bits
  uint16_t version = 0;    // 2: without CRC
  uint16_t method = 0;     // the real one
};

// A central or a local header; fields that one of them lacks are empty.
struct ZipEntry {
  std::string name;
  uint16_t made_by = 0;
  uint16_t flags = 0;
  uint16_t method = 0;
  uint16_t dos_time = 0;
  uint16_t dos_date = 0;
  uint32_t crc = 0;
  uint64_t packed = 0;
  uint64_t size = 0;
  uint32_t attributes = 0;
  uint64_t local_offset = 0;
  std::optional<int64_t> mtime_s;  // from the extended timestamp
  std::optional<ZipAes> aes;
  bool other_name = false;  // a Unicode path field that says something else
  size_t record_size = 0;   // with name, extra field and comment

  bool encrypted() const { return (flags & kZipEncrypted) != 0; }
  bool is_symlink() const { return unix_type() == 0120000; }
  std::optional<uint32_t> unix_mode() const {
    if (made_by >> 8 != 3 || attributes >> 16 == 0) return std::nullopt;
    return attributes >> 16 & 07777;
  }
  int64_t modified() const;  // UTC is assumed for DOS times

 private:
  uint32_t unix_type() const {
    return made_by >> 8 == 3 ? attributes >> 16 & 0170000 : 0;
  }
};

uint16_t Le16(std::string_view bytes, size_t at);
uint32_t Le32(std::string_view bytes, size_t at);
uint64_t Le64(std::string_view bytes, size_t at);

// How long the header that begins with these bytes is; the fixed part must be
// there.
size_t ZipLocalRecordSize(std::string_view fixed);
size_t ZipCentralRecordSize(std::string_view fixed);

// `record`: all of it.
ZipEntry ParseZipLocal(std::string_view record);
ZipEntry ParseZipCentral(std::string_view record);

// Where the central directory lies.
struct ZipDirectory {
  uint64_t begin = 0;
  uint64_t end = 0;
  uint64_t shift = 0;         // what has to be added to offsets it gives
  uint64_t trailing = 0;      // bytes behind the end record and its comment
  uint64_t archive_end = 0;
};

// Finds the end record and what it points to; nothing if there is none that
// fits with itself.
absl::StatusOr<std::optional<ZipDirectory>> FindZipDirectory(
    ByteSource& source);

}  // namespace cupel

#endif  // CUPEL_ARCHIVE_ZIP_FORMAT_H_
