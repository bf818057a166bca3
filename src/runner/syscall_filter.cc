#include "runner/syscall_filter.h"

#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <iterator>
#include <memory>

#include "base/status.h"

namespace cupel {
namespace {

// What programs, Python and its modules among them, do to themselves and to
// files, pipes and sockets that they have. Names that a machine's kernel does
// not have are passed over.
constexpr const char* kAllowed[] = {
    // memory
    "brk", "madvise", "membarrier", "memfd_create", "mincore", "mlock",
    "mlock2", "mlockall", "mmap", "mprotect", "mremap", "msync", "munlock",
    "munlockall", "munmap", "pkey_alloc", "pkey_free", "pkey_mprotect",
    // files by name
    "access", "chdir", "chmod", "chown", "creat", "faccessat", "faccessat2",
    "fchdir", "fchmodat", "fchmodat2", "fchownat", "futimesat", "getcwd",
    "getxattr", "inotify_add_watch", "inotify_init", "inotify_init1",
    "inotify_rm_watch", "lchown", "lgetxattr", "link", "linkat", "listxattr",
    "llistxattr", "lstat", "mkdir", "mkdirat", "newfstatat", "open", "openat",
    "openat2", "readlink", "readlinkat", "rename", "renameat", "renameat2",
    "rmdir", "stat", "statfs", "statx", "symlink", "symlinkat", "truncate",
    "umask", "unlink", "unlinkat", "utime", "utimensat", "utimes",
    // open files
    "close", "close_range", "copy_file_range", "dup", "dup2", "dup3",
    "fadvise64", "fallocate", "fchmod", "fchown", "fcntl", "fdatasync",
    "fgetxattr", "flistxattr", "flock", "fstat", "fstatfs", "fsync",
    "ftruncate", "getdents", "getdents64", "ioctl", "lseek", "pipe", "pipe2",
    "pread64", "preadv", "preadv2", "pwrite64", "pwritev", "pwritev2", "read",
    "readahead", "readv", "sendfile", "splice", "sync_file_range", "syncfs",
    "tee", "vmsplice", "write", "writev",
    // waiting
    "clock_nanosleep", "epoll_create", "epoll_create1", "epoll_ctl",
    "epoll_pwait", "epoll_pwait2", "epoll_wait", "eventfd", "eventfd2", "futex",
    "futex_wait", "futex_waitv", "futex_wake", "nanosleep", "pause", "poll",
    "ppoll", "pselect6", "restart_syscall", "select", "timerfd_create",
    "timerfd_gettime", "timerfd_settime",
    // sockets; making one is another matter
    "accept", "accept4", "bind", "connect", "getpeername", "getsockname",
    "getsockopt", "listen", "recvfrom", "recvmmsg", "recvmsg", "sendmmsg",
    "sendmsg", "sendto", "setsockopt", "shutdown", "socketpair",
    // signals to itself
    "alarm", "getitimer", "rt_sigaction", "rt_sigpending", "rt_sigprocmask",
    "rt_sigreturn", "rt_sigsuspend", "rt_sigtimedwait", "setitimer",
    "sigaltstack", "signalfd", "signalfd4", "timer_create", "timer_delete",
    "timer_getoverrun", "timer_gettime", "timer_settime",
    // itself and its children
    "arch_prctl", "capget", "execve", "execveat", "exit", "exit_group",
    "get_robust_list", "getcpu", "getegid", "geteuid", "getgid", "getgroups",
    "getpgid", "getpgrp", "getpid", "getppid", "getpriority", "getresgid",
    "getresuid", "getrlimit", "getrusage", "getsid", "gettid", "getuid",
    "pidfd_open", "prctl", "rseq", "sched_get_priority_max",
    "sched_get_priority_min", "sched_getaffinity", "sched_getattr",
    "sched_getparam", "sched_getscheduler", "sched_yield", "set_robust_list",
    "set_tid_address", "setrlimit", "wait4", "waitid", "waitpid",
    // may confine itself further
    "landlock_add_rule", "landlock_create_ruleset", "landlock_restrict_self",
    "seccomp",
    // time and the system
    "clock_getres", "clock_gettime", "getrandom", "gettimeofday", "sysinfo",
    "time", "times", "uname"};

// What is refused as not permitted; all else is refused as not there, which is
// what programs expect of a kernel that is older than they are.
constexpr const char* kRefused[] = {"acct",
                                    "add_key",
                                    "bpf",
                                    "chroot",
                                    "delete_module",
                                    "fanotify_init",
                                    "finit_module",
                                    "fsconfig",
                                    "fsmount",
                                    "fsopen",
                                    "fspick",
                                    "init_module",
                                    "io_uring_enter",
                                    "io_uring_register",
                                    "io_uring_setup",
                                    "ioperm",
                                    "iopl",
                                    "kcmp",
                                    "kexec_file_load",
                                    "kexec_load",
                                    "keyctl",
                                    "lookup_dcookie",
                                    "mbind",
                                    "mount",
                                    "mount_setattr",
                                    "move_mount",
                                    "move_pages",
                                    "name_to_handle_at",
                                    "nfsservctl",
                                    "open_by_handle_at",
                                    "open_tree",
                                    "perf_event_open",
                                    "personality",
                                    "pidfd_getfd",
                                    "pivot_root",
                                    "process_madvise",
                                    "process_vm_readv",
                                    "process_vm_writev",
                                    "ptrace",
                                    "quotactl",
                                    "reboot",
                                    "request_key",
                                    "sched_setaffinity",
                                    "sched_setattr",
                                    "sched_setparam",
                                    "sched_setscheduler",
                                    "set_mempolicy",
                                    "setdomainname",
                                    "setfsgid",
                                    "setfsuid",
                                    "setgid",
                                    "setgroups",
                                    "sethostname",
                                    "setns",
                                    "setpgid",
                                    "setregid",
                                    "setresgid",
                                    "setresuid",
                                    "setreuid",
                                    "setsid",
                                    "settimeofday",
                                    "setuid",
                                    "swapoff",
                                    "swapon",
                                    "syslog",
                                    "umount",
                                    "umount2",
                                    "unshare",
                                    "userfaultfd",
                                    "vhangup"};

constexpr const char* kSignals[] = {"kill",
                                    "tkill",
                                    "tgkill",
                                    "pidfd_send_signal",
                                    "rt_sigqueueinfo",
                                    "rt_tgsigqueueinfo"};

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif
// CLONE_NEWTIME lies in the bits of the signal: clone3 alone has it.
constexpr uint64_t kNamespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |
                                 CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID |
                                 CLONE_NEWNET;
#if defined(__s390x__)
constexpr unsigned kCloneFlags = 1;
#else
constexpr unsigned kCloneFlags = 0;
#endif
constexpr uint64_t kInt = 0xffffffff;

class Filter {
 public:
  explicit Filter(scmp_filter_ctx context) : context_(context) {}

  const absl::Status& status() const { return status_; }

  template <size_t n>
  void AddAll(uint32_t action, const char* const (&names)[n]) {
    for (const char* name : names) Add(action, name);
  }

  // With conditions on its arguments, all of which must hold.
  template <typename... Conditions>
  void Add(uint32_t action, const char* name, Conditions... conditions) {
    const int number = seccomp_syscall_resolve_name(name);
    if (number < 0 || !status_.ok()) return;
    const scmp_arg_cmp list[] = {conditions..., scmp_arg_cmp{}};
    const int failed = seccomp_rule_add_array(context_, action, number,
                                              sizeof...(conditions), list);
    if (failed != 0) status_ = ErrnoStatus(-failed, name);
  }

 private:
  const scmp_filter_ctx context_;
  absl::Status status_;
};

scmp_arg_cmp Masked(unsigned argument, uint64_t mask, uint64_t value) {
  return {argument, SCMP_CMP_MASKED_EQ, mask, value};
}

void AddProcesses(const SyscallPolicy& policy, Filter* filter) {
  // clone3 keeps its flags in memory, where no filter sees them: it is not
  // there, and C libraries take clone.
  constexpr uint64_t kMask = kNamespaces | CLONE_THREAD;
  filter->Add(SCMP_ACT_ALLOW, "clone",
              Masked(kCloneFlags, kMask, CLONE_THREAD));
  const uint32_t start =
      policy.processes ? SCMP_ACT_NOTIFY : SCMP_ACT_ERRNO(EPERM);
  filter->Add(start, "clone", Masked(kCloneFlags, kMask, 0));
  filter->Add(start, "fork");
  filter->Add(start, "vfork");
}

void AddSignals(const SyscallPolicy& policy, Filter* filter) {
  if (policy.signals_scoped) {
    filter->AddAll(SCMP_ACT_ALLOW, kSignals);
    return;
  }
  const auto self = static_cast<uint64_t>(getpid());
  filter->Add(SCMP_ACT_ALLOW, "kill", Masked(0, kInt, 0));
  filter->Add(SCMP_ACT_ALLOW, "kill", Masked(0, kInt, self));
  filter->Add(SCMP_ACT_ALLOW, "tgkill", Masked(0, kInt, self));
  filter->Add(SCMP_ACT_ALLOW, "rt_tgsigqueueinfo", Masked(0, kInt, self));
}

void AddSockets(const SyscallPolicy& policy, Filter* filter) {
  if (!policy.network) {
    filter->Add(SCMP_ACT_ERRNO(EACCES), "socket");
    return;
  }
  // Not AF_UNIX, which would reach the host's services.
  for (const uint64_t family : {AF_INET, AF_INET6, AF_NETLINK}) {
    filter->Add(SCMP_ACT_ALLOW, "socket", Masked(0, kInt, family));
  }
}

}  // namespace

absl::StatusOr<UniqueFd> FilterSyscalls(const SyscallPolicy& policy) {
  const scmp_filter_ctx context = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
  if (context == nullptr) return Internal("seccomp_init failed");
  const std::unique_ptr<void, void (*)(void*)> releases(context,
                                                        seccomp_release);
  // Another machine's or a 32-bit program's calls have other numbers.
  int failed =
      seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  // A tree of comparisons instead of a list.
  if (failed == 0)
    failed = seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2);
  if (failed != 0) return ErrnoStatus(-failed, "set up a seccomp filter");
  Filter filter(context);
  filter.AddAll(SCMP_ACT_ALLOW, kAllowed);
  filter.AddAll(SCMP_ACT_ERRNO(EPERM), kRefused);
  AddProcesses(policy, &filter);
  AddSignals(policy, &filter);
  AddSockets(policy, &filter);
  filter.Add(SCMP_ACT_ALLOW, "prlimit64", Masked(0, kInt, 0));
  filter.Add(SCMP_ACT_ALLOW, "setpriority", Masked(0, kInt, PRIO_PROCESS),
             Masked(1, kInt, 0));
  if (!filter.status().ok()) return filter.status();
  failed = seccomp_load(context);
  if (failed != 0) return ErrnoStatus(-failed, "load a seccomp filter");
  if (!policy.processes) return UniqueFd();
  UniqueFd notify(seccomp_notify_fd(context));
  if (!notify.valid()) return Internal("a seccomp filter without a listener");
  return notify;
}

void AnswerFork(int notify_fd, const std::function<bool()>& may_fork) {
  seccomp_notif* request = nullptr;
  seccomp_notif_resp* response = nullptr;
  if (seccomp_notify_alloc(&request, &response) != 0) return;
  // The asker may be gone by now; the next question is asked again then.
  if (seccomp_notify_receive(notify_fd, request) == 0) {
    response->id = request->id;
    if (may_fork()) {
      response->flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    } else {
      response->error = -EAGAIN;
    }
    (void)seccomp_notify_respond(notify_fd, response);
  }
  seccomp_notify_free(request, response);
}

}  // namespace cupel
