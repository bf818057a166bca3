#include <cerrno>

#include "base/status.h"
#include "store/sqlite_connection.h"

namespace cupel {
namespace {

// The kernel's ways to say that there is no room.
bool NoRoom(int error_number) {
  return error_number == ENOSPC || error_number == EDQUOT ||
         error_number == EFBIG;
}

bool IsWrite(int extended_code) {
  switch (extended_code) {
    case SQLITE_IOERR_WRITE:
    case SQLITE_IOERR_FSYNC:
    case SQLITE_IOERR_DIR_FSYNC:
    case SQLITE_IOERR_TRUNCATE:
    case SQLITE_IOERR_SHMSIZE:
    case SQLITE_IOERR_SHMMAP:
      return true;
    default:
      return false;
  }
}

absl::Status NoRoomLeft(std::string_view name, std::string_view doing) {
  return ResourceExhausted(
      "database '{}': {}: no room left (disk, quota or file size limit); "
      "nothing of this change was kept; free some space and try again",
      name, doing);
}

absl::Status InputOutput(int code, int error_number, std::string_view name,
                         std::string_view doing) {
  if (NoRoom(error_number)) return NoRoomLeft(name, doing);
  if (code == SQLITE_IOERR_NOMEM) {
    return ResourceExhausted("database '{}': {}: out of memory", name, doing);
  }
  if (IsWrite(code)) {
    return ResourceExhausted(
        "database '{}': {}: could not be written (code {}, errno {}); nothing "
        "of this change was kept; see to the disk and try again",
        name, doing, code, error_number);
  }
  return DataLoss(
      "database '{}': {}: could not be read (code {}, errno {}); see to the "
      "disk, or restore a backup",
      name, doing, code, error_number);
}

absl::Status Constraint(int code, std::string_view message,
                        std::string_view name, std::string_view doing) {
  auto status = absl::StatusCode::kInvalidArgument;
  if (code == SQLITE_CONSTRAINT_UNIQUE ||
      code == SQLITE_CONSTRAINT_PRIMARYKEY || code == SQLITE_CONSTRAINT_ROWID) {
    status = absl::StatusCode::kAlreadyExists;
  } else if (code == SQLITE_CONSTRAINT_FOREIGNKEY) {
    status = absl::StatusCode::kFailedPrecondition;
  }
  return MakeStatus(status, "database '{}': {}: {}", name, doing, message);
}

absl::Status CannotOpen(int error_number, std::string_view name) {
  if (error_number == EACCES || error_number == EPERM ||
      error_number == EROFS) {
    return PermissionDenied(
        "database '{}': no permission to open it, or to make its -wal and "
        "-shm files beside it",
        name);
  }
  if (NoRoom(error_number)) return NoRoomLeft(name, "open");
  return FailedPrecondition(
      "database '{}': cannot be opened (errno {}); do its folder and the file "
      "exist?",
      name, error_number);
}

}  // namespace

absl::Status SqliteStatus(int extended_code, int error_number,
                          std::string_view sqlite_message,
                          std::string_view printable, uint32_t busy_timeout_ms,
                          std::string_view doing) {
  switch (extended_code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return MakeStatus(
          absl::StatusCode::kUnavailable,
          "database '{}': {}: locked by another connection for more than {} "
          "ms; try again, or end the program that holds it",
          printable, doing, busy_timeout_ms);
    case SQLITE_FULL:
      return NoRoomLeft(printable, doing);
    case SQLITE_IOERR:
      return InputOutput(extended_code, error_number, printable, doing);
    case SQLITE_NOMEM:
      return ResourceExhausted("database '{}': {}: out of memory", printable,
                               doing);
    case SQLITE_TOOBIG:
      return ResourceExhausted("database '{}': {}: the value is too large",
                               printable, doing);
    case SQLITE_CORRUPT:
      return DataLoss(
          "database '{}': {}: the file is damaged ({}); restore a backup, or "
          "save what can be read with `sqlite3 FILE .recover`",
          printable, doing, sqlite_message);
    case SQLITE_NOTADB:
      return DataLoss(
          "database '{}': {}: no SQLite database, or its first page is "
          "damaged; name another file, or restore a backup",
          printable, doing);
    case SQLITE_FORMAT:
      return DataLoss(
          "database '{}': {}: a format that this SQLite does not know, or its "
          "first page is damaged; use a newer SQLite, or restore a backup",
          printable, doing);
    case SQLITE_CANTOPEN:
      return CannotOpen(error_number, printable);
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return PermissionDenied(
          "database '{}': {}: opened for reading only, or the file or its "
          "folder may not be written",
          printable, doing);
    case SQLITE_CONSTRAINT:
      return Constraint(extended_code, sqlite_message, printable, doing);
    case SQLITE_INTERRUPT:
      return Cancelled("database '{}': {}: interrupted", printable, doing);
    default:
      return Internal("database '{}': {}: {} (code {})", printable, doing,
                      sqlite_message, extended_code);
  }
}

}  // namespace cupel
