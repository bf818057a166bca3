#include "builtin/carver/zip.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "archive/zip_records.h"
#include "base/status.h"
#include "builtin/file_view.h"

namespace cupel {
namespace {

constexpr size_t kMostFiles = 100'000;

// Where a zip file lies, by its end record.
struct Extent {
  uint64_t begin = 0;
  uint64_t end = 0;
  uint64_t entries = 0;
  bool cut = false;  // in its comment
};

// A local header as one is written: letters alone stand everywhere.
bool IsLocalHeader(std::string_view bytes) {
  const FileView view(bytes);
  if (!bytes.starts_with(kZipLocalMark) || !view.Has(0, kZipLocalSize)) {
    return false;
  }
  const uint16_t version = *view.U16(4) & 0xff;
  const uint16_t method = *view.U16(8);
  const uint16_t name = *view.U16(26);
  const bool known = method <= 20 || (method >= 93 && method <= 99);
  return version <= 63 && known && name > 0 && name <= 4096 &&
         view.Has(kZipLocalSize, name);
}

class Carver {
 public:
  Carver(std::string_view bytes, const TakeFound& take, const StopFn& stop)
      : bytes_(bytes),
        file_(bytes),
        take_(take),
        stop_(stop),
        entries_left_(4 * (bytes.size() / kZipCentralSize) + 1024) {}

  absl::Status Run() {
    CUPEL_RETURN_IF_ERROR(FindExtents());
    uint64_t from = 0;
    for (const Extent& extent : extents_) {
      if (extent.begin < from) continue;  // inside of the one before
      CUPEL_RETURN_IF_ERROR(Headless(from, extent.begin));
      CUPEL_RETURN_IF_ERROR(Hand(extent));
      from = extent.end;
    }
    return Headless(from, bytes_.size());
  }

 private:
  absl::Status FindExtents() {
    size_t asked = 0;
    for (size_t at = bytes_.find(kZipEndMark); at != std::string_view::npos;
         at = bytes_.find(kZipEndMark, at + 1)) {
      if (at - asked >= kStopInterval) {
        CUPEL_RETURN_IF_ERROR(CheckStop(stop_));
        asked = at;
      }
      CUPEL_ASSIGN_OR_RETURN(const std::optional<Extent> extent, ByEnd(at));
      if (!extent.has_value()) continue;
      if (extents_.size() >= kMostFiles) {
        return ResourceExhausted(
            "more than {} zip files: none was carved, as this is no payload "
            "but a trap",
            kMostFiles);
      }
      extents_.push_back(*extent);
    }
    // One zip file inside of another, stored, ends before it; the outer one
    // begins first.
    std::sort(extents_.begin(), extents_.end(),
              [](const Extent& a, const Extent& b) {
                return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
              });
    return absl::OkStatus();
  }

  // The zip file whose end record this is, if it is one.
  absl::StatusOr<std::optional<Extent>> ByEnd(uint64_t at) {
    std::optional<Extent> none;
    if (!file_.Has(at, kZipEndSize)) return none;
    Extent extent;
    uint64_t directory_size = *file_.U32(at + 12);
    uint64_t directory_offset = *file_.U32(at + 16);
    const uint64_t comment = *file_.U16(at + 20);
    extent.end = std::min<uint64_t>(at + kZipEndSize + comment, bytes_.size());
    extent.cut = extent.end < at + kZipEndSize + comment;
    uint64_t directory_end = at;
    if (const auto wide = Zip64End(at); wide.has_value()) {
      directory_end = *wide;
      directory_size = *file_.U64(*wide + 40);
      directory_offset = *file_.U64(*wide + 48);
    }
    if (directory_size > directory_end || directory_size == 0) return none;
    const uint64_t directory = directory_end - directory_size;
    if (directory_offset > directory) return none;
    const uint64_t base = directory - directory_offset;
    uint64_t first = directory;
    uint64_t record = directory;
    while (record < directory_end) {
      const std::string_view rest =
          bytes_.substr(record, directory_end - record);
      if (!rest.starts_with(kZipCentralMark)) break;
      const auto size = ZipCentralRecordSize(rest);
      if (!size.has_value() || *size > rest.size()) break;
      if (entries_left_-- == 0) {
        return ResourceExhausted(
            "the directories of zip files lie on one another: what stands "
            "behind byte {} was not looked at",
            at);
      }
      const ZipEntry entry = ParseZipCentral(rest.substr(0, *size));
      if (entry.local_offset < first - base) first = base + entry.local_offset;
      ++extent.entries;
      record += *size;
    }
    if (extent.entries == 0 || !IsLocalHeader(bytes_.substr(first))) {
      return none;
    }
    extent.begin = first;
    return std::optional<Extent>(extent);
  }

  // Where the 64-bit end record begins that stands before this one, if any.
  std::optional<uint64_t> Zip64End(uint64_t at) const {
    constexpr uint64_t kBoth = kZip64LocatorSize + kZip64EndSize;
    if (at < kBoth) return std::nullopt;
    if (file_.Clamped(at - kZip64LocatorSize, 4) != kZip64LocatorMark ||
        file_.Clamped(at - kBoth, 4) != kZip64EndMark) {
      return std::nullopt;
    }
    return at - kBoth;
  }

  absl::Status Hand(const Extent& extent) {
    const uint64_t size = extent.end - extent.begin;
    if (size == bytes_.size()) return absl::OkStatus();
    Found found{.offset = extent.begin,
                .size = size,
                .bytes = bytes_.substr(extent.begin, size),
                .kind = "zip",
                .metadata = fmt::format(R"("entries":{})", extent.entries)};
    if (extent.cut) {
      found.damage = DataLoss(
          "the zip file at byte {} is cut off in its "
          "comment",
          extent.begin);
    }
    return take_(found);
  }

  // A zip file between the others that has no end record.
  absl::Status Headless(uint64_t from, uint64_t to) {
    const std::string_view between = bytes_.substr(0, to);
    size_t asked = from;
    for (size_t at = between.find(kZipLocalMark, from);
         at != std::string_view::npos;
         at = between.find(kZipLocalMark, at + 1)) {
      if (at - asked >= kStopInterval) {
        CUPEL_RETURN_IF_ERROR(CheckStop(stop_));
        asked = at;
      }
      if (!IsLocalHeader(between.substr(at))) continue;
      if (at == 0 && to == bytes_.size()) return absl::OkStatus();
      return take_(Found{
          .offset = at,
          .size = to - at,
          .bytes = between.substr(at),
          .kind = "zip",
          .damage = DataLoss("the zip file at byte {} has no end record", at)});
    }
    return absl::OkStatus();
  }

  const std::string_view bytes_;
  const FileView file_;
  const TakeFound& take_;
  const StopFn& stop_;
  std::vector<Extent> extents_;
  uint64_t entries_left_;
};

}  // namespace

absl::Status CarveZip(std::string_view bytes, const TakeFound& take,
                      const StopFn& stop) {
  return Carver(bytes, take, stop).Run();
}

}  // namespace cupel
