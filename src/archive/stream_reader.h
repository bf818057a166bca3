// A compressed stream that is no tar: one member.
#ifndef CUPEL_ARCHIVE_STREAM_READER_H_
#define CUPEL_ARCHIVE_STREAM_READER_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "archive/archive.h"
#include "archive/byte_stream.h"

namespace cupel {

// Name and time of the first member's header; empty where it has none.
struct GzipHeader {
  std::string name;
  std::optional<int64_t> mtime_s;
};
GzipHeader ReadGzipHeader(ByteSource& source, uint64_t name_bytes);

// `head` was read from `stream` already; `head_error` is what came after it.
std::unique_ptr<ArchiveReader> NewStreamReader(
    Container container, Member member, std::unique_ptr<ByteStream> stream,
    std::string head, absl::Status head_error);

}  // namespace cupel

#endif  // CUPEL_ARCHIVE_STREAM_READER_H_
