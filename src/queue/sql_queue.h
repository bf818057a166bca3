// The queue over an SQL database: SQLite's, or another's that speaks the same
// subset (`?` for parameters, RETURNING, ON CONFLICT, partial indexes).
#ifndef CUPEL_QUEUE_SQL_QUEUE_H_
#define CUPEL_QUEUE_SQL_QUEUE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "queue/job_queue.h"
#include "queue/queue_clock.h"
#include "store/catalogue_connections.h"

namespace cupel::queue {

struct SqlQueueOptions {
  std::string url;  // as it is shown: without a password
  QueueOptions queue;
  // Touched by all who make work (work_signal.h); empty: there is no such file.
  std::string watched_file;
  bool others = false;  // other processes may have it open
  // Where a connection for listening is to be made, if the database has
  // notifications.
  std::optional<DatabaseOptions> listen_at;
  // Empty: that of the server, if there is one, else that of this machine.
  std::optional<ClockSource> clock;
  std::function<double()> random;  // from 0 to below 1; empty: a generator
};

// Over a database that has QueueMigrations().
absl::StatusOr<std::shared_ptr<JobQueue>> NewSqlQueue(
    std::shared_ptr<CatalogueConnections> database, SqlQueueOptions options);

// Over the SQLite file at `path`, made if it is not there, or ":memory:", or
// the database at a URL that a driver knows (store/database.h). `url`,
// `watched_file` and `others` are filled in.
absl::StatusOr<std::shared_ptr<JobQueue>> OpenSqlQueue(const std::string& path,
                                                       SqlQueueOptions options);

}  // namespace cupel::queue

#endif  // CUPEL_QUEUE_SQL_QUEUE_H_
