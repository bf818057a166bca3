// What the session's thread does unasked: leases that are over, jobs that
// nobody here does, and how much the broker may send ahead.
#include <algorithm>
#include <limits>
#include <utility>

#include "base/clock.h"
#include "base/status.h"
#include "format/escape.h"
#include "job_broker.h"
#include "wall_clock.h"

namespace cupel::amqp {
namespace {

// What nobody here does waits so long before somebody else may see it, and
// this often.
constexpr int64_t kPassOnMs = 1000;
constexpr int64_t kMostPassedOn = 1000;

}  // namespace

// As a failure, but for its wait: nothing says that the job is at fault.
void JobBroker::GiveBackExpired(Connection& connection) {
  std::vector<std::pair<uint64_t, Message>> expired;
  {
    const MutexLock lock(mutex_);
    const int64_t now = WallMicros();
    for (auto& [token, held] : held_) {
      if (held.ending || held.expires_micros > now) continue;
      held.ending = true;
      held.expired = true;
      Message message = AsSent(held.delivered.message);
      message.Set(kAttempts, int64_t{held.delivered.attempt});
      AddAttempt(&message, {.number = held.delivered.attempt,
                            .worker = held.worker,
                            .started_micros = held.started_micros,
                            .ended_micros = now,
                            .outcome = "lease expired",
                            .reason = "its worker did not renew the lease"});
      expired.emplace_back(token, std::move(message));
    }
  }
  for (auto& [token, message] : expired) {
    EndNow(&connection, token, {"", target_.queue}, 0, message,
           [this, &connection, own = token](const absl::Status& status) {
             // ABORTED: the connection is gone, and the job with it. Else it
             // can't be sent, so the broker takes it back as it was.
             if (status.ok() || status.code() == absl::StatusCode::kAborted) {
               return;
             }
             ReleaseNow(&connection, own).IgnoreError();
           });
  }
}

void JobBroker::PassOn(Connection& connection) {
  std::vector<Delivered> foreign;
  {
    const MutexLock lock(mutex_);
    if (any_kind_) return;
    for (auto at = ready_.begin(); at != ready_.end();) {
      if (kinds_.contains(at->job.kind)) {
        ++at;
        continue;
      }
      foreign.push_back(std::move(*at));
      at = ready_.erase(at);
    }
  }
  for (const Delivered& one : foreign) {
    const int64_t often = one.message.NumberOr(kPassedOn, 0) + 1;
    if (often > kMostPassedOn) {
      Bury(connection, one.message, one.tag,
           fmt::format("no worker of this queue does jobs of the kind '{}'",
                       EscapePrintable(one.job.kind)));
      continue;
    }
    Message message = AsSent(one.message);
    message.Set(kPassedOn, often);
    Delay(connection, one, std::move(message), kPassOnMs);
  }
}

void JobBroker::AddConsumer(Connection& connection, uint64_t prefetch) {
  const auto count = static_cast<uint16_t>(
      std::min<uint64_t>(prefetch, std::numeric_limits<uint16_t>::max()));
  const auto consumer =
      connection.Consume(target_.queue, count, target_.consumer_timeout_s);
  if (!consumer.ok()) {
    // The channel is closed by whatever it was.
    session_.Note(Unavailable("{}", MessageOf(consumer.status())));
    return;
  }
  consumers_.emplace(*consumer, count);
}

void JobBroker::StopConsumers(Connection& connection, uint64_t surplus) {
  while (surplus > 0 && !consumers_.empty()) {
    const auto at = consumers_.begin();
    const absl::Status stopped = connection.StopConsumer(at->first);
    if (!stopped.ok()) {
      session_.Note(Unavailable("{}", MessageOf(stopped)));
      return;
    }
    surplus -= std::min<uint64_t>(surplus, at->second);
    consumers_.erase(at);
  }
}

// A consumer's prefetch can't be changed, and counts only what it brought. So
// one is added when there is too little, and some are stopped when there is
// too much; in the steady run of a pool nothing changes.
void JobBroker::FitConsumers(Connection& connection) {
  uint64_t wanted = 0;
  uint64_t others = 0;  // that no living consumer counts
  std::vector<uint64_t> unwanted;
  {
    const MutexLock lock(mutex_);
    if (!asked_.empty()) return;
    if (waiting_ > 0 || MonotonicNanos() < wanted_until_) {
      wanted = wanted_;
      // Who asks for less than before leaves the rest to others.
      while (!ready_.empty() && held_.size() + ready_.size() > wanted) {
        unwanted.push_back(ready_.back().tag);
        unacked_.erase(ready_.back().tag);
        ready_.pop_back();
      }
    } else {
      kinds_.clear();
      any_kind_ = false;
      for (const Delivered& one : ready_) unwanted.push_back(one.tag);
      ready_.clear();
      for (const uint64_t tag : unwanted) unacked_.erase(tag);
    }
    for (const auto& [tag, consumer] : unacked_) {
      if (!consumers_.contains(consumer)) ++others;
    }
  }
  uint64_t capacity = others;
  for (const auto& [tag, prefetch] : consumers_) capacity += prefetch;
  if (wanted == 0) {
    StopConsumers(connection, std::numeric_limits<uint64_t>::max());
  } else if (capacity > wanted) {
    StopConsumers(connection, capacity - wanted);
  } else if (wanted - capacity >= std::max<uint64_t>(1, wanted / 8)) {
    AddConsumer(connection, wanted - capacity);
  }
  for (const uint64_t tag : unwanted) {
    session_.Note(connection.Reject(tag, /*requeue=*/true));
  }
}

int64_t JobBroker::OnTick(Connection* connection) {
  if (connection == nullptr) return std::numeric_limits<int64_t>::max();
  GiveBackExpired(*connection);
  PassOn(*connection);
  FitConsumers(*connection);
  const MutexLock lock(mutex_);
  int64_t next = std::numeric_limits<int64_t>::max();
  const int64_t now = MonotonicNanos();
  if (waiting_ == 0 && wanted_until_ > now) next = wanted_until_;
  const int64_t wall = WallMicros();
  for (const auto& [token, held] : held_) {
    if (held.ending) continue;
    const int64_t left = std::max<int64_t>(held.expires_micros - wall, 0);
    if (left < int64_t{1} << 50) next = std::min(next, now + left * 1000);
  }
  return next;
}

}  // namespace cupel::amqp
