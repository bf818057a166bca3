// Rows of a queue's tables, read and written on a connection that the caller
// holds, within a transaction that the caller began.
#ifndef CUPEL_QUEUE_SQL_ROWS_H_
#define CUPEL_QUEUE_SQL_ROWS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "queue/job_queue.h"
#include "store/database.h"

namespace cupel::queue {

// A job's row: what is told of it, and what only the queue needs.
struct JobRow {
  int64_t number = 0;
  int64_t started_micros = 0;
  uint64_t max_rss_bytes = 0;
  JobRecord record;  // without the body
};

// The columns in the order in which ReadJob takes them.
#define CUPEL_JOB_COLUMNS                                                   \
  "number, id, kind, organisation, dedup_key, priority, not_before, "       \
  "deadline, max_attempts, state, attempts, token, worker, cancel_wanted, " \
  "submitted, ready, started, expires, finished, reason, max_rss, "         \
  "result_type, result_size"
JobRow ReadJob(const Statement& row);

// NOT_FOUND names the id.
absl::StatusOr<JobRow> FindJob(Database& database, std::string_view id);
// The same, to change it: nobody else changes it until the transaction is over.
absl::StatusOr<JobRow> FindJobToChange(Database& database, std::string_view id);
absl::StatusOr<std::string> ReadBody(Database& database, int64_t number);

// How an attempt ended, other than by completing the job.
absl::Status AddAttempt(Database& database, const JobRow& job,
                        const Attempt& attempt);

// Where a job goes when it is nobody's any more.
struct Requeue {
  uint32_t attempts = 0;
  int64_t ready_micros = 0;
  int64_t delay_micros = 0;  // 0: ready now
  std::string reason;        // of the last failure
};
absl::Status PutBack(Database& database, int64_t number, const Requeue& how);
absl::Status EndJob(Database& database, int64_t number, JobState state,
                    int64_t now, std::string_view reason);

}  // namespace cupel::queue

#endif  // CUPEL_QUEUE_SQL_ROWS_H_
