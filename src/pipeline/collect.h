// The pipeline without rules: what a scan would look at.
#ifndef CUPEL_PIPELINE_COLLECT_H_
#define CUPEL_PIPELINE_COLLECT_H_

#include <functional>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "pipeline/scan.h"

namespace cupel {

// Calls `visit` for every payload that a scan with these options would hand to
// the rules, each different content once, on the calling thread. `bytes` are
// valid during the call. kCancelled if `cancel` (may be null) was triggered.
absl::Status CollectPayloads(
    const std::vector<ScanInput>& inputs, const ScanOptions& options,
    Cancel* cancel,
    const std::function<void(const PayloadRecord&, std::string_view bytes)>&
        visit);

}  // namespace cupel

#endif  // CUPEL_PIPELINE_COLLECT_H_
