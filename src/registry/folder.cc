#include "registry/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <memory>

#include "base/status.h"
#include "format/escape.h"

namespace cupel {
namespace {

constexpr size_t kPiece = 65536;

struct CloseFolder {
  void operator()(DIR* folder) const { closedir(folder); }
};

absl::Status Failed(std::string_view doing, std::string_view path) {
  return ErrnoStatus(errno,
                     fmt::format("{} '{}'", doing, EscapePrintable(path)));
}

bool LeadsNowhere(int error_number) {
  return error_number == ENOENT || error_number == ENOTDIR ||
         error_number == ELOOP || error_number == ENAMETOOLONG;
}

EntryKind KindOf(int folder, const char* name) {
  struct stat info;
  if (fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) != 0) {
    return EntryKind::kUnreadable;
  }
  const bool link = S_ISLNK(info.st_mode);
  if (link && fstatat(folder, name, &info, 0) != 0) {
    return LeadsNowhere(errno) ? EntryKind::kLink : EntryKind::kUnreadable;
  }
  if (S_ISDIR(info.st_mode)) {
    return link ? EntryKind::kLink : EntryKind::kFolder;
  }
  return S_ISREG(info.st_mode) ? EntryKind::kFile : EntryKind::kSpecial;
}

// Looked at before it is opened, since opening can make a device do things,
// and after, since it may have been exchanged.
absl::StatusOr<Descriptor> OpenFile(int folder, const std::string& name,
                                    std::string_view path) {
  struct stat info;
  if (fstatat(folder, name.c_str(), &info, 0) != 0) {
    return Failed("open", path);
  }
  if (S_ISREG(info.st_mode)) {
    Descriptor file(openat(folder, name.c_str(),
                           O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (file.get() < 0) return Failed("open", path);
    if (fstat(file.get(), &info) != 0) return Failed("stat", path);
    if (S_ISREG(info.st_mode)) return file;
  }
  return FailedPrecondition("'{}' is not a regular file",
                            EscapePrintable(path));
}

absl::StatusOr<size_t> ReadPiece(int fd, char* data, size_t size,
                                 std::string_view path) {
  while (true) {
    const ssize_t count = read(fd, data, size);
    if (count >= 0) return static_cast<size_t>(count);
    if (errno != EINTR) return Failed("read", path);
  }
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Descriptor::~Descriptor() {
  if (fd_ >= 0) close(fd_);
}

absl::StatusOr<Descriptor> OpenFolder(int parent, const std::string& name,
                                      std::string_view path, bool follow) {
  Descriptor folder(openat(parent, name.c_str(),
                           O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK |
                               (follow ? 0 : O_NOFOLLOW)));
  if (folder.get() >= 0) return folder;
  if (errno == ENOTDIR) {
    return InvalidArgument("'{}' is not a folder", EscapePrintable(path));
  }
  return Failed("open folder", path);
}

absl::StatusOr<std::vector<FolderEntry>> ListFolder(int folder,
                                                    std::string_view path,
                                                    uint64_t limit) {
  const int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (copy < 0) return Failed("open folder", path);
  const std::unique_ptr<DIR, CloseFolder> stream(fdopendir(copy));
  if (stream == nullptr) {
    absl::Status status = Failed("list folder", path);
    close(copy);
    return status;
  }
  std::vector<FolderEntry> entries;
  while (true) {
    errno = 0;
    const dirent* const entry = readdir(stream.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (entries.size() >= limit) {
      return ResourceExhausted("folder '{}': more than {} names to look at",
                               EscapePrintable(path), limit);
    }
    entries.push_back({std::string(name), KindOf(folder, entry->d_name)});
  }
  if (errno != 0) return Failed("list folder", path);
  std::sort(entries.begin(), entries.end(),
            [](const FolderEntry& a, const FolderEntry& b) {
              return a.name < b.name;
            });
  return entries;
}

absl::StatusOr<std::string> ReadLink(int folder, const std::string& name,
                                     std::string_view path) {
  std::string target(PATH_MAX, '\0');
  const ssize_t size =
      readlinkat(folder, name.c_str(), target.data(), target.size());
  if (size < 0) return Failed("read link", path);
  target.resize(static_cast<size_t>(size));
  return target;
}

absl::StatusOr<uint64_t> ReadFileAt(
    int folder, const std::string& name, std::string_view path, uint64_t limit,
    const std::function<void(std::string_view)>& sink) {
  CUPEL_ASSIGN_OR_RETURN(const Descriptor file, OpenFile(folder, name, path));
  const auto buffer = std::make_unique<std::array<char, kPiece>>();
  uint64_t total = 0;
  while (true) {
    CUPEL_ASSIGN_OR_RETURN(
        const size_t count,
        ReadPiece(file.get(), buffer->data(), buffer->size(), path));
    if (count == 0) return total;
    if (count > limit - total) {
      return ResourceExhausted("'{}' has more than {} bytes",
                               EscapePrintable(path), limit);
    }
    total += count;
    sink({buffer->data(), count});
  }
}

absl::StatusOr<std::string> ReadSmallFileAt(int folder, const std::string& name,
                                            std::string_view path,
                                            uint64_t limit) {
  std::string bytes;
  CUPEL_RETURN_IF_ERROR(
      ReadFileAt(folder, name, path, limit, [&bytes](std::string_view piece) {
        bytes.append(piece);
      }).status());
  return bytes;
}

absl::StatusOr<std::string> ReadHeadAt(int folder, const std::string& name,
                                       std::string_view path, size_t count) {
  CUPEL_ASSIGN_OR_RETURN(const Descriptor file, OpenFile(folder, name, path));
  std::string head(count, '\0');
  size_t size = 0;
  while (size < count) {
    CUPEL_ASSIGN_OR_RETURN(
        const size_t more,
        ReadPiece(file.get(), head.data() + size, count - size, path));
    if (more == 0) break;
    size += more;
  }
  head.resize(size);
  return head;
}

}  // namespace cupel
