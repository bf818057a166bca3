// A database of SQL, opened and used the one way that holds up: SQLite, which
// is built in, or another one by a driver (cupel/sql_driver.h). The only folder
// that includes sqlite3.h.
//
// SQL that runs on all of them: parameters are `?`, outside of literals; rows
// that were just made tell their number by RETURNING; SELECT … and
// skip_locked(); ON CONFLICT … DO; COALESCE, not ifnull. What a migration says
// of types is translated: see Migration.
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

class Cancel;
class SqlConnection;  // known to this folder's .cc only
class SqlStatement;

// A prepared statement, taken from the connection's cache and given back when
// it goes. Bind, step, read; parameters and columns count from 0. What is bound
// is copied; what goes wrong while binding is told by Step or Run. With a
// driver all rows of an answer are fetched by the first Step.
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
  // For an INSERT … RETURNING of a number, which gives one row: that number.
  absl::StatusOr<int64_t> RunForNumber();

  int64_t Integer(int column) const;
  std::string_view Text(int column) const;  // until the next Step; blobs too
  bool IsNull(int column) const;

 private:
  friend class Database;
  explicit Statement(std::unique_ptr<SqlStatement> statement);
  std::unique_ptr<SqlStatement> statement_;
};

enum class SqlDialect { kSqlite, kPostgresql };

// One step of a schema's history: run once, in order, each in a transaction
// with its number written down (user_version, or the table cupel_schema).
struct Migration {
  // Tables and indices as SQLite's STRICT ones have them; for other databases
  // the types are translated (sql_dialect.h).
  std::string_view sql;
  // What has no common words, triggers above all; run after it.
  std::string_view sqlite = {};
  std::string_view postgresql = {};
};

struct DatabaseOptions {
  // A path, "sqlite:PATH", ":memory:" for one that lives as long as the object,
  // or "postgresql://…" (also "postgres://…"), with cupel_prefix=NAME among its
  // parameters if there are to be several of one store in one database.
  std::string path;
  // Which tables these are: "registry", "runs"; its own PostgreSQL schema
  // (cupel_registry), so that all stores may share a database.
  std::string store;
  bool read_only = false;
  uint32_t busy_timeout_ms = 5000;  // for locks that others hold
  // Whether a statement that writes outside of a transaction is one of
  // kExclusive by itself.
  bool exclusive_writes = true;
  // Servers only: for connecting, and for a statement, unless the URL says
  // something else of it.
  uint32_t connect_timeout_ms = 10'000;
  uint32_t statement_timeout_ms = 60'000;
  // Where drivers are looked for, before the places that are always looked at.
  std::vector<std::string> driver_folders;
  // Tells our databases from others (application_id), each kind of store its
  // own, so that one is never opened as another or as somebody else's.
  uint32_t application_id = 0;
  std::vector<Migration> migrations;
  // A file of up to this size is looked through for damage while it is opened;
  // Check does the same for larger ones.
  uint64_t check_bytes = uint64_t{8} << 20;
};

// What others may do while a transaction is open.
enum class TransactionMode {
  // Nobody else writes in this store: what was read stays true. BEGIN
  // IMMEDIATE; on a server a lock of the store that all such writers take.
  kExclusive,
  // The same with SQLite. On a server others write beside it, and rows are
  // locked one by one: for statements with skip_locked() and such that say in
  // their WHERE all that they rely on.
  kShared,
};

// A connection. With SQLite: WAL, foreign keys on, full synchronisation,
// defensive mode, no trusted schema, files made 0600. One thread at a time, but
// for Interrupt. Statements may outlive it; it is closed when the last of them
// is gone. A connection to a server that was lost is made anew when it is used
// next, never in the middle of a transaction.
//
// Errors name the database (without its password) and the remedy: UNAVAILABLE
// if it stays locked or the server is not there, ABORTED if the server chose
// this one to end a conflict (try it again), RESOURCE_EXHAUSTED for a full
// disk, DATA_LOSS for what is corrupt, FAILED_PRECONDITION for one that is no
// database of ours or was made by a newer version, PERMISSION_DENIED, also for
// a wrong password, ALREADY_EXISTS for a broken uniqueness, DEADLINE_EXCEEDED
// for a statement that took too long, CANCELLED after Interrupt; and nothing
// half written. After an error within a transaction roll it back: servers
// refuse all else.
class Database {
 public:
  static absl::StatusOr<std::unique_ptr<Database>> Open(
      const DatabaseOptions& options);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  absl::StatusOr<Statement> Prepare(std::string_view sql);
  // One or several statements without parameters; rows are passed over.
  absl::Status Execute(std::string_view sql);
  // DATA_LOSS if anything in SQLite's file is damaged. Reads all of it.
  absl::Status Check();
  // False again as soon as the database itself gave a transaction up, as SQLite
  // does when the disk is full.
  bool in_transaction() const;
  // Rows that the last statement that ran wrote.
  int64_t changes() const;
  // Its path or URL, without a password and odd characters.
  const std::string& printable() const;
  SqlDialect dialect() const;
  // For the end of a SELECT of rows that others may have locked: " FOR UPDATE
  // SKIP LOCKED", or nothing where one writes at a time.
  std::string_view skip_locked() const;

  // Ends what another thread does with it just now: CANCELLED there.
  void Interrupt();

  // Whether there are Notify and WaitForNotification; UNIMPLEMENTED if not.
  bool has_notifications() const;
  // Told to others when the transaction is committed. A channel is a word of
  // lower-case letters and '_'; stores do not hear each other's.
  absl::Status Notify(std::string_view channel);
  // Waits for one, at most for `micros`; true if one came since the last call
  // for that channel, or nobody knows: at the first call, and after the
  // connection was lost. CANCELLED as soon as `cancel`, which may be null, is
  // triggered; Interrupt ends it as if the time was over. Not within a
  // transaction.
  absl::StatusOr<bool> WaitForNotification(std::string_view channel,
                                           int64_t micros, Cancel* cancel);

  // Rolled back when it goes unless it was committed.
  class Transaction {
   public:
    explicit Transaction(Database* database);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    absl::Status Begin(TransactionMode mode = TransactionMode::kExclusive);
    absl::Status Commit();

   private:
    Database* database_;
    bool open_ = false;
  };

 private:
  explicit Database(std::shared_ptr<SqlConnection> connection);
  std::shared_ptr<SqlConnection> connection_;
};

}  // namespace cupel

#endif  // CUPEL_STORE_DATABASE_H_
