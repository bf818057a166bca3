// What an ELF file says of itself.
#ifndef CUPEL_BUILTIN_WORKER_ELF_H_
#define CUPEL_BUILTIN_WORKER_ELF_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "builtin/stop.h"

namespace cupel {

struct ElfSummary {
  std::string json;  // an object; its members stand in docs/plugins.md
  std::vector<std::string> errors;  // they are in `json` as well
};

// INVALID_ARGUMENT for what is no ELF file, CANCELLED; whatever is damaged is
// an error beside what could be read.
absl::StatusOr<ElfSummary> SummariseElf(std::string_view bytes,
                                        const StopFn& stop = {});

}  // namespace cupel

#endif  // CUPEL_BUILTIN_WORKER_ELF_H_
