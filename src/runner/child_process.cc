#include "runner/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <vector>

#include "base/status.h"
#include "format/escape.h"
#include "runner/folder_removal.h"
#include "runner/process_plugin.h"
#include "runner/runner_args.h"
#include "runner/spawn_program.h"

namespace cupel {
namespace {

namespace fs = std::filesystem;

// For what the supervisor does after all processes are gone: removing a folder.
constexpr uint64_t kSupervisorNanos = 20'000'000'000;

std::string Absolute(const std::string& path) {
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error);
  return error ? path : absolute.lexically_normal().string();
}

// A virtual environment's interpreter reads what lies around it.
void AddPythonHome(const std::string& python, std::vector<std::string>* paths) {
  const fs::path home = fs::path(Absolute(python)).parent_path().parent_path();
  std::error_code error;
  if (fs::exists(home / "pyvenv.cfg", error)) paths->push_back(home.string());
}

RunnerArgs ArgsOf(const ProcessOptions& options, uint32_t needs,
                  const std::string& temp) {
  RunnerArgs args{
      .kind = options.kind,
      .python = options.python,
      .temp = temp,
      .address_space = options.limits.address_space,
      .cpu_seconds = options.limits.cpu_seconds,
      .file_size = options.limits.file_size,
      .open_files = options.limits.open_files,
      .processes = options.limits.processes,
      .network = options.allow_network && (needs & kNeedsNetwork) != 0,
      .files = options.allow_files && (needs & kNeedsFiles) != 0,
      .without_landlock = options.without_landlock,
      .readable = options.readable,
      .writable = options.writable};
  if (!options.origin.empty())
    args.readable.push_back(Absolute(options.origin));
  if (options.kind == CodeKind::kPython) {
    for (const std::string& path : options.python_path) {
      args.readable.push_back(Absolute(path));
    }
    AddPythonHome(options.python, &args.readable);
  }
  return args;
}

// All that the process gets of an environment.
std::vector<std::string> EnvironmentOf(const ProcessOptions& options,
                                       const std::string& temp) {
  std::vector<std::string> variables = {"PATH=/usr/local/bin:/usr/bin:/bin",
                                        "LANG=C.UTF-8", "HOME=" + temp,
                                        "TMPDIR=" + temp};
  if (options.kind != CodeKind::kPython) return variables;
  std::string path = "PYTHONPATH=";
  for (const std::string& folder : options.python_path) {
    if (path.back() != '=') path += ':';
    path += Absolute(folder);
  }
  variables.push_back(std::move(path));
  // Nothing from the current folder or a user's, nothing written beside it.
  variables.insert(variables.end(),
                   {"PYTHONSAFEPATH=1", "PYTHONNOUSERSITE=1",
                    "PYTHONDONTWRITEBYTECODE=1", "PYTHONUNBUFFERED=1"});
  return variables;
}

absl::StatusOr<std::string> MakeTemp(const ProcessOptions& options) {
  std::error_code error;
  std::string path = options.temp_folder;
  if (path.empty()) path = fs::temp_directory_path(error).string();
  path = Absolute(path) + "/cupel-runner-XXXXXX";
  if (error || mkdtemp(path.data()) == nullptr) {
    return ErrnoStatus(
        errno, "make a temporary folder '" + EscapePrintable(path) + "'");
  }
  return path;
}

// A pipe whose end for reading does not block.
absl::Status MakePipe(UniqueFd* read_end, UniqueFd* write_end) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return ErrnoStatus(errno, "pipe");
  read_end->Reset(ends[0]);
  write_end->Reset(ends[1]);
  if (fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0) {
    return ErrnoStatus(errno, "pipe");
  }
  return absl::OkStatus();
}

struct TheirEnds {
  UniqueFd channel;
  UniqueFd control;
  UniqueFd out;
  UniqueFd err;
};

absl::StatusOr<pid_t> Spawn(const std::string& runner, const TheirEnds& ends,
                            const RunnerArgs& args,
                            std::vector<std::string> environment) {
  std::vector<std::string> words = PrintRunnerArgs(args);
  words.insert(words.begin(), runner);
  absl::StatusOr<pid_t> pid =
      SpawnProgram(runner, std::move(words), std::move(environment),
                   {{ends.out.get(), 1},
                    {ends.err.get(), 2},
                    {ends.channel.get(), kChannelFd},
                    {ends.control.get(), kControlFd}});
  if (!pid.ok()) {
    return FailedPrecondition("the tier process can't be had: {}",
                              MessageOf(pid.status()));
  }
  return pid;
}

int PollTimeout(const Deadline& until) {
  if (until.is_never()) return -1;
  const uint64_t millis = (until.remaining() + 999'999) / 1'000'000;
  return static_cast<int>(std::min<uint64_t>(millis, INT_MAX));
}

}  // namespace

absl::StatusOr<std::unique_ptr<ChildProcess>> ChildProcess::Start(
    const ProcessOptions& options, uint32_t needs) {
  std::string runner = options.runner;
  if (runner.empty()) {
    CUPEL_ASSIGN_OR_RETURN(runner, FindRunner());
  }
  CUPEL_ASSIGN_OR_RETURN(auto channel, Channel::Pair());
  int control[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control) != 0) {
    return ErrnoStatus(errno, "socketpair");
  }
  UniqueFd our_control(control[0]);
  TheirEnds theirs{.channel = std::move(channel.second),
                   .control = UniqueFd(control[1])};
  UniqueFd out;
  UniqueFd err;
  CUPEL_RETURN_IF_ERROR(MakePipe(&out, &theirs.out));
  CUPEL_RETURN_IF_ERROR(MakePipe(&err, &theirs.err));
  for (UniqueFd* fd :
       {&theirs.channel, &theirs.control, &theirs.out, &theirs.err}) {
    CUPEL_RETURN_IF_ERROR(MoveUp(fd));
  }
  std::unique_ptr<ChildProcess> process(
      new ChildProcess(std::move(channel.first), std::move(our_control),
                       std::move(out), std::move(err)));
  CUPEL_ASSIGN_OR_RETURN(process->temp_, MakeTemp(options));
  CUPEL_ASSIGN_OR_RETURN(
      process->pid_,
      Spawn(runner, theirs, ArgsOf(options, needs, process->temp_),
            EnvironmentOf(options, process->temp_)));
  return process;
}

ChildProcess::~ChildProcess() {
  if (pid_ > 0) {
    Kill();
    // Once the supervisor is gone its end of the control socket is closed.
    const Deadline until = Deadline::After(kSupervisorNanos);
    while (!until.passed()) {
      pollfd polled = {control_.get(), POLLIN, 0};
      if (poll(&polled, 1, PollTimeout(until)) <= 0) continue;
      char bytes[64];
      if (recv(control_.get(), bytes, sizeof(bytes), MSG_DONTWAIT) <= 0) break;
    }
    // Its child follows it then.
    if (until.passed()) kill(pid_, SIGKILL);
    // ECHILD: the host has all its children reaped for it.
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  // Mostly gone by now: the supervisor does it, also for a host that was
  // killed. Nobody can be told if it can't be removed.
  if (!temp_.empty()) (void)RemoveFolder(temp_);
}

void ChildProcess::Kill() {
  if (killed_ || ended_) return;
  killed_ = true;
  (void)send(control_.get(), "k", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

bool ChildProcess::Ended() {
  if (ended_) return true;
  SupervisorReport report;
  const ssize_t got =
      recv(control_.get(), &report, sizeof(report), MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return false;
  if (got == sizeof(report)) report_ = report;
  gone_ = got <= 0;
  ended_ = true;
  return true;
}

bool ChildProcess::Gone() {
  if (!Ended()) return false;
  char byte = 0;
  if (!gone_) gone_ = recv(control_.get(), &byte, 1, MSG_DONTWAIT) == 0;
  return gone_;
}

bool ChildProcess::WaitEnded(const Deadline& until) {
  while (!Ended()) {
    if (until.passed()) return false;
    pollfd polled = {control_.get(), POLLIN, 0};
    poll(&polled, 1, PollTimeout(until));
  }
  return true;
}

std::string ChildProcess::HowItEnded() const {
  if (!report_.has_value()) return "ended, nobody knows how";
  const int status = report_->wait_status;
  if (WIFSIGNALED(status)) {
    const int number = WTERMSIG(status);
    const char* const text = sigdescr_np(number);
    std::string how = fmt::format("died of signal {} ({})", number,
                                  text == nullptr ? "unknown" : text);
    if (number == SIGXCPU) how += ": it has used up its cpu_seconds";
    if (number == SIGSYS) how += ": it made a system call of another machine";
    return how;
  }
  return fmt::format("ended by itself with status {}", WEXITSTATUS(status));
}

uint64_t ChildProcess::max_rss_mib() const {
  return report_.has_value() ? (report_->max_rss_kib + 1023) / 1024 : 0;
}

}  // namespace cupel
