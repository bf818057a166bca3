// Removing a folder that a plugin has filled.
#ifndef CUPEL_RUNNER_FOLDER_REMOVAL_H_
#define CUPEL_RUNNER_FOLDER_REMOVAL_H_

#include <string>

#include "absl/status/status.h"

namespace cupel {

// Removes it with all that is in it: of any depth, with any modes, and
// without following a link. Takes little memory and few descriptors whatever is
// there. Nobody may change it meanwhile. OK if there is none.
absl::Status RemoveFolder(const std::string& path);

}  // namespace cupel

#endif  // CUPEL_RUNNER_FOLDER_REMOVAL_H_
