// How long loops learn that they should give up.
#ifndef CUPEL_BUILTIN_STOP_H_
#define CUPEL_BUILTIN_STOP_H_

#include <cstddef>
#include <functional>

#include "absl/status/status.h"
#include "base/status.h"

namespace cupel {

// True: give up. May be empty.
using StopFn = std::function<bool()>;

// Bytes between two questions: well under a millisecond of work.
inline constexpr size_t kStopInterval = size_t{64} << 10;

inline absl::Status CheckStop(const StopFn& stop) {
  if (stop && stop()) return Cancelled("stopped before it was done");
  return absl::OkStatus();
}

}  // namespace cupel

#endif  // CUPEL_BUILTIN_STOP_H_
