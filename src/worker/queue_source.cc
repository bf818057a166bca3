#include "worker/queue_source.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "base/mutex.h"
#include "base/status.h"
#include "fmt/core.h"

namespace cupel::worker {
namespace {

using queue::JobQueue;
using queue::LeasedJob;

// How often what could not be delivered is tried again.
constexpr uint64_t kFirstRetryNanos = 50'000'000;
constexpr uint64_t kLongestRetryNanos = 2'000'000'000;

// `waited` so far. A full disk may get room, but what is too large stays so.
bool MayPass(const absl::Status& status, uint64_t waited, uint64_t room_ms) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
      return true;
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kDeadlineExceeded:
      return waited < room_ms * 1'000'000;
    default:
      return false;
  }
}

// Of a result: neither kept, nor somebody else's matter, nor to be tried again
// by whoever gets the job next.
bool IsFinal(const absl::Status& status) {
  return !status.ok() && !absl::IsAborted(status) &&
         !absl::IsNotFound(status) && !absl::IsUnavailable(status);
}

class QueueSource final : public JobSource {
 public:
  QueueSource(std::shared_ptr<JobQueue> queue, QueueSourceOptions options)
      : queue_(std::move(queue)), options_(std::move(options)) {}

  std::string_view name() const override { return "queue"; }

  absl::StatusOr<std::vector<HeldJob>> Lease(uint32_t max,
                                             Cancel* cancel) override {
    CUPEL_ASSIGN_OR_RETURN(std::vector<HeldJob> jobs, Take(max));
    if (!jobs.empty()) return jobs;
    if (cancel != nullptr && cancel->triggered()) return Stopped();
    CUPEL_RETURN_IF_ERROR(queue_->WaitForWork(
        options_.kinds, static_cast<int64_t>(options_.wait_ms) * 1000, cancel));
    if (cancel != nullptr && cancel->triggered()) return Stopped();
    return Take(max);
  }

  // All of it came with the lease.
  absl::Status Prepare(HeldJob&, Cancel*) override { return absl::OkStatus(); }

  absl::Status Renew(HeldJob& job, Cancel*) override {
    CUPEL_ASSIGN_OR_RETURN(const queue::Renewal renewal,
                           queue_->Renew(job.id, job.token, LeaseMicros()));
    job.lease = Deadline::After(options_.lease_ms * 1'000'000);
    if (renewal.cancel_wanted) return Cancelled("the job was cancelled");
    return absl::OkStatus();
  }

  absl::Status Finish(HeldJob& job, JobOutcome outcome,
                      Cancel* cancel) override {
    if (outcome.kind == JobOutcome::Kind::kCompleted) {
      const queue::JobResult result = {.type = std::move(outcome.result.type),
                                       .bytes = std::move(outcome.result.bytes),
                                       .max_rss_bytes = outcome.max_rss_bytes};
      const absl::Status status = Deliver(
          cancel, [&] { return queue_->Complete(job.id, job.token, result); });
      return IsFinal(status) ? FailUnkept(job, status, cancel) : status;
    }
    const queue::JobFailure failure = {
        .reason = std::move(outcome.reason),
        .signal = outcome.signal,
        .max_rss_bytes = outcome.max_rss_bytes,
        .last_step = std::move(outcome.last_step),
        .retry = outcome.kind != JobOutcome::Kind::kCancelled};
    return Deliver(cancel,
                   [&] { return queue_->Fail(job.id, job.token, failure); });
  }

  absl::Status GiveBack(HeldJob& job, Cancel* cancel) override {
    return Deliver(cancel, [&] {
      return queue_->Release(job.id, job.token, "the worker stops");
    });
  }

  absl::StatusOr<bool> Drained() override {
    CUPEL_ASSIGN_OR_RETURN(const bool open, queue_->HasOpen(options_.kinds));
    return !open;
  }

 private:
  // Running it again would end the same way, and whoever looks for the reason
  // finds it.
  absl::Status FailUnkept(const HeldJob& job, const absl::Status& why,
                          Cancel* cancel) {
    const queue::JobFailure failure = {
        .reason =
            fmt::format("its result could not be kept: {}", MessageOf(why)),
        .retry = false};
    CUPEL_RETURN_IF_ERROR(Deliver(
        cancel, [&] { return queue_->Fail(job.id, job.token, failure); }));
    return why;
  }

  static absl::Status Stopped() { return Cancelled("the worker stops"); }

  int64_t LeaseMicros() const {
    return static_cast<int64_t>(options_.lease_ms) * 1000;
  }

  absl::StatusOr<std::vector<HeldJob>> Take(uint32_t max) {
    const Deadline lease = Deadline::After(options_.lease_ms * 1'000'000);
    CUPEL_ASSIGN_OR_RETURN(std::vector<LeasedJob> leased,
                           queue_->Lease({.worker = options_.worker,
                                          .max = max,
                                          .lease_micros = LeaseMicros(),
                                          .kinds = options_.kinds}));
    std::vector<HeldJob> jobs;
    for (LeasedJob& one : leased) {
      queue::NewJob& job = one.record.job;
      HeldJob& held = jobs.emplace_back();
      held.id = job.id;
      held.token = one.record.token;
      held.attempt = one.record.attempts;
      held.lease = lease;
      held.order.job_id = std::move(job.id);
      held.order.organisation = std::move(job.organisation);
      held.order.kind = std::move(job.kind);
      held.order.body = std::move(job.body);
    }
    return jobs;
  }

  // Until it works or `cancel` says so: a result that took long to make is not
  // thrown away because a database restarts. While that is away nobody else can
  // lease the job; and the token tells, if somebody did before us.
  template <typename Call>
  absl::Status Deliver(Cancel* cancel, const Call& call) {
    uint64_t wait = kFirstRetryNanos;
    uint64_t waited = 0;
    for (;;) {
      absl::Status status = call();
      if (!MayPass(status, waited, options_.room_ms)) return status;
      if (!Sleep(wait, cancel)) return status;
      waited += wait;
      wait = std::min(wait * 2, kLongestRetryNanos);
    }
  }

  // False if `cancel` ended it.
  static bool Sleep(uint64_t nanos, Cancel* cancel) {
    Mutex mutex;
    std::condition_variable_any changed;
    bool cancelled = false;
    const Cancel::Listener listener(cancel, [&] {
      const MutexLock lock(mutex);
      cancelled = true;
      changed.notify_all();
    });
    std::unique_lock<Mutex> lock(mutex);
    return !changed.wait_for(lock, std::chrono::nanoseconds(nanos),
                             [&] { return cancelled; });
  }

  const std::shared_ptr<JobQueue> queue_;
  const QueueSourceOptions options_;
};

}  // namespace

std::shared_ptr<JobSource> NewQueueSource(std::shared_ptr<JobQueue> queue,
                                          QueueSourceOptions options) {
  return std::make_shared<QueueSource>(std::move(queue), std::move(options));
}

}  // namespace cupel::worker
