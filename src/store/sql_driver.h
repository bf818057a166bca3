// Drivers of SQL databases in shared objects.
#ifndef CUPEL_STORE_SQL_DRIVER_H_
#define CUPEL_STORE_SQL_DRIVER_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cupel/sql_driver.h"

namespace cupel {

// That for URLs of `name`://, found as driver_object.h says.
// FAILED_PRECONDITION too if it is not for this version.
absl::StatusOr<const cupel_sql_driver_v1*> LoadSqlDriver(
    std::string_view name, const std::vector<std::string>& folders);

// FAILED_PRECONDITION, naming `file`, if a table is not complete.
absl::Status CheckSqlDriver(const cupel_sql_driver_v1* table,
                            std::string_view file);

}  // namespace cupel

#endif  // CUPEL_STORE_SQL_DRIVER_H_
