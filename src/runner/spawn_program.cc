#include "runner/spawn_program.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>

#include <cerrno>
#include <cstring>

#include "base/status.h"
#include "format/escape.h"

namespace cupel {
namespace {

std::vector<char*> Pointers(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

// posix_spawn's two objects, released whatever happens.
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

  int Prepare(const std::vector<std::pair<int, int>>& moves) {
    int failed = posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null",
                                                  O_RDONLY, 0);
    if (failed == 0) {
      failed = posix_spawn_file_actions_addopen(&actions_, 1, "/dev/null",
                                                O_WRONLY, 0);
    }
    for (const auto& [from, to] : moves) {
      if (failed == 0) {
        failed = posix_spawn_file_actions_adddup2(&actions_, from, to);
      }
    }
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    if (failed == 0) failed = posix_spawnattr_setsigmask(&attributes_, &none);
    if (failed == 0) failed = posix_spawnattr_setsigdefault(&attributes_, &all);
    // A session of its own: no terminal, no signals from one.
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

absl::Status MoveUp(UniqueFd* fd) {
  UniqueFd moved(fcntl(fd->get(), F_DUPFD_CLOEXEC, 10));
  if (!moved.valid()) return ErrnoStatus(errno, "duplicate a descriptor");
  *fd = std::move(moved);
  return absl::OkStatus();
}

absl::StatusOr<pid_t> SpawnProgram(
    const std::string& program, std::vector<std::string> words,
    std::vector<std::string> environment,
    const std::vector<std::pair<int, int>>& moves) {
  SpawnSetup setup;
  pid_t pid = -1;
  int failed = setup.Prepare(moves);
  if (failed == 0) {
    failed =
        posix_spawn(&pid, program.c_str(), setup.actions(), setup.attributes(),
                    Pointers(words).data(), Pointers(environment).data());
  }
  if (failed != 0) {
    return FailedPrecondition("'{}' can't be started: {}",
                              EscapePrintable(program), std::strerror(failed));
  }
  return pid;
}

}  // namespace cupel
