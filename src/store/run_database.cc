#include "store/run_database.h"

#include <string_view>
#include <utility>

#include "base/status.h"
#include "store/database.h"

namespace cupel {
namespace {

// Times are microseconds since 1970, UTC.
//
// A blob belongs to nobody: it is there as long as a raw of somebody is. What a
// run gave points to blobs but does not keep them: once nobody has a raw of it
// any more, the run is forgotten too, so that what was deleted by all who had
// it cannot come back through a later job.
//
// A run without a key is nobody else's business: it is never looked up.
constexpr std::string_view kFirst = R"sql(
CREATE TABLE blob (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  sha256 BLOB NOT NULL UNIQUE,
  size INTEGER NOT NULL,
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE raw (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  organisation TEXT NOT NULL,
  job TEXT NOT NULL,
  mime_types TEXT NOT NULL,
  created INTEGER NOT NULL,
  blob INTEGER NOT NULL REFERENCES blob (number)
) STRICT;
CREATE INDEX raw_of_job ON raw (organisation, job);
CREATE INDEX raw_with_blob ON raw (blob);

CREATE TABLE run (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT,
  state INTEGER NOT NULL,
  token INTEGER NOT NULL,
  leader INTEGER NOT NULL,
  started INTEGER NOT NULL,
  expires INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX run_going_on ON run (key)
  WHERE state = 0 AND key IS NOT NULL;
CREATE INDEX run_done ON run (key, started)
  WHERE state = 1 AND key IS NOT NULL;
CREATE INDEX run_expiring ON run (expires) WHERE state = 0;
CREATE INDEX run_over ON run (started) WHERE state <> 0;

CREATE TABLE run_output (
  run INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  mime_types TEXT NOT NULL,
  blob INTEGER NOT NULL REFERENCES blob (number),
  PRIMARY KEY (run, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_output_with_blob ON run_output (blob);

CREATE TABLE ticket (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  run INTEGER NOT NULL REFERENCES run (number) ON DELETE CASCADE,
  organisation TEXT NOT NULL,
  job TEXT NOT NULL,
  reuses INTEGER NOT NULL,
  UNIQUE (organisation, job)
) STRICT;
CREATE INDEX ticket_of_run ON ticket (run);

CREATE TABLE last_token (value INTEGER NOT NULL) STRICT;
INSERT INTO last_token (value) VALUES (0);
)sql";

constexpr std::string_view kFirstSqlite = R"sql(
CREATE TRIGGER forget_runs_of_blob BEFORE DELETE ON blob BEGIN
  DELETE FROM run WHERE number IN
    (SELECT run FROM run_output WHERE blob = OLD.number);
END;
CREATE TRIGGER drop_blob_after_raw AFTER DELETE ON raw
  WHEN NOT EXISTS (SELECT 1 FROM raw WHERE blob = OLD.blob)
BEGIN
  DELETE FROM blob WHERE number = OLD.blob;
END;
)sql";

constexpr std::string_view kFirstPostgresql = R"sql(
CREATE FUNCTION forget_runs_of_blob() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  DELETE FROM run WHERE number IN
    (SELECT run FROM run_output WHERE blob = OLD.number);
  RETURN OLD;
END $f$;
CREATE TRIGGER forget_runs_of_blob BEFORE DELETE ON blob
  FOR EACH ROW EXECUTE FUNCTION forget_runs_of_blob();

CREATE FUNCTION drop_blob_after_raw() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  DELETE FROM blob WHERE number = OLD.blob
    AND NOT EXISTS (SELECT 1 FROM raw WHERE blob = OLD.blob);
  RETURN NULL;
END $f$;
CREATE TRIGGER drop_blob_after_raw AFTER DELETE ON raw
  FOR EACH ROW EXECUTE FUNCTION drop_blob_after_raw();
)sql";

// A job's own document. With an organisation's raws go its jobs.
constexpr std::string_view kMetas = R"sql(
CREATE TABLE meta (
  organisation TEXT NOT NULL,
  job TEXT NOT NULL,
  kind INTEGER NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (organisation, job)
) STRICT, WITHOUT ROWID;
)sql";

}  // namespace

absl::StatusOr<std::shared_ptr<RunDatabase>> OpenRunDatabase(
    const std::string& path, const RunDatabaseOptions& options) {
  DatabaseOptions database;
  database.path = path;
  database.busy_timeout_ms = options.busy_timeout_ms;
  database.store = "runs";
  database.application_id = kRunApplicationId;
  database.migrations = {{kFirst, kFirstSqlite, kFirstPostgresql}, {kMetas}};
  CUPEL_ASSIGN_OR_RETURN(std::unique_ptr<Database> writer,
                         Database::Open(database));
  return std::make_shared<RunDatabase>(std::move(writer), std::move(database));
}

}  // namespace cupel
