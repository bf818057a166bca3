#include "worker/job_process.h"

#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <utility>

#include "base/absl_compat.h"
#include "base/status.h"
#include "format/escape.h"
#include "runner/sealed_memory.h"
#include "worker/spawn.h"
#include "worker/wake.h"

namespace cupel::worker {
namespace {

constexpr size_t kErrorsKept = 2048;
constexpr size_t kMaxStepBytes = 1024;
constexpr size_t kMaxReasonBytes = 4096;
// Of what it wrote at a time; it may write faster than anybody reads.
constexpr int kReadsOfErrors = 16;
// It has nothing to do but to go.
constexpr uint64_t kQuitNanos = 1'000'000'000;

int PollTimeout(const Deadline& until) {
  if (until.is_never()) return -1;
  const uint64_t millis = (until.remaining() + 999'999) / 1'000'000;
  return static_cast<int>(std::min<uint64_t>(millis, INT_MAX));
}

// The last line with anything on it.
std::string LastLine(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) {
    text.remove_suffix(1);
  }
  const size_t feed = text.rfind('\n');
  if (feed != std::string_view::npos) text.remove_prefix(feed + 1);
  return EscapePrintable(text.substr(0, 300));
}

// What the process says goes to logs, queues and pages. It may have been taken
// over by what it scans: of that nothing gets through that moves a cursor. What
// it has escaped itself stays as it is, so no backslash is doubled.
std::string Shown(std::string_view text, size_t most) {
  if (text.size() > most) {
    // Not in the middle of a character.
    while (most > 0 && (text[most] & 0xC0) == 0x80) --most;
    text = text.substr(0, most);
  }
  std::string shown;
  for (;;) {
    const size_t slash = text.find('\\');
    shown += EscapePrintable(text.substr(0, slash));
    if (slash == std::string_view::npos) return shown;
    shown += '\\';
    text.remove_prefix(slash + 1);
  }
}

// What is otherwise looked at only when there is nothing to hear: who talks all
// the time is to be ended in time too.
absl::Status InTime(const Deadline& until, int cancelled) {
  if (until.passed()) return DeadlineExceeded("its time is over");
  pollfd polled = {cancelled, POLLIN, 0};
  if (poll(&polled, 1, 0) > 0) return Cancelled("cancelled");
  return absl::OkStatus();
}

std::string HowEnded(int status) {
  if (WIFSIGNALED(status)) {
    const int number = WTERMSIG(status);
    const char* const text = sigdescr_np(number);
    return fmt::format("died of signal {} ({})", number,
                       text == nullptr ? "unknown" : text);
  }
  return fmt::format("ended by itself with status {}", WEXITSTATUS(status));
}

}  // namespace

// A job that is being run.
struct JobProcess::Waiting {
  Deadline until;  // then it is killed
  int cancelled = -1;
  bool asked_to_stop = false;
  uint64_t grace_ns = 0;
};

absl::StatusOr<std::unique_ptr<JobProcess>> JobProcess::Start(
    const JobProcessOptions& options, Cancel* cancel) {
  std::string program = options.program;
  if (program.empty()) {
    CUPEL_ASSIGN_OR_RETURN(program, FindJobRunner());
  }
  CUPEL_ASSIGN_OR_RETURN(Spawned spawned, SpawnJobRunner(program));
  std::unique_ptr<JobProcess> process(new JobProcess(
      options, std::move(spawned.channel), std::move(spawned.err)));
  process->pid_ = spawned.pid;
  const absl::Status sent = process->Send(pool_wire::Setup{options.config});
  if (!sent.ok()) return process->NotReady(sent);
  CUPEL_RETURN_IF_ERROR(process->WaitReady(cancel));
  return process;
}

JobProcess::~JobProcess() {
  if (usable_ && Send(pool_wire::Quit{}).ok()) {
    // Its end closes the channel.
    const Deadline until = Deadline::After(kQuitNanos);
    while (!until.passed() && Next(until, -1).ok()) {
    }
  }
  Kill();
}

void JobProcess::Kill() {
  usable_ = false;
  if (pid_ <= 0) return;
  // All that it started first, as long as its number is taken.
  kill(-pid_, SIGKILL);
  kill(pid_, SIGKILL);
  int status = 0;
  rusage usage{};
  pid_t got = -1;
  do {
    got = wait4(pid_, &status, 0, &usage);
  } while (got < 0 && errno == EINTR);
  ReadErrors();
  if (got == pid_) {
    how_ = HowEnded(status);
    signal_ = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    max_rss_bytes_ = static_cast<uint64_t>(usage.ru_maxrss) * 1024;
  } else {
    // ECHILD: the host has all its children reaped for it.
    how_ = "ended, nobody knows how";
  }
  const std::string last = LastLine(errors_);
  if (!last.empty()) how_ += ": " + last;
  pid_ = -1;
}

void JobProcess::ReadErrors() {
  char bytes[4096];
  ssize_t got = 0;
  for (int reads = 0; reads < kReadsOfErrors; ++reads) {
    got = read(err_.get(), bytes, sizeof(bytes));
    if (got <= 0) return;
    errors_.append(bytes, static_cast<size_t>(got));
    if (errors_.size() > kErrorsKept) {
      errors_.erase(0, errors_.size() - kErrorsKept);
    }
  }
}

bool JobProcess::CheckAlive() {
  if (!usable_) return false;
  pollfd polled = {channel_.fd(), POLLIN, 0};
  if (poll(&polled, 1, 0) == 0) return true;
  // Nothing is to be said now but the end.
  Kill();
  return false;
}

absl::Status JobProcess::Send(const pool_wire::ToJobRunner& message,
                              UniqueFd memfd) {
  CUPEL_ASSIGN_OR_RETURN(std::string frame, pool_wire::Encode(message));
  channel_.Queue(std::move(frame), std::move(memfd));
  return channel_.Flush();
}

absl::Status JobProcess::SendOrder(WorkOrder& order, uint64_t time_ms) {
  pool_wire::Order out{.number = ++number_,
                       .job_id = order.job_id,
                       .organisation = order.organisation,
                       .kind = order.kind,
                       .body_bytes = order.body.size(),
                       .environment = std::move(order.environment),
                       .time_ms = time_ms};
  order.environment.clear();
  std::string bytes = std::move(order.body);
  bytes += order.attachment;
  order.attachment.clear();
  UniqueFd memfd;
  absl::Status status;
  if (bytes.size() > wire::kMaxInlineBytes) {
    absl::StatusOr<UniqueFd> sealed = SealedMemfd(bytes);
    status = sealed.status();
    if (sealed.ok()) memfd = std::move(*sealed);
    out.bytes.in_memfd = bytes.size();
  } else {
    out.bytes.bytes = std::move(bytes);
  }
  pool_wire::ToJobRunner message = std::move(out);
  if (status.ok()) status = Send(message, std::move(memfd));
  pool_wire::WipeSecrets(&std::get<pool_wire::Order>(message));
  return status;
}

absl::StatusOr<std::optional<pool_wire::ToSupervisor>> JobProcess::TakeFrame() {
  CUPEL_ASSIGN_OR_RETURN(std::optional<Frame> frame, channel_.Receive());
  if (!frame.has_value()) return std::nullopt;
  CUPEL_ASSIGN_OR_RETURN(pool_wire::ToSupervisor message,
                         pool_wire::DecodeToSupervisor(frame->body));
  wire::Blob* const blob = pool_wire::BlobInMemfd(message);
  if ((blob != nullptr) != frame->memfd.valid()) {
    return DataLoss("a frame with a descriptor that it does not speak of");
  }
  if (blob != nullptr) {
    if (*blob->in_memfd > options_.max_result_bytes) {
      return ResourceExhausted("a result of {} bytes, the limit is {}",
                               *blob->in_memfd, options_.max_result_bytes);
    }
    CUPEL_ASSIGN_OR_RETURN(
        const SharedBytes bytes,
        MapSealed(frame->memfd, *blob->in_memfd, options_.max_result_bytes));
    blob->bytes = std::string(bytes.view);
    blob->in_memfd.reset();
  }
  return message;
}

absl::StatusOr<pool_wire::ToSupervisor> JobProcess::Next(const Deadline& until,
                                                         int cancelled) {
  for (;;) {
    CUPEL_ASSIGN_OR_RETURN(std::optional<pool_wire::ToSupervisor> message,
                           TakeFrame());
    if (message.has_value()) return *std::move(message);
    if (until.passed()) return DeadlineExceeded("its time is over");
    const short wanted = channel_.wants_write() ? POLLIN | POLLOUT : POLLIN;
    pollfd polled[] = {{channel_.fd(), wanted, 0},
                       {err_.get(), POLLIN, 0},
                       {cancelled, POLLIN, 0}};
    if (poll(polled, 3, PollTimeout(until)) < 0 && errno != EINTR) {
      return ErrnoStatus(errno, "poll");
    }
    if ((polled[1].revents & POLLIN) != 0) ReadErrors();
    if ((polled[1].revents & POLLHUP) != 0) err_.Reset();
    if (polled[2].revents != 0) return Cancelled("cancelled");
    if (channel_.wants_write()) CUPEL_RETURN_IF_ERROR(channel_.Flush());
  }
}

absl::Status JobProcess::NotReady(const absl::Status& why) {
  Kill();
  if (why.code() == absl::StatusCode::kCancelled) return why;
  return FailedPrecondition("a job runner was not ready: {}; it {}",
                            MessageOf(why), how_);
}

absl::Status JobProcess::WaitReady(Cancel* cancel) {
  CUPEL_ASSIGN_OR_RETURN(const Wake wake, Wake::New());
  const Cancel::Listener listener(cancel, [&] { wake.Set(); });
  const absl::StatusOr<pool_wire::ToSupervisor> message =
      Next(Deadline::After(options_.start_ms * 1'000'000), wake.fd());
  if (!message.ok()) return NotReady(message.status());
  const auto* const ready = std::get_if<pool_wire::Ready>(&*message);
  if (ready == nullptr) {
    Kill();
    return DataLoss("a job runner that answers what was not asked");
  }
  if (ready->status == 0) return absl::OkStatus();
  return absl::Status(static_cast<absl::StatusCode>(ready->status),
                      ToAbsl(Shown(ready->message, kMaxReasonBytes)));
}

absl::Status JobProcess::Reload(Cancel* cancel) {
  if (!usable_) return FailedPrecondition("the job runner has ended");
  const absl::Status sent = Send(pool_wire::Reload{});
  if (!sent.ok()) return NotReady(sent);
  return WaitReady(cancel);
}

void JobProcess::Lost(std::string_view why, JobOutcome* outcome) {
  Kill();
  outcome->kind = JobOutcome::Kind::kLost;
  outcome->signal = signal_;
  outcome->max_rss_bytes = max_rss_bytes_;
  outcome->reason = why.empty()
                        ? fmt::format("the process that ran it {}", how_)
                        : std::string(why);
}

// One message, or what came in its place. OK: the job goes on.
absl::Status JobProcess::Follow(Waiting& waiting,
                                const Executor::StepSink& step,
                                JobOutcome* outcome) {
  absl::StatusOr<pool_wire::ToSupervisor> message =
      Next(waiting.until, waiting.cancelled);
  absl::Status status = message.status();
  const auto* const said =
      status.ok() ? std::get_if<pool_wire::Step>(&*message) : nullptr;
  if (said != nullptr) {
    if (said->number == number_) {
      outcome->last_step = Shown(said->text, kMaxStepBytes);
      if (step) step(outcome->last_step);
    }
    status = InTime(waiting.until, waiting.cancelled);
  }
  if (status.code() == absl::StatusCode::kCancelled) {
    // It may come to its end by itself, for a while.
    waiting.asked_to_stop = true;
    waiting.cancelled = -1;
    waiting.until = Deadline::After(waiting.grace_ns);
    return Send(pool_wire::Cancel{number_});
  }
  if (!status.ok() || said != nullptr) return status;
  if (auto* const done = std::get_if<pool_wire::Done>(&*message);
      done != nullptr && done->number == number_) {
    outcome->kind = JobOutcome::Kind::kCompleted;
    outcome->result = {.type = std::move(done->type),
                       .bytes = std::move(done->bytes.bytes),
                       .facts = std::move(done->facts),
                       .counts = std::move(done->counts)};
    outcome->max_rss_bytes = done->max_rss_bytes;
    return absl::OkStatus();
  }
  if (auto* const failed = std::get_if<pool_wire::Failed>(&*message);
      failed != nullptr && failed->number == number_) {
    const bool stopped =
        failed->status == static_cast<int32_t>(absl::StatusCode::kCancelled);
    outcome->kind = stopped && waiting.asked_to_stop
                        ? JobOutcome::Kind::kCancelled
                        : JobOutcome::Kind::kFailed;
    outcome->reason = Shown(failed->message, kMaxReasonBytes);
    outcome->max_rss_bytes = failed->max_rss_bytes;
    return absl::OkStatus();
  }
  return DataLoss("a job runner that answers what was not asked");
}

JobOutcome JobProcess::Run(WorkOrder& order, uint64_t time_ms,
                           const Executor::StepSink& step, Cancel* cancel) {
  JobOutcome outcome;
  const int64_t began = MonotonicNanos();
  const absl::StatusOr<Wake> wake = Wake::New();
  absl::Status status = wake.status();
  if (status.ok()) {
    const Cancel::Listener listener(cancel, [&] { wake->Set(); });
    Waiting waiting{.cancelled = wake->fd(),
                    .grace_ns = options_.grace_ms * 1'000'000};
    // The executor knows its time and mostly keeps it.
    if (time_ms != 0) {
      waiting.until =
          Deadline::After((time_ms + options_.grace_ms) * 1'000'000);
    }
    status = SendOrder(order, time_ms);
    // Says that it is neither failed nor completed yet.
    outcome.kind = JobOutcome::Kind::kLost;
    while (status.ok() && outcome.kind == JobOutcome::Kind::kLost) {
      status = Follow(waiting, step, &outcome);
    }
    if (!status.ok()) {
      std::string why;
      if (waiting.asked_to_stop) {
        why = "it was cancelled, and killed";
      } else if (status.code() == absl::StatusCode::kDeadlineExceeded) {
        why = fmt::format("its time, {} ms, was over, and it was killed",
                          time_ms);
      } else if (status.code() != absl::StatusCode::kUnavailable) {
        why = fmt::format("the process that ran it was killed: {}",
                          MessageOf(status));
      }
      Lost(why, &outcome);
      if (waiting.asked_to_stop) {
        outcome.kind = JobOutcome::Kind::kCancelled;
      }
    }
  } else {
    outcome.reason = std::string(MessageOf(status));
  }
  outcome.run_ns = static_cast<uint64_t>(MonotonicNanos() - began);
  return outcome;
}

}  // namespace cupel::worker
