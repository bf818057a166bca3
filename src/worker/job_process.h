// A cupel-job-runner as the supervisor sees it: a process that runs one job
// after the other, and what is known of its end.
#ifndef CUPEL_WORKER_JOB_PROCESS_H_
#define CUPEL_WORKER_JOB_PROCESS_H_

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/clock.h"
#include "budget/cancel.h"
#include "proto/pool_codec.h"
#include "runner/channel.h"
#include "worker/executor.h"
#include "worker/job_source.h"

namespace cupel::worker {

struct JobProcessOptions {
  std::string program;  // cupel-job-runner; empty: the one that came with us
  std::string config;   // JSON object, of which it makes its executors
  uint64_t start_ms = 120'000;  // until it is ready; compiling rules is in it
  // What a job gets to come to its end by itself, once its time is over or it
  // was cancelled. Then the process is killed.
  uint64_t grace_ms = 2'000;
  uint64_t max_result_bytes = uint64_t{1} << 30;
};

// The program that belongs to this library; see FindRunner.
absl::StatusOr<std::string> FindJobRunner();

// One thread at a time, always the same: the kernel kills the process when the
// thread that started it ends, so that it never outlives the supervisor.
class JobProcess {
 public:
  // Starts it by posix_spawn and waits until it is ready. Errors: what it says
  // itself (broken rules), or how it ended. kCancelled by `cancel`.
  static absl::StatusOr<std::unique_ptr<JobProcess>> Start(
      const JobProcessOptions& options, Cancel* cancel);
  // Ends it, and all of its process group, and waits until it is gone.
  ~JobProcess();
  JobProcess(const JobProcess&) = delete;
  JobProcess& operator=(const JobProcess&) = delete;

  pid_t pid() const { return pid_; }
  // Readable when there is something to hear from it while it does nothing:
  // its end.
  int fd() const { return channel_.fd(); }
  // False once it has ended or can't be trusted any more: make another.
  bool usable() const { return usable_; }
  // Looks, while it does nothing, whether it is still there.
  bool CheckAlive();
  // "died of signal 11 (Segmentation fault)", once it is not usable.
  const std::string& how_it_ended() const { return how_; }

  // Runs one job. The order's secrets are wiped. `time_ms` 0: for ever.
  JobOutcome Run(WorkOrder& order, uint64_t time_ms,
                 const Executor::StepSink& step, Cancel* cancel);
  // Rules and plugins are read again. An error of theirs leaves all as it was.
  absl::Status Reload(Cancel* cancel);

 private:
  struct Waiting;

  JobProcess(const JobProcessOptions& options, UniqueFd channel, UniqueFd err)
      : options_(options), channel_(std::move(channel)), err_(std::move(err)) {}

  absl::Status Send(const pool_wire::ToJobRunner& message,
                    UniqueFd memfd = UniqueFd());
  absl::Status SendOrder(WorkOrder& order, uint64_t time_ms);
  // The next message; kDeadlineExceeded, kCancelled (once, by `cancelled`, a
  // descriptor, or -1), kUnavailable at its end.
  absl::StatusOr<pool_wire::ToSupervisor> Next(const Deadline& until,
                                               int cancelled);
  absl::StatusOr<std::optional<pool_wire::ToSupervisor>> TakeFrame();
  absl::Status WaitReady(Cancel* cancel);
  // Ends it, and says so.
  absl::Status NotReady(const absl::Status& why);
  absl::Status Follow(Waiting& waiting, const Executor::StepSink& step,
                      JobOutcome* outcome);
  // Also says how it ended.
  void Kill();
  void ReadErrors();
  void Lost(std::string_view why, JobOutcome* outcome);

  const JobProcessOptions options_;
  Channel channel_;
  UniqueFd err_;
  pid_t pid_ = -1;
  bool usable_ = true;
  uint64_t number_ = 0;
  std::string how_;
  std::string errors_;  // the last of what it wrote
  int signal_ = 0;
  uint64_t max_rss_bytes_ = 0;
};

}  // namespace cupel::worker

#endif  // CUPEL_WORKER_JOB_PROCESS_H_
