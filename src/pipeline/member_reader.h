// Reading bytes of unknown length under several limits at once.
#ifndef CUPEL_PIPELINE_MEMBER_READER_H_
#define CUPEL_PIPELINE_MEMBER_READER_H_

#include <cstdint>
#include <functional>
#include <string_view>

#include "absl/status/statusor.h"
#include "pipeline/job.h"
#include "pipeline/memory.h"

namespace cupel {

// What may still be unpacked from one input. Shared by all containers in it.
struct InputBudget {
  uint64_t bytes_left = 0;
  uint64_t files_left = 0;
};

// What may still be unpacked from one container.
struct ContainerBudget {
  uint64_t bytes_left = 0;  // by the ratio
};

struct ReadOutcome {
  absl::Status status;  // of the reader; what was read until then is good
  // The limit that cut the bytes short, by its name in LimitFields(); empty if
  // none did.
  std::string_view limit;
  uint64_t limit_value = 0;
  bool stopped = false;  // by cancellation or the job's time

  bool whole() const { return status.ok() && limit.empty() && !stopped; }
};

// Fills `buffer`, returns how much; 0 at the end.
using PullBytes =
    std::function<absl::StatusOr<size_t>(char* buffer, size_t size)>;

// Reads everything that `pull` gives into `out`, as far as the limits allow.
// `size_hint` is only a hint. `held` is what this thread holds already against
// the memory limit and can't give back. Null budgets don't count.
//
// A limit fires only if there really are more bytes than it allows.
ReadOutcome ReadAll(Job& job, const PullBytes& pull, uint64_t size_hint,
                    uint64_t held, InputBudget* input,
                    ContainerBudget* container, Bytes* out);

// Reads and drops the rest of a member, because in a compressed stream the next
// one can only be reached that way; counts it like bytes that are kept.
ReadOutcome Drain(Job& job, const PullBytes& pull, InputBudget* input,
                  ContainerBudget* container);

}  // namespace cupel

#endif  // CUPEL_PIPELINE_MEMBER_READER_H_
