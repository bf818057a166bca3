// Looking for the records of a zip file that has no directory.
#ifndef CUPEL_ARCHIVE_ZIP_SEARCH_H_
#define CUPEL_ARCHIVE_ZIP_SEARCH_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "archive/input.h"
#include "payload/byte_source.h"

namespace cupel {

absl::StatusOr<bool> HasZipMark(ByteSource& source, uint64_t offset,
                                std::string_view mark);

// The first local header, directory entry or end record that begins in
// [from, to).
absl::StatusOr<std::optional<uint64_t>> FindZipMark(RangeInput* input,
                                                    uint64_t from, uint64_t to);

// How long stored data is that begins at `from` and has its length behind it.
struct ZipDescription {
  uint64_t size = 0;
  std::optional<uint32_t> crc;  // absent if no descriptor was found
};
absl::StatusOr<ZipDescription> FindZipDescriptor(RangeInput* input,
                                                 uint64_t from);

}  // namespace cupel

#endif  // CUPEL_ARCHIVE_ZIP_SEARCH_H_
