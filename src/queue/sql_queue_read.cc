// Telling what is in a queue, and removing what is not needed any more.
#include <algorithm>
#include <utility>

#include "base/status.h"
#include "format/escape.h"
#include "queue/sql_queue_impl.h"

namespace cupel::queue {
namespace {

constexpr uint32_t kMostListed = 10'000;
constexpr int64_t kPurgedAtOnce = 1000;

Attempt OwnAttempt(const JobRow& job) {
  Attempt attempt;
  attempt.number = job.record.attempts;
  attempt.worker = job.record.worker;
  attempt.started_micros = job.started_micros;
  if (job.record.state == JobState::kCompleted) {
    attempt.ended_micros = job.record.finished_micros;
    attempt.outcome = "completed";
    attempt.max_rss_bytes = job.max_rss_bytes;
  }
  return attempt;
}

Attempt ReadAttempt(const Statement& row) {
  Attempt attempt;
  attempt.number = static_cast<uint32_t>(row.Integer(0));
  attempt.worker = row.Text(1);
  attempt.started_micros = row.Integer(2);
  attempt.ended_micros = row.Integer(3);
  attempt.outcome = row.Text(4);
  attempt.reason = row.Text(5);
  attempt.signal = static_cast<int32_t>(row.Integer(6));
  attempt.max_rss_bytes = static_cast<uint64_t>(row.Integer(7));
  attempt.last_step = row.Text(8);
  return attempt;
}

}  // namespace

absl::StatusOr<JobRecord> SqlQueue::Get(std::string_view id) {
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForReading());
  CUPEL_ASSIGN_OR_RETURN(JobRow job, FindJob(*database, id));
  // If it is purged in between, it is not there any more.
  auto body = ReadBody(*database, job.number);
  if (!body.ok()) {
    CUPEL_RETURN_IF_ERROR(FindJob(*database, id).status());
    return std::move(body).status();
  }
  job.record.job.body = *std::move(body);
  return std::move(job.record);
}

absl::StatusOr<std::vector<Attempt>> SqlQueue::History(std::string_view id) {
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForReading());
  CUPEL_ASSIGN_OR_RETURN(const JobRow job, FindJob(*database, id));
  CUPEL_ASSIGN_OR_RETURN(
      Statement find,
      database->Prepare("SELECT number, worker, started, ended, outcome, "
                        "reason, signal, max_rss, last_step, token FROM "
                        "attempt WHERE job = ? ORDER BY token"));
  find.Bind(0, job.number);
  std::vector<Attempt> attempts;
  bool has_own = false;
  while (true) {
    CUPEL_ASSIGN_OR_RETURN(const bool row, find.Step());
    if (!row) break;
    attempts.push_back(ReadAttempt(find));
    has_own = find.Integer(9) == static_cast<int64_t>(job.record.token);
  }
  const JobState state = job.record.state;
  if (!has_own &&
      (state == JobState::kLeased || state == JobState::kCompleted)) {
    attempts.push_back(OwnAttempt(job));
  }
  return attempts;
}

absl::StatusOr<JobResult> SqlQueue::Result(std::string_view id) {
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForReading());
  CUPEL_ASSIGN_OR_RETURN(const JobRow job, FindJob(*database, id));
  if (job.record.state != JobState::kCompleted) {
    return FailedPrecondition("job '{}' has no result: it is {}",
                              EscapePrintable(id),
                              JobStateName(job.record.state));
  }
  CUPEL_ASSIGN_OR_RETURN(
      Statement find,
      database->Prepare("SELECT bytes FROM job_result WHERE job = ?"));
  CUPEL_ASSIGN_OR_RETURN(const bool row, find.Bind(0, job.number).Step());
  if (!row) {
    CUPEL_RETURN_IF_ERROR(FindJob(*database, id).status());
    return DataLoss("job '{}' is completed and has no result",
                    EscapePrintable(id));
  }
  return JobResult{job.record.result_type, std::string(find.Text(0)),
                   job.max_rss_bytes};
}

absl::StatusOr<std::vector<JobRecord>> SqlQueue::List(
    const ListRequest& request) {
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForReading());
  int64_t after = 0;
  if (!request.after.empty()) {
    CUPEL_ASSIGN_OR_RETURN(const JobRow job, FindJob(*database, request.after));
    after = job.number;
  }
  std::string sql = "SELECT " CUPEL_JOB_COLUMNS " FROM job WHERE number > ?";
  if (request.state.has_value()) {
    // As a literal, so that the index of that state is found.
    sql +=
        " AND state = " + std::to_string(static_cast<int32_t>(*request.state));
    if (*request.state >= JobState::kCompleted) sql += " AND state >= 2";
  }
  if (!request.kind.empty()) sql += " AND kind = ?";
  sql += " ORDER BY number LIMIT ?";
  CUPEL_ASSIGN_OR_RETURN(Statement find, database->Prepare(sql));
  int place = 0;
  find.Bind(place++, after);
  if (!request.kind.empty()) find.Bind(place++, request.kind);
  find.Bind(place, int64_t{std::min(request.max, kMostListed)});
  std::vector<JobRecord> records;
  while (true) {
    CUPEL_ASSIGN_OR_RETURN(const bool row, find.Step());
    if (!row) return records;
    records.push_back(ReadJob(find).record);
  }
}

absl::StatusOr<QueueStats> SqlQueue::Stats() {
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForReading());
  // Each of them reads one index.
  CUPEL_ASSIGN_OR_RETURN(
      Statement count,
      database->Prepare(
          "SELECT "
          "(SELECT count(*) FROM job WHERE state = 0 AND delayed = 0), "
          "(SELECT min(ready) FROM job WHERE state = 0 AND delayed = 0), "
          "(SELECT count(*) FROM job WHERE state = 0 AND delayed = 1), "
          "(SELECT count(*) FROM job WHERE state = 0 AND delayed = 1 AND "
          "ready <= ?), "
          "(SELECT min(ready) FROM job WHERE state = 0 AND delayed = 1), "
          "(SELECT count(*) FROM job WHERE state = 1), "
          "(SELECT count(*) FROM job WHERE state = 2 AND state >= 2), "
          "(SELECT count(*) FROM job WHERE state = 3 AND state >= 2), "
          "(SELECT count(*) FROM job WHERE state = 4 AND state >= 2)"));
  const int64_t now = clock_.Now();
  CUPEL_RETURN_IF_ERROR(count.Bind(0, now).Step().status());
  const auto number = [&count](int column) {
    return static_cast<uint64_t>(count.Integer(column));
  };
  QueueStats stats;
  stats.waiting = number(0) + number(3);
  stats.delayed = number(2) - number(3);
  stats.leased = number(5);
  stats.completed = number(6);
  stats.dead = number(7);
  stats.cancelled = number(8);
  stats.oldest_waiting_micros = count.IsNull(1) ? 0 : count.Integer(1);
  if (number(3) > 0 && (stats.oldest_waiting_micros == 0 ||
                        count.Integer(4) < stats.oldest_waiting_micros)) {
    stats.oldest_waiting_micros = count.Integer(4);
  }
  return stats;
}

absl::StatusOr<bool> SqlQueue::HasOpen(const std::vector<std::string>& kinds) {
  CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForReading());
  if (kinds.empty()) {
    CUPEL_ASSIGN_OR_RETURN(
        Statement any,
        database->Prepare("SELECT 1 FROM job WHERE state < 2 LIMIT 1"));
    return any.Step();
  }
  for (const std::string& kind : kinds) {
    CUPEL_ASSIGN_OR_RETURN(
        Statement find,
        database->Prepare(
            "SELECT 1 WHERE EXISTS (SELECT 1 FROM job WHERE state = 0 AND "
            "delayed = 0 AND kind = ?) OR EXISTS (SELECT 1 FROM job WHERE "
            "state = 0 AND delayed = 1 AND kind = ?) OR EXISTS (SELECT 1 FROM "
            "job WHERE state = 1 AND kind = ?)"));
    find.Bind(0, kind).Bind(1, kind).Bind(2, kind);
    CUPEL_ASSIGN_OR_RETURN(const bool found, find.Step());
    if (found) return true;
  }
  return false;
}

// In parts, so that others come in between.
absl::StatusOr<uint64_t> SqlQueue::Purge(int64_t ended_before_micros,
                                         std::optional<JobState> state) {
  if (state.has_value() && *state < JobState::kCompleted) {
    return InvalidArgument(
        "only what ended can be purged: completed, dead and cancelled jobs; "
        "cancel those that are {} first",
        JobStateName(*state));
  }
  uint64_t purged = 0;
  for (int64_t each = 2; each <= 4; ++each) {
    if (state.has_value() && each != static_cast<int64_t>(*state)) continue;
    while (true) {
      CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForWriting());
      Database::Transaction transaction(&*database);
      CUPEL_RETURN_IF_ERROR(transaction.Begin(TransactionMode::kShared));
      CUPEL_ASSIGN_OR_RETURN(
          Statement remove,
          database->Prepare("DELETE FROM job WHERE number IN (SELECT number "
                            "FROM job WHERE state = ? AND state >= 2 AND "
                            "finished < ? ORDER BY number LIMIT ?)"));
      remove.Bind(0, each).Bind(1, ended_before_micros);
      CUPEL_RETURN_IF_ERROR(remove.Bind(2, kPurgedAtOnce).Run());
      const int64_t removed = database->changes();
      CUPEL_RETURN_IF_ERROR(transaction.Commit());
      purged += static_cast<uint64_t>(removed);
      if (removed < kPurgedAtOnce) break;
    }
  }
  return purged;
}

}  // namespace cupel::queue
