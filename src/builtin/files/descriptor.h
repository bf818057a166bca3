// An open file that is closed, and writing to it.
#ifndef CUPEL_BUILTIN_FILES_DESCRIPTOR_H_
#define CUPEL_BUILTIN_FILES_DESCRIPTOR_H_

#include <unistd.h>

#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"

namespace cupel {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }

  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// All of the bytes, or the reason why not: RESOURCE_EXHAUSTED for a full disk
// and for a limit on the size of files. `shown` is what it is for messages.
absl::Status WriteAll(int fd, std::string_view bytes, const std::string& shown);

}  // namespace cupel

#endif  // CUPEL_BUILTIN_FILES_DESCRIPTOR_H_
