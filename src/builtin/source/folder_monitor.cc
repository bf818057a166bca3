#include "builtin/source/folder_monitor.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "base/clock.h"
#include "base/status.h"
#include "builtin/files/walk.h"

namespace cupel {
namespace {

constexpr int64_t kMilli = 1'000'000;
// Times of files come in steps of at most 10 ms.
constexpr int64_t kSettled = 20 * kMilli;
// A clock of a file server that is ahead, or a file that never rests, is not
// waited for.
constexpr int64_t kMostPatience = 1000 * kMilli;
constexpr int kIdleMs = 50;
constexpr int kPendingMs = 5;

constexpr uint32_t kEvents = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM |
                             IN_CREATE | IN_DELETE | IN_ONLYDIR |
                             IN_EXCL_UNLINK;
constexpr uint32_t kRootGone = IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT;

int64_t NanosOf(const timespec& time) {
  return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

int64_t WallNanos() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return NanosOf(now);
}

}  // namespace

FolderMonitor::Stamp FolderMonitor::StampOf(const struct stat& info) {
  return {.device = info.st_dev,
          .inode = info.st_ino,
          .size = info.st_size,
          .modified = NanosOf(info.st_mtim),
          .changed = NanosOf(info.st_ctim)};
}

absl::StatusOr<FolderMonitor> FolderMonitor::Open(const std::string& root,
                                                  MonitorOptions options) {
  CUPEL_ASSIGN_OR_RETURN(Folder folder, Folder::Open(root, false));
  OwnedFd events(inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!events.is_open() && errno == EMFILE) {
    return ResourceExhausted(
        "no more folders can be watched by this user; raise "
        "fs.inotify.max_user_instances");
  }
  if (!events.is_open()) return ErrnoStatus(errno, "start inotify");
  FolderMonitor monitor(std::move(folder), std::move(events),
                        std::move(options));
  CUPEL_RETURN_IF_ERROR(monitor.WatchFolder("", monitor.folder_));
  return monitor;
}

absl::Status FolderMonitor::WatchFolder(const std::string& relative,
                                        const Folder& folder) {
  // By the open folder, not by a path that may lead elsewhere by now.
  const std::string self = fmt::format("/proc/self/fd/{}", folder.descriptor());
  const uint32_t mask = kEvents | (relative.empty() ? kRootGone : 0);
  const int watch = inotify_add_watch(events_.get(), self.c_str(), mask);
  if (watch < 0 && errno == ENOSPC) {
    return ResourceExhausted(
        "folder {} can't be watched; raise fs.inotify.max_user_watches",
        folder.Shown(""));
  }
  if (watch < 0) {
    return ErrnoStatus(errno, fmt::format("watch folder {}", folder.Shown("")));
  }
  if (relative.empty()) root_watch_ = watch;
  // A folder that was moved has its old watch.
  if (const auto old = folders_.find(watch); old != folders_.end()) {
    watches_.erase(old->second);
  }
  folders_[watch] = relative;
  watches_[relative] = watch;
  return absl::OkStatus();
}

absl::Status FolderMonitor::LookThrough(const std::string& relative, bool tell,
                                        const MonitorVisitor& visitor) {
  WalkVisitor walk;
  walk.folder = [&](const std::string& path, const Folder& folder) {
    const absl::Status watched = WatchFolder(path, folder);
    if (!watched.ok()) visitor.error(watched);
    return !visitor.stop();
  };
  walk.entry = [&](const std::string& path, const struct stat& info) {
    if (!S_ISREG(info.st_mode) || !FitsPath(options_.glob, path)) {
      return absl::OkStatus();
    }
    const Stamp stamp = StampOf(info);
    const auto known = known_.find(path);
    if (known != known_.end()) known->second.seen = true;
    if (!tell) {
      known_[path] = {.stamp = stamp, .told = false, .seen = true};
    } else if (known == known_.end() || known->second.stamp != stamp) {
      pending_.try_emplace(path, Pending{.since = MonotonicNanos()});
    }
    return absl::OkStatus();
  };
  walk.error = visitor.error;
  return Walk(folder_, relative, options_.recursive, walk);
}

absl::Status FolderMonitor::LookThroughAgain(const MonitorVisitor& visitor) {
  for (auto& [path, known] : known_) known.seen = false;
  CUPEL_RETURN_IF_ERROR(LookThrough("", true, visitor));
  std::erase_if(known_, [](const auto& entry) { return !entry.second.seen; });
  return absl::OkStatus();
}

void FolderMonitor::Forget(const std::string& relative) {
  known_.erase(relative);
  pending_.erase(relative);
}

void FolderMonitor::ForgetBelow(const std::string& relative) {
  const std::string prefix = relative + "/";
  const auto erase = [&prefix](auto& entries, const auto& before) {
    auto it = entries.lower_bound(prefix);
    while (it != entries.end() && it->first.starts_with(prefix)) {
      before(it->second);
      it = entries.erase(it);
    }
  };
  const auto stop_watching = [this](int watch) {
    inotify_rm_watch(events_.get(), watch);
    folders_.erase(watch);
  };
  erase(known_, [](const Known&) {});
  erase(pending_, [](const Pending&) {});
  erase(watches_, stop_watching);
  if (const auto own = watches_.find(relative); own != watches_.end()) {
    stop_watching(own->second);
    watches_.erase(own);
  }
}

absl::Status FolderMonitor::TakeEvent(int watch, uint32_t mask,
                                      std::string_view name,
                                      const MonitorVisitor& visitor) {
  if ((mask & IN_Q_OVERFLOW) != 0) return LookThroughAgain(visitor);
  if (watch == root_watch_ && (mask & kRootGone) != 0) {
    return FailedPrecondition("the watched folder {} was moved or removed",
                              folder_.Shown(""));
  }
  const auto above = folders_.find(watch);
  if (above == folders_.end()) return absl::OkStatus();  // given up before
  if ((mask & IN_IGNORED) != 0) {
    watches_.erase(above->second);
    folders_.erase(above);
    return absl::OkStatus();
  }
  if (name.empty()) return absl::OkStatus();
  const std::string path = Joined(above->second, name);
  const bool gone = (mask & (IN_MOVED_FROM | IN_DELETE)) != 0;
  if ((mask & IN_ISDIR) != 0) {
    if (gone) {
      ForgetBelow(path);
    } else if (options_.recursive && (mask & (IN_CREATE | IN_MOVED_TO)) != 0) {
      return LookThrough(path, true, visitor);
    }
  } else if (gone) {
    Forget(path);
  } else if ((mask & (IN_CLOSE_WRITE | IN_MOVED_TO)) != 0 &&
             FitsPath(options_.glob, path)) {
    pending_.try_emplace(path, Pending{.since = MonotonicNanos()})
        .first->second.closed = true;
  }
  return absl::OkStatus();
}

absl::Status FolderMonitor::ReadEvents(int timeout_ms,
                                       const MonitorVisitor& visitor) {
  pollfd wait = {.fd = events_.get(), .events = POLLIN, .revents = 0};
  if (poll(&wait, 1, timeout_ms) < 0 && errno != EINTR) {
    return ErrnoStatus(errno, "wait for inotify");
  }
  alignas(inotify_event) std::array<char, 16 << 10> buffer;
  while (true) {
    const ssize_t got = read(events_.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return absl::OkStatus();
    if (got < 0) return ErrnoStatus(errno, "read from inotify");
    for (size_t at = 0; at < static_cast<size_t>(got);) {
      inotify_event event;
      std::memcpy(&event, buffer.data() + at, sizeof(event));
      const char* const name = buffer.data() + at + sizeof(event);
      CUPEL_RETURN_IF_ERROR(
          TakeEvent(event.wd, event.mask,
                    std::string_view(name, strnlen(name, event.len)), visitor));
      at += sizeof(event) + event.len;
    }
    if (visitor.stop()) return absl::OkStatus();
  }
}

// True if no later change can have the same times, or if that was waited for in
// vain. What is still being written is waited for as long as it takes: its end
// is an event.
bool FolderMonitor::Settled(const Stamp& stamp, Pending* pending) {
  if (WallNanos() - stamp.changed >= kSettled) return true;
  const int64_t now = MonotonicNanos();
  if (!pending->closed && pending->stamp != stamp) {
    pending->stamp = stamp;
    pending->since = now;
  }
  return now - pending->since >= kMostPatience;
}

absl::Status FolderMonitor::TellOne(const std::string& relative,
                                    Pending* pending,
                                    const MonitorVisitor& visitor, bool* done) {
  *done = true;
  const size_t slash = relative.rfind('/');
  const bool deep = slash != std::string::npos;
  const auto folder =
      folder_.Below(deep ? relative.substr(0, slash) : std::string(), false);
  struct stat info{};
  // What is gone again, or became something else, is no file to tell of.
  if (!folder.ok() ||
      fstatat(folder->descriptor(), relative.c_str() + (deep ? slash + 1 : 0),
              &info, AT_SYMLINK_NOFOLLOW) != 0 ||
      !S_ISREG(info.st_mode)) {
    return absl::OkStatus();
  }
  Known now = {.stamp = StampOf(info), .told = true, .seen = true};
  const auto known = known_.find(relative);
  if (known != known_.end() && known->second.told &&
      known->second.stamp == now.stamp) {
    return absl::OkStatus();
  }
  if (!Settled(now.stamp, pending)) {
    *done = false;
    return absl::OkStatus();
  }
  // Equal to none: rather told twice than lost.
  if (WallNanos() - now.stamp.changed < kSettled) now.stamp = {};
  CUPEL_RETURN_IF_ERROR(visitor.file(relative));
  known_[relative] = now;
  return absl::OkStatus();
}

absl::Status FolderMonitor::TellPending(const MonitorVisitor& visitor) {
  for (auto it = pending_.begin(); it != pending_.end();) {
    if (visitor.stop()) return absl::OkStatus();
    bool done = false;
    CUPEL_RETURN_IF_ERROR(TellOne(it->first, &it->second, visitor, &done));
    it = done ? pending_.erase(it) : std::next(it);
  }
  return absl::OkStatus();
}

absl::Status FolderMonitor::Run(const MonitorVisitor& visitor) {
  CUPEL_RETURN_IF_ERROR(LookThrough("", options_.existing, visitor));
  while (!visitor.stop()) {
    CUPEL_RETURN_IF_ERROR(TellPending(visitor));
    CUPEL_RETURN_IF_ERROR(
        ReadEvents(pending_.empty() ? kIdleMs : kPendingMs, visitor));
  }
  return Cancelled("the watch of {} was stopped", folder_.Shown(""));
}

}  // namespace cupel
