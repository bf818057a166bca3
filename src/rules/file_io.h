// Reading and replacing whole files.
#ifndef CUPEL_RULES_FILE_IO_H_
#define CUPEL_RULES_FILE_IO_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace cupel {

struct ReadOptions {
  uint64_t max_bytes = 0;
  // Refuse a file that somebody else could have written: not owned by this user
  // or root, or writable by group or others.
  bool trusted_only = false;
};

// The bytes of a regular file; never waits for a pipe or a device. Messages
// name the path.
absl::StatusOr<std::string> ReadWholeFile(const std::string& path,
                                          const ReadOptions& options);

// The same checks; gives a descriptor, which the caller closes, and the size.
absl::StatusOr<int> OpenForReading(const std::string& path,
                                   const ReadOptions& options, uint64_t* size);

// At most `count` bytes from the start.
absl::StatusOr<std::string> ReadFileHead(const std::string& path, size_t count);

// Writes a file of mode 0600 beside `path`, then renames it: readers see the
// old bytes or the new ones.
absl::Status ReplaceFile(const std::string& path, std::string_view bytes);

}  // namespace cupel

#endif  // CUPEL_RULES_FILE_IO_H_
