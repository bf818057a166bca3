#include "base/status.h"

#include <fmt/format.h>

#include <string>
#include <system_error>

#include "base/absl_compat.h"

namespace cupel {

absl::Status FormatStatus(absl::StatusCode code, fmt::string_view format,
                          fmt::format_args args) {
  return absl::Status(code, ToAbsl(fmt::vformat(format, args)));
}

absl::Status ErrnoStatus(int error_number, std::string_view what) {
  // generic_category().message is the thread-safe strerror.
  return MakeStatus(absl::ErrnoToStatusCode(error_number), "{}: {}", what,
                    std::generic_category().message(error_number));
}

}  // namespace cupel
