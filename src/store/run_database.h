// The database in which raws and runs are kept together, so that a result is
// stored and handed out in one transaction.
#ifndef CUPEL_STORE_RUN_DATABASE_H_
#define CUPEL_STORE_RUN_DATABASE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "store/catalogue_connections.h"

namespace cupel {

inline constexpr uint32_t kRunApplicationId = 0x43755052;  // "CuPR"

struct RunDatabaseOptions {
  uint32_t busy_timeout_ms = 5000;
};

// Thread-safe; several processes may have the same one open. What is done
// within its Atomically, by whichever store, is kept together or not at all.
using RunDatabase = CatalogueConnections;

// At `path` (DatabaseOptions::path says what that may be), made or brought up
// to date.
absl::StatusOr<std::shared_ptr<RunDatabase>> OpenRunDatabase(
    const std::string& path, const RunDatabaseOptions& options = {});

}  // namespace cupel

#endif  // CUPEL_STORE_RUN_DATABASE_H_
