#include "runner/folder_removal.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include "base/status.h"
#include "format/escape.h"
#include "runner/unique_fd.h"

namespace cupel {
namespace {

constexpr size_t kBatch = 1000;

// The next names in a folder, up to kBatch.
absl::StatusOr<std::vector<std::string>> SomeNames(int folder) {
  const int copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* const dir = copy < 0 ? nullptr : fdopendir(copy);
  if (dir == nullptr) return ErrnoStatus(errno, "list a temporary folder");
  std::vector<std::string> names;
  while (names.size() < kBatch) {
    const dirent* const entry = readdir(dir);
    if (entry == nullptr) break;
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  closedir(dir);
  return names;
}

// Opens a folder in a folder, made accessible if it is not.
UniqueFd OpenFolder(int parent, const std::string& name) {
  constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  // It is a folder, not a link, and nobody is there to change that.
  fchmodat(parent, name.c_str(), 0700, 0);
  return UniqueFd(openat(parent, name.c_str(), kFlags));
}

// Moves the folders in `from` to `top`, so that the tree gets flat instead of
// being descended into: it may be deeper than paths and stacks are long.
absl::Status MoveUp(int from, int top, uint64_t* counter) {
  for (;;) {
    CUPEL_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                           SomeNames(from));
    if (names.empty()) return absl::OkStatus();
    for (const std::string& name : names) {
      if (unlinkat(from, name.c_str(), 0) == 0) continue;
      fchmodat(from, name.c_str(), 0700, 0);  // moving writes its ".."
      int failed = 0;
      do {
        char moved[32];
        std::snprintf(moved, sizeof(moved), ".cupel-%llu",
                      static_cast<unsigned long long>(++*counter));
        failed = renameat(from, name.c_str(), top, moved);
      } while (failed != 0 &&
               (errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR));
      if (failed != 0) return ErrnoStatus(errno, "move a temporary folder");
    }
  }
}

absl::Status Empty(int top) {
  uint64_t counter = 0;
  for (;;) {
    CUPEL_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                           SomeNames(top));
    if (names.empty()) return absl::OkStatus();
    for (const std::string& name : names) {
      if (unlinkat(top, name.c_str(), 0) == 0) continue;
      const UniqueFd folder = OpenFolder(top, name);
      if (!folder.valid()) {
        return ErrnoStatus(errno, "open '" + EscapePrintable(name) + "'");
      }
      CUPEL_RETURN_IF_ERROR(MoveUp(folder.get(), top, &counter));
      if (unlinkat(top, name.c_str(), AT_REMOVEDIR) != 0) {
        return ErrnoStatus(errno, "remove '" + EscapePrintable(name) + "'");
      }
    }
  }
}

}  // namespace

absl::Status RemoveFolder(const std::string& path) {
  UniqueFd top(
      open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!top.valid() && errno == EACCES) top = OpenFolder(AT_FDCWD, path);
  if (!top.valid()) {
    if (errno == ENOENT) return absl::OkStatus();
    return ErrnoStatus(errno, "open '" + EscapePrintable(path) + "'");
  }
  fchmod(top.get(), 0700);
  CUPEL_RETURN_IF_ERROR(Empty(top.get()));
  if (rmdir(path.c_str()) != 0 && errno != ENOENT) {
    return ErrnoStatus(errno, "remove '" + EscapePrintable(path) + "'");
  }
  return absl::OkStatus();
}

}  // namespace cupel
