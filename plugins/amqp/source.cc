// source:amqp: each message of a queue is a payload.
#include <poll.h>

#include <algorithm>
#include <memory>
#include <random>
#include <utility>

#include "base/clock.h"
#include "connection.h"
#include "format/escape.h"
#include "format/json.h"
#include "plugin_call.h"

namespace cupel::amqp {
namespace {

// How often the host is asked whether to end: it can't tell by itself.
constexpr int kLookMs = 20;
constexpr int64_t kFirstBackoffMs = 100;
constexpr int64_t kLongestBackoffMs = 10'000;

struct Wanted {
  Target target;
  uint64_t count = 0;  // messages; 0: any number
  uint16_t prefetch = 1;
  uint64_t max_bytes = 0;
  bool until_empty = false;
  std::string tlp;
};

absl::StatusOr<Wanted> WantedOf(const cupel_call* call) {
  Wanted wanted;
  CUPEL_ASSIGN_OR_RETURN(wanted.target, TargetOf(call));
  // A scan may take longer than any heartbeat, and nothing is sent meanwhile:
  // the broker would give the message to the next one, again and again. The
  // kernel looks whether the broker is there (see Connection::Connect).
  wanted.target.heartbeat_s = 0;
  CUPEL_ASSIGN_OR_RETURN(wanted.count,
                         NumberOption(call, "count", 0, uint64_t{1} << 50));
  CUPEL_ASSIGN_OR_RETURN(const uint64_t prefetch,
                         NumberOption(call, "prefetch", 1, 65535));
  CUPEL_ASSIGN_OR_RETURN(wanted.max_bytes,
                         NumberOption(call, "max_bytes", 1, uint64_t{1} << 40));
  wanted.prefetch = static_cast<uint16_t>(prefetch);
  const std::string until_empty = Option(call, "until_empty");
  if (until_empty != "true" && until_empty != "false") {
    return InvalidArgument("option 'until_empty': true or false");
  }
  wanted.until_empty = until_empty == "true";
  wanted.tlp = Option(call, "tlp");
  return wanted;
}

absl::Status CheckCancelled(const cupel_call* call) {
  return cupel_call_cancelled(call) != 0
             ? Cancelled("stopped before the queue was at its end")
             : absl::OkStatus();
}

std::string MetadataOf(const Message& message) {
  Json out = Json::object();
  const auto put = [&out](const char* name, const std::string& text) {
    if (!text.empty()) out[name] = ReplaceInvalidUtf8(text);
  };
  put("message_id", message.message_id);
  put("correlation_id", message.correlation_id);
  put("content_type", message.content_type);
  put("type", message.type);
  return PrintJson(out);
}

// The host returns when the report is delivered, so a message is acknowledged
// after that. What the host refuses goes where the queue's dead letters go.
absl::Status HandOver(cupel_call* call, Connection& connection,
                      const Wanted& wanted, const Event& event) {
  if (event.too_long) {
    const std::string text = fmt::format(
        "a message of '{}' has more than {} bytes: it was rejected; raise "
        "`max_bytes`",
        EscapePrintable(wanted.target.queue), wanted.max_bytes);
    call->host->error(call, CUPEL_STATUS_RESOURCE_EXHAUSTED, ViewOf(text));
    return connection.Reject(event.tag, /*requeue=*/false);
  }
  const std::string name = event.message.message_id.empty()
                               ? wanted.target.queue
                               : event.message.message_id;
  const std::string metadata = MetadataOf(event.message);
  cupel_item item = CUPEL_ITEM_INIT;
  item.name = ViewOf(name);
  item.bytes = ViewOf(event.message.body);
  item.metadata = ViewOf(metadata);
  item.tlp = ViewOf(wanted.tlp);
  const cupel_status taken = call->host->item(call, &item);
  if (taken == CUPEL_STATUS_CANCELLED) {
    return Cancelled("the host takes no more");
  }
  return taken == CUPEL_STATUS_OK
             ? connection.Ack(event.tag)
             : connection.Reject(event.tag, /*requeue=*/false);
}

// Until the end, or until the connection is lost.
absl::Status Receive(cupel_call* call, const Wanted& wanted,
                     Connection& connection, uint64_t* received) {
  if (wanted.until_empty) {
    CUPEL_RETURN_IF_ERROR(connection.Get(wanted.target.queue));
  } else {
    CUPEL_RETURN_IF_ERROR(connection
                              .Consume(wanted.target.queue, wanted.prefetch,
                                       wanted.target.consumer_timeout_s)
                              .status());
  }
  while (true) {
    CUPEL_RETURN_IF_ERROR(CheckCancelled(call));
    CUPEL_ASSIGN_OR_RETURN(const std::optional<Event> event, connection.Next());
    if (!event.has_value()) {
      pollfd fd = {.fd = connection.fd(), .events = POLLIN, .revents = 0};
      poll(&fd, 1, kLookMs);
      continue;
    }
    if (event->kind == Event::Kind::kConsumerEnded) {
      return Unavailable("the queue '{}' is gone",
                         EscapePrintable(wanted.target.queue));
    }
    if (event->kind == Event::Kind::kNothing && wanted.until_empty) {
      return absl::OkStatus();
    }
    if (event->kind != Event::Kind::kDelivery) continue;
    CUPEL_RETURN_IF_ERROR(HandOver(call, connection, wanted, *event));
    if (++*received == wanted.count) return absl::OkStatus();
    if (wanted.until_empty) {
      CUPEL_RETURN_IF_ERROR(connection.Get(wanted.target.queue));
    }
  }
}

absl::Status Pause(const cupel_call* call, int64_t ms) {
  const Deadline deadline =
      Deadline::After(static_cast<uint64_t>(ms) * 1'000'000);
  while (!deadline.passed()) {
    CUPEL_RETURN_IF_ERROR(CheckCancelled(call));
    poll(nullptr, 0, kLookMs);
  }
  return absl::OkStatus();
}

absl::Status Run(cupel_call* call) {
  CUPEL_ASSIGN_OR_RETURN(const Wanted wanted, WantedOf(call));
  std::minstd_rand random{std::random_device()()};
  std::uniform_int_distribution<int64_t> part(80, 120);
  uint64_t received = 0;
  int64_t backoff = kFirstBackoffMs;
  for (bool first = true;; first = false) {
    auto connection = Connection::Open(wanted.target, wanted.max_bytes);
    absl::Status status = connection.status();
    if (status.ok()) {
      const uint64_t before = received;
      status = Receive(call, wanted, **connection, &received);
      if (received != before) backoff = kFirstBackoffMs;
    }
    // What is wrong at once is wrong with the options; a broker that was there
    // comes again.
    if (first && !connection.ok()) return status;
    if (status.code() != absl::StatusCode::kUnavailable) return status;
    cupel_call_log(call, CUPEL_LOG_WARNING,
                   std::string(MessageOf(status)).c_str());
    CUPEL_RETURN_IF_ERROR(Pause(call, backoff * part(random) / 100));
    backoff = std::min(backoff * 2, kLongestBackoffMs);
  }
}

cupel_status Ingest(cupel_call* call) {
  return EnterPlugin(call, [call] { return Run(call); });
}

}  // namespace

const cupel_plugin_v1 kSource = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .category = CUPEL_PLUGIN_SOURCE,
    .needs = CUPEL_NEEDS_NETWORK,
    .name = "amqp",
    .version = "1.0",
    .description = "Takes payloads from a queue of RabbitMQ",
    .options = R"({"url": "", "url_file": "", "count": 0, "prefetch": 16,
                   "max_bytes": 268435456, "until_empty": false, "tlp": ""})",
    .ingest = Ingest};

}  // namespace cupel::amqp
