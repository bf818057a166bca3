// Waking a thread that polls.
#ifndef CUPEL_WORKER_WAKE_H_
#define CUPEL_WORKER_WAKE_H_

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <utility>

#include "absl/status/statusor.h"
#include "base/status.h"
#include "runner/unique_fd.h"

namespace cupel::worker {

// Thread-safe.
class Wake {
 public:
  static absl::StatusOr<Wake> New() {
    UniqueFd fd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!fd.valid()) return ErrnoStatus(errno, "eventfd");
    return Wake(std::move(fd));
  }

  int fd() const { return fd_.get(); }
  void Set() const {
    const uint64_t one = 1;
    // It can't fail in a way that matters: full means set.
    [[maybe_unused]] const ssize_t wrote = write(fd_.get(), &one, sizeof(one));
  }
  // True if it was set.
  bool Clear() const {
    uint64_t count = 0;
    return read(fd_.get(), &count, sizeof(count)) == sizeof(count);
  }

 private:
  explicit Wake(UniqueFd fd) : fd_(std::move(fd)) {}

  UniqueFd fd_;
};

}  // namespace cupel::worker

#endif  // CUPEL_WORKER_WAKE_H_
