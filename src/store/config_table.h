// Reading and writing the configurations of a SQLite catalogue, each on a
// connection that the caller holds.
#ifndef CUPEL_STORE_CONFIG_TABLE_H_
#define CUPEL_STORE_CONFIG_TABLE_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "store/catalogue_store.h"
#include "store/database.h"

namespace cupel {

absl::StatusOr<std::vector<ConfigRow>> FindConfigs(Database& database,
                                                   const ConfigFilter& filter);
absl::StatusOr<ConfigRow> FindConfig(Database& database,
                                     std::string_view organisation,
                                     std::string_view plugin);
// Changes no row if there is no such organisation.
absl::Status WriteConfig(Database& database, const ConfigRow& row);
absl::Status EraseConfig(Database& database, std::string_view organisation,
                         std::string_view plugin);
absl::Status DeleteConfigsOf(Database& database, std::string_view plugin);
absl::StatusOr<bool> SwapSettings(Database& database, int64_t number,
                                  std::string_view old_settings,
                                  const ConfigRow& replacement);

}  // namespace cupel

#endif  // CUPEL_STORE_CONFIG_TABLE_H_
