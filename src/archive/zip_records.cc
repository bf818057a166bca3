#include "archive/zip_records.h"

#include "archive/little_endian.h"

namespace cupel {
namespace {

constexpr uint32_t kSee64 = 0xffffffff;

constexpr uint16_t kExtra64 = 0x0001;
constexpr uint16_t kExtraTimes = 0x5455;
constexpr uint16_t kExtraUnicodeName = 0x7075;
constexpr uint16_t kExtraAes = 0x9901;

// Takes the next eight bytes of the ZIP64 field if `value` points there.
void Widen(std::string_view* field, uint64_t* value) {
  if (*value != kSee64 || field->size() < 8) return;
  *value = Le64(*field, 0);
  field->remove_prefix(8);
}

void ParseField(uint16_t id, std::string_view field, ZipEntry* entry) {
  ZipExtra& extra = entry->extra;
  switch (id) {
    case kExtra64:
      Widen(&field, &entry->size);
      Widen(&field, &entry->compressed_size);
      Widen(&field, &entry->local_offset);
      break;
    case kExtraTimes:
      if (field.size() >= 5 && (field[0] & 1) != 0 && !extra.mtime_s) {
        extra.mtime_s = static_cast<int32_t>(Le32(field, 1));
      }
      break;
    case kExtraUnicodeName:
      // Version and the CRC of the name that it stands for come before.
      if (field.size() >= 5 && field[0] == 1 && !extra.unicode_name) {
        extra.unicode_name = field.substr(5);
      }
      break;
    case kExtraAes:
      if (field.size() >= 7 && !extra.aes) {
        extra.aes = ZipExtra::Aes{.version = Le16(field, 0),
                                  .strength = static_cast<uint8_t>(field[4]),
                                  .method = Le16(field, 5)};
      }
      break;
    default:
      break;
  }
}

void ParseExtra(std::string_view extra, ZipEntry* entry) {
  while (extra.size() >= 4) {
    const uint16_t id = Le16(extra, 0);
    const size_t size = Le16(extra, 2);
    extra.remove_prefix(4);
    if (size > extra.size()) return;
    ParseField(id, extra.substr(0, size), entry);
    extra.remove_prefix(size);
  }
}

// From the flags on both records look the same.
void ParseCommon(std::string_view bytes, ZipEntry* entry) {
  entry->flags = Le16(bytes, 0);
  entry->method = Le16(bytes, 2);
  entry->time = Le16(bytes, 4);
  entry->date = Le16(bytes, 6);
  entry->crc = Le32(bytes, 8);
  entry->compressed_size = Le32(bytes, 12);
  entry->size = Le32(bytes, 16);
}

}  // namespace

std::optional<uint64_t> ZipLocalRecordSize(std::string_view bytes) {
  if (bytes.size() < kZipLocalSize || !bytes.starts_with(kZipLocalMark)) {
    return std::nullopt;
  }
  return uint64_t{kZipLocalSize} + Le16(bytes, 26) + Le16(bytes, 28);
}

std::optional<uint64_t> ZipCentralRecordSize(std::string_view bytes) {
  if (bytes.size() < kZipCentralSize || !bytes.starts_with(kZipCentralMark)) {
    return std::nullopt;
  }
  return uint64_t{kZipCentralSize} + Le16(bytes, 28) + Le16(bytes, 30) +
         Le16(bytes, 32);
}

ZipEntry ParseZipLocal(std::string_view bytes) {
  ZipEntry entry;
  ParseCommon(bytes.substr(6), &entry);
  const size_t name_size = Le16(bytes, 26);
  const size_t extra_size = Le16(bytes, 28);
  entry.name = bytes.substr(kZipLocalSize, name_size);
  ParseExtra(bytes.substr(kZipLocalSize + name_size, extra_size), &entry);
  entry.record_size = kZipLocalSize + name_size + extra_size;
  return entry;
}

ZipEntry ParseZipCentral(std::string_view bytes) {
  ZipEntry entry;
  entry.made_by = Le16(bytes, 4);
  ParseCommon(bytes.substr(8), &entry);
  const size_t name_size = Le16(bytes, 28);
  const size_t extra_size = Le16(bytes, 30);
  entry.attributes = Le32(bytes, 38);
  entry.local_offset = Le32(bytes, 42);
  entry.name = bytes.substr(kZipCentralSize, name_size);
  ParseExtra(bytes.substr(kZipCentralSize + name_size, extra_size), &entry);
  entry.record_size =
      kZipCentralSize + name_size + extra_size + Le16(bytes, 32);
  return entry;
}

std::optional<int64_t> ZipTime(uint16_t date, uint16_t time) {
  const int64_t year = 1980 + (date >> 9);
  const int64_t month = (date >> 5) & 15;
  const int64_t day = date & 31;
  if (month < 1 || month > 12 || day < 1) return std::nullopt;
  // Days since 1970 with the year beginning in March, so that the leap day is
  // its last.
  const int64_t y = month > 2 ? year : year - 1;
  const int64_t m = (month + 9) % 12;
  const int64_t days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 +
                       day - 1 - 719468;
  const int64_t hours = time >> 11;
  const int64_t minutes = (time >> 5) & 63;
  const int64_t seconds = int64_t{time & 31} * 2;
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}

}  // namespace cupel
