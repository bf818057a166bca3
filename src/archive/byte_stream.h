// Plain bytes from front to back: what the tar reader reads.
#ifndef CUPEL_ARCHIVE_BYTE_STREAM_H_
#define CUPEL_ARCHIVE_BYTE_STREAM_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "archive/concatenated.h"
#include "archive/input.h"

namespace cupel {

// One thread at a time.
class ByteStream {
 public:
  virtual ~ByteStream() = default;

  // Up to `size` bytes; 0 at the end only. An error comes after the bytes
  // before it and stays.
  virtual absl::StatusOr<size_t> Read(char* buffer, size_t size) = 0;

  // Until `size` bytes are read, or fewer at the end or before an error, which
  // the next call gives.
  absl::StatusOr<size_t> ReadFully(char* buffer, size_t size);

  // How many bytes were passed over; fewer than `size` at the end only.
  virtual absl::StatusOr<uint64_t> Skip(uint64_t size) = 0;

  virtual uint64_t position() const = 0;

  // The compressed file below, if there is one.
  virtual const Concatenated* compressed() const { return nullptr; }
};

// `source` and `cancel` must outlive the stream.
std::unique_ptr<ByteStream> NewPlainStream(ByteSource& source,
                                           const Cancel* cancel);
std::unique_ptr<ByteStream> NewDecodedStream(
    std::unique_ptr<Concatenated> compressed);

}  // namespace cupel

#endif  // CUPEL_ARCHIVE_BYTE_STREAM_H_
