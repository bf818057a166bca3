#include "payload/byte_source.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/status.h"

namespace cupel {
namespace {

class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::string_view bytes) : bytes_(bytes) {}

  uint64_t size() const override { return bytes_.size(); }

  absl::StatusOr<size_t> ReadAt(uint64_t offset, char* buffer,
                                size_t size) override {
    if (offset >= bytes_.size()) return 0;
    const size_t got =
        std::min(size, bytes_.size() - static_cast<size_t>(offset));
    if (got > 0) std::memcpy(buffer, bytes_.data() + offset, got);
    return got;
  }

  std::optional<std::string_view> contents() const override { return bytes_; }

 private:
  std::string_view bytes_;
};

class FileSource final : public ByteSource {
 public:
  FileSource(int fd, uint64_t size) : fd_(fd), size_(size) {}

  uint64_t size() const override { return size_; }

  absl::StatusOr<size_t> ReadAt(uint64_t offset, char* buffer,
                                size_t size) override {
    if (offset >= size_) return 0;
    size = static_cast<size_t>(std::min<uint64_t>(size, size_ - offset));
    size_t done = 0;
    while (done < size) {
      const ssize_t got = pread(fd_, buffer + done, size - done,
                                static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) {
        const int error = errno;
        return ErrnoStatus(error, fmt::format("read at byte {}", offset));
      }
      if (got == 0) break;  // shrank since it was opened
      done += static_cast<size_t>(got);
    }
    return done;
  }

 private:
  int fd_;
  uint64_t size_;
};

}  // namespace

std::unique_ptr<ByteSource> NewMemorySource(std::string_view bytes) {
  return std::make_unique<MemorySource>(bytes);
}

absl::StatusOr<std::unique_ptr<ByteSource>> NewFileSource(int fd) {
  struct stat info;
  if (fstat(fd, &info) != 0) {
    const int error = errno;
    return ErrnoStatus(error, "size of the file");
  }
  // A block device has no size here, but it can be asked where its end is.
  // Moving the offset is undone: it belongs to the caller.
  uint64_t size = static_cast<uint64_t>(info.st_size);
  const off_t at = lseek(fd, 0, SEEK_CUR);
  if (at < 0) {
    return InvalidArgument(
        "the descriptor can't be read at any place (a pipe or a socket): read "
        "it into memory first");
  }
  if (S_ISBLK(info.st_mode)) {
    const off_t end = lseek(fd, 0, SEEK_END);
    lseek(fd, at, SEEK_SET);
    if (end > 0) size = static_cast<uint64_t>(end);
  }
  return std::make_unique<FileSource>(fd, size);
}

}  // namespace cupel
