#include "output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>

#include "console.h"

namespace cli {
namespace {

constexpr size_t kBufferBytes = size_t{64} * 1024;

// For Abandon, which runs on another thread.
std::mutex abandon_mutex;
std::string abandon_path;  // guarded by abandon_mutex

void SetAbandonPath(const std::string& path) {
  const std::lock_guard<std::mutex> lock(abandon_mutex);
  abandon_path = path;
}

std::string Resolve(const std::string& path) {
  char* real = realpath(path.c_str(), nullptr);
  if (real == nullptr) return path;
  std::string resolved = real;
  free(real);
  return resolved;
}

}  // namespace

Output::Output(const std::string& path) {
  if (path.empty() || path == "-") {
    fd_ = STDOUT_FILENO;
    shown_ = "standard output";
    return;
  }
  shown_ = path;
  struct stat status{};
  if (stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
    fd_ = open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (fd_ < 0) {
      throw UsageError(
          fmt::format("{}: can't be written: {}", shown_, strerror(errno)));
    }
    return;
  }
  // Renaming onto a link would replace the link, not what it leads to.
  OpenTemporary(Resolve(path));
}

void Output::OpenTemporary(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string folder =
      slash == std::string::npos ? "" : path.substr(0, slash + 1);
  const std::string name =
      slash == std::string::npos ? path : path.substr(slash + 1);
  for (int attempt = 0; fd_ < 0 && attempt < 100; ++attempt) {
    temporary_ = fmt::format("{}.{}.{}-{}.tmp", folder, name.substr(0, 200),
                             getpid(), attempt);
    fd_ =
        open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd_ < 0 && errno != EEXIST) break;
  }
  if (fd_ < 0) {
    temporary_.clear();
    throw UsageError(
        fmt::format("{}: can't be written: {}", shown_, strerror(errno)));
  }
  target_ = path;
  SetAbandonPath(temporary_);
}

Output::~Output() {
  Close();
  if (temporary_.empty()) return;
  SetAbandonPath("");
  unlink(temporary_.c_str());
}

void Output::Close() {
  if (fd_ == STDOUT_FILENO || fd_ < 0) return;
  if (close(fd_) != 0 && error_ == 0) error_ = errno;
  fd_ = -1;
}

bool Output::Write(std::string_view text) {
  if (error_ != 0) return false;
  buffer_ += text;
  return buffer_.size() < kBufferBytes || Flush();
}

bool Output::Flush() {
  std::string_view rest = buffer_;
  while (error_ == 0 && !rest.empty()) {
    const ssize_t written = write(fd_, rest.data(), rest.size());
    if (written >= 0) {
      rest.remove_prefix(static_cast<size_t>(written));
    } else if (errno != EINTR) {
      error_ = errno;
    }
  }
  buffer_.clear();
  return error_ == 0;
}

void Output::Commit() {
  Flush();
  if (!temporary_.empty() && error_ == 0 && fsync(fd_) != 0) error_ = errno;
  Close();
  if (!temporary_.empty() && error_ == 0) {
    if (rename(temporary_.c_str(), target_.c_str()) != 0) {
      error_ = errno;
    } else {
      SetAbandonPath("");
      temporary_.clear();
    }
  }
  if (error_ != 0 && !reader_gone()) {
    throw UsageError(
        fmt::format("{}: writing failed: {}", shown_, strerror(error_)));
  }
}

bool Output::reader_gone() const { return error_ == EPIPE; }

void Output::Abandon() {
  const std::lock_guard<std::mutex> lock(abandon_mutex);
  if (!abandon_path.empty()) unlink(abandon_path.c_str());
}

}  // namespace cli
