#include "settings/keys_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "absl/cleanup/cleanup.h"
#include "base/status.h"

namespace cupel {
namespace {

constexpr size_t kMaxBytes = size_t{64} << 10;

absl::Status CheckFile(const std::string& path, const struct stat& info) {
  if (!S_ISREG(info.st_mode)) {
    return InvalidArgument("keys file '{}' is not a regular file", path);
  }
  if (info.st_uid != geteuid() && info.st_uid != 0) {
    return PermissionDenied(
        "keys file '{}' belongs to user {}, not to this one or root", path,
        info.st_uid);
  }
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return PermissionDenied(
        "keys file '{}' is open to its group or to others (chmod 600 helps)",
        path);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Secret> ReadKeysFile(const std::string& path) {
  // O_NONBLOCK: opening a pipe must not wait for a writer.
  const int fd =
      open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return ErrnoStatus(errno, fmt::format("keys file '{}'", path));
  const absl::Cleanup closer = [fd] { close(fd); };
  struct stat info;
  if (fstat(fd, &info) != 0) {
    return ErrnoStatus(errno, fmt::format("keys file '{}'", path));
  }
  CUPEL_RETURN_IF_ERROR(CheckFile(path, info));
  Secret bytes = Secret::OfSize(kMaxBytes + 1);
  size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t n = read(fd, bytes.data() + size, bytes.size() - size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return ErrnoStatus(errno, fmt::format("keys file '{}'", path));
    if (n == 0) break;
    size += static_cast<size_t>(n);
  }
  if (size > kMaxBytes) {
    return ResourceExhausted("keys file '{}' is larger than {} bytes", path,
                             kMaxBytes);
  }
  return Secret(bytes.view().substr(0, size));
}

}  // namespace cupel
