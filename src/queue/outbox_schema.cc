#include "queue/outbox_schema.h"

namespace cupel::queue {
namespace {

// `state`: 0 waits, 1 was refused, 2 was delivered and is kept for its key.
// `usage` has what waits or was refused, and how many keys are kept.
constexpr std::string_view kFirst = R"sql(
CREATE TABLE destination (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  failures INTEGER NOT NULL,
  next INTEGER NOT NULL,
  reason TEXT NOT NULL
) STRICT;

CREATE TABLE entry (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  destination INTEGER NOT NULL REFERENCES destination (number),
  key TEXT NOT NULL,
  type TEXT NOT NULL,
  size INTEGER NOT NULL,
  put INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  state INTEGER NOT NULL,
  reason TEXT NOT NULL,
  ended INTEGER NOT NULL,
  body BLOB NOT NULL,
  UNIQUE (destination, key)
) STRICT;
CREATE INDEX entry_waiting ON entry (destination, number, size, put, state)
  WHERE state = 0;
CREATE INDEX entry_refused ON entry (destination, number) WHERE state = 1;
CREATE INDEX entry_delivered ON entry (number) WHERE state = 2;

CREATE TABLE usage (
  entries INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  remembered INTEGER NOT NULL
) STRICT;
INSERT INTO usage (entries, bytes, remembered) VALUES (0, 0, 0);
)sql";

}  // namespace

std::vector<Migration> OutboxMigrations() { return {{kFirst}}; }

}  // namespace cupel::queue
