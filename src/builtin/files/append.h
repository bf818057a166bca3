// Lines at the end of a file that others write to as well.
#ifndef CUPEL_BUILTIN_FILES_APPEND_H_
#define CUPEL_BUILTIN_FILES_APPEND_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "builtin/files/folder.h"

namespace cupel {

// Appends `line` and a line feed to the file `name` in the folder, which is
// made if it is not there, and gives the offset at which it stands. All who do
// this wait for one another (flock); `stop` is asked while waiting. Either the
// whole line is there afterwards or nothing of it. A line that somebody was
// killed over is ended first, so that only that one is broken; a file that is
// moved away (logrotate) is left alone. FAILED_PRECONDITION for what is no
// regular file, CANCELLED.
absl::StatusOr<uint64_t> AppendLine(const Folder& folder,
                                    const std::string& name,
                                    std::string_view line, bool sync,
                                    const std::function<bool()>& stop);

}  // namespace cupel

#endif  // CUPEL_BUILTIN_FILES_APPEND_H_
