#include "job_broker.h"

#include <algorithm>
#include <chrono>
#include <span>
#include <utility>

#include "base/clock.h"
#include "base/status.h"
#include "format/escape.h"
#include "wall_clock.h"

namespace cupel::amqp {
namespace {

// So many jobs, or bytes of them, are on their way to the broker at once.
constexpr size_t kJobsAtOnce = 128;
constexpr size_t kBytesAtOnce = size_t{4} << 20;
// Nobody asked for jobs for so long: those that came unasked are given back.
constexpr int64_t kInterestNanos = 1'000'000'000;
constexpr uint32_t kMostAsked = 1000;

bool Contains(const std::vector<std::string>& kinds, std::string_view kind) {
  return kinds.empty() ||
         std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

absl::Status NoLease(std::string_view id, std::string_view why) {
  return Aborted("job '{}' is not leased here any more: {}",
                 EscapePrintable(id), why);
}

}  // namespace

// What the session's thread says to a waiting one.
class JobBroker::Answer {
 public:
  void Give(const absl::Status& status) {
    const MutexLock lock(mutex_);
    status_ = status;
    changed_.notify_all();
  }
  absl::Status Wait(uint32_t ms, std::string_view doing) {
    const auto until =
        std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
    const MutexLock lock(mutex_);
    while (!status_.has_value()) {
      if (changed_.wait_until(mutex_, until) == std::cv_status::timeout &&
          !status_.has_value()) {
        return Unavailable(
            "{}: the broker did not confirm within {} ms (timeout)", doing, ms);
      }
    }
    return *status_;
  }

 private:
  Mutex mutex_;
  std::condition_variable_any changed_;
  std::optional<absl::Status> status_ ABSL_GUARDED_BY(mutex_);
};

JobBroker::JobBroker(const Target& target, const BrokerOptions& options)
    : target_(target),
      options_(options),
      // A message is a job's document: its body, and some names.
      session_(target, options.max_body_bytes + (1U << 20), this),
      random_(std::random_device()()) {}

JobBroker::~JobBroker() {
  {
    const MutexLock lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }
  session_.Stop();
}

absl::StatusOr<std::unique_ptr<JobBroker>> JobBroker::Open(
    const Target& target, const BrokerOptions& options) {
  std::unique_ptr<JobBroker> broker(new JobBroker(target, options));
  CUPEL_RETURN_IF_ERROR(broker->session_.Start());
  return broker;
}

absl::Status JobBroker::Down() const {
  if (closed_) return FailedPrecondition("the queue was closed");
  return Unavailable("there is no connection to the broker: {}",
                     MessageOf(down_));
}

absl::Status JobBroker::WaitUntilUp() {
  const auto until = std::chrono::steady_clock::now() +
                     std::chrono::milliseconds(target_.timeout_ms);
  while (!up_ && !closed_) {
    if (changed_.wait_until(mutex_, until) == std::cv_status::timeout) break;
  }
  return up_ ? absl::OkStatus() : Down();
}

absl::Status JobBroker::Submit(const std::vector<wire::QueueJob>& jobs) {
  for (size_t begin = 0; begin < jobs.size();) {
    size_t end = begin + 1;
    size_t bytes = jobs[begin].body.size();
    while (end < jobs.size() && end - begin < kJobsAtOnce &&
           (bytes += jobs[end].body.size()) <= kBytesAtOnce) {
      ++end;
    }
    const absl::Status status =
        SubmitBatch(std::span(jobs).subspan(begin, end - begin));
    if (!status.ok()) {
      return MakeStatus(status.code(),
                        "{}; of {} jobs the first {} are in the queue, and of "
                        "the next {} some may be",
                        MessageOf(status), jobs.size(), begin, end - begin);
    }
    begin = end;
  }
  return absl::OkStatus();
}

absl::Status JobBroker::SubmitBatch(std::span<const wire::QueueJob> jobs) {
  // Touched by the session's thread only, but for the answer.
  struct Batch {
    Answer answer;
    std::vector<Message> messages;
    std::vector<int64_t> not_before_micros;
    size_t left = 0;
    absl::Status first;
  };
  {
    const MutexLock lock(mutex_);
    CUPEL_RETURN_IF_ERROR(WaitUntilUp());
  }
  auto batch = std::make_shared<Batch>();
  for (const wire::QueueJob& job : jobs) {
    batch->messages.push_back(MessageOfJob(job));
    batch->not_before_micros.push_back(job.not_before_micros);
  }
  batch->left = jobs.size();
  const auto one_done = [batch](const absl::Status& status) {
    if (batch->first.ok()) batch->first = status;
    if (--batch->left == 0) batch->answer.Give(batch->first);
  };
  session_.Post([this, batch, one_done](Connection* connection) {
    for (size_t i = 0; i < batch->messages.size(); ++i) {
      if (connection == nullptr) {
        one_done(Unavailable("the connection to the broker was lost"));
        continue;
      }
      SendNew(*connection, std::move(batch->messages[i]),
              batch->not_before_micros[i], one_done);
    }
  });
  return batch->answer.Wait(target_.timeout_ms, "submit");
}

void JobBroker::Want(const std::vector<std::string>& kinds, uint64_t more) {
  if (kinds.empty()) any_kind_ = true;
  kinds_.insert(kinds.begin(), kinds.end());
  const int64_t now = MonotonicNanos();
  const uint64_t wanted = held_.size() + more;
  // The most of the last seconds: threads that lease at the same time would
  // make it go up and down else.
  if (wanted >= wanted_ || now - wanted_since_ > kInterestNanos) {
    wanted_ = wanted;
    wanted_since_ = now;
  }
  wanted_until_ = now + kInterestNanos;
}

bool JobBroker::HasReady(const std::vector<std::string>& kinds) const {
  for (const Delivered& one : ready_) {
    if (Contains(kinds, one.job.kind)) return true;
  }
  return false;
}

absl::Status JobBroker::Fetch(uint32_t count) {
  auto asked = std::make_shared<Asked>();
  asked->left = count;
  session_.Post([this, asked](Connection* connection) {
    const MutexLock lock(mutex_);
    const uint32_t wanted = asked->left;
    for (uint32_t i = 0; i < wanted; ++i) {
      const absl::Status sent =
          connection == nullptr ? Down() : connection->Get(target_.queue);
      if (sent.ok()) continue;
      session_.Note(sent);
      asked->left = 0;
      changed_.notify_all();
      return;
    }
    asked_.push_back(asked);
  });
  const auto until = std::chrono::steady_clock::now() +
                     std::chrono::milliseconds(target_.timeout_ms);
  while (asked->left > 0 && up_) {
    if (changed_.wait_until(mutex_, until) == std::cv_status::timeout) {
      return Unavailable(
          "the broker gave no job, and did not say that it has "
          "none, within {} ms (timeout)",
          target_.timeout_ms);
    }
  }
  return up_ ? absl::OkStatus() : Down();
}

void JobBroker::TakeReady(std::string_view worker,
                          const std::vector<std::string>& kinds, uint32_t max,
                          int64_t lease_micros, std::vector<Leased>* out) {
  const int64_t now = WallMicros();
  for (auto at = ready_.begin(); at != ready_.end() && out->size() < max;) {
    if (!Contains(kinds, at->job.kind)) {
      ++at;
      continue;
    }
    const uint64_t token = epoch_ << 32 | (++leases_ & 0xffffffff);
    Leased leased = {.job = at->job,
                     .token = token,
                     .attempt = at->attempt,
                     .expires_micros = now + lease_micros};
    held_.emplace(token, Held{.delivered = std::move(*at),
                              .worker = std::string(worker),
                              .started_micros = now,
                              .expires_micros = leased.expires_micros});
    out->push_back(std::move(leased));
    at = ready_.erase(at);
  }
}

absl::StatusOr<std::vector<Leased>> JobBroker::Lease(
    std::string_view worker, const std::vector<std::string>& kinds,
    uint32_t max, int64_t lease_micros) {
  std::vector<Leased> out;
  const MutexLock lock(mutex_);
  if (!up_) return Down();
  max = std::min(max, kMostAsked);
  Want(kinds, max);
  TakeReady(worker, kinds, max, lease_micros, &out);
  // The answer is also a barrier: what the broker had sent before is there.
  if (out.size() < max) {
    const absl::Status status = Fetch(max - static_cast<uint32_t>(out.size()));
    if (!status.ok() && out.empty()) return status;
    TakeReady(worker, kinds, max, lease_micros, &out);
  }
  // To look at the consumers, and at when leases end.
  session_.Post([](Connection*) {});
  return out;
}

absl::Status JobBroker::Wait(const std::vector<std::string>& kinds,
                             int64_t micros) {
  const auto until = std::chrono::steady_clock::now() +
                     std::chrono::microseconds(std::clamp<int64_t>(
                         micros, 0, int64_t{86'400} * 1'000'000));
  const MutexLock lock(mutex_);
  if (std::exchange(wake_next_, false)) return absl::OkStatus();
  const uint64_t wakes = wakes_;
  Want(kinds, 1);
  ++waiting_;
  session_.Post([](Connection*) {});
  while (!closed_ && wakes_ == wakes && !(up_ && HasReady(kinds))) {
    if (changed_.wait_until(mutex_, until) == std::cv_status::timeout) break;
  }
  --waiting_;
  wanted_until_ = MonotonicNanos() + kInterestNanos;
  return absl::OkStatus();
}

void JobBroker::Wake() {
  const MutexLock lock(mutex_);
  ++wakes_;
  if (waiting_ == 0) wake_next_ = true;
  changed_.notify_all();
}

absl::StatusOr<JobBroker::Held*> JobBroker::Find(std::string_view id,
                                                 uint64_t token) {
  if (token >> 32 != epoch_ || !up_) {
    return NoLease(id,
                   "the connection to the broker was lost since, and it goes "
                   "to another");
  }
  const auto at = held_.find(token);
  if (at == held_.end() || at->second.expired ||
      at->second.delivered.job.id != id) {
    return NoLease(id, "its lease is over");
  }
  if (at->second.ending) {
    return Unavailable("job '{}': what ended it before is still on its way",
                       EscapePrintable(id));
  }
  return &at->second;
}

absl::StatusOr<int64_t> JobBroker::Renew(std::string_view id, uint64_t token,
                                         int64_t lease_micros) {
  const MutexLock lock(mutex_);
  CUPEL_ASSIGN_OR_RETURN(Held* const held, Find(id, token));
  held->expires_micros = WallMicros() + lease_micros;
  return held->expires_micros;
}

absl::Status JobBroker::End(std::string_view id, uint64_t token, Place place,
                            int64_t delay_ms, Message message) {
  auto answer = std::make_shared<Answer>();
  auto moved = std::make_shared<Message>(std::move(message));
  session_.Post(
      [this, token, place, delay_ms, moved, answer](Connection* connection) {
        EndNow(connection, token, place, delay_ms, *moved,
               [answer](const absl::Status& status) { answer->Give(status); });
      });
  return answer->Wait(target_.timeout_ms,
                      fmt::format("job '{}'", EscapePrintable(id)));
}

absl::Status JobBroker::Complete(std::string_view id, uint64_t token,
                                 std::string type, std::string bytes,
                                 uint64_t max_rss_bytes) {
  Message result;
  {
    const MutexLock lock(mutex_);
    CUPEL_ASSIGN_OR_RETURN(Held* const held, Find(id, token));
    held->ending = true;
    const Delivered& delivered = held->delivered;
    result.message_id = delivered.job.id;
    result.correlation_id = delivered.job.id;
    result.Set("x-cupel-kind", delivered.job.kind);
    result.Set("x-cupel-organisation", delivered.job.organisation);
    result.Set("x-cupel-attempt", int64_t{delivered.attempt});
    result.Set("x-cupel-worker", EscapePrintable(held->worker));
  }
  result.content_type = std::move(type);
  result.type = "cupel.result";
  result.timestamp_s = static_cast<uint64_t>(WallMicros() / 1'000'000);
  result.Set("x-cupel-max-rss", static_cast<int64_t>(max_rss_bytes));
  result.body = std::move(bytes);
  return End(id, token, {"", target_.results}, 0, std::move(result));
}

absl::Status JobBroker::Fail(std::string_view id, uint64_t token,
                             const Failure& failure) {
  Message message;
  Place place;
  int64_t delay_ms = 0;
  {
    const MutexLock lock(mutex_);
    CUPEL_ASSIGN_OR_RETURN(Held* const held, Find(id, token));
    held->ending = true;
    const Delivered& delivered = held->delivered;
    message = AsSent(delivered.message);
    message.Set(kAttempts, int64_t{delivered.attempt});
    AddAttempt(&message, {.number = delivered.attempt,
                          .worker = held->worker,
                          .started_micros = held->started_micros,
                          .ended_micros = WallMicros(),
                          .outcome = "failed",
                          .reason = failure.reason,
                          .signal = failure.signal,
                          .max_rss_bytes = failure.max_rss_bytes,
                          .last_step = failure.last_step});
    SetReason(&message, failure.reason);
    const uint32_t most = delivered.job.max_attempts == 0
                              ? options_.max_attempts
                              : delivered.job.max_attempts;
    if (failure.retry && delivered.attempt < most) {
      delay_ms = BackoffMs(delivered.attempt);
    } else {
      place = {target_.DeadExchange(), target_.queue};
    }
  }
  return End(id, token, place, delay_ms, std::move(message));
}

absl::Status JobBroker::Release(std::string_view id, uint64_t token) {
  auto answer = std::make_shared<Answer>();
  {
    const MutexLock lock(mutex_);
    CUPEL_ASSIGN_OR_RETURN(Held* const held, Find(id, token));
    held->ending = true;
  }
  session_.Post([this, token, answer](Connection* connection) {
    answer->Give(ReleaseNow(connection, token));
  });
  return answer->Wait(target_.timeout_ms,
                      fmt::format("job '{}'", EscapePrintable(id)));
}

absl::StatusOr<BrokerStats> JobBroker::Stats() {
  {
    const MutexLock lock(mutex_);
    CUPEL_RETURN_IF_ERROR(WaitUntilUp());
  }
  auto answer = std::make_shared<Answer>();
  auto stats = std::make_shared<BrokerStats>();
  session_.Post([this, stats, answer](Connection* connection) {
    answer->Give(connection == nullptr
                     ? Unavailable("the connection to the broker was lost")
                     : Count(*connection, stats.get()));
  });
  CUPEL_RETURN_IF_ERROR(answer->Wait(target_.timeout_ms, "look at the queue"));
  return *stats;
}

}  // namespace cupel::amqp
