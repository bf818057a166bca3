#include "store/sql_driver.h"

#include "base/status.h"
#include "format/escape.h"
#include "store/driver_object.h"

namespace cupel {

absl::Status CheckSqlDriver(const cupel_sql_driver_v1* table,
                            std::string_view file) {
  const auto refuse = [file](std::string_view why) {
    return FailedPrecondition(
        "driver '{}' {}; use the one that came with this version",
        EscapePrintable(file), why);
  };
  if (table == nullptr) return refuse("declines to work with this version");
  if (table->struct_size < sizeof(cupel_sql_driver_v1) ||
      table->abi != CUPEL_SQL_DRIVER_ABI) {
    return refuse("was built for another version");
  }
  if (table->flags != 0 || table->reserved != 0 ||
      table->dialect != CUPEL_SQL_DIALECT_POSTGRESQL) {
    return refuse("has flags or a dialect that this version does not know");
  }
  const bool whole = table->name != nullptr && table->version != nullptr &&
                     table->open != nullptr && table->close != nullptr &&
                     table->exec != nullptr && table->begin != nullptr &&
                     table->commit != nullptr && table->rollback != nullptr &&
                     table->in_transaction != nullptr &&
                     table->changes != nullptr && table->prepare != nullptr &&
                     table->finalize != nullptr && table->bind != nullptr &&
                     table->step != nullptr && table->column != nullptr &&
                     table->interrupt != nullptr &&
                     (table->notify == nullptr) == (table->wait == nullptr);
  return whole ? absl::OkStatus() : refuse("lacks a function");
}

absl::StatusOr<const cupel_sql_driver_v1*> LoadSqlDriver(
    std::string_view name, const std::vector<std::string>& folders) {
  CUPEL_ASSIGN_OR_RETURN(const LoadedDriver loaded,
                         LoadDriver(name, folders, "cupel_sql_driver_get_v1"));
  const auto get = reinterpret_cast<cupel_sql_driver_get_v1_fn>(loaded.symbol);
  const cupel_sql_driver_v1* const table = get(CUPEL_SQL_DRIVER_ABI);
  CUPEL_RETURN_IF_ERROR(CheckSqlDriver(table, loaded.path));
  return table;
}

}  // namespace cupel
