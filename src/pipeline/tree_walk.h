// Walking a folder in a fixed order.
#ifndef CUPEL_PIPELINE_TREE_WALK_H_
#define CUPEL_PIPELINE_TREE_WALK_H_

#include <functional>
#include <string>

#include "absl/status/status.h"

namespace cupel {

struct TreeVisitor {
  // A regular file, or a link to one that is in the same tree.
  std::function<void(const std::string& path)> file;
  // A link that leads out of the tree or to nothing, or a device, socket or
  // pipe: `name` is "link_outside", "dangling_link" or "special_file".
  std::function<void(const std::string& path, const char* name)> oddity;
  // A folder that can't be read.
  std::function<void(const std::string& path, const absl::Status& why)> error;
  // Asked before each entry; false ends the walk.
  std::function<bool()> go_on;
};

// Visits what is under `root`, entries of a folder sorted by the bytes of their
// names. Links to folders are not followed: what they lead to inside the tree
// is visited where it really is.
void WalkTree(const std::string& root, const TreeVisitor& visitor);

}  // namespace cupel

#endif  // CUPEL_PIPELINE_TREE_WALK_H_
