#include "worker/lease_keeper.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "base/clock.h"
#include "base/status.h"

namespace cupel::worker {
namespace {

// Of what is left of the lease; at least, so that nobody spins.
constexpr uint64_t kPart = 3;
constexpr uint64_t kLeastNanos = 1'000'000;

int64_t NextDue(const Deadline& lease) {
  const uint64_t left = lease.remaining();
  return MonotonicNanos() +
         static_cast<int64_t>(std::max(left / kPart, kLeastNanos));
}

// To the nanosecond it doesn't matter.
int64_t EndOf(const Deadline& lease) {
  constexpr uint64_t kMost = uint64_t{1} << 62;
  return MonotonicNanos() +
         static_cast<int64_t>(std::min(lease.remaining(), kMost));
}

}  // namespace

LeaseKeeper::LeaseKeeper(JobSource* source, const Log* log, Metrics* metrics)
    : source_(source),
      log_(log),
      metrics_(metrics),
      thread_([this] { Main(); }) {}

LeaseKeeper::~LeaseKeeper() {
  cancel_.Trigger();
  {
    const MutexLock lock(mutex_);
    ended_ = true;
    changed_.notify_all();
  }
  thread_.join();
}

void LeaseKeeper::Add(std::shared_ptr<Holding> holding) {
  if (holding->job.lease.is_never()) return;
  const HeldJob& from = holding->job;
  Kept kept;
  kept.job.id = from.id;
  kept.job.token = from.token;
  kept.job.attempt = from.attempt;
  kept.job.order.job_id = from.order.job_id;
  kept.job.order.organisation = from.order.organisation;
  kept.job.order.kind = from.order.kind;
  kept.job.lease = from.lease;
  kept.job.of_source = from.of_source;
  kept.due = NextDue(from.lease);
  kept.ends = EndOf(from.lease);
  kept.holding = std::move(holding);
  const MutexLock lock(mutex_);
  kept_.push_back(std::move(kept));
  changed_.notify_all();
}

void LeaseKeeper::Remove(const Holding* holding) {
  const MutexLock lock(mutex_);
  std::erase_if(
      kept_, [&](const Kept& kept) { return kept.holding.get() == holding; });
}

// Of those that are due the one whose lease ends first: a renewal that took
// long may have made several wait. If none is, the one that will be first.
std::vector<LeaseKeeper::Kept>::iterator LeaseKeeper::First(int64_t now) {
  return std::min_element(kept_.begin(), kept_.end(),
                          [now](const Kept& a, const Kept& b) {
                            const bool both_due = a.due <= now && b.due <= now;
                            return both_due ? a.ends < b.ends : a.due < b.due;
                          });
}

void LeaseKeeper::Main() {
  mutex_.Lock();
  while (!ended_) {
    const int64_t now = MonotonicNanos();
    const auto first = First(now);
    if (first == kept_.end()) {
      changed_.wait(mutex_);
      continue;
    }
    if (first->due > now) {
      changed_.wait_for(mutex_, std::chrono::nanoseconds(first->due - now));
      continue;
    }
    Kept kept = *first;
    // Not again before this one is through.
    first->due = NextDue(Deadline());
    mutex_.Unlock();
    Renew(std::move(kept));
    mutex_.Lock();
  }
  mutex_.Unlock();
}

// Without the lock.
void LeaseKeeper::Renew(Kept kept) {
  Holding& holding = *kept.holding;
  if (holding.stop.load() == Holding::Stop::kLost) return;
  const bool was_over = kept.job.lease.passed();
  absl::Status status = source_->Renew(kept.job, &cancel_);
  if (cancel_.triggered()) return;
  const bool gone = status.code() == absl::StatusCode::kAborted ||
                    (!status.ok() && was_over &&
                     status.code() != absl::StatusCode::kCancelled);
  if (gone) {
    if (holding.finishing.load()) return;
    if (log_ != nullptr) {
      log_->Warning("lease lost", kept.job.id,
                    {{"reason", std::string(MessageOf(status))}});
    }
    if (metrics_ != nullptr) metrics_->Add("cupel_leases_lost_total", {}, 1);
    holding.End(Holding::Stop::kLost);
    return;
  }
  if (status.code() == absl::StatusCode::kCancelled) {
    holding.End(Holding::Stop::kCancelled);
  } else if (!status.ok()) {
    if (log_ != nullptr) {
      log_->Warning("lease not renewed", kept.job.id,
                    {{"reason", std::string(MessageOf(status))}});
    }
    if (metrics_ != nullptr) {
      metrics_->Add("cupel_source_errors_total", "renew", 1);
    }
  }
  const MutexLock lock(mutex_);
  for (Kept& one : kept_) {
    if (one.holding != kept.holding) continue;
    one.job = std::move(kept.job);
    one.due = NextDue(one.job.lease);
    one.ends = EndOf(one.job.lease);
  }
}

}  // namespace cupel::worker
