// The 512 bytes before each member of a tar file.
#ifndef CUPEL_ARCHIVE_TAR_HEADER_H_
#define CUPEL_ARCHIVE_TAR_HEADER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace cupel {

inline constexpr size_t kTarBlock = 512;

// As stored, before what extended headers say.
struct TarHeader {
  std::string name;  // with the prefix of ustar
  std::string link;
  uint64_t size = 0;
  std::optional<uint32_t> mode;
  std::optional<int64_t> mtime_s;
  char type = '0';
  bool more_sparse_blocks = false;  // old GNU sparse: a map block follows
};

bool IsZeroBlock(std::string_view block);

// `block` must pass IsTarHeader. Fails only when the size is no number: without
// it nobody knows where the next header is.
absl::StatusOr<TarHeader> ParseTarHeader(std::string_view block,
                                         uint64_t offset);

}  // namespace cupel

#endif  // CUPEL_ARCHIVE_TAR_HEADER_H_
