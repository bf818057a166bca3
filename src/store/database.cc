#include "store/database.h"

#include <utility>

#include "base/status.h"
#include "store/connection.h"

namespace cupel {

Database::Database(std::shared_ptr<Connection> connection)
    : connection_(std::move(connection)) {}

Database::~Database() = default;

absl::Status Database::Execute(std::string_view sql) {
  return connection_->Execute(sql);
}

absl::Status Database::Check() {
  CUPEL_ASSIGN_OR_RETURN(Statement check, Prepare("PRAGMA quick_check(1)"));
  CUPEL_ASSIGN_OR_RETURN(const bool row, check.Step());
  if (row && check.Text(0) != "ok") {
    return SqliteStatus(SQLITE_CORRUPT, 0, check.Text(0),
                        connection_->printable, 0, "check");
  }
  return absl::OkStatus();
}

bool Database::in_transaction() const {
  return sqlite3_get_autocommit(connection_->handle) == 0;
}

int64_t Database::last_insert_id() const {
  return sqlite3_last_insert_rowid(connection_->handle);
}

int64_t Database::changes() const {
  return sqlite3_changes64(connection_->handle);
}

const std::string& Database::path() const { return connection_->path; }

Database::Transaction::Transaction(Database* database) : database_(database) {}

Database::Transaction::~Transaction() {
  // SQLite itself rolls back after some errors; then there is nothing to do,
  // and if this fails the connection's end does it.
  if (open_ && database_->in_transaction()) {
    (void)database_->Execute("ROLLBACK");
  }
}

absl::Status Database::Transaction::Begin() {
  CUPEL_RETURN_IF_ERROR(database_->Execute("BEGIN IMMEDIATE"));
  open_ = true;
  return absl::OkStatus();
}

absl::Status Database::Transaction::Commit() {
  if (!open_ || !database_->in_transaction()) {
    open_ = false;
    return MakeStatus(absl::StatusCode::kAborted,
                      "database '{}': the transaction was given up after an "
                      "earlier error; nothing of it was kept",
                      database_->connection_->printable);
  }
  CUPEL_RETURN_IF_ERROR(database_->Execute("COMMIT"));
  open_ = false;
  return absl::OkStatus();
}

}  // namespace cupel
