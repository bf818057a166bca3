#include "worker/pool.h"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/status.h"
#include "worker/pool_slot.h"

namespace cupel::worker {
namespace {

// Whoever answers faster than this has not waited for work.
constexpr int64_t kNoWaitNanos = 1'000'000;
constexpr std::chrono::milliseconds kOwnWait(100);

}  // namespace

Pool::Pool(std::shared_ptr<JobSource> source, PoolOptions options)
    : source_(std::move(source)),
      options_(std::move(options)),
      hand_over_(options_.size) {}

Pool::~Pool() = default;

void Pool::Drain() {
  const MutexLock lock(mutex_);
  draining_ = true;
  fetching_.Trigger();
  changed_.notify_all();
}

void Pool::Stop() {
  const MutexLock lock(mutex_);
  draining_ = true;
  stopped_ = true;
  fetching_.Trigger();
  for (const HoldingPtr& holding : running_) {
    holding->End(Holding::Stop::kStopped);
  }
  changed_.notify_all();
}

void Pool::Reload() {
  const MutexLock lock(mutex_);
  for (const auto& slot : slots_) {
    slot->reload = true;
    slot->wake.Set();
  }
}

PoolStatus Pool::status() const {
  const MutexLock lock(mutex_);
  PoolStatus status = status_;
  status.slots.clear();
  for (const auto& slot : slots_) {
    status.slots.push_back(slot->status);
    status.ready = status.ready || slot->ready;
  }
  status.waiting = waiting_.size();
  status.mean_run_ns = hand_over_.mean_ns();
  status.draining = draining_;
  status.ready = status.ready && !draining_ && status.source_error.empty();
  return status;
}

absl::Status Pool::Run(Cancel* cancel) {
  const Cancel::Listener listener(cancel, [this] { Stop(); });
  keeper_ = std::make_unique<LeaseKeeper>(source_.get(), options_.log,
                                          options_.metrics);
  {
    std::vector<std::unique_ptr<Slot>> slots;
    for (uint32_t i = 0; i < options_.size; ++i) {
      CUPEL_ASSIGN_OR_RETURN(Wake wake, Wake::New());
      slots.push_back(std::make_unique<Slot>(i, std::move(wake)));
    }
    const MutexLock lock(mutex_);
    slots_ = std::move(slots);
  }
  for (const auto& slot : slots_) {
    slot->thread = std::thread([this, &slot = *slot] { SlotMain(slot); });
  }
  absl::Status status = Fetch();
  Farewell();
  const MutexLock lock(mutex_);
  // Who was told to end before any slot was ready has done as it was told.
  return !status.ok() || ever_ready_ ? status : never_ready_;
}

uint32_t Pool::Wanted() const {
  uint32_t idle = 0;
  for (const auto& slot : slots_) {
    if (slot->ready && slot->idle) ++idle;
  }
  const uint64_t may = idle + (ever_ready_ ? hand_over_.MayWait(lease_ns_) : 0);
  return may > waiting_.size() ? static_cast<uint32_t>(may - waiting_.size())
                               : 0;
}

bool Pool::NoneCameUp() const {
  return !ever_ready_ &&
         std::all_of(slots_.begin(), slots_.end(),
                     [](const auto& slot) { return slot->failed; });
}

// An error if no slot came up.
absl::Status Pool::Fetch() {
  uint64_t retry_ms = 0;
  // A source may have to count all it has: not before each lease.
  bool look = options_.exit_when_empty;
  for (;;) {
    uint32_t wanted = 0;
    {
      const MutexLock lock(mutex_);
      const Deadline retry = Deadline::After(retry_ms * 1'000'000);
      while (!draining_ && !retry.passed()) {
        changed_.wait_for(mutex_, std::chrono::nanoseconds(retry.remaining()));
      }
      if (draining_) return absl::OkStatus();
      if (NoneCameUp()) return never_ready_;
      wanted = Wanted();
      if (wanted == 0) {
        changed_.wait(mutex_);
        continue;
      }
    }
    if (look && NothingLeft()) return absl::OkStatus();
    const int64_t began = MonotonicNanos();
    const bool some = FetchOnce(wanted, &retry_ms);
    look = options_.exit_when_empty && !some;
    if (some) continue;
    if (retry_ms != 0 || MonotonicNanos() - began > kNoWaitNanos) continue;
    const MutexLock lock(mutex_);
    if (!draining_) changed_.wait_for(mutex_, kOwnWait);
  }
}

// True if jobs came.
bool Pool::FetchOnce(uint32_t wanted, uint64_t* retry_ms) {
  absl::StatusOr<std::vector<HeldJob>> jobs =
      source_->Lease(wanted, &fetching_);
  if (!jobs.ok()) {
    if (jobs.status().code() == absl::StatusCode::kCancelled) return false;
    const std::string reason(MessageOf(jobs.status()));
    if (options_.log != nullptr) {
      options_.log->Error("no jobs can be had", {}, {{"reason", reason}});
    }
    if (options_.metrics != nullptr) {
      options_.metrics->Add("cupel_source_errors_total", "lease", 1);
    }
    *retry_ms = *retry_ms == 0
                    ? options_.first_retry_ms
                    : std::min(*retry_ms * 2, options_.longest_retry_ms);
    const MutexLock lock(mutex_);
    status_.source_error = reason;
    return false;
  }
  *retry_ms = 0;
  const bool some = !jobs->empty();
  Take(*std::move(jobs));
  return some;
}

void Pool::Take(std::vector<HeldJob> jobs) {
  std::vector<HoldingPtr> taken;
  for (HeldJob& job : jobs) {
    taken.push_back(std::make_shared<Holding>(std::move(job)));
    keeper_->Add(taken.back());
  }
  const MutexLock lock(mutex_);
  status_.source_error.clear();
  for (HoldingPtr& holding : taken) {
    const Deadline& lease = holding->job.lease;
    lease_ns_ = lease.is_never() ? 0 : lease.remaining();
    waiting_.push_back(std::move(holding));
  }
  size_t left = taken.size();
  for (const auto& slot : slots_) {
    if (left == 0) break;
    if (!slot->idle || slot->woken) continue;
    slot->woken = true;
    slot->wake.Set();
    --left;
  }
}

bool Pool::NothingLeft() {
  {
    const MutexLock lock(mutex_);
    if (!waiting_.empty() || !running_.empty()) return false;
  }
  const absl::StatusOr<bool> drained = source_->Drained();
  if (drained.ok()) return *drained;
  if (options_.log != nullptr) {
    options_.log->Error("what is left can't be seen", {},
                        {{"reason", std::string(MessageOf(drained.status()))}});
  }
  return false;
}

void Pool::GiveBack(Holding& holding) {
  holding.finishing.store(true);
  const absl::Status status = source_->GiveBack(holding.job, &farewell_);
  keeper_->Remove(&holding);
  if (options_.log != nullptr) {
    if (status.ok()) {
      options_.log->Info("job given back", holding.job.id);
    } else {
      options_.log->Error("job not given back", holding.job.id,
                          {{"reason", std::string(MessageOf(status))}});
    }
  }
  if (options_.metrics != nullptr) {
    options_.metrics->Add("cupel_jobs_total", "given_back", 1);
  }
  const MutexLock lock(mutex_);
  ++status_.given_back;
}

// Once it is stopped, those who still have something to say get so long.
void Pool::LastWord() {
  {
    const MutexLock lock(mutex_);
    while (!stopped_ && !all_ended_) changed_.wait(mutex_);
    const Deadline until = Deadline::After(options_.farewell_ms * 1'000'000);
    while (!all_ended_ && !until.passed()) {
      changed_.wait_for(mutex_, std::chrono::nanoseconds(until.remaining()));
    }
    if (all_ended_) return;
  }
  farewell_.Trigger();
}

// Gives back what waits, and sees to it that all threads end.
void Pool::Farewell() {
  std::deque<HoldingPtr> waiting;
  {
    const MutexLock lock(mutex_);
    draining_ = true;
    over_ = true;
    waiting.swap(waiting_);
    for (const auto& slot : slots_) slot->wake.Set();
  }
  starting_.Trigger();
  std::thread last_word([this] { LastWord(); });
  for (const HoldingPtr& holding : waiting) GiveBack(*holding);
  for (const auto& slot : slots_) slot->thread.join();
  {
    const MutexLock lock(mutex_);
    all_ended_ = true;
    changed_.notify_all();
  }
  last_word.join();
  keeper_.reset();
}

}  // namespace cupel::worker
