#include <new>
#include <utility>

#include "base/absl_compat.h"
#include "base/status.h"
#include "store/sqlite_connection.h"

namespace cupel {
namespace {

// Statements of a program are few; these are enough for all of a store's.
constexpr size_t kIdleStatements = 96;

class SqliteStatement final : public SqlStatement {
 public:
  SqliteStatement(std::shared_ptr<SqliteConnection> connection,
                  sqlite3_stmt* statement)
      : connection_(std::move(connection)), statement_(statement) {}
  ~SqliteStatement() override { connection_->GiveBack(statement_); }

  void BindText(int index, std::string_view text) override;
  void BindBlob(int index, std::string_view bytes) override;
  void BindInteger(int index, int64_t number) override {
    StartAnew();
    Keep(sqlite3_bind_int64(statement_, index + 1, number));
  }
  void BindNull(int index) override {
    StartAnew();
    Keep(sqlite3_bind_null(statement_, index + 1));
  }
  absl::StatusOr<bool> Step() override;
  absl::Status Run() override;
  int64_t Integer(int column) const override {
    return sqlite3_column_int64(statement_, column);
  }
  std::string_view Text(int column) const override;
  bool IsNull(int column) const override {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }

 private:
  // After the last row nothing can be bound until it is reset.
  void StartAnew() {
    if (std::exchange(finished_, false)) sqlite3_reset(statement_);
  }
  void Keep(int code) {
    if (bind_error_ == SQLITE_OK) bind_error_ = code;
  }

  const std::shared_ptr<SqliteConnection> connection_;
  sqlite3_stmt* const statement_;
  int bind_error_ = SQLITE_OK;
  bool finished_ = false;
};

void SqliteStatement::BindText(int index, std::string_view text) {
  StartAnew();
  // No null pointer, which would bind NULL.
  const char* data = text.empty() ? "" : text.data();
  Keep(sqlite3_bind_text64(statement_, index + 1, data, text.size(),
                           SQLITE_TRANSIENT, SQLITE_UTF8));
}

void SqliteStatement::BindBlob(int index, std::string_view bytes) {
  StartAnew();
  const char* data = bytes.empty() ? "" : bytes.data();
  Keep(sqlite3_bind_blob64(statement_, index + 1, data, bytes.size(),
                           SQLITE_TRANSIENT));
}

absl::StatusOr<bool> SqliteStatement::Step() {
  if (bind_error_ != SQLITE_OK) {
    const int code = std::exchange(bind_error_, SQLITE_OK);
    return connection_->Error(code, "bind a parameter");
  }
  StartAnew();
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  finished_ = true;
  if (code == SQLITE_DONE) return false;
  absl::Status error = connection_->Error(
      code, sqlite3_stmt_readonly(statement_) != 0 ? "read" : "write");
  // At once, so that a failed statement keeps no lock.
  sqlite3_reset(statement_);
  return error;
}

absl::Status SqliteStatement::Run() {
  while (true) {
    CUPEL_ASSIGN_OR_RETURN(const bool row, Step());
    if (!row) break;
  }
  // Else a write would stay open in auto-commit mode until it is given back.
  sqlite3_reset(statement_);
  return absl::OkStatus();
}

std::string_view SqliteStatement::Text(int column) const {
  const void* data = sqlite3_column_type(statement_, column) == SQLITE_BLOB
                         ? sqlite3_column_blob(statement_, column)
                         : sqlite3_column_text(statement_, column);
  if (data == nullptr) {
    // Empty bytes and NULL are so, too. Text is not: that needed memory.
    if (sqlite3_column_type(statement_, column) != SQLITE_TEXT) return {};
    throw std::bad_alloc();
  }
  return {static_cast<const char*>(data),
          static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
}

}  // namespace

SqliteConnection::~SqliteConnection() {
  for (auto& [sql, statements] : idle_) {
    for (sqlite3_stmt* statement : statements) sqlite3_finalize(statement);
  }
  sqlite3_finalize(rollback_);
  sqlite3_close_v2(handle_);
}

absl::StatusOr<std::unique_ptr<SqlStatement>> SqliteConnection::Prepare(
    std::string_view sql) {
  CUPEL_ASSIGN_OR_RETURN(Borrowed borrowed, Borrow(sql));
  auto statement =
      std::make_unique<SqliteStatement>(shared_from_this(), borrowed.get());
  static_cast<void>(borrowed.release());  // the statement has it now
  return statement;
}

absl::Status SqliteConnection::Error(int code, std::string_view doing) const {
  // An error that came before this one's call would be shown instead.
  const bool own = sqlite3_extended_errcode(handle_) == code;
  const std::string_view message =
      own ? sqlite3_errmsg(handle_) : sqlite3_errstr(code);
  // It has a code of its own, which SQLite does not use for this.
  const bool format =
      code == SQLITE_ERROR && message == "unsupported file format";
  return SqliteStatus(format ? SQLITE_FORMAT : code,
                      sqlite3_system_errno(handle_), message, printable(),
                      busy_timeout_ms_, doing);
}

absl::StatusOr<sqlite3_stmt*> SqliteConnection::Take(std::string_view sql) {
  const auto found = idle_.find(sql);
  if (found != idle_.end() && !found->second.empty()) {
    sqlite3_stmt* statement = found->second.back();
    found->second.pop_back();
    --idle_count_;
    return statement;
  }
  if (sql.size() > size_t{1} << 20) {
    return InvalidArgument("database '{}': a statement of {} bytes",
                           printable(), sql.size());
  }
  sqlite3_stmt* statement = nullptr;
  const int code =
      sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return Error(code, "prepare a statement");
  if (statement == nullptr) {
    return InvalidArgument("database '{}': an empty statement", printable());
  }
  return statement;
}

void SqliteConnection::GiveBack(sqlite3_stmt* statement) noexcept {
  // What reset returns is the error of the last step, which was told then.
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  if (idle_count_ < kIdleStatements && Keep(statement)) return;
  sqlite3_finalize(statement);
}

bool SqliteConnection::Keep(sqlite3_stmt* statement) noexcept {
  try {
    idle_[sqlite3_sql(statement)].push_back(statement);
  } catch (const std::bad_alloc&) {
    return false;
  }
  ++idle_count_;
  return true;
}

}  // namespace cupel
