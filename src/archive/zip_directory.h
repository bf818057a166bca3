// The central directory of a zip file: where it is, whether it can be used.
#ifndef CUPEL_ARCHIVE_ZIP_DIRECTORY_H_
#define CUPEL_ARCHIVE_ZIP_DIRECTORY_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "archive/input.h"
#include "archive/zip_records.h"
#include "payload/byte_source.h"

namespace cupel {

struct ZipDirectory {
  uint64_t begin = 0;  // offsets in the source
  uint64_t end = 0;    // after its last entry
  // What stands before the zip file proper: offsets in it count from here.
  uint64_t bias = 0;
  uint64_t file_end = 0;  // after the end record and its comment
  uint64_t declared_entries = 0;
  // The end record and its ZIP64 twin don't say the same.
  bool ambiguous = false;
};

// Looks for the end record that stands last and fits to a directory. Nothing if
// there is none. Errors are those of the source.
absl::StatusOr<std::optional<ZipDirectory>> FindZipDirectory(
    ByteSource& source);

// What one pass over all entries tells.
struct ZipSurvey {
  bool readable = true;    // every entry has its mark and is whole
  uint64_t broken_at = 0;  // where the first is that has not
  uint64_t entries = 0;
  uint64_t first_local = 0;  // the lowest offset of a local header
  uint64_t overlaps = 0;     // entries whose bytes belong to another one too
  uint64_t overlap_at = 0;   // local offset of the first of them
};

// Holds 16 bytes per entry while it runs (an entry has 46 in the source).
absl::StatusOr<ZipSurvey> SurveyZipDirectory(const ZipDirectory& directory,
                                             RangeInput* input);

// The entry at the input's position, which is not moved; nothing where there is
// no whole one. Views what was peeked.
absl::StatusOr<std::optional<ZipEntry>> PeekZipCentral(RangeInput* input);

}  // namespace cupel

#endif  // CUPEL_ARCHIVE_ZIP_DIRECTORY_H_
