#include "job/life_cycle.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "base/status.h"

namespace cupel::job {
namespace {

using enum TaskStatus;

// Far beyond any job; keeps times in range.
constexpr LifeCycle::Duration kLongestLease = std::chrono::hours(24 * 366);

absl::Status CheckDuration(LifeCycle::Duration duration) {
  if (duration > LifeCycle::Duration::zero() && duration <= kLongestLease) {
    return absl::OkStatus();
  }
  return InvalidArgument(
      "a lease of {} microseconds; it must last, but no longer than a year",
      duration.count());
}

std::string NextText(TaskStatus from) {
  const std::vector<TaskStatus> next = LegalNext(from);
  if (next.empty()) return "nothing, as it is final";
  std::string text;
  for (const TaskStatus status : next) {
    if (!text.empty()) text += status == next.back() ? " or " : ", ";
    text += Name(status);
  }
  return text;
}

}  // namespace

std::vector<TaskStatus> LegalNext(TaskStatus from) {
  switch (from) {
    case kPending:
      return {kQueued, kCancelled};
    case kQueued:
      return {kDispatched, kCancelled};
    case kDispatched:
      return {kRunning, kQueued, kCancelled};
    case kRunning:
      return {kCompleted, kFailed, kQueued, kCancelled};
    case kFailed:
      return {kQueued};
    case kCompleted:
    case kCancelled:
      break;
  }
  return {};
}

absl::Status CheckTransition(TaskStatus from, TaskStatus to) {
  const std::vector<TaskStatus> next = LegalNext(from);
  if (std::find(next.begin(), next.end(), to) != next.end()) {
    return absl::OkStatus();
  }
  return FailedPrecondition(
      "a task that is {} cannot become {}; what can follow is {}", Name(from),
      Name(to), NextText(from));
}

bool IsFinal(TaskStatus status) {
  return status == kCompleted || status == kFailed || status == kCancelled;
}

std::optional<LifeCycle::Duration> LifeCycle::runtime() const {
  if (!started_at_.has_value() || !ended_at_.has_value()) return std::nullopt;
  return Duration(ended_at_->micros - started_at_->micros);
}

absl::Status LifeCycle::Queue() {
  CUPEL_RETURN_IF_ERROR(CheckTransition(status_, kQueued));
  status_ = kQueued;
  ++attempt_;
  lease_.reset();
  started_at_.reset();
  ended_at_.reset();
  return absl::OkStatus();
}

absl::Status LifeCycle::Cancel(const DateTime& now) {
  CUPEL_RETURN_IF_ERROR(CheckTransition(status_, kCancelled));
  if (started_at_.has_value()) ended_at_ = now;
  status_ = kCancelled;
  lease_.reset();
  return absl::OkStatus();
}

absl::StatusOr<Lease> LifeCycle::Dispatch(const DateTime& now,
                                          Duration duration) {
  CUPEL_RETURN_IF_ERROR(CheckTransition(status_, kDispatched));
  CUPEL_RETURN_IF_ERROR(CheckDuration(duration));
  status_ = kDispatched;
  lease_ = Lease{++last_token_, now};
  lease_->expires_at.micros += duration.count();
  return *lease_;
}

absl::Status LifeCycle::CheckLease(uint64_t token, const DateTime& now) const {
  if (!lease_.has_value()) {
    return FailedPrecondition("lease {} has ended: the task is {}", token,
                              Name(status_));
  }
  if (token != lease_->token) {
    return FailedPrecondition(
        "lease {} has ended: the task went on under lease {}", token,
        lease_->token);
  }
  if (LeaseExpired(now)) {
    return FailedPrecondition("lease {} expired at {}", token,
                              lease_->expires_at.ToString());
  }
  return absl::OkStatus();
}

absl::Status LifeCycle::Renew(uint64_t token, const DateTime& now,
                              Duration duration) {
  CUPEL_RETURN_IF_ERROR(CheckLease(token, now));
  CUPEL_RETURN_IF_ERROR(CheckDuration(duration));
  lease_->expires_at = now;
  lease_->expires_at.micros += duration.count();
  return absl::OkStatus();
}

absl::Status LifeCycle::Start(uint64_t token, const DateTime& now) {
  CUPEL_RETURN_IF_ERROR(CheckTransition(status_, kRunning));
  CUPEL_RETURN_IF_ERROR(CheckLease(token, now));
  status_ = kRunning;
  started_at_ = now;
  return absl::OkStatus();
}

absl::Status LifeCycle::End(TaskStatus status, uint64_t token,
                            const DateTime& now) {
  CUPEL_RETURN_IF_ERROR(CheckTransition(status_, status));
  CUPEL_RETURN_IF_ERROR(CheckLease(token, now));
  status_ = status;
  ended_at_ = now;
  lease_.reset();
  return absl::OkStatus();
}

absl::Status LifeCycle::Complete(uint64_t token, const DateTime& now) {
  return End(kCompleted, token, now);
}

absl::Status LifeCycle::Fail(uint64_t token, const DateTime& now) {
  return End(kFailed, token, now);
}

absl::Status LifeCycle::Release(uint64_t token, const DateTime& now) {
  CUPEL_RETURN_IF_ERROR(CheckLease(token, now));
  return Queue();
}

bool LifeCycle::LeaseExpired(const DateTime& now) const {
  return lease_.has_value() && now.micros >= lease_->expires_at.micros;
}

}  // namespace cupel::job
