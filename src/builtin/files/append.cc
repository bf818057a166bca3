#include "builtin/files/append.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "base/status.h"

namespace cupel {
namespace {

constexpr auto kBetweenAttempts = std::chrono::milliseconds(2);

absl::Status Lock(int fd, const std::string& shown,
                  const std::function<bool()>& stop) {
  // Not the flock that waits: it would not end when the job does.
  while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      return ErrnoStatus(errno, fmt::format("lock {}", shown));
    }
    if (stop && stop()) {
      return Cancelled("stopped while others wrote to {}", shown);
    }
    std::this_thread::sleep_for(kBetweenAttempts);
  }
  return absl::OkStatus();
}

// The file, locked, and still the one of that name.
absl::StatusOr<OwnedFd> OpenLocked(const Folder& folder,
                                   const std::string& name,
                                   const std::function<bool()>& stop,
                                   struct stat* info) {
  constexpr int kMostMoves = 100;
  const std::string shown = folder.Shown(name);
  CUPEL_RETURN_IF_ERROR(CheckRelative(name));
  for (int i = 0; i < kMostMoves; ++i) {
    OwnedFd file(openat(
        folder.descriptor(), name.c_str(),
        O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
        0600));
    if (!file.is_open() && errno == ELOOP) {
      return FailedPrecondition("{} is a link; name a file", shown);
    }
    if (!file.is_open()) {
      return ErrnoStatus(errno, fmt::format("open {}", shown));
    }
    if (fstat(file.get(), info) != 0) {
      return ErrnoStatus(errno, fmt::format("look at {}", shown));
    }
    if (!S_ISREG(info->st_mode)) {
      return FailedPrecondition("{} is no regular file", shown);
    }
    CUPEL_RETURN_IF_ERROR(Lock(file.get(), shown, stop));
    struct stat named{};
    if (fstat(file.get(), info) == 0 &&
        fstatat(folder.descriptor(), name.c_str(), &named,
                AT_SYMLINK_NOFOLLOW) == 0 &&
        named.st_ino == info->st_ino && named.st_dev == info->st_dev) {
      return file;
    }
  }
  return FailedPrecondition("{} is moved away again and again", shown);
}

bool EndsInLine(int fd, off_t size) {
  char last = 0;
  return size == 0 || (pread(fd, &last, 1, size - 1) == 1 && last == '\n');
}

}  // namespace

absl::StatusOr<uint64_t> AppendLine(const Folder& folder,
                                    const std::string& name,
                                    std::string_view line, bool sync,
                                    const std::function<bool()>& stop) {
  struct stat info{};
  CUPEL_ASSIGN_OR_RETURN(const OwnedFd file,
                         OpenLocked(folder, name, stop, &info));
  const std::string shown = folder.Shown(name);
  std::string bytes;
  bytes.reserve(line.size() + 2);
  if (!EndsInLine(file.get(), info.st_size)) bytes += '\n';
  const uint64_t offset = static_cast<uint64_t>(info.st_size) + bytes.size();
  bytes += line;
  bytes += '\n';
  absl::Status status = WriteAll(file.get(), bytes, shown);
  if (status.ok() && sync && fsync(file.get()) != 0) {
    status = ErrnoStatus(errno, fmt::format("write out {}", shown));
  }
  if (!status.ok()) {
    // It is locked: what is behind the old end is ours.
    if (ftruncate(file.get(), info.st_size) != 0) {
      return DataLoss("{}, and the broken line can't be taken back",
                      MessageOf(status));
    }
    return status;
  }
  return offset;
}

}  // namespace cupel
