// SQLite behind Database. Only this folder's .cc files include it.
#ifndef CUPEL_STORE_SQLITE_CONNECTION_H_
#define CUPEL_STORE_SQLITE_CONNECTION_H_

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/hash.h"
#include "store/sql_connection.h"

namespace cupel {

// An open database with the statements that nobody uses just now.
class SqliteConnection final
    : public SqlConnection,
      public std::enable_shared_from_this<SqliteConnection> {
 public:
  // At `path`, which is a file's or ":memory:".
  static absl::StatusOr<std::shared_ptr<SqlConnection>> Open(
      const std::string& path, const DatabaseOptions& options);
  explicit SqliteConnection(const std::string& path);
  ~SqliteConnection() override;

  absl::StatusOr<std::unique_ptr<SqlStatement>> Prepare(
      std::string_view sql) override;
  absl::Status Execute(std::string_view sql) override;
  absl::Status Begin(TransactionMode mode) override;
  absl::Status Commit() override;
  absl::Status Rollback() override;
  bool in_transaction() const override {
    return sqlite3_get_autocommit(handle_) == 0;
  }
  int64_t changes() const override { return sqlite3_changes64(handle_); }
  absl::Status Check() override;
  SqlDialect dialect() const override { return SqlDialect::kSqlite; }
  void Interrupt() override { sqlite3_interrupt(handle_); }
  bool has_notifications() const override { return false; }
  absl::Status Notify(std::string_view channel) override;
  absl::StatusOr<bool> WaitForNotification(std::string_view channel,
                                           int64_t micros,
                                           Cancel* cancel) override;

  // For its statements: from the cache or new.
  absl::StatusOr<sqlite3_stmt*> Take(std::string_view sql);
  // Resets it, forgets what was bound, keeps it for the next Take.
  void GiveBack(sqlite3_stmt* statement) noexcept;
  // One that goes back by itself.
  struct Return {
    SqliteConnection* connection;
    void operator()(sqlite3_stmt* statement) const {
      connection->GiveBack(statement);
    }
  };
  using Borrowed = std::unique_ptr<sqlite3_stmt, Return>;
  absl::StatusOr<Borrowed> Borrow(std::string_view sql);
  // A statement without parameters, kept for the next time.
  absl::Status RunKept(std::string_view sql);
  // The error `code`, in words. `doing` says what failed: "write".
  absl::Status Error(int code, std::string_view doing) const;

 private:
  // Rolls back what may still be open, and says so if that fails.
  absl::Status GiveUp();
  // False if there is no memory to remember it.
  bool Keep(sqlite3_stmt* statement) noexcept;
  absl::Status OpenHandle(const DatabaseOptions& options);
  absl::Status Harden(uint32_t busy_timeout_ms);
  // The first column of the only row of a pragma.
  absl::StatusOr<int64_t> PragmaNumber(const char* sql);
  absl::Status CheckOwner(const DatabaseOptions& options, int64_t* version);
  absl::Status CheckPages(uint64_t size);
  absl::Status UseWal();
  absl::Status Migrate(const DatabaseOptions& options);

  const std::string path_;
  sqlite3* handle_ = nullptr;
  // Made while there is memory: an end to transactions must not fail.
  sqlite3_stmt* rollback_ = nullptr;
  uint32_t busy_timeout_ms_ = 0;
  HashMap<std::string, std::vector<sqlite3_stmt*>> idle_;
  size_t idle_count_ = 0;
};

// What is wrong with database `printable`, from SQLite's extended result code,
// the errno beneath it and SQLite's own words (which name tables and columns,
// never values).
absl::Status SqliteStatus(int extended_code, int error_number,
                          std::string_view sqlite_message,
                          std::string_view printable, uint32_t busy_timeout_ms,
                          std::string_view doing);

}  // namespace cupel

#endif  // CUPEL_STORE_SQLITE_CONNECTION_H_
