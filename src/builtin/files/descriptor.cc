#include "builtin/files/descriptor.h"

#include <cerrno>

#include "base/status.h"

namespace cupel {

absl::Status WriteAll(int fd, std::string_view bytes,
                      const std::string& shown) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0 && errno == EFBIG) {
      return ResourceExhausted("write {}: the limit on the size of files",
                               shown);
    }
    if (written < 0) return ErrnoStatus(errno, fmt::format("write {}", shown));
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

}  // namespace cupel
