// The records of a zip file, parsed and nothing else.
#ifndef CUPEL_ARCHIVE_ZIP_RECORDS_H_
#define CUPEL_ARCHIVE_ZIP_RECORDS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

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
inline constexpr size_t kZip64EndSize = 56;
inline constexpr size_t kZip64LocatorSize = 20;

inline constexpr uint16_t kZipEncrypted = 1u << 0;
inline constexpr uint16_t kZipLzmaEndMark = 1u << 1;
inline constexpr uint16_t kZipDescriptor = 1u << 3;
inline constexpr uint16_t kZipStrongEncryption = 1u << 6;

inline constexpr uint16_t kZipStored = 0;
inline constexpr uint16_t kZipDeflated = 8;
inline constexpr uint16_t kZipAes = 99;

// What the extra fields say; the first of each kind counts.
struct ZipExtra {
  std::optional<int64_t> mtime_s;
  // Extra field 0x7075: another name, in UTF-8. Views the record.
  std::optional<std::string_view> unicode_name;
  struct Aes {
    uint16_t version;  // 1: the CRC is stored, 2: it is not
    uint8_t strength;
    uint16_t method;  // below the encryption
  };
  std::optional<Aes> aes;
};

// A local header or an entry of the central directory. Views the record.
struct ZipEntry {
  std::string_view name;
  uint16_t made_by = 0;  // central only, like the next two
  uint32_t attributes = 0;
  uint64_t local_offset = 0;
  uint16_t flags = 0;
  uint16_t method = 0;
  uint16_t time = 0;  // as MS-DOS has it
  uint16_t date = 0;
  uint32_t crc = 0;
  uint64_t compressed_size = 0;
  uint64_t size = 0;
  ZipExtra extra;
  uint64_t record_size = 0;  // with name, extra fields and comment

  bool encrypted() const { return (flags & kZipEncrypted) != 0; }
  bool described() const { return (flags & kZipDescriptor) != 0; }
};

// How long the record is that begins here; nothing if its mark or its fixed
// part is missing.
std::optional<uint64_t> ZipLocalRecordSize(std::string_view bytes);
std::optional<uint64_t> ZipCentralRecordSize(std::string_view bytes);

// `bytes` must hold the whole record.
ZipEntry ParseZipLocal(std::string_view bytes);
ZipEntry ParseZipCentral(std::string_view bytes);

// MS-DOS time has no time zone; it is read as UTC. Nothing if it is no time.
std::optional<int64_t> ZipTime(uint16_t date, uint16_t time);

}  // namespace cupel

#endif  // CUPEL_ARCHIVE_ZIP_RECORDS_H_
