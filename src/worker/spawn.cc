#include "worker/spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"
#include "format/escape.h"
#include "runner/channel.h"

namespace cupel::worker {
namespace {

// Where things are, and what sanitizers are told. Nothing else goes along.
constexpr std::string_view kKept[] = {
    "PATH",         "HOME",         "LANG",         "LC_ALL",
    "TMPDIR",       "TZ",           "CUPEL_RUNNER", "CUPEL_PYTHON_PATH",
    "ASAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS"};

// Where podman and docker, which boefjes with an image run by, have theirs.
constexpr std::string_view kKeptPrefixes[] = {"CONTAINERS_", "DOCKER_",
                                              "STORAGE_DRIVER=", "XDG_"};

std::vector<std::string> KeptEnvironment() {
  std::vector<std::string> kept;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const std::string_view name = text.substr(0, text.find('='));
    const bool keeps =
        std::find(std::begin(kKept), std::end(kKept), name) !=
            std::end(kKept) ||
        std::any_of(
            std::begin(kKeptPrefixes), std::end(kKeptPrefixes),
            [&](std::string_view prefix) { return text.starts_with(prefix); });
    if (keeps) kept.emplace_back(text);
  }
  return kept;
}

std::vector<char*> Pointers(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Out of the way of the descriptors that it is to become.
absl::Status MoveUp(UniqueFd* fd) {
  UniqueFd moved(fcntl(fd->get(), F_DUPFD_CLOEXEC, 10));
  if (!moved.valid()) return ErrnoStatus(errno, "duplicate a descriptor");
  *fd = std::move(moved);
  return absl::OkStatus();
}

class SpawnSetup {
 public:
  SpawnSetup() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
  }
  ~SpawnSetup() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;

  int Prepare(int channel, int err) {
    int failed = posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null",
                                                  O_RDONLY, 0);
    if (failed == 0) {
      failed = posix_spawn_file_actions_addopen(&actions_, 1, "/dev/null",
                                                O_WRONLY, 0);
    }
    if (failed == 0) {
      failed = posix_spawn_file_actions_adddup2(&actions_, err, 2);
    }
    if (failed == 0) {
      failed =
          posix_spawn_file_actions_adddup2(&actions_, channel, kJobChannelFd);
    }
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    if (failed == 0) failed = posix_spawnattr_setsigmask(&attributes_, &none);
    if (failed == 0) failed = posix_spawnattr_setsigdefault(&attributes_, &all);
    if (failed == 0) {
      failed = posix_spawnattr_setflags(
          &attributes_,
          POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    return failed;
  }

  posix_spawn_file_actions_t* actions() { return &actions_; }
  posix_spawnattr_t* attributes() { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

}  // namespace

absl::StatusOr<Spawned> SpawnJobRunner(const std::string& program) {
  CUPEL_ASSIGN_OR_RETURN(auto channel, Channel::Pair());
  int ends[2];
  // Its end does not block either: who says too much is not heard.
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
    return ErrnoStatus(errno, "pipe");
  }
  Spawned spawned{.channel = std::move(channel.first),
                  .err = UniqueFd(ends[0])};
  UniqueFd theirs = std::move(channel.second);
  UniqueFd err(ends[1]);
  CUPEL_RETURN_IF_ERROR(MoveUp(&theirs));
  CUPEL_RETURN_IF_ERROR(MoveUp(&err));
  std::vector<std::string> words = {program};
  std::vector<std::string> environment = KeptEnvironment();
  SpawnSetup setup;
  int failed = setup.Prepare(theirs.get(), err.get());
  if (failed == 0) {
    failed = posix_spawn(&spawned.pid, program.c_str(), setup.actions(),
                         setup.attributes(), Pointers(words).data(),
                         Pointers(environment).data());
  }
  if (failed != 0) {
    return FailedPrecondition("'{}' can't be started: {}",
                              EscapePrintable(program), std::strerror(failed));
  }
  return spawned;
}

}  // namespace cupel::worker
