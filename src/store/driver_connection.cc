#include "store/driver_connection.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <list>
#include <optional>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "base/status.h"
#include "budget/cancel.h"
#include "format/escape.h"
#include "store/sql_dialect.h"

namespace cupel {
namespace {

cupel_sql_error NoError() {
  cupel_sql_error error{};
  error.struct_size = sizeof(error);
  return error;
}

cupel_view ViewOf(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

absl::Status CheckStore(std::string_view store) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  if (store.empty() || store.size() > 15 ||
      !std::all_of(store.begin(), store.end(), fits)) {
    return Internal("a store of the name '{}'", EscapePrintable(store));
  }
  return absl::OkStatus();
}

class DriverStatement final : public SqlStatement {
 public:
  DriverStatement(std::shared_ptr<DriverConnection> connection,
                  cupel_sql_statement* statement, bool writes)
      : connection_(std::move(connection)),
        statement_(statement),
        writes_(writes) {}
  ~DriverStatement() override { connection_->driver().finalize(statement_); }

  void BindText(int index, std::string_view text) override {
    Bind(index, {CUPEL_SQL_TEXT, 0, 0, ViewOf(text)});
  }
  void BindBlob(int index, std::string_view bytes) override {
    Bind(index, {CUPEL_SQL_BLOB, 0, 0, ViewOf(bytes)});
  }
  void BindInteger(int index, int64_t number) override {
    Bind(index, {CUPEL_SQL_INTEGER, 0, number, {nullptr, 0}});
  }
  void BindNull(int index) override {
    Bind(index, {CUPEL_SQL_NULL, 0, 0, {nullptr, 0}});
  }
  absl::StatusOr<bool> Step() override;
  absl::Status Run() override;
  int64_t Integer(int column) const override;
  std::string_view Text(int column) const override;
  bool IsNull(int column) const override {
    return Column(column).kind == CUPEL_SQL_NULL;
  }

 private:
  void Bind(int index, const cupel_sql_value& value);
  absl::StatusOr<bool> StepOnce();
  cupel_sql_value Column(int column) const {
    cupel_sql_value value{};
    connection_->driver().column(statement_, static_cast<uint32_t>(column),
                                 &value);
    return value;
  }

  const std::shared_ptr<DriverConnection> connection_;
  cupel_sql_statement* const statement_;
  const bool writes_;
  bool running_ = false;  // there may be more rows
  absl::Status bind_error_;
  // Numbers that were read as text, until the next Step.
  mutable std::list<std::string> as_text_;
};

void DriverStatement::Bind(int index, const cupel_sql_value& value) {
  cupel_sql_error error = NoError();
  const cupel_status code = connection_->driver().bind(
      statement_, static_cast<uint32_t>(index), &value, &error);
  if (code != CUPEL_STATUS_OK && bind_error_.ok()) {
    bind_error_ = connection_->StatusOf(code, error);
  }
}

absl::StatusOr<bool> DriverStatement::StepOnce() {
  if (!bind_error_.ok()) return std::exchange(bind_error_, absl::OkStatus());
  cupel_sql_error error = NoError();
  int32_t row = 0;
  const cupel_status code =
      connection_->driver().step(statement_, &row, &error);
  running_ = code == CUPEL_STATUS_OK && row != 0;
  if (code != CUPEL_STATUS_OK) return connection_->StatusOf(code, error);
  return running_;
}

absl::StatusOr<bool> DriverStatement::Step() {
  as_text_.clear();
  if (running_ || !writes_ || !connection_->ToBeSerial()) return StepOnce();
  // The first step does all the work, so it is the transaction.
  CUPEL_RETURN_IF_ERROR(connection_->Begin(TransactionMode::kExclusive));
  const absl::Cleanup undo = [this] { (void)connection_->Rollback(); };
  CUPEL_ASSIGN_OR_RETURN(const bool row, StepOnce());
  CUPEL_RETURN_IF_ERROR(connection_->Commit());
  return row;
}

absl::Status DriverStatement::Run() {
  while (true) {
    CUPEL_ASSIGN_OR_RETURN(const bool row, Step());
    if (!row) return absl::OkStatus();
  }
}

int64_t DriverStatement::Integer(int column) const {
  const cupel_sql_value value = Column(column);
  if (value.kind == CUPEL_SQL_INTEGER) return value.integer;
  // As SQLite has it: the digits at the beginning of a text.
  int64_t number = 0;
  const auto* const text = reinterpret_cast<const char*>(value.bytes.data);
  if (text != nullptr) std::from_chars(text, text + value.bytes.size, number);
  return number;
}

std::string_view DriverStatement::Text(int column) const {
  const cupel_sql_value value = Column(column);
  if (value.kind == CUPEL_SQL_INTEGER) {
    return as_text_.emplace_back(std::to_string(value.integer));
  }
  return {reinterpret_cast<const char*>(value.bytes.data), value.bytes.size};
}

}  // namespace

DriverConnection::DriverConnection(const cupel_sql_driver_v1* driver,
                                   cupel_sql_connection* connection,
                                   std::string printable,
                                   const DatabaseOptions& options)
    : SqlConnection(std::move(printable)),
      driver_(driver),
      connection_(connection),
      exclusive_writes_(options.exclusive_writes) {}

DriverConnection::~DriverConnection() { driver_->close(connection_); }

absl::Status DriverConnection::StatusOf(cupel_status code,
                                        const cupel_sql_error& error) const {
  if (code == CUPEL_STATUS_OK) return absl::OkStatus();
  const char* const end =
      std::find(error.message, error.message + sizeof(error.message), '\0');
  return MakeStatus(
      static_cast<absl::StatusCode>(code), "database '{}': {}", printable(),
      EscapePrintable(
          {error.message, static_cast<size_t>(end - error.message)}));
}

absl::StatusOr<std::unique_ptr<SqlStatement>> DriverConnection::Prepare(
    std::string_view sql) {
  cupel_sql_error error = NoError();
  cupel_sql_statement* statement = nullptr;
  CUPEL_RETURN_IF_ERROR(StatusOf(
      driver_->prepare(connection_, ViewOf(sql), &statement, &error), error));
  return std::make_unique<DriverStatement>(shared_from_this(), statement,
                                           IsWrite(sql));
}

absl::Status DriverConnection::Execute(std::string_view sql) {
  cupel_sql_error error = NoError();
  const cupel_status code = driver_->exec(connection_, ViewOf(sql), &error);
  return StatusOf(code, error);
}

absl::Status DriverConnection::Begin(TransactionMode mode) {
  cupel_sql_error error = NoError();
  const cupel_status code = driver_->begin(
      connection_,
      mode == TransactionMode::kShared ? CUPEL_SQL_SHARED : CUPEL_SQL_EXCLUSIVE,
      &error);
  if (code == CUPEL_STATUS_OK) begun_ = true;
  return StatusOf(code, error);
}

absl::Status DriverConnection::Commit() {
  cupel_sql_error error = NoError();
  const cupel_status code = driver_->commit(connection_, &error);
  if (code == CUPEL_STATUS_OK) begun_ = false;
  return StatusOf(code, error);
}

absl::Status DriverConnection::Rollback() {
  cupel_sql_error error = NoError();
  const cupel_status code = driver_->rollback(connection_, &error);
  begun_ = false;
  return StatusOf(code, error);
}

bool DriverConnection::in_transaction() const {
  return driver_->in_transaction(connection_) != 0;
}

int64_t DriverConnection::changes() const {
  return driver_->changes(connection_);
}

void DriverConnection::Interrupt() { driver_->interrupt(connection_); }

bool DriverConnection::has_notifications() const {
  return driver_->notify != nullptr;
}

absl::Status DriverConnection::Notify(std::string_view channel) {
  if (!has_notifications()) {
    return Unimplemented("database '{}': it tells nobody of changes",
                         printable());
  }
  cupel_sql_error error = NoError();
  const cupel_status code =
      driver_->notify(connection_, ViewOf(channel), &error);
  return StatusOf(code, error);
}

absl::StatusOr<bool> DriverConnection::WaitForNotification(
    std::string_view channel, int64_t micros, Cancel* cancel) {
  if (!has_notifications()) {
    return Unimplemented("database '{}': it tells nobody of changes",
                         printable());
  }
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max() / 1000;
  const int64_t bounded = std::clamp(micros, int64_t{0}, kMost);
  std::optional<Cancel::Listener> listener;
  if (cancel != nullptr) listener.emplace(cancel, [this] { Interrupt(); });
  cupel_sql_error error = NoError();
  int32_t came = 0;
  const cupel_status code =
      driver_->wait(connection_, ViewOf(channel),
                    static_cast<uint64_t>(bounded) * 1000, &came, &error);
  listener.reset();
  const bool stopped = cancel != nullptr && cancel->triggered();
  // One that was meant for something before.
  if (code == CUPEL_STATUS_CANCELLED && !stopped) return false;
  CUPEL_RETURN_IF_ERROR(StatusOf(code, error));
  return came != 0;
}

absl::Status DriverConnection::ReadVersion(const DatabaseOptions& options,
                                           int64_t* version) {
  *version = 0;
  CUPEL_ASSIGN_OR_RETURN(
      const auto query,
      Prepare("SELECT application, version FROM cupel_schema WHERE store = ?"));
  query->BindText(0, options.store);
  const absl::StatusOr<bool> row = query->Step();
  int64_t owner = 0;
  if (row.ok() && *row) {
    owner = query->Integer(0);
    *version = query->Integer(1);
  } else if (!row.ok() && !absl::IsNotFound(row.status())) {
    return row.status();
  }
  return CheckSchemaVersion(options, printable(), !row.ok() || !*row,
                            static_cast<uint32_t>(owner), *version);
}

absl::Status DriverConnection::WriteVersion(const DatabaseOptions& options,
                                            int64_t version) {
  CUPEL_ASSIGN_OR_RETURN(
      const auto write,
      Prepare("INSERT INTO cupel_schema (store, application, version) "
              "VALUES (?, ?, ?) ON CONFLICT (store) DO UPDATE SET "
              "application = excluded.application, version = "
              "excluded.version"));
  write->BindText(0, options.store);
  write->BindInteger(1, int64_t{options.application_id});
  write->BindInteger(2, version);
  return write->Run();
}

// Each step in a transaction of its own with its number, which is looked at
// again inside: another process may have been here meanwhile.
absl::Status DriverConnection::Migrate(const DatabaseOptions& options) {
  const auto newest = static_cast<int64_t>(options.migrations.size());
  while (true) {
    CUPEL_RETURN_IF_ERROR(Begin(TransactionMode::kExclusive));
    const absl::Cleanup undo = [this] { (void)Rollback(); };
    CUPEL_RETURN_IF_ERROR(Execute(
        "CREATE TABLE IF NOT EXISTS cupel_schema (store TEXT PRIMARY KEY, "
        "application BIGINT NOT NULL, version BIGINT NOT NULL)"));
    int64_t version = 0;
    CUPEL_RETURN_IF_ERROR(ReadVersion(options, &version));
    if (version == newest) return absl::OkStatus();
    const auto& step = options.migrations[static_cast<size_t>(version)];
    CUPEL_RETURN_IF_ERROR(Execute(MigrationText(step, dialect())));
    CUPEL_RETURN_IF_ERROR(WriteVersion(options, version + 1));
    CUPEL_RETURN_IF_ERROR(Commit());
  }
}

absl::StatusOr<std::shared_ptr<SqlConnection>> DriverConnection::Open(
    const DatabaseUrl& url, const DatabaseOptions& options) {
  CUPEL_RETURN_IF_ERROR(CheckStore(options.store));
  CUPEL_ASSIGN_OR_RETURN(const cupel_sql_driver_v1* const driver,
                         LoadSqlDriver(url.driver, options.driver_folders));
  const std::string space = url.prefix + "_" + options.store;
  cupel_sql_open open{};
  open.struct_size = sizeof(open);
  if (options.read_only) open.flags = CUPEL_SQL_READ_ONLY;
  open.url = ViewOf(url.target);
  open.space = ViewOf(space);
  open.connect_timeout_ms = options.connect_timeout_ms;
  open.lock_timeout_ms = options.busy_timeout_ms;
  open.statement_timeout_ms = options.statement_timeout_ms;
  cupel_sql_error error = NoError();
  cupel_sql_connection* opened = nullptr;
  const cupel_status code = driver->open(&open, &opened, &error);
  if (code != CUPEL_STATUS_OK) {
    return MakeStatus(static_cast<absl::StatusCode>(code), "database '{}': {}",
                      url.printable, EscapePrintable(error.message));
  }
  auto connection = std::make_shared<DriverConnection>(driver, opened,
                                                       url.printable, options);
  int64_t version = 0;
  CUPEL_RETURN_IF_ERROR(connection->ReadVersion(options, &version));
  if (version < static_cast<int64_t>(options.migrations.size())) {
    CUPEL_RETURN_IF_ERROR(connection->Migrate(options));
  }
  return connection;
}

}  // namespace cupel
