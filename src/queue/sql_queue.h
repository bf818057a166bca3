// The queue over an SQL database: SQLite's, or another's that speaks the same
// subset (`?` for parameters, RETURNING, ON CONFLICT, partial indexes).
#ifndef CUPEL_QUEUE_SQL_QUEUE_H_
#define CUPEL_QUEUE_SQL_QUEUE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "queue/job_queue.h"
#include "queue/queue_clock.h"
#include "store/catalogue_connections.h"

namespace cupel::queue {

// All in which databases differ here; the schema's words are translated by who
// opens the connections.
struct SqlDialect {
  // After the SELECT of rows that are about to be changed: " FOR UPDATE SKIP
  // LOCKED" where writers don't exclude each other.
  std::string_view lock_rows;
  // The same where there is one row, which has to be had: " FOR UPDATE".
  std::string_view lock_row;
};

struct SqlQueueOptions {
  std::string url;  // as it is shown: without a password
  QueueOptions queue;
  SqlDialect dialect;
  // Touched by all who make work (work_signal.h); empty: there is no such file.
  std::string watched_file;
  bool others = false;  // other processes may have it open
  ClockSource clock = ClockSource::System();
  std::function<double()> random;  // from 0 to below 1; empty: a generator
};

// Over a database that has QueueMigrations().
absl::StatusOr<std::shared_ptr<JobQueue>> NewSqlQueue(
    std::shared_ptr<CatalogueConnections> database, SqlQueueOptions options);

// Over the SQLite file at `path`, made if it is not there, or ":memory:".
// `url`, `watched_file` and `others` are filled in.
absl::StatusOr<std::shared_ptr<JobQueue>> OpenSqliteQueue(
    const std::string& path, SqlQueueOptions options);

}  // namespace cupel::queue

#endif  // CUPEL_QUEUE_SQL_QUEUE_H_
