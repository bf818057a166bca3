// cupel-job-runner: runs a worker's jobs, one after the other, for a supervisor
// that speaks the protocol of cupel/v1/pool.proto on descriptor 3. Started by
// the library only; docs/worker.md says what it does.
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "base/absl_compat.h"
#include "base/status.h"
#include "engine/config_values.h"
#include "engine/executors.h"
#include "engine/job_runner/job_link.h"
#include "engine/job_runner/no_memory.h"
#include "engine/job_runner/step_sender.h"
#include "format/escape.h"
#include "format/json.h"
#include "runner/sanitizer_options.h"
#include "runner/unique_fd.h"

namespace cupel {
namespace {

using worker::Executor;
using worker::WorkOrder;
using worker::WorkResult;

constexpr int kChannel = 3;
constexpr int kWrongUse = 2;

// Of a system that is out of memory, this process goes before its supervisor.
void GoFirst() {
  const UniqueFd file(open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC));
  if (!file.valid()) return;
  [[maybe_unused]] const ssize_t wrote = write(file.get(), "500", 3);
}

uint64_t MaxRss() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
}

absl::Status Limit(const Json& config) {
  const rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  // Programs that get rights from their files are for containers only.
  if (!ConfigFlag(config, "process", "new_privileges", false) &&
      prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return ErrnoStatus(errno, "give up new privileges");
  }
  const uint64_t memory = ConfigCount(config, "process", "memory", 0);
#if !CUPEL_SANITIZED
  if (memory != 0) {
    const rlimit bytes = {memory, memory};
    if (setrlimit(RLIMIT_AS, &bytes) != 0) {
      return ErrnoStatus(errno, "limit the memory");
    }
  }
#else
  (void)memory;
#endif
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<Executor>> SetUp(const std::string& text) {
  CUPEL_ASSIGN_OR_RETURN(const Json config,
                         ParseJson(text, "the configuration"));
  if (!config.is_object()) {
    return InvalidArgument("the configuration must be an object");
  }
  CUPEL_RETURN_IF_ERROR(Limit(config));
  return NewExecutors(config);
}

pool_wire::Ready ReadyOf(const absl::Status& status) {
  return {.status = static_cast<int32_t>(status.code()),
          .message = ReplaceInvalidUtf8(MessageOf(status))};
}

absl::StatusOr<WorkResult> RunOrder(Executor& executor, pool_wire::Order& order,
                                    StepSender* steps, Cancel* cancel) {
  // Secrets first: they are wiped whatever becomes of the rest.
  WorkOrder work;
  work.environment = std::move(order.environment);
  work.job_id = std::move(order.job_id);
  work.organisation = std::move(order.organisation);
  work.kind = std::move(order.kind);
  work.time_ms = order.time_ms;
  absl::StatusOr<WorkResult> result = WithoutBadAlloc([&] {
    work.attachment = order.bytes.bytes.substr(order.body_bytes);
    work.body = std::move(order.bytes.bytes);
    work.body.resize(order.body_bytes);
    return executor.Run(
        work, [&](std::string_view step) { steps->Tell(step); }, cancel);
  });
  for (auto& [name, value] : work.environment) wire::WipeBytes(&value);
  return result;
}

absl::Status Answer(JobLink& link, Executor& executor,
                    pool_wire::Order& order) {
  const uint64_t number = order.number;
  Cancel cancel;
  StepSender steps(&link, number);
  link.Begin(number, &cancel);
  absl::StatusOr<WorkResult> result =
      RunOrder(executor, order, &steps, &cancel);
  link.End();
  absl::Status status = result.status();
  if (status.ok()) {
    pool_wire::Done done{.number = number,
                         .type = std::move(result->type),
                         .bytes = {.bytes = std::move(result->bytes)},
                         .facts = std::move(result->facts),
                         .counts = std::move(result->counts),
                         .max_rss_bytes = MaxRss()};
    status = link.Send(std::move(done));
  }
  if (status.ok()) return status;
  return link.Send(
      pool_wire::Failed{.number = number,
                        .status = static_cast<int32_t>(status.code()),
                        .message = ReplaceInvalidUtf8(MessageOf(status)),
                        .max_rss_bytes = MaxRss()});
}

absl::Status Serve(JobLink& link) {
  pool_wire::ToJobRunner first = link.Next();
  const auto* const setup = std::get_if<pool_wire::Setup>(&first);
  if (setup == nullptr) {
    return FailedPrecondition("the first message must be a setup");
  }
  absl::StatusOr<std::unique_ptr<Executor>> executor =
      WithoutBadAlloc([&] { return SetUp(setup->config); });
  CUPEL_RETURN_IF_ERROR(link.Send(ReadyOf(executor.status())));
  CUPEL_RETURN_IF_ERROR(executor.status());
  for (;;) {
    pool_wire::ToJobRunner message = link.Next();
    if (std::holds_alternative<pool_wire::Quit>(message)) {
      return absl::OkStatus();
    }
    if (auto* const order = std::get_if<pool_wire::Order>(&message)) {
      CUPEL_RETURN_IF_ERROR(Answer(link, **executor, *order));
    } else if (std::holds_alternative<pool_wire::Reload>(message)) {
      CUPEL_RETURN_IF_ERROR(link.Send(
          ReadyOf(WithoutBadAlloc([&] { return (*executor)->Reload(); }))));
    } else {
      return FailedPrecondition("a message that is not expected here");
    }
  }
}

int Main() {
  // Whatever a careless host has left open.
  syscall(SYS_close_range, kChannel + 1, ~0U, 0);
  // The thread that started us lives as long as the supervisor needs us.
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  std::signal(SIGPIPE, SIG_IGN);
  int type = 0;
  socklen_t size = sizeof(type);
  if (getsockopt(kChannel, SOL_SOCKET, SO_TYPE, &type, &size) != 0) {
    std::fprintf(stderr,
                 "cupel-job-runner: it is started by workers only (cupel "
                 "worker run)\n");
    return kWrongUse;
  }
  fcntl(kChannel, F_SETFD, FD_CLOEXEC);
  GoFirst();
  absl::StatusOr<std::unique_ptr<JobLink>> link =
      JobLink::Open(UniqueFd(kChannel));
  absl::Status status = link.status();
  // What no job can be blamed for: the supervisor reads it as its last words.
  if (status.ok()) status = WithoutBadAlloc([&] { return Serve(**link); });
  if (status.ok()) return 0;
  const std::string_view message = MessageOf(status);
  std::fprintf(stderr, "cupel-job-runner: %.*s\n",
               static_cast<int>(message.size()), message.data());
  return 1;
}

}  // namespace
}  // namespace cupel

int main() {
  const int status = cupel::Main();
  // The reading thread goes on: nothing is torn down under it.
  std::fflush(nullptr);
  _exit(status);
}
