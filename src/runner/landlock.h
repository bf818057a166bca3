// What of the file system a process may still reach, by Linux's Landlock.
#ifndef CUPEL_RUNNER_LANDLOCK_H_
#define CUPEL_RUNNER_LANDLOCK_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace cupel {

struct FilePolicy {
  std::vector<std::string> readable;  // files or folders; missing ones: ignored
  std::vector<std::string> writable;  // the same, to read and write
  bool write_anywhere = false;
};

struct LandlockState {
  // Signals and abstract sockets reach only those confined in the same way.
  bool scoped = false;
};

// For the calling thread and all it starts, for good. FAILED_PRECONDITION,
// with the remedy, if the kernel has none.
absl::StatusOr<LandlockState> RestrictFiles(const FilePolicy& policy);

}  // namespace cupel

#endif  // CUPEL_RUNNER_LANDLOCK_H_
