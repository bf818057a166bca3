#include "pipeline/tree_walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace cupel {
namespace {

// Deeper trees exist only to exhaust somebody's stack.
constexpr int kMaxDepth = 512;

struct CloseDir {
  void operator()(DIR* dir) const { closedir(dir); }
};

std::optional<std::string> RealPath(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(
      realpath(path.c_str(), nullptr), &std::free);
  if (real == nullptr) return std::nullopt;
  return std::string(real.get());
}

class Walker {
 public:
  Walker(const std::string& root, const TreeVisitor& visitor)
      : visitor_(visitor), real_root_(RealPath(root).value_or(root)) {}

  bool Folder(const std::string& path, int depth) {
    if (depth > kMaxDepth) {
      visitor_.error(path, ResourceExhausted("folder '{}': more than {} levels",
                                             path, kMaxDepth));
      return true;
    }
    std::vector<std::string> names;
    if (!List(path, &names)) return true;
    for (const std::string& name : names) {
      if (!visitor_.go_on()) return false;
      std::string child = path;
      if (!child.ends_with('/')) child += '/';
      child += name;
      if (!Entry(child, depth)) return false;
    }
    return true;
  }

 private:
  bool List(const std::string& path, std::vector<std::string>* names) {
    const int fd =
        open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
    const std::unique_ptr<DIR, CloseDir> dir(fd < 0 ? nullptr : fdopendir(fd));
    if (dir == nullptr) {
      const int error = errno;
      if (fd >= 0) close(fd);
      visitor_.error(path, ErrnoStatus(error, "can't read folder"));
      return false;
    }
    errno = 0;
    while (const dirent* entry = readdir(dir.get())) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") names->emplace_back(name);
      errno = 0;
    }
    if (errno != 0) {
      visitor_.error(path, ErrnoStatus(errno, "can't read folder to its end"));
    }
    std::sort(names->begin(), names->end());
    return true;
  }

  bool Entry(const std::string& path, int depth) {
    struct stat info{};
    if (lstat(path.c_str(), &info) != 0) {
      visitor_.error(path, ErrnoStatus(errno, "can't look at"));
      return true;
    }
    if (S_ISDIR(info.st_mode)) return Folder(path, depth + 1);
    if (S_ISREG(info.st_mode)) {
      visitor_.file(path);
    } else if (S_ISLNK(info.st_mode)) {
      Link(path);
    } else {
      visitor_.oddity(path, "special_file");
    }
    return true;
  }

  void Link(const std::string& path) {
    const std::optional<std::string> real = RealPath(path);
    struct stat info{};
    if (!real.has_value() || stat(real->c_str(), &info) != 0) {
      visitor_.oddity(path, "dangling_link");
    } else if (*real != real_root_ && !real->starts_with(real_root_ + '/')) {
      visitor_.oddity(path, "link_outside");
    } else if (S_ISREG(info.st_mode)) {
      visitor_.file(path);
    } else if (!S_ISDIR(info.st_mode)) {
      visitor_.oddity(path, "special_file");
    }
  }

  const TreeVisitor& visitor_;
  const std::string real_root_;
};

}  // namespace

void WalkTree(const std::string& root, const TreeVisitor& visitor) {
  Walker(root, visitor).Folder(root, 0);
}

}  // namespace cupel
