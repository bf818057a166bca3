// The body of a job of kind "scan", read and held against what the worker
// allows.
#ifndef CUPEL_ENGINE_SCAN_REQUEST_H_
#define CUPEL_ENGINE_SCAN_REQUEST_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "format/json.h"
#include "pipeline/scan.h"

namespace cupel {

// What the worker's configuration says of scans; all jobs begin with it.
struct ScanPolicy {
  ScanOptions options;
  // Paths are taken only from below these folders (absolute, without links).
  std::vector<std::string> roots;
  bool any_path = false;  // whatever it is
};
absl::StatusOr<ScanPolicy> ScanPolicyOf(const Json& config);

struct ScanRequest {
  struct Input {
    std::string name;     // the path, if it is one
    std::string content;  // decoded
    bool is_path = false;
  };
  std::vector<Input> inputs;
  std::vector<std::string> rules;  // paths; empty: the worker's own
  ScanOptions options;
};

// INVALID_ARGUMENT with the place in the document; PERMISSION_DENIED for a path
// that is not below a root; NOT_FOUND for one that isn't there. A job can lower
// the limits, not raise them.
absl::StatusOr<ScanRequest> ReadScanRequest(std::string_view body,
                                            const ScanPolicy& policy);

}  // namespace cupel

#endif  // CUPEL_ENGINE_SCAN_REQUEST_H_
