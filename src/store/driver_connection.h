// A driver's connection behind Database. Only this folder's .cc files include
// it.
#ifndef CUPEL_STORE_DRIVER_CONNECTION_H_
#define CUPEL_STORE_DRIVER_CONNECTION_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "store/database_url.h"
#include "store/sql_connection.h"
#include "store/sql_driver.h"

namespace cupel {

class DriverConnection final
    : public SqlConnection,
      public std::enable_shared_from_this<DriverConnection> {
 public:
  // Connects, makes the store's tables or brings them up to date.
  static absl::StatusOr<std::shared_ptr<SqlConnection>> Open(
      const DatabaseUrl& url, const DatabaseOptions& options);
  // Takes over `connection`.
  DriverConnection(const cupel_sql_driver_v1* driver,
                   cupel_sql_connection* connection, std::string printable,
                   const DatabaseOptions& options);
  ~DriverConnection() override;

  absl::StatusOr<std::unique_ptr<SqlStatement>> Prepare(
      std::string_view sql) override;
  absl::Status Execute(std::string_view sql) override;
  absl::Status Begin(TransactionMode mode) override;
  absl::Status Commit() override;
  absl::Status Rollback() override;
  bool in_transaction() const override;
  int64_t changes() const override;
  // Servers see to that themselves.
  absl::Status Check() override { return absl::OkStatus(); }
  SqlDialect dialect() const override { return SqlDialect::kPostgresql; }
  void Interrupt() override;
  bool has_notifications() const override;
  absl::Status Notify(std::string_view channel) override;
  absl::StatusOr<bool> WaitForNotification(std::string_view channel,
                                           int64_t micros,
                                           Cancel* cancel) override;

  // For its statements: whether one that writes has to be a transaction of its
  // own now, so that it waits for those that are exclusive.
  bool ToBeSerial() const { return exclusive_writes_ && !begun_; }
  absl::Status StatusOf(cupel_status code, const cupel_sql_error& error) const;
  const cupel_sql_driver_v1& driver() const { return *driver_; }

 private:
  absl::Status Migrate(const DatabaseOptions& options);
  // How far the tables are, and whose.
  absl::Status ReadVersion(const DatabaseOptions& options, int64_t* version);
  absl::Status WriteVersion(const DatabaseOptions& options, int64_t version);

  const cupel_sql_driver_v1* const driver_;
  cupel_sql_connection* const connection_;
  const bool exclusive_writes_;
  bool begun_ = false;  // a transaction, whatever became of it
};

}  // namespace cupel

#endif  // CUPEL_STORE_DRIVER_CONNECTION_H_
