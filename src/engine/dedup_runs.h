// Shared runs over JSON text, as the C interface has them; dedup/coordinator.h
// comes with this header.
#ifndef CUPEL_ENGINE_DEDUP_RUNS_H_
#define CUPEL_ENGINE_DEDUP_RUNS_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "dedup/coordinator.h"

namespace cupel {

struct DedupRuns {
  // The system's time, unless another one was set.
  DateTime Now() const;

  std::shared_ptr<DedupCoordinator> coordinator;
  std::atomic<int64_t> set_micros{0};  // 0: none
};

absl::StatusOr<std::shared_ptr<DedupRuns>> OpenDedupRuns(
    const DedupOptions& options);

// What they answer stands in include/cupel/dedup.h.
absl::StatusOr<std::string> JoinJson(DedupRuns& runs,
                                     const DedupRequest& request);
absl::StatusOr<std::string> RenewJson(DedupRuns& runs, const RawOwner& leader,
                                      int64_t token);
absl::StatusOr<std::string> CompleteJson(DedupRuns& runs,
                                         const RawOwner& leader, int64_t token,
                                         std::span<const RawOutput> outputs);
absl::StatusOr<std::string> FailJson(DedupRuns& runs, const RawOwner& leader,
                                     int64_t token);
absl::StatusOr<std::string> LeaveJson(DedupRuns& runs, const RawOwner& job);
absl::StatusOr<std::string> ReleaseExpiredJson(DedupRuns& runs);
absl::StatusOr<std::string> ForgetJson(DedupRuns& runs,
                                       std::string_view organisation);
// INVALID_ARGUMENT if it is negative.
absl::StatusOr<uint64_t> PruneOlderThan(DedupRuns& runs, int64_t seconds);
// Of all jobs if `job` is empty.
absl::StatusOr<std::string> RawsJson(DedupRuns& runs,
                                     std::string_view organisation,
                                     std::string_view job);

}  // namespace cupel

#endif  // CUPEL_ENGINE_DEDUP_RUNS_H_
