#include "builtin/files/folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/status.h"
#include "format/escape.h"

namespace cupel {
namespace {

constexpr int kFolderFlags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK;

bool IsPlainName(std::string_view name) {
  return !name.empty() && name != "." && name != ".." &&
         name.find_first_of(std::string_view("/\0", 2)) ==
             std::string_view::npos;
}

// Calls `each` with the parts of a path between its slashes.
template <typename Each>
absl::Status ForParts(std::string_view path, Each&& each) {
  while (!path.empty()) {
    const size_t slash = std::min(path.find('/'), path.size());
    CUPEL_RETURN_IF_ERROR(each(path.substr(0, slash)));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return absl::OkStatus();
}

absl::StatusOr<OwnedFd> Enter(int at, const std::string& name, bool make,
                              const std::string& shown) {
  for (int attempt = 0;; ++attempt) {
    OwnedFd found(openat(at, name.c_str(), kFolderFlags | O_NOFOLLOW));
    if (found.is_open()) return found;
    // A link with O_DIRECTORY and O_NOFOLLOW is ENOTDIR.
    if (errno == ENOTDIR || errno == ELOOP) {
      return FailedPrecondition("{} is a link or a file, not a folder", shown);
    }
    if (errno != ENOENT || !make || attempt > 0) {
      return ErrnoStatus(errno, fmt::format("open folder {}", shown));
    }
    // Somebody else may have been quicker.
    if (mkdirat(at, name.c_str(), 0700) != 0 && errno != EEXIST) {
      return ErrnoStatus(errno, fmt::format("make folder {}", shown));
    }
  }
}

}  // namespace

absl::Status CheckRelative(std::string_view path) {
  const auto check = [path](std::string_view part) -> absl::Status {
    if (IsPlainName(part)) return absl::OkStatus();
    return InvalidArgument("'{}' is no plain path below a folder",
                           EscapePrintable(path));
  };
  if (path.empty() || path.ends_with('/')) return check("");
  return ForParts(path, check);
}

absl::StatusOr<Folder> Folder::Open(const std::string& path, bool make) {
  const std::string shown = fmt::format("'{}'", EscapePrintable(path));
  if (path.empty() || path.find('\0') != std::string::npos) {
    return InvalidArgument("{} is no path of a folder", shown);
  }
  int fd = open(path.c_str(), kFolderFlags);
  if (fd < 0 && errno == ENOENT && make) {
    // Every level on the way, from the top; those that are there stay.
    for (size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
      const std::string level = path.substr(0, slash);
      if (mkdir(level.c_str(), 0700) != 0 && errno != EEXIST) {
        return ErrnoStatus(
            errno, fmt::format("make folder '{}'", EscapePrintable(level)));
      }
      if (slash == std::string::npos) break;
    }
    fd = open(path.c_str(), kFolderFlags);
  }
  if (fd < 0) return ErrnoStatus(errno, fmt::format("open folder {}", shown));
  return Folder(OwnedFd(fd), path);
}

absl::StatusOr<Folder> Folder::Below(std::string_view relative,
                                     bool make) const {
  OwnedFd at(fcntl(folder_.get(), F_DUPFD_CLOEXEC, 0));
  if (!at.is_open()) return ErrnoStatus(errno, "open folder once more");
  std::string path = path_;
  CUPEL_RETURN_IF_ERROR(
      ForParts(relative, [&](std::string_view part) -> absl::Status {
        if (!IsPlainName(part)) return CheckRelative(relative);
        path += fmt::format("/{}", part);
        CUPEL_ASSIGN_OR_RETURN(
            at, Enter(at.get(), std::string(part), make,
                      fmt::format("'{}'", EscapePrintable(path))));
        return absl::OkStatus();
      }));
  return Folder(std::move(at), std::move(path));
}

absl::StatusOr<OwnedFd> Folder::OpenFile(const std::string& name) const {
  if (!IsPlainName(name)) return CheckRelative("/" + name);
  // A pipe is not waited for.
  OwnedFd file(openat(folder_.get(), name.c_str(),
                      O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file.is_open() && errno == ELOOP) {
    return FailedPrecondition("{} is a link", Shown(name));
  }
  if (!file.is_open()) {
    return ErrnoStatus(errno, fmt::format("open {}", Shown(name)));
  }
  CUPEL_RETURN_IF_ERROR(CheckRegular(file.get(), Shown(name)));
  return file;
}

absl::StatusOr<std::string> Folder::Read(const std::string& name,
                                         uint64_t most) const {
  CUPEL_ASSIGN_OR_RETURN(const OwnedFd file, OpenFile(name));
  return ReadAll(file.get(), most, Shown(name));
}

bool Folder::Has(const std::string& name) const {
  struct stat info{};
  return fstatat(folder_.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0;
}

absl::Status Folder::Sync() const {
  // Some file systems can't do it for folders, and say EINVAL.
  if (fsync(folder_.get()) == 0 || errno == EINVAL) return absl::OkStatus();
  return ErrnoStatus(
      errno, fmt::format("write out folder '{}'", EscapePrintable(path_)));
}

std::string Folder::Shown(std::string_view name) const {
  return fmt::format("'{}/{}'", EscapePrintable(path_), EscapePrintable(name));
}

}  // namespace cupel
