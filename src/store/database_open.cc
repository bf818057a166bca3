#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>
#include <utility>

#include "base/mutex.h"
#include "base/status.h"
#include "format/escape.h"
#include "store/connection.h"
#include "store/database.h"

namespace cupel {
namespace {

constexpr std::string_view kInMemory = ":memory:";
constexpr uint64_t kSmallestPage = 512;

// The file, empty and 0600, if there is none: SQLite would make it as the umask
// has it. Only ever opens a file that it made itself: closing a descriptor of a
// database's file drops the locks that other connections of this process have
// on it, and nobody can have any between its making and its closing, for the
// mutex keeps others from opening.
absl::Status MakeFile(const std::string& path, std::string_view printable) {
  static Mutex making;
  const MutexLock lock(making);
  const int fd = open(path.c_str(),
                      O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd >= 0) {
    close(fd);
    return absl::OkStatus();
  }
  if (errno == EEXIST) return absl::OkStatus();
  return ErrnoStatus(errno, fmt::format("make database '{}'", printable));
}

// Nothing but a regular file is ever opened: a pipe would wait for a writer.
absl::Status CheckFile(const std::string& path, std::string_view printable,
                       uint64_t* size) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) {
    return ErrnoStatus(errno, fmt::format("open database '{}'", printable));
  }
  if (!S_ISREG(info.st_mode)) {
    return FailedPrecondition(
        "database '{}' is {}; name a file", printable,
        S_ISDIR(info.st_mode) ? "a folder" : "not a regular file");
  }
  *size = static_cast<uint64_t>(info.st_size);
  // SQLite takes some of these for new ones.
  if (*size > 0 && *size < kSmallestPage) {
    return SqliteStatus(SQLITE_NOTADB, 0, "", printable, 0, "open");
  }
  return absl::OkStatus();
}

// Whole pages, unless a checkpoint was interrupted, which the log then mends.
// SQLite would read zeros for what is missing of the last one.
absl::Status CheckPages(Connection& connection, uint64_t size) {
  CUPEL_ASSIGN_OR_RETURN(const int64_t page,
                         connection.PragmaNumber("PRAGMA page_size"));
  if (page <= 0 || size % static_cast<uint64_t>(page) == 0) {
    return absl::OkStatus();
  }
  struct stat log;
  if (stat((connection.path + "-wal").c_str(), &log) == 0 && log.st_size > 0) {
    return absl::OkStatus();
  }
  return SqliteStatus(SQLITE_CORRUPT, 0, "it was cut off within a page",
                      connection.printable, 0, "open");
}

absl::Status CheckPath(const std::string& path) {
  if (path.empty()) return InvalidArgument("the database has no path");
  if (path.find('\0') != std::string::npos) {
    return InvalidArgument("the database's path '{}' has a NUL byte",
                           EscapePrintable(path));
  }
  return absl::OkStatus();
}

absl::Status Harden(Connection& connection, const DatabaseOptions& options) {
  sqlite3* const db = connection.handle;
  sqlite3_extended_result_codes(db, 1);
  sqlite3_busy_timeout(db, static_cast<int>(options.busy_timeout_ms));
  static constexpr struct {
    int option;
    int value;
  } kConfiguration[] = {
      {SQLITE_DBCONFIG_DEFENSIVE, 1},
      {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
      {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
      {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
      {SQLITE_DBCONFIG_DQS_DML, 0},
      {SQLITE_DBCONFIG_DQS_DDL, 0},
  };
  for (const auto& [option, value] : kConfiguration) {
    const int code = sqlite3_db_config(db, option, value, nullptr);
    if (code != SQLITE_OK) return connection.Error(code, "configure");
  }
  sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);
  return connection.Execute(
      "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0;"
      "PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY");
}

// Ours, new, or somebody else's?
absl::Status CheckOwner(Connection& connection, const DatabaseOptions& options,
                        int64_t* version) {
  CUPEL_ASSIGN_OR_RETURN(
      const int64_t objects,
      connection.PragmaNumber("SELECT count(*) FROM sqlite_schema"));
  CUPEL_ASSIGN_OR_RETURN(const int64_t owner,
                         connection.PragmaNumber("PRAGMA application_id"));
  CUPEL_ASSIGN_OR_RETURN(*version,
                         connection.PragmaNumber("PRAGMA user_version"));
  const bool empty = objects == 0 && owner == 0 && *version == 0;
  const auto ours = static_cast<int32_t>(options.application_id);
  if (!empty && owner != ours) {
    return FailedPrecondition(
        "database '{}' belongs to another program or another kind of store "
        "(application id {:#x}, expected {:#x}); name another file",
        connection.printable, static_cast<uint32_t>(owner),
        options.application_id);
  }
  const auto newest = static_cast<int64_t>(options.migrations.size());
  if (*version < 0 || *version > newest) {
    return FailedPrecondition(
        "database '{}' has version {} of its tables, this program knows up to "
        "{}; use the newer program that made it",
        connection.printable, *version, newest);
  }
  if (options.read_only && *version < newest) {
    return FailedPrecondition(
        "database '{}' has version {} of its tables and {} is needed; open it "
        "for writing once to bring it up to date",
        connection.printable, *version, newest);
  }
  return absl::OkStatus();
}

// SQLite does not wait for others while the mode changes: it is tried again
// until the time is up.
absl::Status UseWal(Connection& connection, const DatabaseOptions& options) {
  using Clock = std::chrono::steady_clock;
  const auto deadline =
      Clock::now() + std::chrono::milliseconds(options.busy_timeout_ms);
  while (true) {
    auto statement = connection.Take("PRAGMA journal_mode=WAL");
    if (!statement.ok()) return statement.status();
    const int code = sqlite3_step(*statement);
    std::string mode;
    if (code == SQLITE_ROW) {
      mode = reinterpret_cast<const char*>(sqlite3_column_text(*statement, 0));
    }
    absl::Status error = connection.Error(code, "switch to WAL");
    connection.GiveBack(*statement);
    if (mode == "wal" || mode == "memory") break;
    if (code == SQLITE_ROW) {
      return FailedPrecondition(
          "database '{}': its file system can't do write-ahead logging (got "
          "'{}'); put it on a local disk",
          connection.printable, mode);
    }
    if ((code & 0xff) != SQLITE_BUSY || Clock::now() >= deadline) return error;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return connection.Execute("PRAGMA journal_size_limit=16777216");
}

// Each step in a transaction of its own with its number, which is looked at
// again inside: another process may have been here meanwhile.
absl::Status Migrate(Database& database, Connection& connection,
                     const DatabaseOptions& options) {
  const auto newest = static_cast<int64_t>(options.migrations.size());
  while (true) {
    Database::Transaction transaction(&database);
    CUPEL_RETURN_IF_ERROR(transaction.Begin());
    int64_t version = 0;
    CUPEL_RETURN_IF_ERROR(CheckOwner(connection, options, &version));
    if (version == newest) return absl::OkStatus();
    const auto& step = options.migrations[static_cast<size_t>(version)];
    CUPEL_RETURN_IF_ERROR(connection.Execute(step.sql));
    CUPEL_RETURN_IF_ERROR(connection.Execute(fmt::format(
        "PRAGMA application_id={}; PRAGMA user_version={}",
        static_cast<int32_t>(options.application_id), version + 1)));
    CUPEL_RETURN_IF_ERROR(transaction.Commit());
  }
}

absl::Status OpenHandle(Connection& connection,
                        const DatabaseOptions& options) {
  // "file:x" would be a URI where SQLite is built to take them.
  const bool relative_uri = options.path.rfind("file:", 0) == 0;
  const std::string path = (relative_uri ? "./" : "") + options.path;
  const int flags =
      (options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code =
      sqlite3_open_v2(path.c_str(), &connection.handle, flags, nullptr);
  if (connection.handle == nullptr) {
    return ResourceExhausted("database '{}': out of memory",
                             connection.printable);
  }
  if (code != SQLITE_OK) return connection.Error(code, "open");
  CUPEL_RETURN_IF_ERROR(Harden(connection, options));
  // What may only be read is opened so without a word.
  if (!options.read_only &&
      sqlite3_db_readonly(connection.handle, "main") == 1) {
    return PermissionDenied("database '{}' may not be written by this user",
                            connection.printable);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Connection::Execute(std::string_view sql) {
  const std::string text(sql);
  const int code =
      sqlite3_exec(handle, text.c_str(), nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : Error(code, "execute");
}

absl::StatusOr<int64_t> Connection::PragmaNumber(const char* sql) {
  CUPEL_ASSIGN_OR_RETURN(sqlite3_stmt* const statement, Take(sql));
  const int code = sqlite3_step(statement);
  const int64_t number =
      code == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
  absl::Status error = Error(code, "read");
  GiveBack(statement);
  if (code != SQLITE_ROW) return error;
  return number;
}

absl::StatusOr<std::unique_ptr<Database>> Database::Open(
    const DatabaseOptions& options) {
  CUPEL_RETURN_IF_ERROR(CheckPath(options.path));
  auto connection = std::make_shared<Connection>();
  connection->path = options.path;
  connection->printable = EscapePrintable(options.path);
  connection->busy_timeout_ms = options.busy_timeout_ms;
  uint64_t size = 0;
  if (options.path != kInMemory) {
    if (!options.read_only) {
      CUPEL_RETURN_IF_ERROR(MakeFile(options.path, connection->printable));
    }
    CUPEL_RETURN_IF_ERROR(
        CheckFile(options.path, connection->printable, &size));
  }
  CUPEL_RETURN_IF_ERROR(OpenHandle(*connection, options));
  int64_t version = 0;
  // In one transaction: another process may be making its tables just now.
  CUPEL_RETURN_IF_ERROR(connection->Execute("BEGIN"));
  CUPEL_RETURN_IF_ERROR(CheckOwner(*connection, options, &version));
  CUPEL_RETURN_IF_ERROR(connection->Execute("COMMIT"));
  CUPEL_RETURN_IF_ERROR(CheckPages(*connection, size));
  std::unique_ptr<Database> database(new Database(connection));
  if (size > 0 && size <= options.check_bytes) {
    CUPEL_RETURN_IF_ERROR(database->Check());
  }
  if (options.read_only) return database;
  CUPEL_RETURN_IF_ERROR(UseWal(*connection, options));
  if (version < static_cast<int64_t>(options.migrations.size())) {
    CUPEL_RETURN_IF_ERROR(Migrate(*database, *connection, options));
  }
  return database;
}

}  // namespace cupel
