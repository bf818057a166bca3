#include "queue/sql_queue.h"

#include <utility>

#include "base/status.h"
#include "queue/database_ear.h"
#include "queue/new_job.h"
#include "queue/random_source.h"
#include "queue/sql_queue_impl.h"
#include "queue/sql_queue_schema.h"

namespace cupel::queue {
namespace {

constexpr uint32_t kPatienceMs = 30'000;  // half of the usual lease

std::unique_ptr<WorkEar> EarOf(const SqlQueueOptions& options) {
  if (!options.listen_at.has_value()) return nullptr;
  return std::make_unique<DatabaseEar>(*options.listen_at);
}

ClockSource ClockOf(const SqlQueueOptions& options,
                    const std::shared_ptr<ServerClock>& server) {
  if (options.clock.has_value()) return *options.clock;
  return server == nullptr ? ClockSource::System()
                           : ServerClock::Source(server);
}

}  // namespace

SqlQueue::SqlQueue(std::shared_ptr<CatalogueConnections> database,
                   SqlQueueOptions options,
                   std::shared_ptr<ServerClock> server_clock)
    : database_(std::move(database)),
      options_(std::move(options)),
      server_clock_(std::move(server_clock)),
      clock_(ClockOf(options_, server_clock_)),
      signal_(options_.watched_file, options_.others, EarOf(options_)) {}

absl::StatusOr<std::shared_ptr<JobQueue>> NewSqlQueue(
    std::shared_ptr<CatalogueConnections> database, SqlQueueOptions options) {
  CUPEL_RETURN_IF_ERROR(CheckQueueOptions(options.queue));
  if (!options.random) options.random = RandomSource();
  std::shared_ptr<ServerClock> server;
  if (!options.clock.has_value()) {
    CUPEL_ASSIGN_OR_RETURN(const auto writer, database->ForWriting());
    if (writer->dialect() != SqlDialect::kSqlite) {
      server = std::make_shared<ServerClock>();
      CUPEL_RETURN_IF_ERROR(server->Sync(*writer));
    }
  }
  return std::make_shared<SqlQueue>(std::move(database), std::move(options),
                                    std::move(server));
}

absl::StatusOr<std::shared_ptr<JobQueue>> OpenSqlQueue(
    const std::string& path, SqlQueueOptions options) {
  const bool in_memory = path == ":memory:";
  DatabaseOptions database;
  database.path = path;
  database.store = "queue";
  database.busy_timeout_ms = options.queue.busy_timeout_ms;
  database.exclusive_writes = false;
  // A renewal that waits for longer costs all the jobs that are held.
  database.statement_timeout_ms = kPatienceMs;
  database.driver_folders = options.queue.driver_folders;
  database.application_id = kQueueApplicationId;
  database.migrations = QueueMigrations();
  CUPEL_ASSIGN_OR_RETURN(std::unique_ptr<Database> writer,
                         Database::Open(database));
  const bool file = !in_memory && writer->dialect() == SqlDialect::kSqlite;
  options.watched_file = file ? path : "";
  options.others = !in_memory;
  if (writer->has_notifications()) options.listen_at = database;
  options.url =
      in_memory ? "memory:" : (file ? "sqlite:" : "") + writer->printable();
  return NewSqlQueue(std::make_shared<CatalogueConnections>(
                         std::move(writer), std::move(database)),
                     std::move(options));
}

}  // namespace cupel::queue
