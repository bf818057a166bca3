// Random access to immutable bytes, in memory or in a file.
#ifndef CUPEL_PAYLOAD_BYTE_SOURCE_H_
#define CUPEL_PAYLOAD_BYTE_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"

namespace cupel {

// ReadAt may be called by several threads. Bytes are read with pread(2), never
// mapped: a file that another process truncates must give an error, not a
// SIGBUS in the host.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  virtual uint64_t size() const = 0;

  // Fills `buffer` from `offset`; fewer bytes than asked only at the end.
  virtual absl::StatusOr<size_t> ReadAt(uint64_t offset, char* buffer,
                                        size_t size) = 0;

  // All bytes at once when they are in memory already; lives as long as this.
  virtual std::optional<std::string_view> contents() const {
    return std::nullopt;
  }
};

// Borrows `bytes`, which must outlive the source.
std::unique_ptr<ByteSource> NewMemorySource(std::string_view bytes);

// Borrows the descriptor, which must be seekable and outlive the source. The
// size is taken now; a file that shrinks later reads short, one that grows is
// seen up to the size it had.
absl::StatusOr<std::unique_ptr<ByteSource>> NewFileSource(int fd);

}  // namespace cupel

#endif  // CUPEL_PAYLOAD_BYTE_SOURCE_H_
