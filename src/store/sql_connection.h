// What Database and Statement are made of: SQLite's (sqlite_connection.h) or a
// driver's (driver_connection.h). Only this folder's .cc files include it.
#ifndef CUPEL_STORE_SQL_CONNECTION_H_
#define CUPEL_STORE_SQL_CONNECTION_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "store/database.h"

namespace cupel {

// Keeps its connection alive.
class SqlStatement {
 public:
  virtual ~SqlStatement() = default;
  virtual void BindText(int index, std::string_view text) = 0;
  virtual void BindBlob(int index, std::string_view bytes) = 0;
  virtual void BindInteger(int index, int64_t number) = 0;
  virtual void BindNull(int index) = 0;
  virtual absl::StatusOr<bool> Step() = 0;
  virtual absl::Status Run() = 0;
  virtual int64_t Integer(int column) const = 0;
  virtual std::string_view Text(int column) const = 0;
  virtual bool IsNull(int column) const = 0;
};

// One thread at a time, but for Interrupt.
class SqlConnection {
 public:
  // `printable` is for messages.
  explicit SqlConnection(std::string printable)
      : printable_(std::move(printable)) {}
  virtual ~SqlConnection() = default;
  SqlConnection(const SqlConnection&) = delete;
  SqlConnection& operator=(const SqlConnection&) = delete;

  virtual absl::StatusOr<std::unique_ptr<SqlStatement>> Prepare(
      std::string_view sql) = 0;
  virtual absl::Status Execute(std::string_view sql) = 0;
  virtual absl::Status Begin(TransactionMode mode) = 0;
  virtual absl::Status Commit() = 0;
  virtual absl::Status Rollback() = 0;
  virtual bool in_transaction() const = 0;
  virtual int64_t changes() const = 0;
  virtual absl::Status Check() = 0;
  virtual SqlDialect dialect() const = 0;
  virtual void Interrupt() = 0;
  virtual bool has_notifications() const = 0;
  virtual absl::Status Notify(std::string_view channel) = 0;
  virtual absl::StatusOr<bool> WaitForNotification(std::string_view channel,
                                                   int64_t micros,
                                                   Cancel* cancel) = 0;

  const std::string& printable() const { return printable_; }

 private:
  const std::string printable_;
};

// Ours, new, or somebody else's? Of what is `empty` both numbers are 0.
absl::Status CheckSchemaVersion(const DatabaseOptions& options,
                                std::string_view printable, bool empty,
                                uint32_t owner, int64_t version);

}  // namespace cupel

#endif  // CUPEL_STORE_SQL_CONNECTION_H_
