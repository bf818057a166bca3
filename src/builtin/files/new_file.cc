#include "builtin/files/new_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "base/status.h"
#include "base/uuid.h"

namespace cupel {
namespace {

constexpr int kFlags = O_WRONLY | O_CLOEXEC;

std::string TemporaryName() {
  return fmt::format(".cupel-{}.tmp", Uuid::Random().ToString());
}

std::string NumberedName(std::string_view stem, std::string_view suffix,
                         uint64_t number) {
  return number == 0 ? fmt::format("{}{}", stem, suffix)
                     : fmt::format("{}.{}{}", stem, number, suffix);
}

// The first number that is free, if they were taken one after the other. Does
// not look at each, which would make n files under one name cost n squared.
uint64_t FirstFree(const Folder& folder, std::string_view stem,
                   std::string_view suffix) {
  const auto taken = [&](uint64_t number) {
    return folder.Has(NumberedName(stem, suffix, number));
  };
  uint64_t free = 1;
  while (taken(free)) free *= 2;
  uint64_t used = free / 2;
  while (free - used > 1) {
    const uint64_t middle = used + (free - used) / 2;
    (taken(middle) ? used : free) = middle;
  }
  return free;
}

}  // namespace

NewFile::NewFile(const Folder& folder, OwnedFd file, std::string temporary)
    : folder_(folder),
      file_(std::move(file)),
      temporary_(std::move(temporary)) {}

NewFile::NewFile(NewFile&& other) noexcept
    : folder_(other.folder_),
      file_(std::move(other.file_)),
      temporary_(std::exchange(other.temporary_, {})) {}

NewFile::~NewFile() {
  if (temporary_.empty()) return;
  unlinkat(folder_.descriptor(), temporary_.c_str(), 0);
}

absl::StatusOr<NewFile> NewFile::In(const Folder& folder, Way way) {
  if (way == Way::kUnnamed) {
    OwnedFd file(openat(folder.descriptor(), ".", kFlags | O_TMPFILE, 0600));
    if (file.is_open()) return NewFile(folder, std::move(file), "");
    // EISDIR is a kernel's, ENOENT and EINVAL a file system's way to say no.
    if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL &&
        errno != ENOENT) {
      return ErrnoStatus(errno,
                         fmt::format("make a file in {}", folder.Shown("")));
    }
  }
  std::string name = TemporaryName();
  OwnedFd file(openat(folder.descriptor(), name.c_str(),
                      kFlags | O_CREAT | O_EXCL | O_NOFOLLOW, 0600));
  if (!file.is_open()) {
    return ErrnoStatus(errno,
                       fmt::format("make a file in {}", folder.Shown("")));
  }
  return NewFile(folder, std::move(file), std::move(name));
}

absl::Status NewFile::Write(std::string_view bytes) {
  return WriteAll(file_.get(), bytes,
                  fmt::format("a file in {}", folder_.Shown("")));
}

absl::Status NewFile::Sync() {
  if (fsync(file_.get()) == 0) return absl::OkStatus();
  return ErrnoStatus(errno,
                     fmt::format("write out a file in {}", folder_.Shown("")));
}

absl::Status NewFile::Publish(const std::string& name) {
  CUPEL_RETURN_IF_ERROR(CheckRelative(name));
  const int at = folder_.descriptor();
  int done = 0;
  if (temporary_.empty()) {
    // The link of /proc stands for the file itself, which has no name.
    const std::string self = fmt::format("/proc/self/fd/{}", file_.get());
    done = linkat(AT_FDCWD, self.c_str(), at, name.c_str(), AT_SYMLINK_FOLLOW);
  } else {
    done = linkat(at, temporary_.c_str(), at, name.c_str(), 0);
  }
  if (done != 0 && errno == EEXIST) {
    return AlreadyExists("{} is already there", folder_.Shown(name));
  }
  if (done != 0) {
    return ErrnoStatus(errno, fmt::format("name {}", folder_.Shown(name)));
  }
  if (!temporary_.empty()) {
    unlinkat(at, std::exchange(temporary_, {}).c_str(), 0);
  }
  return absl::OkStatus();
}

absl::Status NewFile::Replace(const std::string& name) {
  CUPEL_RETURN_IF_ERROR(CheckRelative(name));
  if (temporary_.empty()) {
    // Only what has a name can be renamed.
    const std::string temporary = TemporaryName();
    CUPEL_RETURN_IF_ERROR(Publish(temporary));
    temporary_ = temporary;
  }
  const int at = folder_.descriptor();
  if (renameat(at, temporary_.c_str(), at, name.c_str()) != 0) {
    return ErrnoStatus(errno, fmt::format("replace {}", folder_.Shown(name)));
  }
  temporary_.clear();
  return absl::OkStatus();
}

absl::StatusOr<std::string> PublishNumbered(const Folder& folder,
                                            std::string_view stem,
                                            std::string_view suffix,
                                            NewFile& file) {
  // As many as may save under one name at the same time, and more.
  constexpr int kAttempts = 10'000;
  uint64_t number = 0;
  for (int i = 0; i < kAttempts; ++i) {
    std::string name = NumberedName(stem, suffix, number);
    const absl::Status status = file.Publish(name);
    if (status.ok()) return name;
    if (!absl::IsAlreadyExists(status)) return status;
    number = number == 0 ? FirstFree(folder, stem, suffix) : number + 1;
  }
  return ResourceExhausted("there is no free name for {}",
                           folder.Shown(NumberedName(stem, suffix, 0)));
}

}  // namespace cupel
