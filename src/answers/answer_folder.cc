#include "answers/answer_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "base/clock.h"
#include "base/status.h"
#include "format/escape.h"

namespace cupel {
namespace {

constexpr uint64_t kMillisecond = 1'000'000;
constexpr uint64_t kSlackBytes = 8 << 20;

constexpr uint32_t kApplicationId = 0x4375416E;  // "CuAn"

// A row is true by itself: it has a proof over the content's key, the rules'
// digests and the answer. So nothing but rows can be lost with a table, and
// what another process does to the tables is never more than that.
//
// `even` and `odd` take turns: one is filled until it has half of the room,
// then the other one is emptied and filled. What is found in the older one is
// written to the newer one, so what is not asked for goes first. `state` says
// how often they were exchanged, and how many pages were in use then.
//
// The key of a row is the first eight bytes of the content's key.
constexpr std::string_view kTables = R"sql(
CREATE TABLE state (
  flips INTEGER NOT NULL,
  pages INTEGER NOT NULL
) STRICT;
INSERT INTO state (flips, pages) VALUES (0, 0);

CREATE TABLE rule_set (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  digest BLOB NOT NULL UNIQUE,
  flip INTEGER NOT NULL,
  rules BLOB NOT NULL
) STRICT;

CREATE TABLE even (
  id INTEGER PRIMARY KEY,
  rule_set INTEGER NOT NULL,
  proof BLOB NOT NULL,
  answer BLOB NOT NULL
) STRICT;

CREATE TABLE odd (
  id INTEGER PRIMARY KEY,
  rule_set INTEGER NOT NULL,
  proof BLOB NOT NULL,
  answer BLOB NOT NULL
) STRICT;
)sql";

// Nothing is forced to the disk: what a power cut leaves behind is found out by
// SQLite or by the proofs, and answers can be had again.
constexpr std::string_view kPragmas =
    "PRAGMA synchronous=OFF; PRAGMA cache_size=-4096";

std::string PathIn(const std::string& folder, std::string_view name) {
  return folder + "/" + std::string(name);
}

// Held while the database is opened or replaced: nobody opens one whose log is
// just being taken away.
absl::StatusOr<int> LockFolder(const std::string& folder,
                               uint32_t busy_timeout_ms) {
  const std::string path = PathIn(folder, "lock");
  const int fd =
      open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) {
    return ErrnoStatus(errno, "open '" + EscapePrintable(path) + "'");
  }
  const Deadline deadline = Deadline::After(kMillisecond * busy_timeout_ms);
  while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    if (error == EINTR) continue;
    if (error == EWOULDBLOCK && !deadline.passed()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      continue;
    }
    close(fd);
    if (error == EWOULDBLOCK) {
      return Unavailable("'{}' is locked by another process",
                         EscapePrintable(path));
    }
    return ErrnoStatus(error, "lock '" + EscapePrintable(path) + "'");
  }
  return fd;
}

absl::StatusOr<AnswerFile> OpenOnce(const std::string& path,
                                    uint32_t busy_timeout_ms) {
  DatabaseOptions options;
  options.path = "sqlite:" + path;
  options.store = "answers";
  options.application_id = kApplicationId;
  options.busy_timeout_ms = busy_timeout_ms;
  options.migrations = {{kTables}};
  options.check_bytes = 0;  // proofs do
  AnswerFile file;
  CUPEL_ASSIGN_OR_RETURN(file.database, Database::Open(options));
  CUPEL_RETURN_IF_ERROR(file.database->Execute(kPragmas));
  // Opens the log as well, under the lock, and looks at a page of each table.
  for (const char* table : {"state", "rule_set", "even", "odd"}) {
    CUPEL_ASSIGN_OR_RETURN(
        Statement look,
        file.database->Prepare(fmt::format("SELECT * FROM {} LIMIT 1", table)));
    CUPEL_ASSIGN_OR_RETURN(const bool row, look.Step());
    if (!row && std::string_view(table) == "state") {
      return DataLoss("database '{}' has lost its state", path);
    }
  }
  struct stat info;
  if (stat(path.c_str(), &info) != 0) {
    return ErrnoStatus(errno, "look at '" + EscapePrintable(path) + "'");
  }
  file.device = info.st_dev;
  file.inode = info.st_ino;
  return file;
}

absl::Status Remove(const std::string& path) {
  if (unlink(path.c_str()) == 0 || errno == ENOENT) return absl::OkStatus();
  return ErrnoStatus(errno, "remove '" + EscapePrintable(path) + "'");
}

// What belongs to the file goes first: SQLite would take a log that is left
// over for that of the next file.
absl::Status TakeAway(const std::string& path, bool keep) {
  for (const char* suffix : {"-wal", "-shm", "-journal"}) {
    CUPEL_RETURN_IF_ERROR(Remove(path + suffix));
  }
  if (!keep) return Remove(path);
  if (rename(path.c_str(), (path + ".bad").c_str()) == 0 || errno == ENOENT) {
    return absl::OkStatus();
  }
  return ErrnoStatus(errno, "rename '" + EscapePrintable(path) + "'");
}

// The bound was lowered since it was written. A little more is what a single
// write may leave behind.
bool IsTooLarge(const std::string& path, uint64_t max_bytes) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 &&
         static_cast<uint64_t>(info.st_size) / 5 * 4 > max_bytes + kSlackBytes;
}

bool IsStillThere(const std::string& path, const AnswerFile& file) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 && info.st_dev == file.device &&
         info.st_ino == file.inode;
}

}  // namespace

absl::Status PrepareAnswerFolder(const std::string& folder) {
  const std::string printable = EscapePrintable(folder);
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return ErrnoStatus(errno, "make folder '" + printable + "' for the cache");
  }
  struct stat info;
  if (stat(folder.c_str(), &info) != 0) {
    return ErrnoStatus(errno, "look at folder '" + printable + "'");
  }
  if (!S_ISDIR(info.st_mode)) {
    return FailedPrecondition("the cache '{}' is no folder", printable);
  }
  if (info.st_uid != geteuid()) {
    return PermissionDenied(
        "the cache's folder '{}' belongs to another user, who could make it "
        "say anything; name one of your own",
        printable);
  }
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return PermissionDenied(
        "others may write to the cache's folder '{}', and could make it say "
        "anything: chmod 700 it, or name another one",
        printable);
  }
  return absl::OkStatus();
}

absl::StatusOr<AnswerFile> OpenAnswerFile(const std::string& folder,
                                          const AnswerFile* bad,
                                          uint64_t max_bytes,
                                          uint32_t busy_timeout_ms,
                                          std::vector<std::string>* warnings) {
  CUPEL_RETURN_IF_ERROR(PrepareAnswerFolder(folder));
  CUPEL_ASSIGN_OR_RETURN(const int lock, LockFolder(folder, busy_timeout_ms));
  const absl::Cleanup unlock = [lock] { close(lock); };
  const std::string path = PathIn(folder, kAnswerFileName);
  if (bad != nullptr && IsStillThere(path, *bad)) {
    CUPEL_RETURN_IF_ERROR(TakeAway(path, /*keep=*/false));
  }
  if (IsTooLarge(path, max_bytes)) {
    warnings->push_back("the cache was larger than it may be: made anew");
    CUPEL_RETURN_IF_ERROR(TakeAway(path, /*keep=*/false));
  }
  absl::StatusOr<AnswerFile> file = OpenOnce(path, busy_timeout_ms);
  const bool foreign = absl::IsFailedPrecondition(file.status());
  if (!foreign && !absl::IsDataLoss(file.status())) return file;
  CUPEL_RETURN_IF_ERROR(TakeAway(path, foreign));
  absl::StatusOr<AnswerFile> again = OpenOnce(path, busy_timeout_ms);
  if (again.ok()) {
    warnings->push_back(
        fmt::format("the cache was made anew: {}", MessageOf(file.status())));
  }
  return again;
}

}  // namespace cupel
