// Our own bounded tar reader: it sees what Python's tarfile (and so pip) would
// install, and says where an archive is one that parsers disagree about.
#ifndef CUPEL_ARCHIVE_TAR_READER_H_
#define CUPEL_ARCHIVE_TAR_READER_H_

#include <memory>
#include <string>
#include <string_view>

#include "archive/archive.h"
#include "archive/byte_stream.h"

namespace cupel {

// `format` is static. `head` holds bytes that were read from `stream` already:
// none or the first block.
std::unique_ptr<ArchiveReader> NewTarReader(std::string_view format,
                                            std::unique_ptr<ByteStream> stream,
                                            std::string head,
                                            const ArchiveOptions& options);

}  // namespace cupel

#endif  // CUPEL_ARCHIVE_TAR_READER_H_
