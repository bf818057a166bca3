// Copying a folder that others filled.
#ifndef CUPEL_ENGINE_COPY_FOLDER_H_
#define CUPEL_ENGINE_COPY_FOLDER_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "engine/plugin_install.h"

namespace cupel {

struct CopiedFolder {
  uint64_t files = 0;
  uint64_t bytes = 0;
};

// Copies `from` to `to`, which must not be there; see InstallPlugin for what is
// copied and how. On an error `to` may be there in part.
absl::StatusOr<CopiedFolder> CopyFolder(const std::string& from,
                                        const std::string& to,
                                        const InstallLimits& limits);

}  // namespace cupel

#endif  // CUPEL_ENGINE_COPY_FOLDER_H_
