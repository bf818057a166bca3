#include <utility>

#include "base/absl_compat.h"
#include "base/status.h"
#include "store/connection.h"
#include "store/database.h"

namespace cupel {
namespace {

// Statements of a program are few; these are enough for all of a store's.
constexpr size_t kIdleStatements = 96;

}  // namespace

Connection::~Connection() {
  for (auto& [sql, statements] : idle) {
    for (sqlite3_stmt* statement : statements) sqlite3_finalize(statement);
  }
  sqlite3_close_v2(handle);
}

absl::Status Connection::Error(int code, std::string_view doing) const {
  // An error that came before this one's call would be shown instead.
  const bool own = sqlite3_extended_errcode(handle) == code;
  const std::string_view message =
      own ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
  // It has a code of its own, which SQLite does not use for this.
  const bool format =
      code == SQLITE_ERROR && message == "unsupported file format";
  return SqliteStatus(format ? SQLITE_FORMAT : code,
                      sqlite3_system_errno(handle), message, printable,
                      busy_timeout_ms, doing);
}

absl::StatusOr<sqlite3_stmt*> Connection::Take(std::string_view sql) {
  const auto found = idle.find(ToAbsl(sql));
  if (found != idle.end() && !found->second.empty()) {
    sqlite3_stmt* statement = found->second.back();
    found->second.pop_back();
    --idle_count;
    return statement;
  }
  if (sql.size() > size_t{1} << 20) {
    return InvalidArgument("database '{}': a statement of {} bytes", printable,
                           sql.size());
  }
  sqlite3_stmt* statement = nullptr;
  const int code =
      sqlite3_prepare_v3(handle, sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return Error(code, "prepare a statement");
  if (statement == nullptr) {
    return InvalidArgument("database '{}': an empty statement", printable);
  }
  return statement;
}

void Connection::GiveBack(sqlite3_stmt* statement) {
  // What reset returns is the error of the last step, which was told then.
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  if (idle_count >= kIdleStatements) {
    sqlite3_finalize(statement);
    return;
  }
  ++idle_count;
  idle[sqlite3_sql(statement)].push_back(statement);
}

struct Statement::State {
  std::shared_ptr<Connection> connection;
  sqlite3_stmt* statement = nullptr;
  int bind_error = SQLITE_OK;
  bool finished = false;

  ~State() { connection->GiveBack(statement); }

  void Keep(int code) {
    if (bind_error == SQLITE_OK) bind_error = code;
  }
};

Statement::Statement(std::unique_ptr<State> state) : state_(std::move(state)) {}
Statement::Statement(Statement&&) noexcept = default;
Statement::~Statement() = default;

Statement& Statement::Bind(int index, std::string_view text) {
  // No null pointer, which would bind NULL.
  const char* data = text.empty() ? "" : text.data();
  state_->Keep(sqlite3_bind_text64(state_->statement, index + 1, data,
                                   text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}

Statement& Statement::BindBlob(int index, std::string_view bytes) {
  const char* data = bytes.empty() ? "" : bytes.data();
  state_->Keep(sqlite3_bind_blob64(state_->statement, index + 1, data,
                                   bytes.size(), SQLITE_TRANSIENT));
  return *this;
}

Statement& Statement::Bind(int index, int64_t number) {
  state_->Keep(sqlite3_bind_int64(state_->statement, index + 1, number));
  return *this;
}

Statement& Statement::Bind(int index, std::optional<std::string_view> text) {
  return text.has_value() ? Bind(index, *text) : BindNull(index);
}

Statement& Statement::BindNull(int index) {
  state_->Keep(sqlite3_bind_null(state_->statement, index + 1));
  return *this;
}

absl::StatusOr<bool> Statement::Step() {
  if (state_->bind_error != SQLITE_OK) {
    const int code = std::exchange(state_->bind_error, SQLITE_OK);
    return state_->connection->Error(code, "bind a parameter");
  }
  if (std::exchange(state_->finished, false)) sqlite3_reset(state_->statement);
  const int code = sqlite3_step(state_->statement);
  if (code == SQLITE_ROW) return true;
  state_->finished = true;
  if (code == SQLITE_DONE) return false;
  absl::Status error = state_->connection->Error(
      code, sqlite3_stmt_readonly(state_->statement) != 0 ? "read" : "write");
  // At once, so that a failed statement keeps no lock.
  sqlite3_reset(state_->statement);
  return error;
}

absl::Status Statement::Run() {
  while (true) {
    CUPEL_ASSIGN_OR_RETURN(const bool row, Step());
    if (!row) break;
  }
  // Else a write would stay open in auto-commit mode until it is given back.
  sqlite3_reset(state_->statement);
  return absl::OkStatus();
}

int64_t Statement::Integer(int column) const {
  return sqlite3_column_int64(state_->statement, column);
}

std::string_view Statement::Text(int column) const {
  sqlite3_stmt* statement = state_->statement;
  const void* data = sqlite3_column_type(statement, column) == SQLITE_BLOB
                         ? sqlite3_column_blob(statement, column)
                         : sqlite3_column_text(statement, column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data),
          static_cast<size_t>(sqlite3_column_bytes(statement, column))};
}

bool Statement::IsNull(int column) const {
  return sqlite3_column_type(state_->statement, column) == SQLITE_NULL;
}

absl::StatusOr<Statement> Database::Prepare(std::string_view sql) {
  CUPEL_ASSIGN_OR_RETURN(sqlite3_stmt* const statement, connection_->Take(sql));
  auto state = std::make_unique<Statement::State>();
  state->connection = connection_;
  state->statement = statement;
  return Statement(std::move(state));
}

}  // namespace cupel
