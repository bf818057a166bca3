// The formats that libarchive reads for us.
#ifndef CUPEL_ARCHIVE_LIBARCHIVE_READER_H_
#define CUPEL_ARCHIVE_LIBARCHIVE_READER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "archive/archive.h"

namespace cupel {

// For 7z, cpio, ar, rpm, cab and iso. Only the format asked for is enabled, and
// no filter that would run a program.
absl::StatusOr<std::unique_ptr<ArchiveReader>> NewLibarchiveReader(
    Container container, ByteSource& source, const ArchiveOptions& options);

}  // namespace cupel

#endif  // CUPEL_ARCHIVE_LIBARCHIVE_READER_H_
