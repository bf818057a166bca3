#include "builtin/files/line_reader.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/status.h"

namespace cupel {
namespace {

constexpr int kPatienceMs = 50;
constexpr size_t kChunk = size_t{64} << 10;

}  // namespace

absl::StatusOr<size_t> ReadSome(int fd, char* to, size_t size,
                                const StopFn& stop) {
  while (true) {
    if (stop && stop()) return Cancelled("stopped before the end of the input");
    pollfd wait = {.fd = fd, .events = POLLIN, .revents = 0};
    const int ready = poll(&wait, 1, kPatienceMs);
    if (ready == 0 || (ready < 0 && errno == EINTR)) continue;
    if (ready < 0) return ErrnoStatus(errno, "wait for input");
    const ssize_t got = read(fd, to, size);
    // Somebody else who reads from it was quicker.
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got < 0) return ErrnoStatus(errno, "read input");
    return static_cast<size_t>(got);
  }
}

LineReader::LineReader(int fd, char end, size_t most, StopFn stop)
    : fd_(fd), end_(end), most_(most), stop_(std::move(stop)) {}

absl::StatusOr<bool> LineReader::Fill() {
  if (at_end_) return false;
  buffer_.erase(0, used_);
  used_ = 0;
  const size_t before = buffer_.size();
  buffer_.resize(before + kChunk);
  auto got = ReadSome(fd_, buffer_.data() + before, kChunk, stop_);
  buffer_.resize(before + got.value_or(0));
  CUPEL_RETURN_IF_ERROR(got.status());
  at_end_ = *got == 0;
  return !at_end_;
}

absl::StatusOr<bool> LineReader::Next(Line* line) {
  *line = {};
  size_t searched = 0;
  while (true) {
    const size_t found = buffer_.find(end_, used_ + searched);
    const size_t size = std::min(found, buffer_.size()) - used_;
    if (size > most_) line->too_long = true;
    if (found != std::string::npos) {
      if (!line->too_long) {
        line->text = std::string_view(buffer_).substr(used_, size);
      }
      used_ = found + 1;
      line->number = ++number_;
      return true;
    }
    // Of what is too long only its end is looked for.
    if (line->too_long) used_ = buffer_.size();
    searched = buffer_.size() - used_;
    CUPEL_ASSIGN_OR_RETURN(const bool more, Fill());
    if (more) continue;
    if (searched == 0 && !line->too_long) return false;
    line->text = std::string_view(buffer_).substr(used_, searched);
    used_ = buffer_.size();
    line->number = ++number_;
    return true;
  }
}

}  // namespace cupel
