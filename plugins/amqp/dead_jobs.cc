#include "dead_jobs.h"

#include <poll.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/clock.h"
#include "base/status.h"
#include "connection.h"
#include "format/escape.h"
#include "job_message.h"

namespace cupel::amqp {
namespace {

constexpr uint64_t kMostDead = 100'000;
// More than a broker takes: what is in it can be moved.
constexpr uint64_t kMostBytes = uint64_t{1} << 30;

absl::StatusOr<Event> NextEvent(const Target& target, Connection& connection) {
  const Deadline deadline =
      Deadline::After(uint64_t{target.timeout_ms} * 1'000'000);
  while (true) {
    CUPEL_ASSIGN_OR_RETURN(std::optional<Event> event, connection.Next());
    if (event.has_value()) return *std::move(event);
    if (deadline.passed()) {
      return Unavailable("the broker {} did not answer within {} ms (timeout)",
                         target.Shown(), target.timeout_ms);
    }
    pollfd fd = {.fd = connection.fd(), .events = POLLIN, .revents = 0};
    poll(&fd, 1,
         static_cast<int>(
             std::min<uint64_t>(deadline.remaining() / 1'000'000 + 1, 1000)));
  }
}

// Until the broker has it.
absl::Status PublishAndWait(const Target& target, Connection& connection,
                            const std::string& exchange,
                            const std::string& routing_key,
                            const Message& message) {
  CUPEL_RETURN_IF_ERROR(
      connection.Publish(exchange, routing_key, message).status());
  bool returned = false;
  while (true) {
    CUPEL_ASSIGN_OR_RETURN(const Event event, NextEvent(target, connection));
    if (event.kind == Event::Kind::kReturned) returned = true;
    if (event.kind == Event::Kind::kRefused || returned) {
      return FailedPrecondition(
          "broker {}: '{}' did not take a dead job, which stays where it is",
          target.Shown(), EscapePrintable(routing_key));
    }
    if (event.kind == Event::Kind::kConfirmed) return absl::OkStatus();
  }
}

Message Afresh(const Message& message) {
  Message out = AsSent(message);
  out.Remove(kAttempts);
  out.Remove(kReason);
  out.Remove(kPassedOn);
  return out;
}

}  // namespace

absl::StatusOr<uint64_t> SweepDeadJobs(
    const Target& target, const std::function<bool(const Message&)>& again) {
  CUPEL_ASSIGN_OR_RETURN(const std::unique_ptr<Connection> connection,
                         Connection::Open(target, kMostBytes));
  CUPEL_ASSIGN_OR_RETURN(const QueueCounts counts,
                         connection->Count(target.DeadQueue()));
  if (counts.ready > kMostDead) {
    return ResourceExhausted(
        "broker {}: there are {} dead jobs, too many to look through: move "
        "them away first",
        target.Shown(), counts.ready);
  }
  uint64_t moved = 0;
  for (uint64_t i = 0; i < counts.ready; ++i) {
    CUPEL_RETURN_IF_ERROR(connection->Get(target.DeadQueue()));
    CUPEL_ASSIGN_OR_RETURN(Event event, NextEvent(target, *connection));
    if (event.kind != Event::Kind::kDelivery) break;  // others were at it
    if (event.too_long) {
      return ResourceExhausted("broker {}: a dead job has more than {} bytes",
                               target.Shown(), kMostBytes);
    }
    const bool back = again(event.message);
    event.message.Remove("x-delivery-count");
    CUPEL_RETURN_IF_ERROR(
        back ? PublishAndWait(target, *connection, "", target.queue,
                              Afresh(event.message))
             : PublishAndWait(target, *connection, "", target.DeadQueue(),
                              event.message));
    CUPEL_RETURN_IF_ERROR(connection->Ack(event.tag));
    moved += back ? 1 : 0;
  }
  // The last acknowledgement is on its way: an answer comes after it.
  CUPEL_RETURN_IF_ERROR(connection->Count(target.DeadQueue()).status());
  return moved;
}

}  // namespace cupel::amqp
