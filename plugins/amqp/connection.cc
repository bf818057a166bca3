#include "connection.h"

#include <sys/time.h>

#include <algorithm>

#include "base/status.h"
#include "format/escape.h"

namespace cupel::amqp {
namespace {

// Of a frame, for what else is in a message's header: six short strings.
constexpr size_t kFrameRest = 4096;

amqp_table_entry_t Entry(std::string_view name, std::string_view text) {
  amqp_table_entry_t entry{};
  entry.key = BytesOf(name);
  entry.value.kind = AMQP_FIELD_KIND_UTF8;
  entry.value.value.bytes = BytesOf(text);
  return entry;
}

amqp_table_entry_t Entry(std::string_view name, int64_t number) {
  amqp_table_entry_t entry{};
  entry.key = BytesOf(name);
  entry.value.kind = AMQP_FIELD_KIND_I64;
  entry.value.value.i64 = number;
  return entry;
}

// What a reply code of AMQP is as a status.
absl::StatusCode CodeOf(uint16_t reply) {
  switch (reply) {
    case AMQP_NOT_FOUND:
      return absl::StatusCode::kNotFound;
    case AMQP_ACCESS_REFUSED:
      return absl::StatusCode::kPermissionDenied;
    case AMQP_PRECONDITION_FAILED:
    case AMQP_RESOURCE_LOCKED:
      return absl::StatusCode::kFailedPrecondition;
    case AMQP_CONTENT_TOO_LARGE:
      return absl::StatusCode::kResourceExhausted;
    default:
      return absl::StatusCode::kUnavailable;
  }
}

}  // namespace

Connection::Connection(const Target& target, uint64_t max_body)
    : target_(target), max_body_(max_body), state_(amqp_new_connection()) {}

// Without the handshake of closing, which would wait for the broker: it gives
// back what is not acknowledged as soon as the socket closes.
Connection::~Connection() {
  if (state_ != nullptr) amqp_destroy_connection(state_);
}

absl::Status Connection::Broken(int library_error,
                                std::string_view doing) const {
  return Unavailable("broker {}: {}: {}", target_.Shown(), doing,
                     amqp_error_string2(library_error));
}

absl::Status Connection::Closed(const amqp_method_t& method,
                                std::string_view doing) const {
  uint16_t code = 0;
  std::string text;
  if (method.id == AMQP_CHANNEL_CLOSE_METHOD) {
    const auto* const close =
        static_cast<const amqp_channel_close_t*>(method.decoded);
    code = close->reply_code;
    text = TextOf(close->reply_text);
  } else if (method.id == AMQP_CONNECTION_CLOSE_METHOD) {
    const auto* const close =
        static_cast<const amqp_connection_close_t*>(method.decoded);
    code = close->reply_code;
    text = TextOf(close->reply_text);
  }
  return MakeStatus(CodeOf(code), "broker {}: {}: {} ({})", target_.Shown(),
                    doing, EscapePrintable(text), code);
}

absl::Status Connection::Reply(const amqp_rpc_reply_t& reply,
                               std::string_view doing, amqp_channel_t channel) {
  if (reply.reply_type == AMQP_RESPONSE_NORMAL) return absl::OkStatus();
  if (reply.reply_type != AMQP_RESPONSE_SERVER_EXCEPTION) {
    return Broken(reply.library_error, doing);
  }
  const absl::Status status = Closed(reply.reply, doing);
  if (channel == kDeclarations && reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD) {
    amqp_channel_close_ok_t ok{};
    CUPEL_RETURN_IF_ERROR(Sent(
        amqp_send_method(state_, channel, AMQP_CHANNEL_CLOSE_OK_METHOD, &ok),
        doing));
    amqp_channel_open(state_, channel);
    const amqp_rpc_reply_t again = amqp_get_rpc_reply(state_);
    if (again.reply_type != AMQP_RESPONSE_NORMAL) {
      return Broken(again.library_error, "open a channel again");
    }
  }
  return status;
}

absl::Status Connection::Sent(int status, std::string_view doing) {
  return status == AMQP_STATUS_OK ? absl::OkStatus() : Broken(status, doing);
}

absl::Status Connection::DeclareQueue(const QueueSpec& spec) {
  std::vector<amqp_table_entry_t> entries;
  for (const auto& [name, value] : spec.arguments) {
    if (const auto* const text = std::get_if<std::string>(&value)) {
      entries.push_back(Entry(name, *text));
    } else {
      entries.push_back(Entry(name, std::get<int64_t>(value)));
    }
  }
  const amqp_table_t arguments = {
      .num_entries = static_cast<int>(entries.size()),
      .entries = entries.data()};
  amqp_queue_declare(state_, kDeclarations, BytesOf(spec.name), 0, 1, 0, 0,
                     arguments);
  const absl::Status status =
      Reply(amqp_get_rpc_reply(state_),
            fmt::format("declare the queue '{}'", EscapePrintable(spec.name)),
            kDeclarations);
  if (status.code() == absl::StatusCode::kFailedPrecondition) {
    return FailedPrecondition(
        "{}; it is there with other settings: delete it when it is empty, give "
        "its settings, or take it as it is with declare=no",
        MessageOf(status));
  }
  return status;
}

absl::Status Connection::DeclareFanout(const std::string& exchange) {
  amqp_exchange_declare(state_, kDeclarations, BytesOf(exchange),
                        amqp_cstring_bytes("fanout"), 0, 1, 0, 0,
                        amqp_empty_table);
  return Reply(
      amqp_get_rpc_reply(state_),
      fmt::format("declare the exchange '{}'", EscapePrintable(exchange)),
      kDeclarations);
}

absl::Status Connection::Bind(const std::string& queue,
                              const std::string& exchange) {
  amqp_queue_bind(state_, kDeclarations, BytesOf(queue), BytesOf(exchange),
                  amqp_empty_bytes, amqp_empty_table);
  return Reply(amqp_get_rpc_reply(state_),
               fmt::format("bind the queue '{}'", EscapePrintable(queue)),
               kDeclarations);
}

absl::StatusOr<QueueCounts> Connection::Count(const std::string& queue) {
  const amqp_queue_declare_ok_t* const ok = amqp_queue_declare(
      state_, kDeclarations, BytesOf(queue), 1, 1, 0, 0, amqp_empty_table);
  if (ok == nullptr) {
    return Reply(amqp_get_rpc_reply(state_),
                 fmt::format("look at the queue '{}'", EscapePrintable(queue)),
                 kDeclarations);
  }
  return QueueCounts{.ready = ok->message_count,
                     .consumers = ok->consumer_count};
}

absl::StatusOr<uint64_t> Connection::Publish(const std::string& exchange,
                                             const std::string& routing_key,
                                             const Message& message) {
  // Once the method's frame is sent it is too late: the broker waits for the
  // header, and takes what comes next for it.
  const auto frame = static_cast<size_t>(amqp_get_frame_max(state_));
  const size_t most = frame - std::min(kFrameRest, frame / 2);
  if (HeaderBytes(message) > most) {
    return ResourceExhausted(
        "message '{}' has more headers than fit a frame ({} bytes)",
        EscapePrintable(message.message_id), most);
  }
  const WireProperties properties(message);
  const int status = amqp_basic_publish(
      state_, kMessages, BytesOf(exchange), BytesOf(routing_key),
      /*mandatory=*/1, /*immediate=*/0, properties.get(),
      BytesOf(message.body));
  CUPEL_RETURN_IF_ERROR(Sent(status, "publish"));
  return ++published_;
}

absl::Status Connection::Ack(uint64_t tag) {
  return Sent(amqp_basic_ack(state_, kMessages, tag, 0), "acknowledge");
}

absl::Status Connection::Reject(uint64_t tag, bool requeue) {
  return Sent(amqp_basic_reject(state_, kMessages, tag, requeue ? 1 : 0),
              "give back");
}

absl::Status Connection::Get(const std::string& queue) {
  amqp_basic_get_t get{};
  get.queue = BytesOf(queue);
  return Sent(amqp_send_method(state_, kMessages, AMQP_BASIC_GET_METHOD, &get),
              "get");
}

absl::StatusOr<std::string> Connection::Consume(const std::string& queue,
                                                uint16_t prefetch,
                                                uint32_t timeout_s) {
  amqp_basic_qos(state_, kMessages, 0, prefetch, 0);
  CUPEL_RETURN_IF_ERROR(
      Reply(amqp_get_rpc_reply(state_), "set the prefetch", kMessages));
  const std::string tag = fmt::format("cupel-{}", ++consumers_);
  amqp_table_entry_t entry =
      Entry("x-consumer-timeout", int64_t{timeout_s} * 1000);
  const amqp_table_t arguments = {.num_entries = timeout_s == 0 ? 0 : 1,
                                  .entries = &entry};
  amqp_basic_consume(state_, kMessages, BytesOf(queue), BytesOf(tag), 0, 0, 0,
                     arguments);
  CUPEL_RETURN_IF_ERROR(
      Reply(amqp_get_rpc_reply(state_),
            fmt::format("consume the queue '{}'", EscapePrintable(queue)),
            kMessages));
  return tag;
}

absl::Status Connection::StopConsumer(const std::string& consumer) {
  amqp_basic_cancel(state_, kMessages, BytesOf(consumer));
  return Reply(amqp_get_rpc_reply(state_), "stop consuming", kMessages);
}

absl::StatusOr<std::optional<Event>> Connection::Next() {
  while (true) {
    amqp_frame_t frame{};
    timeval none{};
    const int status = amqp_simple_wait_frame_noblock(state_, &frame, &none);
    if (status == AMQP_STATUS_TIMEOUT) return std::nullopt;
    if (status != AMQP_STATUS_OK) return Broken(status, "receive");
    CUPEL_ASSIGN_OR_RETURN(std::optional<Event> event, Take(frame));
    amqp_maybe_release_buffers_on_channel(state_, frame.channel);
    if (event.has_value()) return event;
  }
}

absl::StatusOr<std::optional<Event>> Connection::Take(
    const amqp_frame_t& frame) {
  if (frame.frame_type == AMQP_FRAME_METHOD) {
    return TakeMethod(frame.payload.method);
  }
  if (frame.channel != kMessages || !content_.has_value()) return std::nullopt;
  if (frame.frame_type == AMQP_FRAME_HEADER && !has_header_) {
    has_header_ = true;
    body_left_ = frame.payload.properties.body_size;
    content_->message =
        MessageFrom(*static_cast<const amqp_basic_properties_t*>(
            frame.payload.properties.decoded));
    // What was returned is known already.
    content_->too_long =
        body_left_ > max_body_ || content_->kind == Event::Kind::kReturned;
  } else if (frame.frame_type == AMQP_FRAME_BODY && has_header_) {
    const std::string_view piece = TextOf(frame.payload.body_fragment);
    if (!content_->too_long) content_->message.body += piece;
    body_left_ -= std::min<uint64_t>(body_left_, piece.size());
  }
  if (!has_header_ || body_left_ > 0) return std::nullopt;
  return FinishContent();
}

std::optional<Event> Connection::FinishContent() {
  std::optional<Event> event = std::move(content_);
  content_.reset();
  has_header_ = false;
  return event;
}

absl::StatusOr<std::optional<Event>> Connection::TakeMethod(
    const amqp_method_t& method) {
  Event event;
  switch (method.id) {
    case AMQP_BASIC_DELIVER_METHOD: {
      const auto& deliver =
          *static_cast<const amqp_basic_deliver_t*>(method.decoded);
      event.kind = Event::Kind::kDelivery;
      event.tag = deliver.delivery_tag;
      event.consumer = TextOf(deliver.consumer_tag);
      content_ = std::move(event);
      return std::nullopt;
    }
    case AMQP_BASIC_GET_OK_METHOD: {
      event.kind = Event::Kind::kDelivery;
      event.got = true;
      event.tag =
          static_cast<const amqp_basic_get_ok_t*>(method.decoded)->delivery_tag;
      content_ = std::move(event);
      return std::nullopt;
    }
    case AMQP_BASIC_RETURN_METHOD: {
      const auto& returned =
          *static_cast<const amqp_basic_return_t*>(method.decoded);
      event.kind = Event::Kind::kReturned;
      event.routing_key = TextOf(returned.routing_key);
      event.reason = TextOf(returned.reply_text);
      content_ = std::move(event);
      return std::nullopt;
    }
    case AMQP_BASIC_GET_EMPTY_METHOD:
      return event;
    case AMQP_BASIC_ACK_METHOD: {
      const auto& ack = *static_cast<const amqp_basic_ack_t*>(method.decoded);
      event.kind = Event::Kind::kConfirmed;
      event.tag = ack.delivery_tag;
      event.multiple = ack.multiple != 0;
      return event;
    }
    case AMQP_BASIC_NACK_METHOD: {
      const auto& nack = *static_cast<const amqp_basic_nack_t*>(method.decoded);
      event.kind = Event::Kind::kRefused;
      event.tag = nack.delivery_tag;
      event.multiple = nack.multiple != 0;
      return event;
    }
    case AMQP_BASIC_CANCEL_METHOD:
      event.kind = Event::Kind::kConsumerEnded;
      event.consumer =
          TextOf(static_cast<const amqp_basic_cancel_t*>(method.decoded)
                     ->consumer_tag);
      return event;
    case AMQP_CHANNEL_CLOSE_METHOD:
    case AMQP_CONNECTION_CLOSE_METHOD:
      return Closed(method, "it closed the connection");
    default:
      return std::nullopt;
  }
}

}  // namespace cupel::amqp
