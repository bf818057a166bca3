#include "archive/zip_format.h"

#include <algorithm>
#include <ctime>

#include "base/status.h"

namespace cupel {
namespace {

constexpr uint32_t kSeeZip64 = 0xFFFFFFFF;
constexpr uint16_t kExtraZip64 = 0x0001;
constexpr uint16_t kExtraTimestamp = 0x5455;
constexpr uint16_t kExtraUnicodePath = 0x7075;
constexpr uint16_t kExtraAes = 0x9901;

// The sizes that stand in the zip64 field are those that are all ones in the
// header, in this order.
void ApplyZip64(std::string_view field, bool central, ZipEntry* entry) {
  size_t at = 0;
  const auto take = [&](uint64_t* value) {
    if (*value == kSeeZip64 && at + 8 <= field.size()) {
      *value = Le64(field, at);
      at += 8;
    }
  };
  take(&entry->size);
  take(&entry->packed);
  if (central) take(&entry->local_offset);
}

void ApplyExtra(std::string_view extra, bool central, ZipEntry* entry) {
  while (extra.size() >= 4) {
    const uint16_t id = Le16(extra, 0);
    const size_t size = Le16(extra, 2);
    if (size > extra.size() - 4) return;
    const std::string_view field = extra.substr(4, size);
    if (id == kExtraZip64) {
      ApplyZip64(field, central, entry);
    } else if (id == kExtraTimestamp && size >= 5 && (field[0] & 1) != 0) {
      entry->mtime_s = static_cast<int32_t>(Le32(field, 1));
    } else if (id == kExtraUnicodePath && size > 5) {
      entry->other_name = field.substr(5) != entry->name;
    } else if (id == kExtraAes && size >= 7) {
      entry->aes = ZipAes{.strength = field[4],
                          .version = Le16(field, 0),
                          .method = Le16(field, 5)};
    }
    extra.remove_prefix(4 + size);
  }
}

void ParseCommon(std::string_view record, size_t at, ZipEntry* entry) {
  entry->flags = Le16(record, at);
  entry->method = Le16(record, at + 2);
  entry->dos_time = Le16(record, at + 4);
  entry->dos_date = Le16(record, at + 6);
  entry->crc = Le32(record, at + 8);
  entry->packed = Le32(record, at + 12);
  entry->size = Le32(record, at + 16);
}

struct EndRecord {
  uint64_t position;
  uint64_t begin;
  uint64_t size;
  uint64_t archive_end;
};

absl::StatusOr<std::string> ReadExactly(ByteSource& source, uint64_t offset,
                                        size_t size) {
  std::string bytes(size, '\0');
  CUPEL_ASSIGN_OR_RETURN(const size_t got,
                         source.ReadAt(offset, bytes.data(), size));
  bytes.resize(got);
  return bytes;
}

// Replaces what the small end record could not hold.
absl::Status ApplyZip64End(ByteSource& source, EndRecord* end) {
  constexpr size_t kLocator = 20;
  constexpr size_t kEnd64 = 56;
  if (end->position < kLocator) return absl::OkStatus();
  CUPEL_ASSIGN_OR_RETURN(
      const std::string locator,
      ReadExactly(source, end->position - kLocator, kLocator));
  if (!locator.starts_with(kZip64LocatorMark)) return absl::OkStatus();
  // Where it says, or, when something was put before the archive, right before
  // the locator.
  for (const uint64_t at :
       {Le64(locator, 8), end->position - kLocator >= kEnd64
                              ? end->position - kLocator - kEnd64
                              : uint64_t{0}}) {
    CUPEL_ASSIGN_OR_RETURN(const std::string record,
                           ReadExactly(source, at, kEnd64));
    if (record.size() < kEnd64 || !record.starts_with(kZip64EndMark)) continue;
    end->size = Le64(record, 40);
    end->begin = Le64(record, 48);
    end->position = at;
    break;
  }
  return absl::OkStatus();
}

std::optional<ZipDirectory> ToDirectory(const EndRecord& end,
                                        uint64_t source_size) {
  if (end.size > end.position) return std::nullopt;
  ZipDirectory directory;
  directory.end = end.position;
  directory.begin = end.position - end.size;
  if (directory.begin < end.begin) return std::nullopt;
  directory.shift = directory.begin - end.begin;
  directory.archive_end = end.archive_end;
  directory.trailing = source_size - end.archive_end;
  return directory;
}

}  // namespace

uint16_t Le16(std::string_view bytes, size_t at) {
  return static_cast<uint16_t>(static_cast<uint8_t>(bytes[at]) |
                               static_cast<uint8_t>(bytes[at + 1]) << 8);
}

uint32_t Le32(std::string_view bytes, size_t at) {
  return Le16(bytes, at) | uint32_t{Le16(bytes, at + 2)} << 16;
}

uint64_t Le64(std::string_view bytes, size_t at) {
  return Le32(bytes, at) | uint64_t{Le32(bytes, at + 4)} << 32;
}

size_t ZipLocalRecordSize(std::string_view fixed) {
  return kZipLocalSize + Le16(fixed, 26) + Le16(fixed, 28);
}

size_t ZipCentralRecordSize(std::string_view fixed) {
  return kZipCentralSize + Le16(fixed, 28) + Le16(fixed, 30) + Le16(fixed, 32);
}

ZipEntry ParseZipLocal(std::string_view record) {
  ZipEntry entry;
  ParseCommon(record, 6, &entry);
  const size_t name = Le16(record, 26);
  entry.name = record.substr(kZipLocalSize, name);
  entry.record_size = record.size();
  ApplyExtra(record.substr(kZipLocalSize + name), false, &entry);
  return entry;
}

ZipEntry ParseZipCentral(std::string_view record) {
  ZipEntry entry;
  entry.made_by = Le16(record, 4);
  ParseCommon(record, 8, &entry);
  const size_t name = Le16(record, 28);
  const size_t extra = Le16(record, 30);
  entry.attributes = Le32(record, 38);
  entry.local_offset = Le32(record, 42);
  entry.name = record.substr(kZipCentralSize, name);
  entry.record_size = record.size();
  ApplyExtra(record.substr(kZipCentralSize + name, extra), true, &entry);
  return entry;
}

int64_t ZipEntry::modified() const {
  if (mtime_s.has_value()) return *mtime_s;
  tm time{};
  time.tm_year = (dos_date >> 9) + 80;
  time.tm_mon = (dos_date >> 5 & 15) - 1;
  time.tm_mday = dos_date & 31;
  time.tm_hour = dos_time >> 11;
  time.tm_min = dos_time >> 5 & 63;
  time.tm_sec = (dos_time & 31) * 2;
  return timegm(&time);
}

absl::StatusOr<std::optional<ZipDirectory>> FindZipDirectory(
    ByteSource& source) {
  constexpr size_t kTail = kZipEndSize + 0xFFFF;
  const uint64_t size = source.size();
  const uint64_t tail_begin = size > kTail ? size - kTail : 0;
  CUPEL_ASSIGN_OR_RETURN(
      const std::string tail,
      ReadExactly(source, tail_begin, static_cast<size_t>(size - tail_begin)));
  // First one whose comment ends where the file does, then, for files with
  // something behind them, the last one that points into the file.
  for (const bool exact : {true, false}) {
    size_t at = tail.rfind(kZipEndMark);
    while (at != std::string::npos) {
      const std::string_view record = std::string_view(tail).substr(at);
      if (record.size() >= kZipEndSize) {
        const uint64_t comment = Le16(record, 20);
        EndRecord end{.position = tail_begin + at,
                      .begin = Le32(record, 16),
                      .size = Le32(record, 12),
                      .archive_end = tail_begin + at + kZipEndSize + comment};
        if (exact ? end.archive_end == size : end.archive_end <= size) {
          CUPEL_RETURN_IF_ERROR(ApplyZip64End(source, &end));
          if (const auto found = ToDirectory(end, size)) return found;
        }
      }
      if (at == 0) break;
      at = tail.rfind(kZipEndMark, at - 1);
    }
  }
  return std::optional<ZipDirectory>();
}

}  // namespace cupel
