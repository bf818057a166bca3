#include "pipeline/spool.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace cupel {
namespace {

// Up to here a stream stays in memory: most of them are small.
constexpr uint64_t kInMemory = 16u << 20;
constexpr int kPollMs = 20;

absl::Status WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return ErrnoStatus(errno, "can't write to the temporary file");
    }
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

// Moves a memory file's content to the disk.
absl::Status MoveToDisk(int* out, std::vector<char>* buffer) {
  CUPEL_ASSIGN_OR_RETURN(const int disk, OpenTemporary());
  const int memory = *out;
  *out = disk;
  off_t offset = 0;
  absl::Status status;
  while (status.ok()) {
    const ssize_t got = pread(memory, buffer->data(), buffer->size(), offset);
    if (got < 0) status = ErrnoStatus(errno, "can't read the memory file");
    if (got <= 0) break;
    offset += got;
    status = WriteAll(disk, {buffer->data(), static_cast<size_t>(got)});
  }
  close(memory);
  return status;
}

absl::Status Copy(int fd, uint64_t limit, bool* cut,
                  const std::function<bool()>& go_on, int* out) {
  std::vector<char> buffer(256u << 10);
  uint64_t copied = 0;
  bool on_disk = false;
  for (;;) {
    if (!go_on()) return absl::OkStatus();
    pollfd ready{.fd = fd, .events = POLLIN, .revents = 0};
    if (poll(&ready, 1, kPollMs) == 0) continue;
    const ssize_t got = read(fd, buffer.data(), buffer.size());
    if (got < 0) {
      if (errno == EINTR || errno == EAGAIN) continue;
      return ErrnoStatus(errno, "can't read");
    }
    if (got == 0) return absl::OkStatus();
    const uint64_t keep =
        std::min<uint64_t>(static_cast<uint64_t>(got), limit - copied);
    if (!on_disk && copied + keep > kInMemory) {
      CUPEL_RETURN_IF_ERROR(MoveToDisk(out, &buffer));
      on_disk = true;
    }
    CUPEL_RETURN_IF_ERROR(WriteAll(*out, {buffer.data(), keep}));
    copied += keep;
    if (keep < static_cast<uint64_t>(got)) {
      *cut = true;
      return absl::OkStatus();
    }
  }
}

}  // namespace

absl::StatusOr<int> OpenTemporary() {
  const char* configured = std::getenv("TMPDIR");
  const std::string folder = configured != nullptr ? configured : "/tmp";
  int fd = open(folder.c_str(), O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);
  if (fd >= 0) return fd;
  // File systems without O_TMPFILE: a name for a moment, chosen by us.
  std::string pattern = folder + "/cupel-XXXXXX";
  fd = mkostemp(pattern.data(), O_CLOEXEC);
  if (fd < 0) {
    return ErrnoStatus(errno, "can't make a temporary file in " + folder);
  }
  unlink(pattern.c_str());
  return fd;
}

absl::StatusOr<int> SpoolStream(int fd, uint64_t limit, bool* cut,
                                const std::function<bool()>& go_on) {
  *cut = false;
  int out = memfd_create("cupel-stream", MFD_CLOEXEC);
  if (out < 0) return ErrnoStatus(errno, "can't make a memory file");
  if (absl::Status status = Copy(fd, limit, cut, go_on, &out); !status.ok()) {
    close(out);
    return status;
  }
  return out;
}

}  // namespace cupel
