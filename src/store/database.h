// SQLite, opened and used the one way that holds up. The only folder that
// includes sqlite3.h.
#ifndef CUPEL_STORE_DATABASE_H_
#define CUPEL_STORE_DATABASE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace cupel {

struct Connection;  // of sqlite3.h's kind; known to this folder's .cc only

// A prepared statement, taken from the connection's cache and given back when
// it goes. Bind, step, read; parameters and columns count from 0. What is bound
// is copied; what goes wrong while binding is told by Step or Run.
class Statement {
 public:
  Statement(Statement&&) noexcept;
  Statement(const Statement&) = delete;
  ~Statement();

  Statement& Bind(int index, std::string_view text);
  // Else these would fit the optional as well as the view.
  Statement& Bind(int index, const std::string& text) {
    return Bind(index, std::string_view(text));
  }
  Statement& Bind(int index, const char* text) {
    return Bind(index, std::string_view(text));
  }
  Statement& BindBlob(int index, std::string_view bytes);
  Statement& Bind(int index, int64_t number);
  Statement& Bind(int index, std::optional<std::string_view> text);
  Statement& BindNull(int index);
  // True while there is a row. After the last one, or an error, the next Step
  // starts anew.
  absl::StatusOr<bool> Step();
  // For statements that give no rows; those that come are passed over.
  absl::Status Run();

  int64_t Integer(int column) const;
  std::string_view Text(int column) const;  // until the next Step; blobs too
  bool IsNull(int column) const;

 private:
  friend class Database;
  struct State;
  explicit Statement(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// One step of a schema's history: run once, in order, each in a transaction
// with its number written down (user_version).
struct Migration {
  std::string_view sql;
};

struct DatabaseOptions {
  std::string path;  // ":memory:" for one that lives as long as the object
  bool read_only = false;
  uint32_t busy_timeout_ms = 5000;
  // Tells our databases from others (application_id), each kind of store its
  // own, so that one is never opened as another or as somebody else's.
  uint32_t application_id = 0;
  std::vector<Migration> migrations;
  // A file of up to this size is looked through for damage while it is opened;
  // Check does the same for larger ones.
  uint64_t check_bytes = uint64_t{8} << 20;
};

// A connection: WAL, foreign keys on, full synchronisation, defensive mode, no
// trusted schema, files made 0600. One thread at a time. Statements may outlive
// it; the file is closed when the last of them is gone.
//
// Errors name the database and the remedy: UNAVAILABLE if it stays locked,
// RESOURCE_EXHAUSTED for a full disk, DATA_LOSS for a file that is corrupt,
// FAILED_PRECONDITION for one that is no database of ours or was made by a
// newer version, PERMISSION_DENIED, ALREADY_EXISTS for a broken uniqueness,
// and nothing half written.
class Database {
 public:
  static absl::StatusOr<std::unique_ptr<Database>> Open(
      const DatabaseOptions& options);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  absl::StatusOr<Statement> Prepare(std::string_view sql);
  absl::Status Execute(std::string_view sql);
  // DATA_LOSS if anything in the file is damaged. Reads all of it.
  absl::Status Check();
  // False again as soon as SQLite itself gave a transaction up, as it does
  // when the disk is full.
  bool in_transaction() const;
  int64_t last_insert_id() const;
  int64_t changes() const;
  const std::string& path() const;

  // BEGIN IMMEDIATE; rolled back when it goes unless it was committed.
  class Transaction {
   public:
    explicit Transaction(Database* database);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    absl::Status Begin();
    absl::Status Commit();

   private:
    Database* database_;
    bool open_ = false;
  };

 private:
  explicit Database(std::shared_ptr<Connection> connection);
  std::shared_ptr<Connection> connection_;
};

}  // namespace cupel

#endif  // CUPEL_STORE_DATABASE_H_
