#ifndef CUPEL_BUILTIN_WORKER_HEADER_RESULT_H_
#define CUPEL_BUILTIN_WORKER_HEADER_RESULT_H_

#include "base/status.h"
#include "builtin/call.h"

namespace cupel {

// Hands back the summary of a file's headers. Damage stands in it; the report
// says once that there was some, for a payload whose headers lie is not
// described completely.
template <typename Summary>
absl::Status HandBackSummary(PluginCall& call, const Summary& summary) {
  CUPEL_RETURN_IF_ERROR(call.Result(summary.json));
  if (!summary.errors.empty()) {
    call.Error(
        DataLoss("{}: damaged in {} places, listed in the result; the "
                 "first: {}",
                 call.plugin(), summary.errors.size(), summary.errors.front()));
  }
  return absl::OkStatus();
}

}  // namespace cupel

#endif  // CUPEL_BUILTIN_WORKER_HEADER_RESULT_H_
