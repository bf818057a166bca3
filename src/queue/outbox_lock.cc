#include "queue/outbox_lock.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/status.h"
#include "format/escape.h"

namespace cupel::queue {
namespace {

// One byte of the file, which need not be there, for each number. Locks of the
// open file, not of the process: two objects of one process exclude each other.
int Lock(int file, short type, int64_t number) {
  struct flock range = {};
  range.l_type = type;
  range.l_whence = SEEK_SET;
  range.l_start = number;
  range.l_len = 1;
  return fcntl(file, F_OFD_SETLK, &range) == 0 ? 0 : errno;
}

}  // namespace

absl::StatusOr<std::unique_ptr<OutboxLock>> OutboxLock::Open(
    const std::string& path) {
  std::unique_ptr<OutboxLock> lock(new OutboxLock);
  if (path.empty()) return lock;
  lock->printable_ = EscapePrintable(path);
  lock->file_ =
      open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (lock->file_ < 0) {
    return ErrnoStatus(errno, "open '" + lock->printable_ + "'");
  }
  return lock;
}

OutboxLock::~OutboxLock() {
  if (file_ >= 0) close(file_);
}

OutboxLock::Hold::Hold(Hold&& other) noexcept
    : owner_(std::exchange(other.owner_, nullptr)), number_(other.number_) {}

OutboxLock::Hold::~Hold() {
  if (owner_ != nullptr) owner_->Free(number_);
}

absl::StatusOr<OutboxLock::Hold> OutboxLock::TryHold(int64_t number) {
  const MutexLock lock(mutex_);
  if (held_.count(number) > 0) return Hold();
  if (file_ >= 0) {
    const int error = Lock(file_, F_WRLCK, number);
    if (error == EAGAIN || error == EACCES) return Hold();
    if (error != 0) return ErrnoStatus(error, "lock '" + printable_ + "'");
  }
  held_.insert(number);
  return Hold(this, number);
}

void OutboxLock::Free(int64_t number) {
  const MutexLock lock(mutex_);
  held_.erase(number);
  // Can't fail for what is held.
  if (file_ >= 0) (void)Lock(file_, F_UNLCK, number);
}

}  // namespace cupel::queue
