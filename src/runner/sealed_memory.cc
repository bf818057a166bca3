#include "runner/sealed_memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include "base/status.h"
#include "proto/runner_codec.h"

namespace cupel {
namespace {

constexpr int kSeals = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

int CreateMemfd() {
  constexpr unsigned kFlags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  // Linux before 6.3 does not know the flag.
  const int fd = memfd_create("cupel", kFlags | MFD_NOEXEC_SEAL);
  if (fd >= 0 || errno != EINVAL) return fd;
  return memfd_create("cupel", kFlags);
}

class Mapping {
 public:
  Mapping(void* address, size_t size) : address_(address), size_(size) {}
  ~Mapping() { munmap(address_, size_); }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

 private:
  void* const address_;
  const size_t size_;
};

}  // namespace

absl::StatusOr<UniqueFd> SealedMemfd(std::string_view bytes) {
  UniqueFd fd(CreateMemfd());
  if (!fd.valid()) return ErrnoStatus(errno, "memfd_create");
  while (!bytes.empty()) {
    const ssize_t written = write(fd.get(), bytes.data(), bytes.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return ErrnoStatus(errno, "write to a memfd");
    }
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  if (fcntl(fd.get(), F_ADD_SEALS, kSeals) != 0) {
    return ErrnoStatus(errno, "seal a memfd");
  }
  return fd;
}

absl::StatusOr<SharedBytes> MapSealed(const UniqueFd& fd, uint64_t size,
                                      uint64_t most) {
  const int seals = fcntl(fd.get(), F_GET_SEALS);
  if (seals < 0) return DataLoss("a descriptor that is no memfd");
  if ((seals & kSeals) != kSeals) {
    return DataLoss(
        "a memfd that is not sealed: it needs F_SEAL_WRITE, F_SEAL_SHRINK, "
        "F_SEAL_GROW and F_SEAL_SEAL");
  }
  struct stat info{};
  if (fstat(fd.get(), &info) != 0) return ErrnoStatus(errno, "stat a memfd");
  if (static_cast<uint64_t>(info.st_size) != size) {
    return DataLoss("a memfd of {} bytes that is said to have {}", info.st_size,
                    size);
  }
  const uint64_t mapped = std::min(size, most);
  if (mapped == 0) return SharedBytes{};
  void* const address =
      mmap(nullptr, mapped, PROT_READ, MAP_SHARED, fd.get(), 0);
  if (address == MAP_FAILED) return ErrnoStatus(errno, "map a memfd");
  auto mapping = std::make_shared<Mapping>(address, mapped);
  const std::string_view view(static_cast<const char*>(address), mapped);
  if (mapped <= wire::kMaxInlineBytes) return SharedBytes::Copy(view);
  return SharedBytes{std::move(mapping), view};
}

}  // namespace cupel
