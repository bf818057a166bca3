#include "store/sqlite_connection.h"

#include "base/status.h"
#include "format/escape.h"

namespace cupel {

SqliteConnection::SqliteConnection(const std::string& path)
    : SqlConnection(EscapePrintable(path)), path_(path) {}

absl::Status SqliteConnection::Execute(std::string_view sql) {
  const std::string text(sql);
  const int code =
      sqlite3_exec(handle_, text.c_str(), nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : Error(code, "execute");
}

// One writes at a time, whatever the mode.
absl::Status SqliteConnection::Begin(TransactionMode) {
  // One that could not be rolled back for lack of memory.
  CUPEL_RETURN_IF_ERROR(GiveUp());
  return RunKept("BEGIN IMMEDIATE");
}

absl::Status SqliteConnection::Commit() { return RunKept("COMMIT"); }

// Where errors are handled: nothing of ours may ask for memory.
absl::Status SqliteConnection::Rollback() {
  if (!in_transaction()) return absl::OkStatus();
  const int code = sqlite3_step(rollback_);
  sqlite3_reset(rollback_);
  if (code == SQLITE_DONE) return absl::OkStatus();
  // The next transaction tries again.
  return absl::Status(code == SQLITE_NOMEM
                          ? absl::StatusCode::kResourceExhausted
                          : absl::StatusCode::kInternal,
                      "");
}

absl::Status SqliteConnection::GiveUp() {
  if (Rollback().ok()) return absl::OkStatus();
  return ResourceExhausted(
      "database '{}': out of memory: a transaction can't be rolled back",
      printable());
}

absl::Status SqliteConnection::RunKept(std::string_view sql) {
  CUPEL_ASSIGN_OR_RETURN(const Borrowed statement, Borrow(sql));
  const int code = sqlite3_step(statement.get());
  return code == SQLITE_DONE ? absl::OkStatus() : Error(code, "execute");
}

absl::StatusOr<SqliteConnection::Borrowed> SqliteConnection::Borrow(
    std::string_view sql) {
  CUPEL_ASSIGN_OR_RETURN(sqlite3_stmt* const statement, Take(sql));
  return Borrowed(statement, Return{this});
}

absl::Status SqliteConnection::Check() {
  CUPEL_ASSIGN_OR_RETURN(const auto check, Prepare("PRAGMA quick_check(1)"));
  CUPEL_ASSIGN_OR_RETURN(const bool row, check->Step());
  if (row && check->Text(0) != "ok") {
    return SqliteStatus(SQLITE_CORRUPT, 0, check->Text(0), printable(), 0,
                        "check");
  }
  return absl::OkStatus();
}

absl::Status SqliteConnection::Notify(std::string_view) {
  return Unimplemented("database '{}': SQLite tells nobody of changes",
                       printable());
}

absl::StatusOr<bool> SqliteConnection::WaitForNotification(std::string_view,
                                                           int64_t, Cancel*) {
  return Notify({});
}

}  // namespace cupel
