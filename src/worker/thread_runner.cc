#include <strings.h>

#include <utility>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/status.h"
#include "worker/slot_runner.h"

namespace cupel::worker {
namespace {

constexpr uint64_t kTryAgainNanos = 1'000'000'000;

class ThreadRunner final : public SlotRunner {
 public:
  explicit ThreadRunner(ExecutorFactory factory)
      : factory_(std::move(factory)) {}

  absl::Status Prepare(Cancel*) override {
    if (executor_ != nullptr) return absl::OkStatus();
    absl::StatusOr<std::unique_ptr<Executor>> executor = factory_();
    if (!executor.ok()) {
      not_before_ = Deadline::After(kTryAgainNanos);
      return executor.status();
    }
    executor_ = *std::move(executor);
    return absl::OkStatus();
  }

  uint64_t wait_ns() const override {
    return not_before_.is_never() ? 0 : not_before_.remaining();
  }

  JobOutcome Run(WorkOrder& order, uint64_t time_ms,
                 const Executor::StepSink& step, Cancel* cancel) override {
    JobOutcome outcome;
    const int64_t began = MonotonicNanos();
    order.time_ms = time_ms;
    Mutex mutex;
    const Executor::StepSink keep = [&](std::string_view text) {
      {
        const MutexLock lock(mutex);
        outcome.last_step = std::string(text);
      }
      if (step) step(text);
    };
    absl::StatusOr<WorkResult> result = executor_->Run(order, keep, cancel);
    for (auto& [name, value] : order.environment) {
      explicit_bzero(value.data(), value.size());
    }
    if (result.ok()) {
      outcome.kind = JobOutcome::Kind::kCompleted;
      outcome.result = *std::move(result);
    } else {
      outcome.kind = result.status().code() == absl::StatusCode::kCancelled
                         ? JobOutcome::Kind::kCancelled
                         : JobOutcome::Kind::kFailed;
      outcome.reason = std::string(MessageOf(result.status()));
    }
    outcome.run_ns = static_cast<uint64_t>(MonotonicNanos() - began);
    return outcome;
  }

  absl::Status Reload(Cancel*) override {
    return executor_ == nullptr ? absl::OkStatus() : executor_->Reload();
  }

 private:
  const ExecutorFactory factory_;
  std::unique_ptr<Executor> executor_;
  Deadline not_before_;  // never: at once
};

}  // namespace

std::unique_ptr<SlotRunner> NewThreadRunner(ExecutorFactory factory) {
  return std::make_unique<ThreadRunner>(std::move(factory));
}

}  // namespace cupel::worker
