#include <utility>

#include "base/clock.h"
#include "base/status.h"
#include "runner/backoff.h"
#include "worker/slot_runner.h"

namespace cupel::worker {
namespace {

class ProcessRunner final : public SlotRunner {
 public:
  explicit ProcessRunner(JobProcessOptions options)
      : options_(std::move(options)) {}

  absl::Status Prepare(Cancel* cancel) override {
    if (process_ != nullptr) return absl::OkStatus();
    absl::StatusOr<std::unique_ptr<JobProcess>> process =
        JobProcess::Start(options_, cancel);
    if (!process.ok()) {
      if (process.status().code() != absl::StatusCode::kCancelled) {
        backoff_.StartFailed(MonotonicNanos());
      }
      return process.status();
    }
    backoff_.Started();
    ++starts_;
    process_ = *std::move(process);
    return absl::OkStatus();
  }

  uint64_t wait_ns() const override {
    return process_ != nullptr ? 0 : backoff_.Wait(MonotonicNanos());
  }

  JobOutcome Run(WorkOrder& order, uint64_t time_ms,
                 const Executor::StepSink& step, Cancel* cancel) override {
    if (process_ == nullptr) {
      return {.kind = JobOutcome::Kind::kLost,
              .reason = "there is no process to run it"};
    }
    JobOutcome outcome = process_->Run(order, time_ms, step, cancel);
    if (process_->usable()) {
      backoff_.Succeeded();
    } else {
      Drop();
    }
    return outcome;
  }

  absl::Status Reload(Cancel* cancel) override {
    // The next one reads them anyhow.
    if (process_ == nullptr) return absl::OkStatus();
    absl::Status status = process_->Reload(cancel);
    if (!process_->usable()) Drop();
    return status;
  }

  int idle_fd() const override {
    return process_ == nullptr ? -1 : process_->fd();
  }

  std::string LookAfter() override {
    if (process_ == nullptr || process_->CheckAlive()) return {};
    std::string how = process_->how_it_ended();
    Drop();
    return how;
  }

  pid_t pid() const override {
    return process_ == nullptr ? 0 : process_->pid();
  }
  uint64_t starts() const override { return starts_; }

 private:
  void Drop() {
    process_.reset();
    backoff_.Died(MonotonicNanos());
  }

  const JobProcessOptions options_;
  std::unique_ptr<JobProcess> process_;
  Backoff backoff_;
  uint64_t starts_ = 0;
};

}  // namespace

std::unique_ptr<SlotRunner> NewProcessRunner(JobProcessOptions options) {
  return std::make_unique<ProcessRunner>(std::move(options));
}

}  // namespace cupel::worker
