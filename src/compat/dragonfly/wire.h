// What Dragonfly's API and its clients say to each other. The order of the
// members is that of the clients that are in use.
#ifndef CUPEL_COMPAT_DRAGONFLY_WIRE_H_
#define CUPEL_COMPAT_DRAGONFLY_WIRE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace cupel::dragonfly {

// Who holds a package until when is the server's to know; with these two it
// recognises the holder. Older servers have no leases.
struct Lease {
  uint32_t attempt = 1;
  std::string assignment_id;  // a UUID, as it came
};

// One package that is to be scanned.
struct PackageJob {
  std::string name;
  std::string version;
  std::vector<std::string> distributions;  // URLs
  std::string hash;                        // commit of the rules
  std::optional<Lease> lease;
};

// The answer to POST /jobs. A job that can't be understood is an error of its
// own, which says what of it is wrong, and does not take the others along.
struct LeasedJobs {
  std::vector<PackageJob> jobs;
  std::vector<absl::Status> refused;
};
absl::StatusOr<LeasedJobs> ParseLeasedJobs(std::string_view text,
                                           bool lease_required);

struct PackageSuccess {
  int64_t score = 0;                         // sent within 32 bits
  std::optional<std::string> inspector_url;  // none: null
  std::vector<std::string> rules_matched;
  std::string commit;
};

// Bodies of PUT /package. NULs, which the server can't store, and bytes that
// are no UTF-8 become U+FFFD.
std::string SuccessBody(const PackageJob& job, const PackageSuccess& success);
// `reason` becomes one line of at most 1000 bytes.
std::string FailureBody(const PackageJob& job, std::string_view reason);

}  // namespace cupel::dragonfly

#endif  // CUPEL_COMPAT_DRAGONFLY_WIRE_H_
