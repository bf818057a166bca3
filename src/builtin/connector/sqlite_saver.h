// Reports and payloads in an SQLite database.
#ifndef CUPEL_BUILTIN_CONNECTOR_SQLITE_SAVER_H_
#define CUPEL_BUILTIN_CONNECTOR_SQLITE_SAVER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "store/database.h"

namespace cupel {

// A connection of its own, so one thread at a time; any number of them, in
// other processes too, may have the file open. Rows are only ever added. The
// tables are described in docs/plugins.md.
class SqliteSaver {
 public:
  // Errors are those of Database::Open.
  static absl::StatusOr<std::unique_ptr<SqliteSaver>> Open(
      const std::string& path);

  // Each gives the row's number. INVALID_ARGUMENT for a document that is no
  // UTF-8.
  absl::StatusOr<int64_t> AddReport(std::string_view name,
                                    std::string_view document);
  struct Payload {
    std::string_view bytes;
    std::string_view name;      // raw
    std::string_view metadata;  // JSON; may be empty
  };
  absl::StatusOr<int64_t> AddPayload(const Payload& payload, bool with_bytes);

  // NOT_FOUND, or DATA_LOSS if they are not those of the hash.
  absl::StatusOr<std::string> BytesOf(std::string_view sha256);
  absl::StatusOr<std::string> BytesOfPayload(int64_t number);
  absl::StatusOr<std::string> Document(int64_t number);

 private:
  explicit SqliteSaver(std::unique_ptr<Database> database)
      : database_(std::move(database)) {}

  absl::Status AddBytes(std::string_view sha256, std::string_view bytes);

  const std::unique_ptr<Database> database_;
};

}  // namespace cupel

#endif  // CUPEL_BUILTIN_CONNECTOR_SQLITE_SAVER_H_
