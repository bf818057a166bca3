#include "oci/child_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "absl/cleanup/cleanup.h"
#include "base/status.h"
#include "format/escape.h"

extern char** environ;

namespace cupel::oci {
namespace {

constexpr std::string_view kDefaultPath =
    "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr int64_t kTickNanos = 10'000'000;

void AddActions(const ChildOptions& options,
                posix_spawn_file_actions_t* actions) {
  posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
  int free = 3;
  const std::array<std::pair<int, int>, 2> standard = {
      {{options.out, 1}, {options.err, 2}}};
  for (const auto& [from, to] : standard) {
    if (from < 0) {
      posix_spawn_file_actions_addopen(actions, to, "/dev/null", O_WRONLY, 0);
    } else {
      posix_spawn_file_actions_adddup2(actions, from, to);
    }
  }
  if (options.third >= 0) {
    posix_spawn_file_actions_adddup2(actions, options.third, free);
    ++free;
  }
  posix_spawn_file_actions_addclosefrom_np(actions, free);
}

void SetAttributes(posix_spawnattr_t* attributes) {
  sigset_t none;
  sigemptyset(&none);
  sigset_t all;
  sigfillset(&all);
  posix_spawnattr_setsigmask(attributes, &none);
  posix_spawnattr_setsigdefault(attributes, &all);
  posix_spawnattr_setpgroup(attributes, 0);
  posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETSIGMASK |
                                           POSIX_SPAWN_SETSIGDEF |
                                           POSIX_SPAWN_SETPGROUP);
}

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) {
    pointers.push_back(const_cast<char*>(text.c_str()));
  }
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace

absl::StatusOr<ChildProcess> ChildProcess::Start(const ChildOptions& options) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  const absl::Cleanup destroy = [&] {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  };
  AddActions(options, &actions);
  SetAttributes(&attributes);
  pid_t pid = -1;
  const int error = posix_spawn(&pid, options.argv.front().c_str(), &actions,
                                &attributes, Pointers(options.argv).data(),
                                Pointers(options.environment).data());
  if (error != 0) {
    return ErrnoStatus(error, "start '" + options.argv.front() + "'");
  }
  return ChildProcess(pid);
}

ChildProcess::~ChildProcess() {
  if (pid_ < 0) return;
  Kill();
  (void)Wait(Deadline());
}

void ChildProcess::Kill() {
  // Not once it is reaped: the number may be another's by then.
  if (pid_ > 0 && !code_.has_value()) kill(-pid_, SIGKILL);
}

std::optional<int> ChildProcess::Poll() {
  if (code_.has_value() || pid_ < 0) return code_;
  int status = 0;
  const pid_t got = waitpid(pid_, &status, WNOHANG);
  if (got == 0 || (got < 0 && errno == EINTR)) return std::nullopt;
  if (got < 0) {
    // Somebody else reaps our children; how it ended is not known.
    code_ = -1;
  } else {
    code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  return code_;
}

std::optional<int> ChildProcess::Wait(Deadline deadline) {
  while (true) {
    if (const auto code = Poll()) return code;
    if (deadline.passed()) return std::nullopt;
    const timespec tick = {0, kTickNanos};
    nanosleep(&tick, nullptr);
  }
}

absl::StatusOr<Pipe> Pipe::New() {
  // So that no end of it is one of those that a child has at 0 to 3.
  constexpr int kLowest = 10;
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return ErrnoStatus(errno, "make a pipe");
  const FileDescriptor reads(ends[0]);
  const FileDescriptor writes(ends[1]);
  Pipe pipe;
  pipe.reads = FileDescriptor(fcntl(reads.get(), F_DUPFD_CLOEXEC, kLowest));
  pipe.writes = FileDescriptor(fcntl(writes.get(), F_DUPFD_CLOEXEC, kLowest));
  if (!pipe.reads.valid() || !pipe.writes.valid() ||
      fcntl(pipe.reads.get(), F_SETFL, O_NONBLOCK) != 0) {
    return ErrnoStatus(errno, "make a pipe");
  }
  return pipe;
}

bool ReadSome(int from, size_t most, std::string* to) {
  std::array<char, 4096> piece;
  while (true) {
    const ssize_t got = read(from, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno == EAGAIN || errno == EWOULDBLOCK;
    if (got == 0) return false;
    const size_t room = most - std::min(most, to->size());
    to->append(piece.data(), std::min(static_cast<size_t>(got), room));
  }
}

absl::StatusOr<std::string> RunToEnd(const std::vector<std::string>& argv,
                                     Deadline deadline) {
  constexpr size_t kMostOutput = size_t{64} << 10;
  CUPEL_ASSIGN_OR_RETURN(Pipe out, Pipe::New());
  CUPEL_ASSIGN_OR_RETURN(Pipe err, Pipe::New());
  ChildOptions options;
  options.argv = argv;
  options.environment = ProgramEnvironment();
  options.out = out.writes.get();
  options.err = err.writes.get();
  CUPEL_ASSIGN_OR_RETURN(ChildProcess child, ChildProcess::Start(options));
  out.writes.Close();
  err.writes.Close();
  std::string output;
  std::string said;
  std::optional<int> code;
  while (!code.has_value()) {
    if (deadline.passed()) {
      return DeadlineExceeded("'{} {}' did not end in time", argv[0],
                              argv.size() > 1 ? argv[1] : "");
    }
    code = child.Wait(Deadline::After(kTickNanos));
    ReadSome(out.reads.get(), kMostOutput, &output);
    ReadSome(err.reads.get(), kMostOutput, &said);
  }
  if (*code == 0) return output;
  return FailedPrecondition("'{} {}' ended with {}: {}", argv[0],
                            argv.size() > 1 ? argv[1] : "", *code,
                            EscapePrintable(said));
}

absl::StatusOr<std::string> FindProgram(std::string_view name,
                                        std::string_view package) {
  if (name.find('/') != std::string_view::npos) {
    std::string path(name);
    if (access(path.c_str(), X_OK) == 0) return path;
    return ErrnoStatus(errno, "run '" + EscapePrintable(name) + "'");
  }
  const char* const variable = std::getenv("PATH");
  std::string_view folders = variable == nullptr ? kDefaultPath : variable;
  while (!folders.empty()) {
    const size_t end = std::min(folders.find(':'), folders.size());
    const std::string_view folder = folders.substr(0, end);
    folders.remove_prefix(std::min(end + 1, folders.size()));
    // A relative one would mean another program in another folder.
    if (!folder.starts_with('/')) continue;
    std::string path = std::string(folder) + "/" + std::string(name);
    if (access(path.c_str(), X_OK) == 0) return path;
  }
  return NotFound("'{}' is not in PATH: install it (package {})",
                  EscapePrintable(name), package);
}

std::vector<std::string> ProgramEnvironment() {
  constexpr std::array<std::string_view, 10> kNames = {
      "HOME=", "LANG=", "LOGNAME=",    "PATH=",   "TMPDIR=",
      "USER=", "XDG_",  "CONTAINERS_", "DOCKER_", "STORAGE_DRIVER"};
  std::vector<std::string> kept;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    if (std::any_of(kNames.begin(), kNames.end(),
                    [text](auto name) { return text.starts_with(name); })) {
      kept.emplace_back(text);
    }
  }
  return kept;
}

}  // namespace cupel::oci
