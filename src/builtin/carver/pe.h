// PE files among other bytes.
#ifndef CUPEL_BUILTIN_CARVER_PE_H_
#define CUPEL_BUILTIN_CARVER_PE_H_

#include <string_view>

#include "absl/status/status.h"
#include "builtin/carver/found.h"
#include "builtin/stop.h"

namespace cupel {

struct PeCarving {
  // Each ends where the payload does, or the next one begins, instead of where
  // its headers say: with what was put behind it.
  bool overlay = false;
};

// In the order of the payload. What lies inside of a found file is not looked
// at, unless that one is the payload: its own resources are carved. Bounded:
// at most 100,000 headers are read (RESOURCE_EXHAUSTED).
absl::Status CarvePe(std::string_view bytes, const PeCarving& options,
                     const TakeFound& take, const StopFn& stop = {});

}  // namespace cupel

#endif  // CUPEL_BUILTIN_CARVER_PE_H_
