// Our own bounded zip reader: by the central directory, and where that can't be
// used by the local headers.
#ifndef CUPEL_ARCHIVE_ZIP_READER_H_
#define CUPEL_ARCHIVE_ZIP_READER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "archive/archive.h"

namespace cupel {

absl::StatusOr<std::unique_ptr<ArchiveReader>> NewZipReader(
    ByteSource& source, const ArchiveOptions& options);

}  // namespace cupel

#endif  // CUPEL_ARCHIVE_ZIP_READER_H_
