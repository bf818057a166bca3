// Submitting: each job once, whatever is said how often.
#include <utility>

#include "base/status.h"
#include "format/escape.h"
#include "queue/database_ear.h"
#include "queue/new_job.h"
#include "queue/sql_queue_impl.h"

namespace cupel::queue {

absl::StatusOr<std::vector<Submitted>> SqlQueue::Submit(
    const std::vector<NewJob>& jobs) {
  for (const NewJob& job : jobs) {
    CUPEL_RETURN_IF_ERROR(CheckNewJob(job, options_.queue));
  }
  std::vector<Submitted> submitted;
  if (jobs.empty()) return submitted;
  submitted.reserve(jobs.size());
  {
    CUPEL_ASSIGN_OR_RETURN(const auto database, database_->ForWriting());
    Database::Transaction transaction(&*database);
    // Two who submit the same in different orders would wait for each other.
    CUPEL_RETURN_IF_ERROR(transaction.Begin(jobs.size() > 1
                                                ? TransactionMode::kExclusive
                                                : TransactionMode::kShared));
    const int64_t now = clock_.Now();
    for (const NewJob& job : jobs) {
      CUPEL_ASSIGN_OR_RETURN(Submitted one, SubmitOne(*database, job, now));
      submitted.push_back(std::move(one));
    }
    CUPEL_RETURN_IF_ERROR(TellOfWork(*database));
    CUPEL_RETURN_IF_ERROR(transaction.Commit());
  }
  signal_.Notify();
  return submitted;
}

absl::StatusOr<Submitted> SqlQueue::SubmitOne(Database& database, NewJob job,
                                              int64_t now) {
  if (job.id.empty()) job.id = MakeJobId(now);
  if (job.max_attempts == 0) job.max_attempts = options_.queue.max_attempts;
  const bool delayed = job.not_before_micros > now;
  CUPEL_ASSIGN_OR_RETURN(
      Statement insert,
      database.Prepare(
          "INSERT INTO job (id, kind, organisation, dedup_key, priority, "
          "not_before, deadline, max_attempts, body_size, submitted, ready, "
          "delayed, state, attempts, token, worker, cancel_wanted, delay, "
          "started, expires, lease, finished, reason, max_rss, result_type, "
          "result_size) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, "
          "'', 0, 0, 0, 0, 0, 0, '', 0, '', 0) "
          "ON CONFLICT DO NOTHING RETURNING number"));
  insert.Bind(0, job.id).Bind(1, job.kind).Bind(2, job.organisation);
  insert.Bind(3, job.dedup_key).Bind(4, int64_t{job.priority});
  insert.Bind(5, job.not_before_micros).Bind(6, job.deadline_micros);
  insert.Bind(7, int64_t{job.max_attempts});
  insert.Bind(8, static_cast<int64_t>(job.body.size())).Bind(9, now);
  insert.Bind(10, delayed ? job.not_before_micros : now);
  insert.Bind(11, int64_t{delayed ? 1 : 0});
  CUPEL_ASSIGN_OR_RETURN(const bool added, insert.Step());
  if (!added) return FindSubmitted(database, job);
  const int64_t number = insert.Integer(0);
  CUPEL_ASSIGN_OR_RETURN(
      Statement body,
      database.Prepare("INSERT INTO job_body (job, bytes) VALUES (?, ?)"));
  CUPEL_RETURN_IF_ERROR(body.Bind(0, number).BindBlob(1, job.body).Run());
  return Submitted{std::move(job.id), false};
}

// Who is in the way of `job`?
absl::StatusOr<Submitted> SqlQueue::FindSubmitted(Database& database,
                                                  const NewJob& job) {
  if (!job.dedup_key.empty()) {
    CUPEL_ASSIGN_OR_RETURN(
        Statement find,
        database.Prepare("SELECT id FROM job WHERE organisation = ? AND "
                         "dedup_key = ? AND dedup_key <> ''"));
    find.Bind(0, job.organisation).Bind(1, job.dedup_key);
    CUPEL_ASSIGN_OR_RETURN(const bool row, find.Step());
    if (row) return Submitted{std::string(find.Text(0)), true};
  }
  CUPEL_ASSIGN_OR_RETURN(JobRow there, FindJob(database, job.id));
  CUPEL_ASSIGN_OR_RETURN(there.record.job.body,
                         ReadBody(database, there.number));
  if (!SameContent(there.record.job, job)) {
    return AlreadyExists(
        "job '{}' is there already, with other content; leave the id out, or "
        "purge that job first",
        EscapePrintable(job.id));
  }
  return Submitted{job.id, true};
}

}  // namespace cupel::queue
