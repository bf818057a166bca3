#include "queue/sql_rows.h"

#include <utility>

#include "base/status.h"
#include "format/escape.h"

namespace cupel::queue {
namespace {

absl::StatusOr<JobRow> OneJob(Statement find, std::string_view id) {
  CUPEL_ASSIGN_OR_RETURN(const bool row, find.Bind(0, id).Step());
  if (!row) return NotFound("there is no job '{}'", EscapePrintable(id));
  return ReadJob(find);
}

}  // namespace

JobRow ReadJob(const Statement& row) {
  JobRow to;
  JobRecord& record = to.record;
  NewJob& job = record.job;
  to.number = row.Integer(0);
  job.id = row.Text(1);
  job.kind = row.Text(2);
  job.organisation = row.Text(3);
  job.dedup_key = row.Text(4);
  job.priority = static_cast<int32_t>(row.Integer(5));
  job.not_before_micros = row.Integer(6);
  job.deadline_micros = row.Integer(7);
  job.max_attempts = static_cast<uint32_t>(row.Integer(8));
  record.state = static_cast<JobState>(row.Integer(9));
  record.attempts = static_cast<uint32_t>(row.Integer(10));
  record.token = static_cast<uint64_t>(row.Integer(11));
  record.worker = row.Text(12);
  record.cancel_wanted = row.Integer(13) != 0;
  record.submitted_micros = row.Integer(14);
  record.ready_micros = row.Integer(15);
  to.started_micros = row.Integer(16);
  record.lease_expires_micros = row.Integer(17);
  record.finished_micros = row.Integer(18);
  record.reason = row.Text(19);
  to.max_rss_bytes = static_cast<uint64_t>(row.Integer(20));
  record.result_type = row.Text(21);
  record.result_size = static_cast<uint64_t>(row.Integer(22));
  return to;
}

absl::StatusOr<JobRow> FindJob(Database& database, std::string_view id) {
  CUPEL_ASSIGN_OR_RETURN(
      Statement find,
      database.Prepare("SELECT " CUPEL_JOB_COLUMNS " FROM job WHERE id = ?"));
  return OneJob(std::move(find), id);
}

absl::StatusOr<JobRow> FindJobToChange(Database& database,
                                       std::string_view id) {
  // Where one writes at a time there is nothing to lock.
  if (database.dialect() == SqlDialect::kSqlite) return FindJob(database, id);
  CUPEL_ASSIGN_OR_RETURN(Statement find,
                         database.Prepare("SELECT " CUPEL_JOB_COLUMNS
                                          " FROM job WHERE id = ? FOR UPDATE"));
  return OneJob(std::move(find), id);
}

absl::StatusOr<std::string> ReadBody(Database& database, int64_t number) {
  CUPEL_ASSIGN_OR_RETURN(
      Statement find,
      database.Prepare("SELECT bytes FROM job_body WHERE job = ?"));
  CUPEL_ASSIGN_OR_RETURN(const bool row, find.Bind(0, number).Step());
  if (!row) return DataLoss("job number {} has no body", number);
  return std::string(find.Text(0));
}

absl::Status AddAttempt(Database& database, const JobRow& job,
                        const Attempt& attempt) {
  CUPEL_ASSIGN_OR_RETURN(
      Statement insert,
      database.Prepare("INSERT INTO attempt (job, token, number, worker, "
                       "started, ended, outcome, reason, signal, max_rss, "
                       "last_step) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  insert.Bind(0, job.number);
  insert.Bind(1, static_cast<int64_t>(job.record.token));
  insert.Bind(2, static_cast<int64_t>(job.record.attempts));
  insert.Bind(3, job.record.worker).Bind(4, job.started_micros);
  insert.Bind(5, attempt.ended_micros).Bind(6, attempt.outcome);
  insert.Bind(7, attempt.reason);
  insert.Bind(8, static_cast<int64_t>(attempt.signal));
  insert.Bind(9, static_cast<int64_t>(attempt.max_rss_bytes));
  return insert.Bind(10, attempt.last_step).Run();
}

absl::Status PutBack(Database& database, int64_t number, const Requeue& how) {
  CUPEL_ASSIGN_OR_RETURN(
      Statement update,
      database.Prepare("UPDATE job SET state = 0, delayed = ?, ready = ?, "
                       "delay = ?, attempts = ?, reason = ?, expires = 0, "
                       "finished = 0, cancel_wanted = 0 WHERE number = ?"));
  update.Bind(0, int64_t{how.delay_micros > 0 ? 1 : 0});
  update.Bind(1, how.ready_micros).Bind(2, how.delay_micros);
  update.Bind(3, static_cast<int64_t>(how.attempts)).Bind(4, how.reason);
  return update.Bind(5, number).Run();
}

absl::Status EndJob(Database& database, int64_t number, JobState state,
                    int64_t now, std::string_view reason) {
  CUPEL_ASSIGN_OR_RETURN(
      Statement update,
      database.Prepare("UPDATE job SET state = ?, delayed = 0, expires = 0, "
                       "finished = ?, reason = ?, cancel_wanted = 0 "
                       "WHERE number = ?"));
  update.Bind(0, static_cast<int64_t>(state)).Bind(1, now).Bind(2, reason);
  return update.Bind(3, number).Run();
}

}  // namespace cupel::queue
