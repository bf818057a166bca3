#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "base/mutex.h"
#include "base/status.h"
#include "format/escape.h"
#include "store/sqlite_connection.h"

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

absl::Status CheckPath(const std::string& path) {
  if (path.empty()) return InvalidArgument("the database has no path");
  if (path.find('\0') != std::string::npos) {
    return InvalidArgument("the database's path '{}' has a NUL byte",
                           EscapePrintable(path));
  }
  return absl::OkStatus();
}

}  // namespace

// SQLite would read zeros for what is missing of the last page. Whole pages,
// unless a checkpoint was interrupted, which the log then mends.
absl::Status SqliteConnection::CheckPages(uint64_t size) {
  CUPEL_ASSIGN_OR_RETURN(const int64_t page, PragmaNumber("PRAGMA page_size"));
  if (page <= 0 || size % static_cast<uint64_t>(page) == 0) {
    return absl::OkStatus();
  }
  struct stat log;
  if (stat((path_ + "-wal").c_str(), &log) == 0 && log.st_size > 0) {
    return absl::OkStatus();
  }
  return SqliteStatus(SQLITE_CORRUPT, 0, "it was cut off within a page",
                      printable(), 0, "open");
}

absl::Status SqliteConnection::Harden(uint32_t busy_timeout_ms) {
  busy_timeout_ms_ = busy_timeout_ms;
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_busy_timeout(handle_, static_cast<int>(busy_timeout_ms));
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
    const int code = sqlite3_db_config(handle_, option, value, nullptr);
    if (code != SQLITE_OK) return Error(code, "configure");
  }
  sqlite3_limit(handle_, SQLITE_LIMIT_ATTACHED, 0);
  return Execute(
      "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0;"
      "PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY");
}

absl::Status SqliteConnection::CheckOwner(const DatabaseOptions& options,
                                          int64_t* version) {
  CUPEL_ASSIGN_OR_RETURN(const int64_t objects,
                         PragmaNumber("SELECT count(*) FROM sqlite_schema"));
  CUPEL_ASSIGN_OR_RETURN(const int64_t owner,
                         PragmaNumber("PRAGMA application_id"));
  CUPEL_ASSIGN_OR_RETURN(*version, PragmaNumber("PRAGMA user_version"));
  return CheckSchemaVersion(options, printable(), objects == 0,
                            static_cast<uint32_t>(owner), *version);
}

// SQLite does not wait for others while the mode changes: it is tried again
// until the time is up.
absl::Status SqliteConnection::UseWal() {
  using Clock = std::chrono::steady_clock;
  const auto deadline =
      Clock::now() + std::chrono::milliseconds(busy_timeout_ms_);
  while (true) {
    CUPEL_ASSIGN_OR_RETURN(Borrowed statement,
                           Borrow("PRAGMA journal_mode=WAL"));
    const int code = sqlite3_step(statement.get());
    std::string mode;
    if (code == SQLITE_ROW) {
      const auto* const text = sqlite3_column_text(statement.get(), 0);
      if (text == nullptr) return Error(SQLITE_NOMEM, "switch to WAL");
      mode = reinterpret_cast<const char*>(text);
    }
    absl::Status error = Error(code, "switch to WAL");
    statement.reset();
    if (mode == "wal" || mode == "memory") break;
    if (code == SQLITE_ROW) {
      return FailedPrecondition(
          "database '{}': its file system can't do write-ahead logging (got "
          "'{}'); put it on a local disk",
          printable(), mode);
    }
    if ((code & 0xff) != SQLITE_BUSY || Clock::now() >= deadline) return error;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return Execute("PRAGMA journal_size_limit=16777216");
}

// Each step in a transaction of its own with its number, which is looked at
// again inside: another process may have been here meanwhile.
absl::Status SqliteConnection::Migrate(const DatabaseOptions& options) {
  const auto newest = static_cast<int64_t>(options.migrations.size());
  while (true) {
    CUPEL_RETURN_IF_ERROR(Begin(TransactionMode::kExclusive));
    const absl::Cleanup undo = [this] { (void)Rollback(); };
    int64_t version = 0;
    CUPEL_RETURN_IF_ERROR(CheckOwner(options, &version));
    if (version == newest) return GiveUp();
    const auto& step = options.migrations[static_cast<size_t>(version)];
    CUPEL_RETURN_IF_ERROR(Execute(step.sql));
    CUPEL_RETURN_IF_ERROR(Execute(step.sqlite));
    CUPEL_RETURN_IF_ERROR(Execute(fmt::format(
        "PRAGMA application_id={}; PRAGMA user_version={}",
        static_cast<int32_t>(options.application_id), version + 1)));
    CUPEL_RETURN_IF_ERROR(Commit());
  }
}

absl::Status SqliteConnection::OpenHandle(const DatabaseOptions& options) {
  // "file:x" would be a URI where SQLite is built to take them.
  const bool relative_uri = path_.rfind("file:", 0) == 0;
  const std::string file = (relative_uri ? "./" : "") + path_;
  const int flags =
      (options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
      SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(file.c_str(), &handle_, flags, nullptr);
  if (handle_ == nullptr) {
    return ResourceExhausted("database '{}': out of memory", printable());
  }
  if (code != SQLITE_OK) return Error(code, "open");
  CUPEL_RETURN_IF_ERROR(Harden(options.busy_timeout_ms));
  CUPEL_ASSIGN_OR_RETURN(rollback_, Take("ROLLBACK"));
  // What may only be read is opened so without a word.
  if (!options.read_only && sqlite3_db_readonly(handle_, "main") == 1) {
    return PermissionDenied("database '{}' may not be written by this user",
                            printable());
  }
  return absl::OkStatus();
}

absl::StatusOr<int64_t> SqliteConnection::PragmaNumber(const char* sql) {
  CUPEL_ASSIGN_OR_RETURN(const Borrowed statement, Borrow(sql));
  const int code = sqlite3_step(statement.get());
  if (code != SQLITE_ROW) return Error(code, "read");
  return sqlite3_column_int64(statement.get(), 0);
}

absl::StatusOr<std::shared_ptr<SqlConnection>> SqliteConnection::Open(
    const std::string& path, const DatabaseOptions& options) {
  CUPEL_RETURN_IF_ERROR(CheckPath(path));
  auto connection = std::make_shared<SqliteConnection>(path);
  const std::string& printable = connection->printable();
  uint64_t size = 0;
  if (path != kInMemory) {
    if (!options.read_only) {
      CUPEL_RETURN_IF_ERROR(MakeFile(path, printable));
    }
    CUPEL_RETURN_IF_ERROR(CheckFile(path, printable, &size));
  }
  CUPEL_RETURN_IF_ERROR(connection->OpenHandle(options));
  int64_t version = 0;
  // In one transaction: another process may be making its tables just now.
  CUPEL_RETURN_IF_ERROR(connection->Execute("BEGIN"));
  CUPEL_RETURN_IF_ERROR(connection->CheckOwner(options, &version));
  CUPEL_RETURN_IF_ERROR(connection->Execute("COMMIT"));
  CUPEL_RETURN_IF_ERROR(connection->CheckPages(size));
  if (size > 0 && size <= options.check_bytes) {
    CUPEL_RETURN_IF_ERROR(connection->Check());
  }
  if (options.read_only) return connection;
  CUPEL_RETURN_IF_ERROR(connection->UseWal());
  if (version < static_cast<int64_t>(options.migrations.size())) {
    CUPEL_RETURN_IF_ERROR(connection->Migrate(options));
  }
  return connection;
}

}  // namespace cupel
