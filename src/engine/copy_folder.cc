#include "engine/copy_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "format/escape.h"
#include "registry/folder.h"

namespace cupel {
namespace {

constexpr mode_t kFolderMode = 0755;
constexpr mode_t kFileMode = 0644;
constexpr mode_t kProgramMode = 0755;

absl::Status Failed(std::string_view doing, const std::string& path) {
  return ErrnoStatus(errno,
                     fmt::format("{} '{}'", doing, EscapePrintable(path)));
}

bool LeftOut(std::string_view name) {
  return name == "__pycache__" || name == ".git" ||
         (name.size() > 4 && name.ends_with(".pyc"));
}

absl::Status WriteAll(int file, std::string_view bytes,
                      const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = write(file, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return Failed("write", path);
    }
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

class Copier {
 public:
  Copier(const std::string& root, const InstallLimits& limits)
      : limits_(limits) {
    const std::unique_ptr<char, decltype(&free)> real(
        realpath(root.c_str(), nullptr), &free);
    if (real != nullptr) real_root_ = real.get();
  }

  absl::Status Folder(const std::string& from, const std::string& to,
                      uint64_t depth) {
    if (depth > limits_.depth) {
      return ResourceExhausted("folder '{}': more than {} levels deep",
                               EscapePrintable(from), limits_.depth);
    }
    CUPEL_ASSIGN_OR_RETURN(const Descriptor folder,
                           OpenFolder(AT_FDCWD, from, from, depth == 1));
    CUPEL_ASSIGN_OR_RETURN(const std::vector<FolderEntry> entries,
                           ListFolder(folder.get(), from, limits_.files));
    // The mode is set at the end: the umask may be anything, and must not
    // change.
    if (mkdir(to.c_str(), 0700) != 0) return Failed("make folder", to);
    for (const FolderEntry& entry : entries) {
      if (LeftOut(entry.name)) continue;
      CUPEL_RETURN_IF_ERROR(Entry(folder.get(), entry, from + "/" + entry.name,
                                  to + "/" + entry.name, depth));
    }
    if (chmod(to.c_str(), kFolderMode) != 0) return Failed("chmod", to);
    return absl::OkStatus();
  }

  const CopiedFolder& copied() const { return copied_; }

 private:
  absl::Status Entry(int folder, const FolderEntry& entry,
                     const std::string& from, const std::string& to,
                     uint64_t depth) {
    if (++entries_ > limits_.files) {
      return ResourceExhausted("folder '{}': more than {} files",
                               EscapePrintable(from), limits_.files);
    }
    switch (entry.kind) {
      case EntryKind::kFolder:
        return Folder(from, to, depth + 1);
      case EntryKind::kFile:
        return File(folder, entry.name, from, to);
      case EntryKind::kLink:
        return InvalidArgument(
            "'{}' is a link to a folder or to nothing: put what it stands for "
            "in its place",
            EscapePrintable(from));
      case EntryKind::kSpecial:
      case EntryKind::kUnreadable:
        break;
    }
    return InvalidArgument(
        "'{}' is no file that can be read: take it away, or make it readable",
        EscapePrintable(from));
  }

  // Perhaps through a link, which has to stay in the folder. Opened first, so
  // that what is checked is what is copied.
  absl::StatusOr<Descriptor> Open(int folder, const std::string& name,
                                  const std::string& from) const {
    Descriptor file(openat(folder, name.c_str(),
                           O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (file.get() < 0) return Failed("open", from);
    const std::string link = fmt::format("/proc/self/fd/{}", file.get());
    std::string real(PATH_MAX, '\0');
    const ssize_t size = readlink(link.c_str(), real.data(), real.size());
    if (size < 0) return Failed("find", from);
    real.resize(static_cast<size_t>(size));
    if (real_root_.empty() || !real.starts_with(real_root_ + "/")) {
      return InvalidArgument("'{}' is a link that leads out of the folder",
                             EscapePrintable(from));
    }
    return file;
  }

  absl::Status File(int folder, const std::string& name,
                    const std::string& from, const std::string& to) {
    CUPEL_ASSIGN_OR_RETURN(const Descriptor in, Open(folder, name, from));
    struct stat what{};
    if (fstat(in.get(), &what) != 0) return Failed("look at", from);
    if (!S_ISREG(what.st_mode)) {
      return InvalidArgument("'{}' is no regular file", EscapePrintable(from));
    }
    const Descriptor out(
        open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
             0600));
    if (out.get() < 0) return Failed("make", to);
    CUPEL_RETURN_IF_ERROR(Bytes(in.get(), out.get(), from, to));
    const bool program = (what.st_mode & S_IXUSR) != 0;
    if (fchmod(out.get(), program ? kProgramMode : kFileMode) != 0) {
      return Failed("chmod", to);
    }
    if (fsync(out.get()) != 0) return Failed("write", to);
    ++copied_.files;
    return absl::OkStatus();
  }

  absl::Status Bytes(int in, int out, const std::string& from,
                     const std::string& to) {
    std::vector<char> buffer(size_t{1} << 16);
    while (true) {
      const ssize_t got = read(in, buffer.data(), buffer.size());
      if (got == 0) return absl::OkStatus();
      if (got < 0) {
        if (errno == EINTR) continue;
        return Failed("read", from);
      }
      const auto size = static_cast<size_t>(got);
      if (size > limits_.bytes - copied_.bytes) {
        return ResourceExhausted(
            "'{}': with it the plugin has more than {} bytes",
            EscapePrintable(from), limits_.bytes);
      }
      copied_.bytes += size;
      CUPEL_RETURN_IF_ERROR(WriteAll(out, {buffer.data(), size}, to));
    }
  }

  const InstallLimits& limits_;
  std::string real_root_;
  CopiedFolder copied_;
  uint64_t entries_ = 0;
};

}  // namespace

absl::StatusOr<CopiedFolder> CopyFolder(const std::string& from,
                                        const std::string& to,
                                        const InstallLimits& limits) {
  Copier copier(from, limits);
  CUPEL_RETURN_IF_ERROR(copier.Folder(from, to, 1));
  return copier.copied();
}

}  // namespace cupel
