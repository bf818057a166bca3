// Jobs of kind "package": a package of a registry, given by the addresses of
// its distributions, against rules with a hash. docs/dragonfly.md has the form
// of the body.
#ifndef CUPEL_ENGINE_PACKAGE_REQUEST_H_
#define CUPEL_ENGINE_PACKAGE_REQUEST_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "format/json.h"

namespace cupel {

// What a worker allows a package.
struct PackagePolicy {
  // Where documents of rules may be read from; empty: there are no such jobs.
  std::string rules_folder;
  uint32_t threads = 1;
  uint64_t max_distributions = 32;
  uint64_t max_download_bytes = uint64_t{100} << 20;  // one distribution
  uint64_t max_package_bytes = uint64_t{1} << 30;     // all of them
  uint64_t max_file_bytes = uint64_t{64} << 20;       // one member
  uint64_t max_expanded_bytes = uint64_t{512} << 20;  // one distribution
  uint64_t max_entries = 131'072;                     // one distribution
  uint64_t file_time_ms = 10'000;
  uint64_t time_ms = 100'000;  // downloads and scan together
  uint64_t stall_ms = 20'000;
  uint64_t max_redirects = 5;
};

// From the table "package" of the worker's configuration.
absl::StatusOr<PackagePolicy> PackagePolicyOf(const Json& config);

struct PackageRequest {
  std::string name;
  std::string version;
  std::vector<std::string> distributions;  // URLs, as they came
  // A document of rules and its hash; both empty: the worker's own rules.
  std::string rules_hash;
  std::string rules_path;
  bool report = true;  // the whole report is part of the result
  // What another attempt may do better is an error of the job, for queues that
  // know attempts, instead of a result that says so.
  bool retry = true;
};

// INVALID_ARGUMENT says what is wrong with the body.
absl::StatusOr<PackageRequest> ReadPackageRequest(std::string_view body,
                                                  const PackagePolicy& policy);

}  // namespace cupel

#endif  // CUPEL_ENGINE_PACKAGE_REQUEST_H_
