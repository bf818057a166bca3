#include "store/database.h"

#include <utility>

#include "base/status.h"
#include "store/database_url.h"
#include "store/driver_connection.h"
#include "store/sql_connection.h"
#include "store/sqlite_connection.h"

namespace cupel {

absl::Status CheckSchemaVersion(const DatabaseOptions& options,
                                std::string_view printable, bool empty,
                                uint32_t owner, int64_t version) {
  const bool made_just_now = empty && owner == 0 && version == 0;
  if (!made_just_now && owner != options.application_id) {
    return FailedPrecondition(
        "database '{}' belongs to another program or another kind of store "
        "(application id {:#x}, expected {:#x}); name another one",
        printable, owner, options.application_id);
  }
  const auto newest = static_cast<int64_t>(options.migrations.size());
  if (version < 0 || version > newest) {
    return FailedPrecondition(
        "database '{}' has version {} of its tables, this program knows up to "
        "{}; use the newer program that made it",
        printable, version, newest);
  }
  if (options.read_only && version < newest) {
    return FailedPrecondition(
        "database '{}' has version {} of its tables and {} is needed; open it "
        "for writing once to bring it up to date",
        printable, version, newest);
  }
  return absl::OkStatus();
}

Statement::Statement(std::unique_ptr<SqlStatement> statement)
    : statement_(std::move(statement)) {}
Statement::Statement(Statement&&) noexcept = default;
Statement::~Statement() = default;

Statement& Statement::Bind(int index, std::string_view text) {
  statement_->BindText(index, text);
  return *this;
}

Statement& Statement::BindBlob(int index, std::string_view bytes) {
  statement_->BindBlob(index, bytes);
  return *this;
}

Statement& Statement::Bind(int index, int64_t number) {
  statement_->BindInteger(index, number);
  return *this;
}

Statement& Statement::Bind(int index, std::optional<std::string_view> text) {
  return text.has_value() ? Bind(index, *text) : BindNull(index);
}

Statement& Statement::BindNull(int index) {
  statement_->BindNull(index);
  return *this;
}

absl::StatusOr<bool> Statement::Step() { return statement_->Step(); }
absl::Status Statement::Run() { return statement_->Run(); }

absl::StatusOr<int64_t> Statement::RunForNumber() {
  CUPEL_ASSIGN_OR_RETURN(const bool row, Step());
  if (!row) return Internal("a statement gave no number");
  const int64_t number = Integer(0);
  CUPEL_RETURN_IF_ERROR(Run());
  return number;
}

int64_t Statement::Integer(int column) const {
  return statement_->Integer(column);
}
std::string_view Statement::Text(int column) const {
  return statement_->Text(column);
}
bool Statement::IsNull(int column) const { return statement_->IsNull(column); }

Database::Database(std::shared_ptr<SqlConnection> connection)
    : connection_(std::move(connection)) {}

Database::~Database() = default;

absl::StatusOr<std::unique_ptr<Database>> Database::Open(
    const DatabaseOptions& options) {
  CUPEL_ASSIGN_OR_RETURN(const DatabaseUrl url, ParseDatabaseUrl(options.path));
  CUPEL_ASSIGN_OR_RETURN(std::shared_ptr<SqlConnection> connection,
                         url.driver.empty()
                             ? SqliteConnection::Open(url.target, options)
                             : DriverConnection::Open(url, options));
  return std::unique_ptr<Database>(new Database(std::move(connection)));
}

absl::StatusOr<Statement> Database::Prepare(std::string_view sql) {
  CUPEL_ASSIGN_OR_RETURN(auto statement, connection_->Prepare(sql));
  return Statement(std::move(statement));
}

absl::Status Database::Execute(std::string_view sql) {
  return connection_->Execute(sql);
}

absl::Status Database::Check() { return connection_->Check(); }

bool Database::in_transaction() const { return connection_->in_transaction(); }

int64_t Database::changes() const { return connection_->changes(); }

const std::string& Database::printable() const {
  return connection_->printable();
}

SqlDialect Database::dialect() const { return connection_->dialect(); }

std::string_view Database::skip_locked() const {
  return dialect() == SqlDialect::kSqlite ? "" : " FOR UPDATE SKIP LOCKED";
}

void Database::Interrupt() { connection_->Interrupt(); }

bool Database::has_notifications() const {
  return connection_->has_notifications();
}

absl::Status Database::Notify(std::string_view channel) {
  return connection_->Notify(channel);
}

absl::StatusOr<bool> Database::WaitForNotification(std::string_view channel,
                                                   int64_t micros,
                                                   Cancel* cancel) {
  return connection_->WaitForNotification(channel, micros, cancel);
}

Database::Transaction::Transaction(Database* database) : database_(database) {}

Database::Transaction::~Transaction() {
  // The database itself rolls back after some errors; then there is nothing to
  // do, and if this fails the connection's end does it.
  if (open_) (void)database_->connection_->Rollback();
}

absl::Status Database::Transaction::Begin(TransactionMode mode) {
  CUPEL_RETURN_IF_ERROR(database_->connection_->Begin(mode));
  open_ = true;
  return absl::OkStatus();
}

absl::Status Database::Transaction::Commit() {
  if (!open_ || !database_->in_transaction()) {
    return MakeStatus(absl::StatusCode::kAborted,
                      "database '{}': the transaction was given up after an "
                      "earlier error; nothing of it was kept",
                      database_->connection_->printable());
  }
  CUPEL_RETURN_IF_ERROR(database_->connection_->Commit());
  open_ = false;
  return absl::OkStatus();
}

}  // namespace cupel
