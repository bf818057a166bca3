// What a PE file says of itself.
#ifndef CUPEL_BUILTIN_WORKER_PE_H_
#define CUPEL_BUILTIN_WORKER_PE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "builtin/stop.h"

namespace cupel {

struct PeSummary {
  std::string json;  // an object; its members stand in docs/plugins.md
  std::vector<std::string> errors;  // they are in `json` as well
};

// INVALID_ARGUMENT for what is no PE file, CANCELLED; whatever is damaged
// behind the file header is an error beside what could be read.
absl::StatusOr<PeSummary> SummarisePe(std::string_view bytes,
                                      const StopFn& stop = {});

}  // namespace cupel

#endif  // CUPEL_BUILTIN_WORKER_PE_H_
