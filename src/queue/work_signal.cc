#include "queue/work_signal.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <utility>

#include "base/clock.h"
#include "base/status.h"

namespace cupel::queue {
namespace {

constexpr uint64_t kLongestWaitNanos = uint64_t{24} * 3600 * 1'000'000'000;

}  // namespace

WorkSignal::WorkSignal(const std::string& path, bool others,
                       std::unique_ptr<WorkEar> ear)
    : path_(path), ear_(std::move(ear)) {
  bell_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (!path.empty()) {
    watch_ = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (watch_ >= 0 && inotify_add_watch(watch_, path.c_str(), IN_ATTRIB) < 0) {
      close(watch_);
      watch_ = -1;
    }
  }
  const bool deaf = watch_ < 0 && ear_ == nullptr;
  const bool blind = (others && deaf) || bell_ < 0;
  step_nanos_ = blind ? kBlindNanos : others ? kStepNanos : kLongestWaitNanos;
}

WorkSignal::~WorkSignal() {
  if (watch_ >= 0) close(watch_);
  if (bell_ >= 0) close(bell_);
}

void WorkSignal::Wake() {
  const uint64_t one = 1;
  // If it is full already, it rings.
  if (bell_ >= 0) (void)!write(bell_, &one, sizeof(one));
  if (ear_ != nullptr && listening_) ear_->Wake();
  changed_.notify_all();
}

void WorkSignal::Notify() {
  // What can't be touched is looked at again after a step.
  if (!path_.empty()) utimensat(AT_FDCWD, path_.c_str(), nullptr, 0);
  const MutexLock lock(mutex_);
  ++generation_;
  Wake();
}

uint64_t WorkSignal::generation() {
  const MutexLock lock(mutex_);
  // Signs that nobody listened to are older than what the caller looks at next.
  if (!listening_ && Drain()) ++generation_;
  return generation_;
}

// True if there was a sign. Only by the one who listens, or if nobody does.
bool WorkSignal::Drain() {
  uint64_t rung = 0;
  if (bell_ >= 0) (void)!read(bell_, &rung, sizeof(rung));
  bool sign = false;
  alignas(inotify_event) std::array<char, 4096> events;
  while (watch_ >= 0 && read(watch_, events.data(), events.size()) > 0) {
    sign = true;
  }
  return sign;
}

absl::StatusOr<bool> WorkSignal::Listen(uint64_t nanos) {
  nanos = std::min(nanos, step_nanos_);
  if (ear_ != nullptr) return ear_->Listen(nanos);
  const timespec wait{static_cast<time_t>(nanos / 1'000'000'000),
                      static_cast<long>(nanos % 1'000'000'000)};
  std::array<pollfd, 2> ears{{{bell_, POLLIN, 0}, {watch_, POLLIN, 0}}};
  // Negative descriptors are passed over. A signal handler's return is as good
  // a reason to look again as any.
  ppoll(ears.data(), ears.size(), &wait, nullptr);
  return false;
}

absl::Status WorkSignal::Wait(uint64_t seen, uint64_t nanos, Cancel* cancel) {
  const Deadline end = Deadline::After(nanos);
  const Cancel::Listener listener(cancel, [this] {
    const MutexLock lock(mutex_);
    Wake();
  });
  MutexLock lock(mutex_);
  while (generation_ == seen) {
    if (cancel != nullptr && cancel->triggered()) {
      return Cancelled("waiting for work was cancelled");
    }
    const uint64_t left = end.remaining();
    if (left == 0) break;
    if (listening_) {
      changed_.wait_for(
          mutex_, std::chrono::nanoseconds(std::min(left, kLongestWaitNanos)));
      continue;
    }
    listening_ = true;
    mutex_.Unlock();
    const absl::StatusOr<bool> heard = Listen(left);
    mutex_.Lock();
    listening_ = false;
    if (Drain() || left > step_nanos_ || (heard.ok() && *heard)) ++generation_;
    // Somebody else listens from now on, or has seen what happened.
    changed_.notify_all();
    CUPEL_RETURN_IF_ERROR(heard.status());
  }
  return absl::OkStatus();
}

}  // namespace cupel::queue
