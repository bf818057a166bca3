#include "runner/confine.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "base/status.h"
#include "runner/landlock.h"
#include "runner/sanitized.h"
#include "runner/syscall_filter.h"

namespace cupel {
namespace {

// What programs read to run at all. Of /etc, what is about names, time and
// certificates: no passwords, no settings of services.
constexpr const char* kSystem[] = {"/usr",
                                   "/lib",
                                   "/lib64",
                                   "/lib32",
                                   "/bin",
                                   "/sbin",
                                   "/opt",
                                   "/etc/alternatives",
                                   "/etc/ca-certificates",
                                   "/etc/ca-certificates.conf",
                                   "/etc/debian_version",
                                   "/etc/gai.conf",
                                   "/etc/group",
                                   "/etc/host.conf",
                                   "/etc/hosts",
                                   "/etc/ld.so.cache",
                                   "/etc/ld.so.conf",
                                   "/etc/ld.so.conf.d",
                                   "/etc/locale.alias",
                                   "/etc/localtime",
                                   "/etc/magic",
                                   "/etc/mime.types",
                                   "/etc/nsswitch.conf",
                                   "/etc/os-release",
                                   "/etc/passwd",
                                   "/etc/pki",
                                   "/etc/protocols",
                                   "/etc/python3",
                                   "/etc/python3.11",
                                   "/etc/python3.13",
                                   "/etc/resolv.conf",
                                   "/etc/services",
                                   "/etc/ssl/certs",
                                   "/etc/ssl/openssl.cnf",
                                   "/etc/timezone",
                                   "/run/systemd/resolve",
                                   "/proc/cpuinfo",
                                   "/proc/filesystems",
                                   "/proc/loadavg",
                                   "/proc/meminfo",
                                   "/proc/self",
                                   "/proc/stat",
                                   "/proc/sys/kernel/osrelease",
                                   "/proc/sys/kernel/pid_max",
                                   "/proc/sys/vm/overcommit_memory",
                                   "/proc/uptime",
                                   "/proc/version",
                                   "/sys/devices/system/cpu",
                                   "/sys/devices/system/node"};
constexpr const char* kDevices[] = {"/dev/null", "/dev/zero", "/dev/full",
                                    "/dev/random", "/dev/urandom"};

absl::Status Limit(__rlimit_resource resource, uint64_t value,
                   std::string_view name, uint64_t above = 0) {
  rlimit limit{};
  if (getrlimit(resource, &limit) != 0) return ErrnoStatus(errno, name);
  // Never above what the host itself is held to.
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, value);
  limit.rlim_max = std::min<rlim_t>(limit.rlim_max, value + above);
  if (setrlimit(resource, &limit) != 0) return ErrnoStatus(errno, name);
  return absl::OkStatus();
}

absl::Status SetLimits(const RunnerArgs& args) {
  CUPEL_RETURN_IF_ERROR(Limit(RLIMIT_CORE, 0, "RLIMIT_CORE"));
  CUPEL_RETURN_IF_ERROR(Limit(RLIMIT_MSGQUEUE, 0, "RLIMIT_MSGQUEUE"));
  CUPEL_RETURN_IF_ERROR(Limit(
      RLIMIT_NOFILE, std::max<uint64_t>(args.open_files, 16), "RLIMIT_NOFILE"));
  if (args.file_size != 0) {
    CUPEL_RETURN_IF_ERROR(Limit(RLIMIT_FSIZE, args.file_size, "RLIMIT_FSIZE"));
  }
  if (args.cpu_seconds != 0) {
    // At the hard limit comes SIGKILL, which tells nothing.
    CUPEL_RETURN_IF_ERROR(Limit(RLIMIT_CPU, args.cpu_seconds, "RLIMIT_CPU", 1));
  }
  // A sanitizer maps more than any limit from the start.
  if (args.address_space != 0 && CUPEL_SANITIZED == 0) {
    CUPEL_RETURN_IF_ERROR(Limit(RLIMIT_AS, args.address_space, "RLIMIT_AS"));
  }
  return absl::OkStatus();
}

// When the machine runs out of memory a plugin goes before the host and before
// its supervisor. Raising one's own score takes no privilege, but a file in
// /proc, which is not one's own while nobody may look into the process. Where
// there is no such file there is nobody to tell.
void VolunteerForOom() {
  (void)prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
  const UniqueFd fd(open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC));
  if (fd.valid()) (void)!write(fd.get(), "1000", 4);
}

// Root without capabilities is a user like any other, who owns more files.
absl::Status DropPrivileges() {
  // Without CAP_SETPCAP there is nothing in these that could be gained.
  for (unsigned long capability = 0; capability < 64; ++capability) {
    if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) break;
  }
  (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  (void)prctl(PR_SET_SECUREBITS,
              SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_KEEP_CAPS_LOCKED, 0,
              0, 0);
  __user_cap_header_struct header{};
  header.version = _LINUX_CAPABILITY_VERSION_3;
  const __user_cap_data_struct none[2] = {};
  if (syscall(SYS_capset, &header, none) != 0) {
    return ErrnoStatus(errno, "drop capabilities");
  }
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return ErrnoStatus(errno, "set no_new_privs");
  }
  // Nobody of the same user may look into it, other plugins least of all.
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
    return ErrnoStatus(errno, "set dumpable");
  }
  return absl::OkStatus();
}

FilePolicy PolicyOf(const RunnerArgs& args) {
  FilePolicy policy;
  policy.readable.assign(std::begin(kSystem), std::end(kSystem));
  policy.readable.insert(policy.readable.end(), args.readable.begin(),
                         args.readable.end());
  policy.writable.assign(std::begin(kDevices), std::end(kDevices));
  policy.writable.insert(policy.writable.end(), args.writable.begin(),
                         args.writable.end());
  policy.writable.push_back(args.temp);
  policy.write_anywhere = args.files;
  return policy;
}

}  // namespace

absl::StatusOr<UniqueFd> Confine(const RunnerArgs& args) {
  if (chdir(args.temp.c_str()) != 0) {
    return ErrnoStatus(errno, "enter the temporary folder");
  }
  VolunteerForOom();
  CUPEL_RETURN_IF_ERROR(SetLimits(args));
  CUPEL_RETURN_IF_ERROR(DropPrivileges());
  absl::StatusOr<LandlockState> files = RestrictFiles(PolicyOf(args));
  if (args.without_landlock && absl::IsFailedPrecondition(files.status())) {
    files = LandlockState{};
  }
  if (!files.ok()) return files.status();
  return FilterSyscalls({.network = args.network,
                         .processes = args.processes > 0,
                         .signals_scoped = files->scoped});
}

}  // namespace cupel
