// What a job runner says when memory runs out.
#ifndef CUPEL_ENGINE_JOB_RUNNER_NO_MEMORY_H_
#define CUPEL_ENGINE_JOB_RUNNER_NO_MEMORY_H_

#include <new>

#include "absl/status/status.h"
#include "base/status.h"

namespace cupel {

inline constexpr char kNoMemory[] =
    "there is not enough memory: worker.memory says how much a job may have";

inline absl::Status NoMemory() { return ResourceExhausted("{}", kNoMemory); }

// What throws for want of memory is an error like all others.
template <typename Call>
auto WithoutBadAlloc(const Call& call) -> decltype(call()) {
  try {
    return call();
  } catch (const std::bad_alloc&) {
    return NoMemory();
  }
}

}  // namespace cupel

#endif  // CUPEL_ENGINE_JOB_RUNNER_NO_MEMORY_H_
