// How a lease goes on and ends, and what people do to jobs.
#include <utility>

#include "base/status.h"
#include "format/escape.h"
#include "queue/database_ear.h"
#include "queue/new_job.h"
#include "queue/sql_queue_impl.h"

namespace cupel::queue {
namespace {

// Of the times that a job was given back, which cost it nothing.
constexpr int64_t kKeptReleases = 1000;

absl::Status ForgetOldReleases(Database& database, const JobRow& job) {
  CUPEL_ASSIGN_OR_RETURN(
      Statement forget,
      database.Prepare("DELETE FROM attempt WHERE job = ? AND token <= ? AND "
                       "outcome = 'given back'"));
  forget.Bind(0, job.number);
  return forget.Bind(1, static_cast<int64_t>(job.record.token) - kKeptReleases)
      .Run();
}

}  // namespace

absl::Status SqlQueue::NotHeld(const JobRow& job, uint64_t token) const {
  const std::string id = EscapePrintable(job.record.job.id);
  if (job.record.state != JobState::kLeased) {
    return Aborted("job '{}' is not leased any more: it is {}", id,
                   JobStateName(job.record.state));
  }
  return Aborted("job '{}' is leased to another (token {}, not {})", id,
                 job.record.token, token);
}

absl::StatusOr<JobRow> SqlQueue::Held(Database& database, std::string_view id,
                                      uint64_t token) {
  CUPEL_ASSIGN_OR_RETURN(JobRow job, FindJobToChange(database, id));
  if (job.record.state != JobState::kLeased || job.record.token != token) {
    return NotHeld(job, token);
  }
  return job;
}

absl::StatusOr<Renewal> SqlQueue::Renew(std::string_view id, uint64_t token,
                                        int64_t lease_micros) {
  CUPEL_RETURN_IF_ERROR(CheckLeaseTime(lease_micros));
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForWriting());
  Database::Transaction transaction(&*database);
  CUPEL_RETURN_IF_ERROR(transaction.Begin(TransactionMode::kShared));
  CUPEL_ASSIGN_OR_RETURN(const JobRow job, Held(*database, id, token));
  const int64_t expires = clock_.Now() + lease_micros;
  CUPEL_ASSIGN_OR_RETURN(
      Statement update,
      database->Prepare(
          "UPDATE job SET expires = ?, lease = ? WHERE number = ?"));
  update.Bind(0, expires).Bind(1, lease_micros);
  CUPEL_RETURN_IF_ERROR(update.Bind(2, job.number).Run());
  CUPEL_RETURN_IF_ERROR(transaction.Commit());
  return Renewal{expires, job.record.cancel_wanted};
}

// The job's number; nothing if it is not leased with this token.
absl::StatusOr<std::optional<int64_t>> SqlQueue::MarkCompleted(
    Database& database, std::string_view id, uint64_t token,
    const JobResult& result) {
  CUPEL_ASSIGN_OR_RETURN(
      Statement update,
      database.Prepare(
          "UPDATE job SET state = 2, finished = ?, expires = 0, reason = '', "
          "cancel_wanted = 0, max_rss = ?, result_type = ?, result_size = ? "
          "WHERE id = ? AND state = 1 AND token = ? RETURNING number"));
  update.Bind(0, clock_.Now());
  update.Bind(1, static_cast<int64_t>(result.max_rss_bytes));
  update.Bind(2, result.type);
  update.Bind(3, static_cast<int64_t>(result.bytes.size()));
  update.Bind(4, id).Bind(5, static_cast<int64_t>(token));
  CUPEL_ASSIGN_OR_RETURN(const bool row, update.Step());
  if (!row) return std::nullopt;
  return update.Integer(0);
}

absl::Status SqlQueue::Complete(std::string_view id, uint64_t token,
                                const JobResult& result) {
  CUPEL_RETURN_IF_ERROR(CheckResult(result, options_.queue));
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForWriting());
  Database::Transaction transaction(&*database);
  CUPEL_RETURN_IF_ERROR(transaction.Begin(TransactionMode::kShared));
  CUPEL_ASSIGN_OR_RETURN(const std::optional<int64_t> number,
                         MarkCompleted(*database, id, token, result));
  if (!number.has_value()) {
    CUPEL_ASSIGN_OR_RETURN(const JobRow job, FindJob(*database, id));
    const bool again =
        job.record.state == JobState::kCompleted && job.record.token == token;
    return again ? absl::OkStatus() : NotHeld(job, token);
  }
  CUPEL_ASSIGN_OR_RETURN(
      Statement insert,
      database->Prepare("INSERT INTO job_result (job, bytes) VALUES (?, ?)"));
  CUPEL_RETURN_IF_ERROR(
      insert.Bind(0, *number).BindBlob(1, result.bytes).Run());
  return transaction.Commit();
}

absl::Status SqlQueue::EndAttempt(Database& database, const JobRow& job,
                                  Attempt attempt, bool dead, int64_t backoff) {
  const int64_t now = attempt.ended_micros;
  const bool cancelled = job.record.cancel_wanted;
  if (cancelled) attempt.outcome = "cancelled";
  CUPEL_RETURN_IF_ERROR(AddAttempt(database, job, attempt));
  if (cancelled) {
    return EndJob(database, job.number, JobState::kCancelled, now,
                  job.record.reason);
  }
  if (dead) {
    return EndJob(database, job.number, JobState::kDead, now, attempt.reason);
  }
  return PutBack(database, job.number,
                 {job.record.attempts, now + backoff, backoff, attempt.reason});
}

absl::Status SqlQueue::Fail(std::string_view id, uint64_t token,
                            const JobFailure& failure) {
  {
    CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForWriting());
    Database::Transaction transaction(&*database);
    CUPEL_RETURN_IF_ERROR(transaction.Begin(TransactionMode::kShared));
    CUPEL_ASSIGN_OR_RETURN(const JobRow job, Held(*database, id, token));
    Attempt attempt;
    attempt.ended_micros = clock_.Now();
    attempt.outcome = "failed";
    attempt.reason = OneLine(failure.reason);
    attempt.signal = failure.signal;
    attempt.max_rss_bytes = failure.max_rss_bytes;
    attempt.last_step = OneLine(failure.last_step);
    const uint32_t attempts = job.record.attempts;
    const bool dead = !failure.retry || attempts >= job.record.job.max_attempts;
    const QueueOptions& queue = options_.queue;
    const int64_t backoff =
        BackoffMicros(queue.backoff_micros, queue.max_backoff_micros,
                      queue.jitter, attempts, options_.random());
    CUPEL_RETURN_IF_ERROR(
        EndAttempt(*database, job, std::move(attempt), dead, backoff));
    CUPEL_RETURN_IF_ERROR(TellOfWork(*database));
    CUPEL_RETURN_IF_ERROR(transaction.Commit());
  }
  signal_.Notify();
  return absl::OkStatus();
}

absl::Status SqlQueue::Release(std::string_view id, uint64_t token,
                               std::string_view reason) {
  {
    CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForWriting());
    Database::Transaction transaction(&*database);
    CUPEL_RETURN_IF_ERROR(transaction.Begin(TransactionMode::kShared));
    CUPEL_ASSIGN_OR_RETURN(JobRow job, Held(*database, id, token));
    Attempt attempt;
    attempt.ended_micros = clock_.Now();
    attempt.outcome = job.record.cancel_wanted ? "cancelled" : "given back";
    attempt.reason = OneLine(reason);
    CUPEL_RETURN_IF_ERROR(AddAttempt(*database, job, attempt));
    CUPEL_RETURN_IF_ERROR(ForgetOldReleases(*database, job));
    if (job.record.cancel_wanted) {
      CUPEL_RETURN_IF_ERROR(EndJob(*database, job.number, JobState::kCancelled,
                                   attempt.ended_micros, job.record.reason));
    } else {
      CUPEL_RETURN_IF_ERROR(
          PutBack(*database, job.number,
                  {job.record.attempts - 1, job.record.ready_micros, 0,
                   job.record.reason}));
    }
    CUPEL_RETURN_IF_ERROR(TellOfWork(*database));
    CUPEL_RETURN_IF_ERROR(transaction.Commit());
  }
  signal_.Notify();
  return absl::OkStatus();
}

absl::Status SqlQueue::Retry(std::string_view id) {
  {
    CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForWriting());
    Database::Transaction transaction(&*database);
    CUPEL_RETURN_IF_ERROR(transaction.Begin(TransactionMode::kShared));
    CUPEL_ASSIGN_OR_RETURN(const JobRow job, FindJobToChange(*database, id));
    const JobState state = job.record.state;
    if (state != JobState::kDead && state != JobState::kCancelled) {
      return FailedPrecondition(
          "job '{}' is {}; only dead and cancelled jobs can be tried again",
          EscapePrintable(id), JobStateName(state));
    }
    const int64_t now = clock_.Now();
    CUPEL_ASSIGN_OR_RETURN(
        Statement deadline,
        database->Prepare("UPDATE job SET deadline = 0 WHERE number = ? AND "
                          "deadline <= ?"));
    CUPEL_RETURN_IF_ERROR(deadline.Bind(0, job.number).Bind(1, now).Run());
    CUPEL_RETURN_IF_ERROR(
        PutBack(*database, job.number, {0, now, 0, job.record.reason}));
    CUPEL_RETURN_IF_ERROR(TellOfWork(*database));
    CUPEL_RETURN_IF_ERROR(transaction.Commit());
  }
  signal_.Notify();
  return absl::OkStatus();
}

absl::Status SqlQueue::Cancel(std::string_view id, std::string_view reason) {
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForWriting());
  Database::Transaction transaction(&*database);
  CUPEL_RETURN_IF_ERROR(transaction.Begin(TransactionMode::kShared));
  CUPEL_ASSIGN_OR_RETURN(const JobRow job, FindJobToChange(*database, id));
  switch (job.record.state) {
    case JobState::kWaiting:
      CUPEL_RETURN_IF_ERROR(EndJob(*database, job.number, JobState::kCancelled,
                                   clock_.Now(), OneLine(reason)));
      break;
    case JobState::kLeased: {
      CUPEL_ASSIGN_OR_RETURN(
          Statement update,
          database->Prepare("UPDATE job SET cancel_wanted = 1, reason = ? "
                            "WHERE number = ?"));
      update.Bind(0, OneLine(reason));
      CUPEL_RETURN_IF_ERROR(update.Bind(1, job.number).Run());
      break;
    }
    case JobState::kCancelled:
      return absl::OkStatus();
    case JobState::kCompleted:
    case JobState::kDead:
      return FailedPrecondition("job '{}' is {} and can't be cancelled",
                                EscapePrintable(id),
                                JobStateName(job.record.state));
  }
  return transaction.Commit();
}

}  // namespace cupel::queue
