// An open file that is closed, reading it and writing to it.
#ifndef CUPEL_BUILTIN_FILES_DESCRIPTOR_H_
#define CUPEL_BUILTIN_FILES_DESCRIPTOR_H_

#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace cupel {

class OwnedFd {
 public:
  OwnedFd() = default;
  explicit OwnedFd(int fd) : fd_(fd) {}
  OwnedFd(OwnedFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  OwnedFd& operator=(OwnedFd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~OwnedFd() {
    if (fd_ >= 0) close(fd_);
  }

  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// In all of these `shown` is what it is, for messages.

// FAILED_PRECONDITION unless it is a regular file.
absl::Status CheckRegular(int fd, const std::string& shown);

// All of a regular file; RESOURCE_EXHAUSTED for more than `most` bytes.
absl::StatusOr<std::string> ReadAll(int fd, uint64_t most,
                                    const std::string& shown);

// The file at a path of the operator's, which may be a link, in the same way.
absl::StatusOr<std::string> ReadFileAt(const std::string& path, uint64_t most);

// All of the bytes, or the reason why not: RESOURCE_EXHAUSTED for a full disk
// and for a limit on the size of files.
absl::Status WriteAll(int fd, std::string_view bytes, const std::string& shown);

}  // namespace cupel

#endif  // CUPEL_BUILTIN_FILES_DESCRIPTOR_H_
