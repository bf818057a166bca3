#include "builtin/files/walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "base/status.h"
#include "builtin/files/glob.h"

namespace cupel {
namespace {

// Deeper trees exist only to exhaust somebody's stack.
constexpr int kMostLevels = 512;

struct CloseDir {
  void operator()(DIR* dir) const { closedir(dir); }
};

absl::StatusOr<std::vector<std::string>> NamesIn(const Folder& folder) {
  const int fd =
      openat(folder.descriptor(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, CloseDir> dir(fd < 0 ? nullptr : fdopendir(fd));
  if (dir == nullptr) {
    const int error = errno;
    if (fd >= 0) close(fd);
    return ErrnoStatus(error, fmt::format("read folder {}", folder.Shown("")));
  }
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = readdir(dir.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
    errno = 0;
  }
  if (errno != 0) {
    return ErrnoStatus(errno, fmt::format("read folder {}", folder.Shown("")));
  }
  std::sort(names.begin(), names.end());
  return names;
}

class Walker {
 public:
  Walker(const Folder& root, bool recursive, const WalkVisitor& visitor)
      : root_(root), recursive_(recursive), visitor_(visitor) {}

  absl::Status Visit(const std::string& relative, int level) {
    if (level > kMostLevels) {
      visitor_.error(ResourceExhausted("folder {}: more than {} levels",
                                       root_.Shown(relative), kMostLevels));
      return absl::OkStatus();
    }
    const auto folder = root_.Below(relative, false);
    if (absl::IsNotFound(folder.status()) && level > 0) {
      return absl::OkStatus();
    }
    if (!folder.ok()) {
      visitor_.error(folder.status());
      return absl::OkStatus();
    }
    if (visitor_.folder && !visitor_.folder(relative, *folder)) {
      return absl::OkStatus();
    }
    const auto names = NamesIn(*folder);
    if (!names.ok()) {
      visitor_.error(names.status());
      return absl::OkStatus();
    }
    for (const std::string& name : *names) {
      CUPEL_RETURN_IF_ERROR(Entry(*folder, relative, name, level));
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Entry(const Folder& folder, const std::string& above,
                     const std::string& name, int level) {
    struct stat info{};
    if (fstatat(folder.descriptor(), name.c_str(), &info,
                AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno != ENOENT) {
        visitor_.error(
            ErrnoStatus(errno, fmt::format("look at {}", folder.Shown(name))));
      }
      return absl::OkStatus();
    }
    const std::string path = Joined(above, name);
    if (!S_ISDIR(info.st_mode)) return visitor_.entry(path, info);
    return recursive_ ? Visit(path, level + 1) : absl::OkStatus();
  }

  const Folder& root_;
  const bool recursive_;
  const WalkVisitor& visitor_;
};

}  // namespace

absl::Status Walk(const Folder& root, const std::string& relative,
                  bool recursive, const WalkVisitor& visitor) {
  const auto slashes = std::count(relative.begin(), relative.end(), '/');
  const int level = relative.empty() ? 0 : static_cast<int>(slashes) + 1;
  return Walker(root, recursive, visitor).Visit(relative, level);
}

std::string Joined(std::string_view above, std::string_view name) {
  if (above.empty()) return std::string(name);
  return fmt::format("{}{}{}", above, above.ends_with('/') ? "" : "/", name);
}

bool FitsPath(std::string_view pattern, std::string_view relative) {
  if (pattern.empty()) return true;
  if (pattern.find('/') != std::string_view::npos) {
    return PathGlobMatches(pattern, relative);
  }
  return PathGlobMatches(pattern, relative.substr(relative.rfind('/') + 1));
}

}  // namespace cupel
