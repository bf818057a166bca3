// Links to a file of a package in the Inspector, which shows what PyPI has.
#ifndef CUPEL_COMPAT_DRAGONFLY_INSPECTOR_URL_H_
#define CUPEL_COMPAT_DRAGONFLY_INSPECTOR_URL_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace cupel::dragonfly {

// The link to `file`, the raw name of a member of the distribution at
// `download_url`. Scheme, port, query and fragment are the download's; user and
// password are not taken along. kInvalidArgument if it is no URL of http or
// https.
absl::StatusOr<std::string> InspectorUrl(std::string_view download_url,
                                         std::string_view name,
                                         std::string_view version,
                                         std::string_view file);

}  // namespace cupel::dragonfly

#endif  // CUPEL_COMPAT_DRAGONFLY_INSPECTOR_URL_H_
