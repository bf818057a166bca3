#include "rules/file_io.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "absl/cleanup/cleanup.h"
#include "base/status.h"

namespace cupel {
namespace {

constexpr uint64_t kMostAtOnce = uint64_t{1} << 20;
// For a file that is longer than it said.
constexpr uint64_t kGrowth = uint64_t{64} << 10;

absl::Status CheckTrusted(const std::string& path, const struct stat& info) {
  if (info.st_uid != geteuid() && info.st_uid != 0) {
    return PermissionDenied(
        "'{}' belongs to user {}, not to this one or root; compiled rules can "
        "run code",
        path, info.st_uid);
  }
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return PermissionDenied(
        "'{}' can be written by its group or by others; compiled rules can run "
        "code (chmod go-w helps)",
        path);
  }
  return absl::OkStatus();
}

absl::Status TooLarge(const std::string& path, const ReadOptions& options) {
  return ResourceExhausted(
      "'{}' is larger than {} bytes, the most that is read", path,
      options.max_bytes);
}

// Reads up to `limit` bytes.
absl::StatusOr<std::string> ReadUpTo(int fd, const std::string& path,
                                     uint64_t limit, uint64_t expected) {
  std::string out;
  out.reserve(static_cast<size_t>(std::min(limit, expected + 1)));
  while (out.size() < limit) {
    const size_t at = out.size();
    // Never past what was reserved, unless the file has grown: a set of small
    // files would hold a whole step for each.
    const uint64_t left = expected + 1 > at ? expected + 1 - at : kGrowth;
    const size_t step =
        static_cast<size_t>(std::min({limit - at, left, kMostAtOnce}));
    out.resize(at + step);
    const ssize_t n = read(fd, out.data() + at, step);
    if (n < 0 && errno == EINTR) {
      out.resize(at);
      continue;
    }
    if (n < 0) return ErrnoStatus(errno, fmt::format("read '{}'", path));
    out.resize(at + static_cast<size_t>(n));
    if (n == 0) break;
  }
  return out;
}

// O_NONBLOCK: opening a pipe must not wait for a writer.
absl::StatusOr<int> OpenRegular(const std::string& path, struct stat* info) {
  const int fd =
      open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return ErrnoStatus(errno, fmt::format("open '{}'", path));
  if (fstat(fd, info) != 0) {
    const int error = errno;
    close(fd);
    return ErrnoStatus(error, fmt::format("stat '{}'", path));
  }
  if (!S_ISREG(info->st_mode)) {
    close(fd);
    return InvalidArgument("'{}' is not a regular file", path);
  }
  return fd;
}

absl::Status WriteAll(int fd, const std::string& path, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return ErrnoStatus(errno, fmt::format("write '{}'", path));
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> ReadWholeFile(const std::string& path,
                                          const ReadOptions& options) {
  uint64_t size = 0;
  CUPEL_ASSIGN_OR_RETURN(const int fd, OpenForReading(path, options, &size));
  const absl::Cleanup closer = [fd] { close(fd); };
  CUPEL_ASSIGN_OR_RETURN(std::string bytes,
                         ReadUpTo(fd, path, options.max_bytes + 1, size));
  if (bytes.size() > options.max_bytes) return TooLarge(path, options);
  return bytes;
}

absl::StatusOr<int> OpenForReading(const std::string& path,
                                   const ReadOptions& options, uint64_t* size) {
  struct stat info;
  CUPEL_ASSIGN_OR_RETURN(const int fd, OpenRegular(path, &info));
  absl::Cleanup closer = [fd] { close(fd); };
  if (options.trusted_only) CUPEL_RETURN_IF_ERROR(CheckTrusted(path, info));
  *size = static_cast<uint64_t>(info.st_size);
  if (*size > options.max_bytes) return TooLarge(path, options);
  std::move(closer).Cancel();
  return fd;
}

absl::StatusOr<std::string> ReadFileHead(const std::string& path,
                                         size_t count) {
  struct stat info;
  CUPEL_ASSIGN_OR_RETURN(const int fd, OpenRegular(path, &info));
  const absl::Cleanup closer = [fd] { close(fd); };
  return ReadUpTo(fd, path, count, count);
}

absl::Status ReplaceFile(const std::string& path, std::string_view bytes) {
  std::string temporary = path + ".XXXXXX";
  const int fd = mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) {
    return ErrnoStatus(errno, fmt::format("create a file beside '{}'", path));
  }
  absl::Status status = WriteAll(fd, temporary, bytes);
  if (close(fd) != 0 && status.ok()) {
    status = ErrnoStatus(errno, fmt::format("close '{}'", temporary));
  }
  if (status.ok() && rename(temporary.c_str(), path.c_str()) != 0) {
    status = ErrnoStatus(errno, fmt::format("rename to '{}'", path));
  }
  if (!status.ok()) unlink(temporary.c_str());
  return status;
}

}  // namespace cupel
