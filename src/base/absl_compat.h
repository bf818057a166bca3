// The one crossing between std::string_view (ours) and absl::string_view,
// which Debian builds as a type of its own.
#ifndef CUPEL_BASE_ABSL_COMPAT_H_
#define CUPEL_BASE_ABSL_COMPAT_H_

#include <string_view>

#include "absl/strings/string_view.h"

namespace cupel {

inline absl::string_view ToAbsl(std::string_view s) {
  return {s.data(), s.size()};
}

inline std::string_view FromAbsl(absl::string_view s) {
  return {s.data(), s.size()};
}

}  // namespace cupel

#endif  // CUPEL_BASE_ABSL_COMPAT_H_
