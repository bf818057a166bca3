#include "queue/sql_queue_schema.h"

namespace cupel::queue {
namespace {

// Times are microseconds since 1970, UTC; spans are microseconds.
//
// A row of `job` is short, for it is written again with every change; what is
// long lies beside it. Each index holds the jobs of one state only, so a lease
// costs the same whatever waits: those that are ready, in the order in which
// they are leased; those whose time is to come, those that may be late, those
// that are leased, and those that ended. A job that becomes ready is moved from
// the second to the first when somebody leases. `state` and `delayed` stand in
// them too, so that counting reads nothing else.
//
// `ready` and `expires` are times, `delay` and `lease` the spans that they were
// made of, for when the clock is set. `token` tells one lease from all others:
// it starts from the job's number, so that not even a job that was purged and
// submitted again has a token twice.
//
// The attempt that is going on, or that completed the job, is told by the job's
// own row; `attempt` has those that ended otherwise.
constexpr std::string_view kFirst = R"sql(
CREATE TABLE job (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  organisation TEXT NOT NULL,
  dedup_key TEXT NOT NULL,
  priority INTEGER NOT NULL,
  not_before INTEGER NOT NULL,
  deadline INTEGER NOT NULL,
  max_attempts INTEGER NOT NULL,
  body_size INTEGER NOT NULL,
  state INTEGER NOT NULL,
  delayed INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  token INTEGER NOT NULL,
  worker TEXT NOT NULL,
  cancel_wanted INTEGER NOT NULL,
  submitted INTEGER NOT NULL,
  ready INTEGER NOT NULL,
  delay INTEGER NOT NULL,
  started INTEGER NOT NULL,
  expires INTEGER NOT NULL,
  lease INTEGER NOT NULL,
  finished INTEGER NOT NULL,
  reason TEXT NOT NULL,
  max_rss INTEGER NOT NULL,
  result_type TEXT NOT NULL,
  result_size INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX job_dedup ON job (organisation, dedup_key)
  WHERE dedup_key <> '';
CREATE INDEX job_ready
  ON job (kind, priority DESC, number, ready, state, delayed)
  WHERE state = 0 AND delayed = 0;
CREATE INDEX job_delayed ON job (ready, state, delayed)
  WHERE state = 0 AND delayed = 1;
CREATE INDEX job_late ON job (deadline) WHERE state = 0 AND deadline > 0;
CREATE INDEX job_leased ON job (expires) WHERE state = 1;
CREATE INDEX job_ended ON job (state, number) WHERE state >= 2;

CREATE TABLE job_body (
  job INTEGER PRIMARY KEY REFERENCES job (number) ON DELETE CASCADE,
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE job_result (
  job INTEGER PRIMARY KEY REFERENCES job (number) ON DELETE CASCADE,
  bytes BLOB NOT NULL
) STRICT;

CREATE TABLE attempt (
  job INTEGER NOT NULL REFERENCES job (number) ON DELETE CASCADE,
  token INTEGER NOT NULL,
  number INTEGER NOT NULL,
  worker TEXT NOT NULL,
  started INTEGER NOT NULL,
  ended INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT NOT NULL,
  signal INTEGER NOT NULL,
  max_rss INTEGER NOT NULL,
  last_step TEXT NOT NULL,
  PRIMARY KEY (job, token)
) STRICT, WITHOUT ROWID;
)sql";

}  // namespace

std::vector<Migration> QueueMigrations() { return {{kFirst}}; }

}  // namespace cupel::queue
