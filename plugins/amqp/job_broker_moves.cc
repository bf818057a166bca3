// What happens on the session's thread: messages come, and are moved. What it
// does unasked is in job_broker_tick.cc.
#include <algorithm>
#include <bit>
#include <utility>

#include "base/status.h"
#include "format/escape.h"
#include "job_broker.h"
#include "wall_clock.h"

namespace cupel::amqp {
namespace {

// Delays are rounded up to a queue's, and wait there at the head for those
// before them: at most for twice as long as was asked for.
constexpr uint64_t kShortestDelay = 64;
constexpr uint64_t kLongestDelay = uint64_t{1} << 20;

}  // namespace

absl::Status JobBroker::OnUp(Connection& connection) {
  consumers_.clear();
  delays_.clear();
  if (target_.declare) {
    const std::string& queue = target_.queue;
    const auto quorum = std::pair<std::string, HeaderValue>(
        "x-queue-type", std::string("quorum"));
    CUPEL_RETURN_IF_ERROR(connection.DeclareFanout(target_.DeadExchange()));
    CUPEL_RETURN_IF_ERROR(
        connection.DeclareQueue({target_.DeadQueue(), {quorum}}));
    CUPEL_RETURN_IF_ERROR(
        connection.Bind(target_.DeadQueue(), target_.DeadExchange()));
    // A full queue says no instead of dropping its oldest.
    const auto refuse = std::pair<std::string, HeaderValue>(
        "x-overflow", std::string("reject-publish"));
    QueueSpec jobs = {queue,
                      {quorum,
                       refuse,
                       {"x-dead-letter-exchange", target_.DeadExchange()},
                       {"x-dead-letter-strategy", std::string("at-least-once")},
                       {"x-delivery-limit", int64_t{target_.delivery_limit}}}};
    if (target_.max_length > 0) {
      jobs.arguments.emplace_back("x-max-length",
                                  static_cast<int64_t>(target_.max_length));
    }
    CUPEL_RETURN_IF_ERROR(connection.DeclareQueue(jobs));
    QueueSpec results = {target_.results, {quorum, refuse}};
    if (target_.max_results > 0) {
      results.arguments.emplace_back("x-max-length",
                                     static_cast<int64_t>(target_.max_results));
    }
    if (!target_.results.empty()) {
      CUPEL_RETURN_IF_ERROR(connection.DeclareQueue(results));
    }
  } else {
    CUPEL_RETURN_IF_ERROR(connection.Count(target_.queue).status());
  }
  const MutexLock lock(mutex_);
  up_ = true;
  ++epoch_;
  changed_.notify_all();
  return absl::OkStatus();
}

void JobBroker::OnDown(const absl::Status& why) {
  const MutexLock lock(mutex_);
  up_ = false;
  down_ = why;
  ready_.clear();
  held_.clear();
  unacked_.clear();
  for (const auto& asked : asked_) asked->left = 0;
  asked_.clear();
  changed_.notify_all();
}

void JobBroker::Forget(uint64_t tag) {
  const MutexLock lock(mutex_);
  unacked_.erase(tag);
}

void JobBroker::OnEvent(Connection& connection, Event event) {
  if (event.kind == Event::Kind::kConsumerEnded) {
    // Of a node that goes down, or a queue that was deleted: all is declared
    // anew with a new connection.
    session_.Note(Unavailable("the broker ended our consumer of '{}'",
                              EscapePrintable(target_.queue)));
    return;
  }
  const bool asked = event.got || event.kind == Event::Kind::kNothing;
  if (event.kind == Event::Kind::kDelivery) {
    Deliver(connection, std::move(event));
  }
  if (!asked) return;
  const MutexLock lock(mutex_);
  if (asked_.empty()) return;
  if (--asked_.front()->left > 0) return;
  asked_.pop_front();
  changed_.notify_all();
}

void JobBroker::Deliver(Connection& connection, Event event) {
  {
    const MutexLock lock(mutex_);
    unacked_[event.tag] = event.consumer;
  }
  if (event.too_long) {
    // Its bytes are gone, so the broker has to move it.
    session_.Note(connection.Reject(event.tag, /*requeue=*/false));
    Forget(event.tag);
    return;
  }
  auto job = JobOfMessage(event.message, options_.max_body_bytes);
  if (!job.ok()) {
    Bury(connection, event.message, event.tag,
         fmt::format("this is no job: {}", MessageOf(job.status())));
    return;
  }
  Delivered delivered = {.job = *std::move(job),
                         .message = std::move(event.message),
                         .tag = event.tag,
                         .consumer = std::move(event.consumer)};
  const int64_t failed = std::clamp<int64_t>(
      delivered.message.NumberOr(kAttempts, 0), 0, 1'000'000);
  delivered.attempt = static_cast<uint32_t>(failed) + 1;
  if (const auto why = WhyDead(delivered)) {
    Bury(connection, delivered.message, delivered.tag, *why);
    return;
  }
  const int64_t early = (delivered.job.not_before_micros - WallMicros()) / 1000;
  if (early > 0) {
    Message message = AsSent(delivered.message);
    Delay(connection, delivered, std::move(message), early);
    return;
  }
  const MutexLock lock(mutex_);
  ready_.push_back(std::move(delivered));
  changed_.notify_all();
}

std::optional<std::string> JobBroker::WhyDead(
    const Delivered& delivered) const {
  const int64_t deadline = delivered.job.deadline_micros;
  if (deadline != 0 && deadline < WallMicros()) {
    return "its deadline passed before it was begun";
  }
  const uint32_t most = delivered.job.max_attempts == 0
                            ? options_.max_attempts
                            : delivered.job.max_attempts;
  if (delivered.attempt > most) {
    return fmt::format("all of its {} attempts failed", most);
  }
  return std::nullopt;
}

void JobBroker::Move(Connection& connection, const Place& place,
                     const Message& message, uint64_t tag,
                     Session::Confirmed done) {
  session_.Publish(connection, place.exchange, place.routing_key, message,
                   [this, &connection, tag,
                    done = std::move(done)](const absl::Status& status) {
                     if (status.ok()) {
                       session_.Note(connection.Ack(tag));
                       Forget(tag);
                     }
                     done(status);
                   });
}

void JobBroker::Bury(Connection& connection, const Message& message,
                     uint64_t tag, std::string_view reason) {
  Message dead = AsSent(message);
  SetReason(&dead, reason);
  Move(connection, {target_.DeadExchange(), target_.queue}, dead, tag,
       [this, &connection, tag](const absl::Status& status) {
         // UNAVAILABLE: it is the broker's again.
         if (status.ok() || status.code() == absl::StatusCode::kUnavailable) {
           return;
         }
         session_.Note(connection.Reject(tag, /*requeue=*/false));
         Forget(tag);
       });
}

absl::StatusOr<JobBroker::Place> JobBroker::DelayPlace(Connection& connection,
                                                       int64_t ms,
                                                       Message* message) {
  const uint64_t wanted = std::clamp<uint64_t>(
      static_cast<uint64_t>(std::max<int64_t>(ms, 1)), 1, kLongestDelay);
  const uint64_t level = std::max(std::bit_ceil(wanted), kShortestDelay);
  Place place = {"", target_.DelayQueue(level)};
  if (target_.declare && !delays_.contains(level)) {
    const absl::Status declared = connection.DeclareQueue(
        {place.routing_key,
         {{"x-queue-type", std::string("quorum")},
          {"x-overflow", std::string("reject-publish")},
          {"x-message-ttl", static_cast<int64_t>(level)},
          {"x-dead-letter-exchange", std::string()},
          {"x-dead-letter-routing-key", target_.queue},
          {"x-dead-letter-strategy", std::string("at-least-once")}}});
    session_.Note(declared);
    CUPEL_RETURN_IF_ERROR(declared);
    delays_.insert(level);
  }
  message->expiration_ms = static_cast<int64_t>(wanted);
  return place;
}

void JobBroker::Delay(Connection& connection, const Delivered& delivered,
                      Message message, int64_t ms) {
  const uint64_t tag = delivered.tag;
  const auto place = DelayPlace(connection, ms, &message);
  if (!place.ok()) {
    if (place.status().code() == absl::StatusCode::kUnavailable) return;
    Bury(connection, delivered.message, tag, MessageOf(place.status()));
    return;
  }
  Move(connection, *place, message, tag,
       [this, &connection, tag,
        original = delivered.message](const absl::Status& status) {
         if (status.ok() || status.code() == absl::StatusCode::kUnavailable) {
           return;
         }
         Bury(connection, original, tag, MessageOf(status));
       });
}

int64_t JobBroker::BackoffMs(uint32_t failed) {
  int64_t micros = std::max<int64_t>(options_.backoff_micros, 0);
  for (uint32_t i = 1; i < failed && micros < options_.max_backoff_micros;
       ++i) {
    micros *= 2;
  }
  micros = std::min(micros, options_.max_backoff_micros);
  std::uniform_real_distribution<double> part(1 - options_.jitter,
                                              1 + options_.jitter);
  return std::max<int64_t>(
      static_cast<int64_t>(static_cast<double>(micros) * part(random_)) / 1000,
      1);
}

void JobBroker::SendNew(Connection& connection, Message message,
                        int64_t not_before_micros,
                        const Session::Confirmed& done) {
  Place place = {"", target_.queue};
  const int64_t early = (not_before_micros - WallMicros()) / 1000;
  if (not_before_micros != 0 && early > 0) {
    auto delay = DelayPlace(connection, early, &message);
    if (!delay.ok()) {
      done(delay.status());
      return;
    }
    place = *std::move(delay);
  }
  session_.Publish(connection, place.exchange, place.routing_key, message,
                   done);
}

void JobBroker::EndNow(Connection* connection, uint64_t token, Place place,
                       int64_t delay_ms, Message& message,
                       const Session::Confirmed& done) {
  const auto lost = [](std::string_view why) {
    return Aborted(
        "the connection to the broker was lost before this was confirmed; the "
        "job goes to another ({})",
        why);
  };
  uint64_t tag = 0;
  {
    const MutexLock lock(mutex_);
    const auto at = held_.find(token);
    if (connection == nullptr || at == held_.end()) {
      done(lost("it was lost before it was sent"));
      return;
    }
    tag = at->second.delivered.tag;
  }
  const auto ended = [this, token, done, lost](const absl::Status& status) {
    {
      const MutexLock lock(mutex_);
      const auto at = held_.find(token);
      if (at != held_.end() && status.ok())
        held_.erase(at);
      else if (at != held_.end())
        at->second.ending = false;
    }
    done(status.code() == absl::StatusCode::kUnavailable
             ? lost(MessageOf(status))
             : status);
  };
  if (delay_ms > 0) {
    auto delay = DelayPlace(*connection, delay_ms, &message);
    if (!delay.ok()) {
      ended(delay.status());
      return;
    }
    place = *std::move(delay);
  }
  if (place.exchange.empty() && place.routing_key.empty()) {  // results=none
    const absl::Status acked = connection->Ack(tag);
    session_.Note(acked);
    Forget(tag);
    ended(acked);
    return;
  }
  Move(*connection, place, message, tag, ended);
}

absl::Status JobBroker::ReleaseNow(Connection* connection, uint64_t token) {
  const MutexLock lock(mutex_);
  const auto at = held_.find(token);
  if (connection == nullptr || at == held_.end()) {
    return Aborted("the connection to the broker was lost: it has the job");
  }
  const uint64_t tag = at->second.delivered.tag;
  const absl::Status status = connection->Reject(tag, /*requeue=*/true);
  session_.Note(status);
  unacked_.erase(tag);
  held_.erase(at);
  return status;
}

absl::Status JobBroker::Count(Connection& connection, BrokerStats* stats) {
  const auto count = [&connection, this](const std::string& queue,
                                         uint64_t* to) {
    const auto counts = connection.Count(queue);
    if (counts.status().code() == absl::StatusCode::kNotFound) {
      return absl::OkStatus();
    }
    session_.Note(counts.status());
    CUPEL_RETURN_IF_ERROR(counts.status());
    *to += counts->ready;
    return absl::OkStatus();
  };
  CUPEL_RETURN_IF_ERROR(count(target_.queue, &stats->waiting));
  CUPEL_RETURN_IF_ERROR(count(target_.DeadQueue(), &stats->dead));
  for (uint64_t level = kShortestDelay; level <= kLongestDelay; level *= 2) {
    CUPEL_RETURN_IF_ERROR(count(target_.DelayQueue(level), &stats->delayed));
  }
  const MutexLock lock(mutex_);
  stats->waiting += ready_.size();
  stats->leased = held_.size();
  return absl::OkStatus();
}

}  // namespace cupel::amqp
