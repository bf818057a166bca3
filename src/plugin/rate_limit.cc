#include "plugin/rate_limit.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <new>

#include "absl/cleanup/cleanup.h"
#include "base/status.h"
#include "format/escape.h"

namespace cupel {
namespace {

constexpr uint64_t kMagic = 0x3165746152'707543;  // "CupRate1"
constexpr double kMostSeconds = 366.0 * 24 * 3600;
constexpr size_t kNumberBytes = 18;

// Digits and at most one point: no sign, no exponent, no "inf". Else -1.
double Number(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return -1;
  text = text.substr(first, text.find_last_not_of(" \t") - first + 1);
  if (text.size() > kNumberBytes ||
      text.find_first_not_of("0123456789.") != std::string_view::npos) {
    return -1;
  }
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] =
      std::from_chars(text.data(), end, value, std::chars_format::fixed);
  if (error != std::errc() || stopped != end) return -1;
  return value;
}

absl::Status CheckFile(int fd, std::string_view printable, size_t size) {
  struct stat info{};
  if (fstat(fd, &info) != 0) {
    return ErrnoStatus(errno, fmt::format("look at '{}'", printable));
  }
  if (!S_ISREG(info.st_mode) ||
      (info.st_size != 0 && static_cast<size_t>(info.st_size) != size)) {
    return FailedPrecondition(
        "'{}' is no file of a rate limit; remove it or name another folder",
        printable);
  }
  if (info.st_uid != geteuid() || (info.st_mode & 022) != 0) {
    return PermissionDenied(
        "the file of a rate limit '{}' belongs to somebody else or may be "
        "written by others; name a folder of your own",
        printable);
  }
  return absl::OkStatus();
}

// Sleeps until `at`, or until it is cancelled.
void SleepUntil(int64_t at, Cancel* cancel) {
  Mutex mutex;
  std::condition_variable_any woken;
  bool stop = false;
  const Cancel::Listener listener(cancel, [&] {
    const MutexLock lock(mutex);
    stop = true;
    woken.notify_all();
  });
  const MutexLock lock(mutex);
  while (!stop) {
    const int64_t left = at - MonotonicNanos();
    if (left <= 0) return;
    woken.wait_for(mutex, std::chrono::nanoseconds(left));
  }
}

}  // namespace

absl::StatusOr<uint64_t> ParseRate(std::string_view text) {
  const size_t slash = std::min(text.find('/'), text.size());
  const double count = Number(text.substr(0, slash));
  const double seconds =
      slash < text.size() ? Number(text.substr(slash + 1)) : -1;
  const std::string shown = EscapePrintable(text.substr(0, 64));
  if (count < 0 || seconds < 0) {
    return InvalidArgument(
        "rate limit '{}': expected count/seconds, such as 4/1, 1/10 or 0.5/1",
        shown);
  }
  if (count == 0 || seconds == 0) {
    return InvalidArgument(
        "rate limit '{}': count and seconds must be above 0 (leave the rate "
        "limit out for none)",
        shown);
  }
  const double interval = seconds / count;
  if (interval > kMostSeconds || interval < 1e-9) {
    return InvalidArgument(
        "rate limit '{}': from one start to the next it must be 1 ns to 366 "
        "days",
        shown);
  }
  return static_cast<uint64_t>(std::llround(interval * 1e9));
}

RateLimit::RateLimit(uint64_t interval)
    : interval_(static_cast<int64_t>(interval)),
      mapped_(nullptr),
      slot_(own_) {}

RateLimit::RateLimit(uint64_t interval, Slot* mapped)
    : interval_(static_cast<int64_t>(interval)),
      mapped_(mapped),
      slot_(*mapped) {}

RateLimit::~RateLimit() {
  if (mapped_ != nullptr) munmap(mapped_, sizeof(Slot));
}

absl::StatusOr<std::unique_ptr<RateLimit>> RateLimit::Open(
    const std::string& path, uint64_t interval) {
  static_assert(std::atomic<int64_t>::is_always_lock_free &&
                    std::atomic<uint64_t>::is_always_lock_free,
                "locks would not be shared by processes");
  const std::string printable = EscapePrintable(path);
  if (path.find('\0') != std::string::npos) {
    return InvalidArgument("the path '{}' has a NUL byte", printable);
  }
  // Not waiting for the writer of a pipe that lies there.
  const int fd =
      open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
           0600);
  if (fd < 0) {
    return ErrnoStatus(errno, fmt::format("open rate limit '{}'", printable));
  }
  const absl::Cleanup close_fd = [fd] { close(fd); };
  CUPEL_RETURN_IF_ERROR(CheckFile(fd, printable, sizeof(Slot)));
  // Not ftruncate: with a full disk the page could not be written to later,
  // which is a signal and no error. Nothing is cut, and zeros are a good start,
  // so it does not matter who comes first.
  const int error = posix_fallocate(fd, 0, sizeof(Slot));
  if (error != 0) {
    return ErrnoStatus(error, fmt::format("make rate limit '{}'", printable));
  }
  void* const page =
      mmap(nullptr, sizeof(Slot), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (page == MAP_FAILED) {
    return ErrnoStatus(errno, fmt::format("map rate limit '{}'", printable));
  }
  auto* const slot = static_cast<Slot*>(page);
  uint64_t none = 0;
  if (!slot->magic.compare_exchange_strong(none, kMagic) && none != kMagic) {
    munmap(page, sizeof(Slot));
    return FailedPrecondition(
        "'{}' is no file of a rate limit; remove it or name another folder",
        printable);
  }
  return std::unique_ptr<RateLimit>(new RateLimit(interval, slot));
}

RateLimit::Try RateLimit::TryNow() {
  int64_t next = slot_.next.load(std::memory_order_acquire);
  while (true) {
    const int64_t now = MonotonicNanos();
    const int64_t latest = now + interval_;
    if (next > latest) {
      // Nobody sets it further ahead than that.
      if (slot_.next.compare_exchange_weak(next, latest)) next = latest;
      continue;
    }
    if (next > now) return {.taken = false, .at = next};
    if (slot_.next.compare_exchange_weak(next, latest)) {
      return {.taken = true, .at = now};
    }
  }
}

absl::StatusOr<int64_t> RateLimit::Acquire(Cancel* cancel, Deadline deadline) {
  while (true) {
    if (cancel != nullptr && cancel->triggered()) {
      return Cancelled("cancelled while waiting for the rate limit");
    }
    const Try result = TryNow();
    if (result.taken) return result.at;
    const int64_t wait = std::max<int64_t>(result.at - MonotonicNanos(), 0);
    // The start only ever moves away.
    if (deadline.remaining() < static_cast<uint64_t>(wait)) {
      return DeadlineExceeded(
          "the rate limit allows the next start after the deadline");
    }
    SleepUntil(result.at, cancel);
  }
}

absl::StatusOr<RateLimit*> RateLimits::Get(const std::string& name,
                                           std::string_view rate) {
  CUPEL_ASSIGN_OR_RETURN(const uint64_t interval, ParseRate(rate));
  if (name.empty() || name.find('/') != std::string::npos) {
    return InvalidArgument("'{}' is no name of a rate limit",
                           EscapePrintable(name));
  }
  const MutexLock lock(mutex_);
  auto& limit = limits_[{name, interval}];
  if (limit == nullptr && folder_.empty()) {
    limit = std::make_unique<RateLimit>(interval);
  } else if (limit == nullptr) {
    CUPEL_ASSIGN_OR_RETURN(
        limit,
        RateLimit::Open(fmt::format("{}/{}-{}.rate", folder_, name, interval),
                        interval));
  }
  return limit.get();
}

absl::Status RateLimits::Acquire(const std::string& name, std::string_view rate,
                                 Cancel* cancel, Deadline deadline) {
  if (rate.empty()) return absl::OkStatus();
  CUPEL_ASSIGN_OR_RETURN(RateLimit* const limit, Get(name, rate));
  return limit->Acquire(cancel, deadline).status();
}

}  // namespace cupel
