// Walking a folder in a fixed order, without following links.
#ifndef CUPEL_BUILTIN_FILES_WALK_H_
#define CUPEL_BUILTIN_FILES_WALK_H_

#include <sys/stat.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "builtin/files/folder.h"

namespace cupel {

// Paths are relative to the folder that the walk began in.
struct WalkVisitor {
  // What is no folder, links included (`info` is the link's). Not OK: the end.
  std::function<absl::Status(const std::string& path, const struct stat& info)>
      entry;
  // Before what is in a folder; false leaves it out. May be empty.
  std::function<bool(const std::string& path, const Folder& folder)> folder;
  // What could not be read. The walk goes on.
  std::function<void(const absl::Status& why)> error;
};

// Below `relative` in the folder (empty: all of it), entries sorted by the
// bytes of their names, at most 512 levels deep. What vanishes meanwhile is
// passed over.
absl::Status Walk(const Folder& root, const std::string& relative,
                  bool recursive, const WalkVisitor& visitor);

// "a/b" and "c"; "c" alone if `above` is empty.
std::string Joined(std::string_view above, std::string_view name);

// True if a pattern fits: its last part if the pattern has no slash, else all
// of it. An empty pattern fits everything.
bool FitsPath(std::string_view pattern, std::string_view relative);

}  // namespace cupel

#endif  // CUPEL_BUILTIN_FILES_WALK_H_
