// What Database and Statement share. Only this folder's .cc files include it.
#ifndef CUPEL_STORE_CONNECTION_H_
#define CUPEL_STORE_CONNECTION_H_

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace cupel {

// An open database with the statements that nobody uses just now. One thread
// at a time.
struct Connection {
  Connection() = default;
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // From the cache or new.
  absl::StatusOr<sqlite3_stmt*> Take(std::string_view sql);
  // Resets it, forgets what was bound, keeps it for the next Take.
  void GiveBack(sqlite3_stmt* statement);
  // The error `code`, in words. `doing` says what failed: "write".
  absl::Status Error(int code, std::string_view doing) const;
  // One or several statements without parameters; rows are passed over.
  absl::Status Execute(std::string_view sql);
  // The first column of the only row of a pragma.
  absl::StatusOr<int64_t> PragmaNumber(const char* sql);

  sqlite3* handle = nullptr;
  std::string path;
  std::string printable;  // the path, for messages
  uint32_t busy_timeout_ms = 0;
  absl::flat_hash_map<std::string, std::vector<sqlite3_stmt*>> idle;
  size_t idle_count = 0;
};

// What is wrong with database `printable`, from SQLite's extended result code,
// the errno beneath it and SQLite's own words (which name tables and columns,
// never values).
absl::Status SqliteStatus(int extended_code, int error_number,
                          std::string_view sqlite_message,
                          std::string_view printable, uint32_t busy_timeout_ms,
                          std::string_view doing);

}  // namespace cupel

#endif  // CUPEL_STORE_CONNECTION_H_
