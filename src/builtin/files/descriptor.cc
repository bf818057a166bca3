#include "builtin/files/descriptor.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "base/status.h"
#include "format/escape.h"

namespace cupel {

absl::Status CheckRegular(int fd, const std::string& shown) {
  struct stat info{};
  if (fstat(fd, &info) != 0) {
    return ErrnoStatus(errno, fmt::format("look at {}", shown));
  }
  if (S_ISREG(info.st_mode)) return absl::OkStatus();
  return FailedPrecondition("{} is no regular file", shown);
}

absl::StatusOr<std::string> ReadAll(int fd, uint64_t most,
                                    const std::string& shown) {
  struct stat info{};
  if (fstat(fd, &info) != 0) {
    return ErrnoStatus(errno, fmt::format("look at {}", shown));
  }
  const auto size = static_cast<uint64_t>(info.st_size);
  if (size > most) {
    return ResourceExhausted("{} has {} bytes, {} are allowed", shown, size,
                             most);
  }
  std::string bytes(size, '\0');
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = read(fd, bytes.data() + done, bytes.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return ErrnoStatus(errno, fmt::format("read {}", shown));
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

absl::StatusOr<std::string> ReadFileAt(const std::string& path, uint64_t most) {
  const std::string shown = fmt::format("'{}'", EscapePrintable(path));
  if (path.empty() || path.find('\0') != std::string::npos) {
    return InvalidArgument("{} is no path of a file", shown);
  }
  const OwnedFd file(
      open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file.is_open()) return ErrnoStatus(errno, fmt::format("open {}", shown));
  CUPEL_RETURN_IF_ERROR(CheckRegular(file.get(), shown));
  return ReadAll(file.get(), most, shown);
}

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
