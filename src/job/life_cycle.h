// Through which states a task goes, how often it was tried, and who may speak
// for the running attempt.
//
//   pending -> queued -> dispatched -> running -> completed | failed
//
// From dispatched, running and failed a task can go back to queued, which is a
// new attempt; from whatever is not final it can be cancelled. Nothing else is
// legal.
#ifndef CUPEL_JOB_LIFE_CYCLE_H_
#define CUPEL_JOB_LIFE_CYCLE_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/datetime.h"
#include "job/status.h"

namespace cupel::job {

// The states that may follow; empty for completed and cancelled.
std::vector<TaskStatus> LegalNext(TaskStatus from);
// FAILED_PRECONDITION names both states and those that would be legal.
absl::Status CheckTransition(TaskStatus from, TaskStatus to);
// Completed, failed or cancelled: no attempt is going on. A failed task can
// still be queued again.
bool IsFinal(TaskStatus status);

// The right to work on a task until a moment. The token grows with each lease
// of a task, so that the word of whoever held an earlier one is told apart.
struct Lease {
  uint64_t token = 0;
  DateTime expires_at;

  friend bool operator==(const Lease&, const Lease&) = default;
};

// The state of one task. A value type; the caller says what time it is, so
// that a store can keep one and tests need no clock. Times are aware. All that
// is refused is FAILED_PRECONDITION and changes nothing.
class LifeCycle {
 public:
  using Duration = std::chrono::microseconds;

  LifeCycle() = default;  // pending

  TaskStatus status() const { return status_; }
  // 0 while pending, 1 from the first time it was queued on.
  uint32_t attempt() const { return attempt_; }
  // While dispatched or running.
  const std::optional<Lease>& lease() const { return lease_; }
  const std::optional<DateTime>& started_at() const { return started_at_; }
  const std::optional<DateTime>& ended_at() const { return ended_at_; }
  // Of the latest attempt, once it has ended.
  std::optional<Duration> runtime() const;

  // To queued, from pending or for another attempt. Ends the lease.
  absl::Status Queue();
  // To cancelled. Ends the lease; `now` is its end if it was running.
  absl::Status Cancel(const DateTime& now);

  // To dispatched. INVALID_ARGUMENT if `duration` is not positive or is over a
  // year.
  absl::StatusOr<Lease> Dispatch(const DateTime& now, Duration duration);
  // These need the current lease, and that it has not expired.
  absl::Status Renew(uint64_t token, const DateTime& now, Duration duration);
  absl::Status Start(uint64_t token, const DateTime& now);     // to running
  absl::Status Complete(uint64_t token, const DateTime& now);  // to completed
  absl::Status Fail(uint64_t token, const DateTime& now);      // to failed
  // Gives the task back: to queued.
  absl::Status Release(uint64_t token, const DateTime& now);

  // Whether there is a lease and its time has come; then Queue() takes the
  // task from a worker that has died.
  bool LeaseExpired(const DateTime& now) const;

  friend bool operator==(const LifeCycle&, const LifeCycle&) = default;

 private:
  absl::Status CheckLease(uint64_t token, const DateTime& now) const;
  absl::Status End(TaskStatus status, uint64_t token, const DateTime& now);

  TaskStatus status_ = TaskStatus::kPending;
  uint32_t attempt_ = 0;
  uint64_t last_token_ = 0;
  std::optional<Lease> lease_;
  std::optional<DateTime> started_at_;
  std::optional<DateTime> ended_at_;
};

}  // namespace cupel::job

#endif  // CUPEL_JOB_LIFE_CYCLE_H_
