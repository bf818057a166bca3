#include "runner/supervisor.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "base/absl_compat.h"
#include "runner/folder_removal.h"
#include "runner/syscall_filter.h"
#include "runner/unique_fd.h"

namespace cupel {
namespace {

constexpr int kCannotSupervise = 71;  // EX_OSERR

// The process group of a process, from /proc; 0 if it is gone.
pid_t GroupOf(const char* pid) {
  char path[64];
  std::snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
  const UniqueFd fd(open(path, O_RDONLY | O_CLOEXEC));
  char text[512];
  const ssize_t size = read(fd.get(), text, sizeof(text) - 1);
  if (size <= 0) return 0;
  text[size] = '\0';
  // "pid (name) state ppid pgrp": a name may hold anything, a ")" too.
  const char* const name_end = std::strrchr(text, ')');
  int parent = 0;
  int group = 0;
  char state = 0;
  if (name_end == nullptr ||
      std::sscanf(name_end + 1, " %c %d %d", &state, &parent, &group) != 3) {
    return 0;
  }
  return group;
}

uint64_t ProcessesIn(pid_t group) {
  uint64_t count = 0;
  DIR* const proc = opendir("/proc");
  if (proc == nullptr) return UINT64_MAX;
  while (const dirent* const entry = readdir(proc)) {
    if (entry->d_name[0] < '1' || entry->d_name[0] > '9') continue;
    if (GroupOf(entry->d_name) == group) ++count;
  }
  closedir(proc);
  return count;
}

UniqueFd ReceiveFd(int link) {
  char byte = 0;
  iovec data = {&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof(control);
  if (recvmsg(link, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT) <= 0) return {};
  const cmsghdr* const header = CMSG_FIRSTHDR(&message);
  if (header == nullptr || header->cmsg_type != SCM_RIGHTS) return {};
  int fd = -1;
  std::memcpy(&fd, CMSG_DATA(header), sizeof(fd));
  return UniqueFd(fd);
}

class Supervisor {
 public:
  Supervisor(const RunnerArgs& args, pid_t plugin, UniqueFd link,
             UniqueFd children, UniqueFd host)
      : args_(args),
        plugin_(plugin),
        link_(std::move(link)),
        children_(std::move(children)),
        host_(std::move(host)) {}

  void Run() {
    while (!ended_) Step();
    Reap();
    // The host may be gone, and then nobody wants to know.
    (void)send(kControlFd, &report_, sizeof(report_), MSG_NOSIGNAL);
    (void)RemoveFolder(args_.temp);
  }

 private:
  // Nobody leaves the group: the filter has neither setpgid nor setsid. And
  // killing a group is atomic: a fork under way fails.
  void KillAll() const { kill(-plugin_, SIGKILL); }

  void Step() {
    pollfd polled[] = {{children_.get(), POLLIN, 0},
                       {kControlFd, POLLIN, 0},
                       {host_.get(), POLLIN, 0},
                       {link_.get(), POLLIN, 0},
                       {notify_.get(), POLLIN, 0}};
    if (poll(polled, std::size(polled), -1) < 0) {
      if (errno != EINTR) ended_ = true;
      return;
    }
    if (polled[1].revents != 0 || polled[2].revents != 0) ended_ = true;
    if (polled[0].revents != 0) {
      signalfd_siginfo info;
      (void)!read(children_.get(), &info, sizeof(info));
      ReapStrangers();
    }
    if (polled[3].revents != 0) {
      notify_ = ReceiveFd(link_.get());
      link_.Reset();
    }
    if ((polled[4].revents & POLLIN) != 0) {
      AnswerFork(notify_.get(), [this] {
        // The plugin's own process is in the group.
        return ProcessesIn(plugin_) <= args_.processes;
      });
    } else if (polled[4].revents != 0) {
      notify_.Reset();
    }
  }

  // Those that the plugin's process has left behind; and looks whether it has
  // ended itself, without reaping it: its number is that of the group.
  void ReapStrangers() {
    siginfo_t info{};
    while (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid != 0) {
      if (info.si_pid == plugin_) {
        ended_ = true;
        return;
      }
      waitpid(info.si_pid, nullptr, WNOHANG);
      info.si_pid = 0;
    }
  }

  void Reap() {
    KillAll();
    for (;;) {
      int status = 0;
      rusage usage{};
      const pid_t pid = wait4(-1, &status, 0, &usage);
      if (pid < 0 && errno == EINTR) continue;
      if (pid < 0) return;
      if (pid != plugin_) continue;
      report_.wait_status = status;
      report_.max_rss_kib = static_cast<uint64_t>(usage.ru_maxrss);
    }
  }

  const RunnerArgs& args_;
  const pid_t plugin_;
  UniqueFd link_;
  UniqueFd children_;
  UniqueFd host_;
  UniqueFd notify_;
  bool ended_ = false;
  SupervisorReport report_;
};

}  // namespace

bool SendNotifyFd(int link, int fd) {
  char byte = 0;
  iovec data = {&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof(control);
  cmsghdr* const header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  std::memcpy(CMSG_DATA(header), &fd, sizeof(fd));
  return sendmsg(link, &message, MSG_NOSIGNAL) == 1;
}

int Supervise(const RunnerArgs& args,
              const std::function<int(int link)>& plugin) {
  const pid_t host = getppid();
  // Not there before Linux 5.3: then the end of kControlFd has to do.
  UniqueFd host_fd(static_cast<int>(syscall(SYS_pidfd_open, host, 0)));
  if (getppid() != host) return kCannotSupervise;
  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  int link[2] = {-1, -1};
  if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
      sigprocmask(SIG_BLOCK, &children, nullptr) != 0 ||
      socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, link) != 0) {
    return kCannotSupervise;
  }
  UniqueFd ours(link[0]);
  UniqueFd theirs(link[1]);
  UniqueFd signals(signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK));
  const pid_t self = getpid();
  const pid_t pid = fork();
  if (pid < 0 || !signals.valid()) return kCannotSupervise;
  if (pid == 0) {
    // Should this process be killed, which nobody but root can do.
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (getppid() != self || setpgid(0, 0) != 0) _exit(kCannotSupervise);
    close(kControlFd);
    host_fd.Reset();
    ours.Reset();
    signals.Reset();
    sigprocmask(SIG_UNBLOCK, &children, nullptr);
    return plugin(theirs.Release());
  }
  setpgid(pid, pid);
  theirs.Reset();
  // What is the plugin's is not to be held open here.
  for (int fd = 0; fd <= kChannelFd; ++fd) close(fd);
  Supervisor(args, pid, std::move(ours), std::move(signals), std::move(host_fd))
      .Run();
  return 0;
}

}  // namespace cupel
