#include "runner/landlock.h"

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "base/status.h"
#include "format/escape.h"
#include "runner/unique_fd.h"

namespace cupel {
namespace {

// Debian 12's headers know the second version of the interface; these are of
// later ones. The kernel takes the longer struct as long as the rest is zero.
constexpr uint64_t kTruncate = 1ULL << 14;     // version 3
constexpr uint64_t kIoctlDev = 1ULL << 15;     // version 5
constexpr uint64_t kScopeSockets = 1ULL << 0;  // version 6
constexpr uint64_t kScopeSignals = 1ULL << 1;
struct Ruleset {
  uint64_t handled_access_fs;
  uint64_t handled_access_net;
  uint64_t scoped;
};

constexpr uint64_t kReadFile =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE;
constexpr uint64_t kRead = kReadFile | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr uint64_t kWriteFile =
    LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE | kTruncate;
// What is written is not to be executed; devices are made nowhere.
constexpr uint64_t kWrite =
    kWriteFile | LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR |
    LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |
    LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK |
    LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_SYM |
    LANDLOCK_ACCESS_FS_REFER;
constexpr uint64_t kAll = kRead | kWrite | LANDLOCK_ACCESS_FS_MAKE_CHAR |
                          LANDLOCK_ACCESS_FS_MAKE_BLOCK | kIoctlDev;

uint64_t KnownTo(long version) {
  uint64_t known = kAll;
  if (version < 2) known &= ~uint64_t{LANDLOCK_ACCESS_FS_REFER};
  if (version < 3) known &= ~kTruncate;
  if (version < 5) known &= ~kIoctlDev;
  return known;
}

absl::Status Allow(int ruleset, const std::string& path, uint64_t of_file,
                   uint64_t of_folder) {
  const UniqueFd fd(open(path.c_str(), O_PATH | O_CLOEXEC));
  struct stat info{};
  // Systems differ in what they have of what is granted.
  if (!fd.valid() || fstat(fd.get(), &info) != 0) return absl::OkStatus();
  landlock_path_beneath_attr rule{};
  rule.parent_fd = fd.get();
  rule.allowed_access = S_ISDIR(info.st_mode) ? of_folder : of_file;
  if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule,
              0) != 0) {
    return ErrnoStatus(errno, "grant '" + EscapePrintable(path) + "'");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<LandlockState> RestrictFiles(const FilePolicy& policy) {
  const long version = syscall(SYS_landlock_create_ruleset, nullptr, 0,
                               LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 1) {
    return FailedPrecondition(
        "the kernel has no Landlock (Linux 5.13 or newer, with `landlock` in "
        "lsm=), so files can't be guarded; allow it to run without");
  }
  const uint64_t known = KnownTo(version);
  Ruleset attributes{};
  attributes.handled_access_fs = known;
  if (version >= 6) attributes.scoped = kScopeSockets | kScopeSignals;
  const UniqueFd ruleset(static_cast<int>(syscall(
      SYS_landlock_create_ruleset, &attributes, sizeof(attributes), 0)));
  if (!ruleset.valid()) return ErrnoStatus(errno, "landlock_create_ruleset");
  for (const std::string& path : policy.readable) {
    CUPEL_RETURN_IF_ERROR(Allow(ruleset.get(), path, kReadFile, kRead));
  }
  for (const std::string& path : policy.writable) {
    CUPEL_RETURN_IF_ERROR(
        Allow(ruleset.get(), path, kWriteFile & known, kWrite & known));
  }
  if (policy.write_anywhere) {
    constexpr uint64_t kReads =
        LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
    CUPEL_RETURN_IF_ERROR(
        Allow(ruleset.get(), "/", 0, kWrite & known & ~kReads));
  }
  if (syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0) {
    return ErrnoStatus(errno, "landlock_restrict_self");
  }
  return LandlockState{.scoped = version >= 6};
}

}  // namespace cupel
