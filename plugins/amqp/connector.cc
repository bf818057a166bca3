// connector:amqp: publishes reports, and payloads that are to be kept.
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "base/mutex.h"
#include "format/escape.h"
#include "format/json.h"
#include "plugin_call.h"
#include "session.h"
#include "wall_clock.h"

namespace cupel::amqp {
namespace {

// How often the host is asked whether to end: it can't tell by itself.
constexpr auto kLook = std::chrono::milliseconds(20);

class Publisher final : private SessionHandler {
 public:
  static absl::StatusOr<std::unique_ptr<Publisher>> New(const cupel_call* call);

  // Confirmed by the broker, which has to know a queue for it.
  absl::Status Publish(const cupel_call* call, Message message);
  std::string Place() const {
    return exchange_.empty() ? key_ : exchange_ + "/" + key_;
  }

 private:
  // Shared with the session's thread, which may come later than the answer is
  // waited for.
  struct Sending {
    Message message;
    Mutex mutex;
    std::condition_variable_any changed;
    std::optional<absl::Status> status ABSL_GUARDED_BY(mutex);
  };

  Publisher(const Target& target, std::string exchange, std::string key)
      : target_(target),
        exchange_(std::move(exchange)),
        key_(std::move(key)),
        session_(target, 0, this) {}

  absl::Status OnUp(Connection& connection) override {
    if (!target_.declare || !exchange_.empty()) return absl::OkStatus();
    return connection.DeclareQueue(
        {key_,
         {{"x-queue-type", std::string("quorum")},
          {"x-overflow", std::string("reject-publish")}}});
  }
  void OnEvent(Connection&, Event) override {}
  void OnDown(const absl::Status&) override {}
  int64_t OnTick(Connection*) override { return INT64_MAX; }

  const Target target_;
  const std::string exchange_;
  const std::string key_;
  Session session_;
};

absl::StatusOr<std::unique_ptr<Publisher>> Publisher::New(
    const cupel_call* call) {
  CUPEL_ASSIGN_OR_RETURN(const Target target, TargetOf(call));
  std::string exchange = Option(call, "exchange");
  std::string key = Option(call, "routing_key");
  if (exchange.size() > 255 || key.size() > 255) {
    return InvalidArgument(
        "options 'exchange' and 'routing_key' have 255 bytes at most");
  }
  if (exchange.empty() && !key.empty() && key != target.queue) {
    return InvalidArgument(
        "option 'routing_key': without an exchange, the queue of the URL is "
        "where it goes");
  }
  if (exchange.empty()) key = target.queue;
  std::unique_ptr<Publisher> publisher(
      new Publisher(target, std::move(exchange), std::move(key)));
  CUPEL_RETURN_IF_ERROR(publisher->session_.Start());
  return publisher;
}

absl::Status Publisher::Publish(const cupel_call* call, Message message) {
  auto sending = std::make_shared<Sending>();
  sending->message = std::move(message);
  const auto done = [sending](const absl::Status& status) {
    const MutexLock lock(sending->mutex);
    sending->status = status;
    sending->changed.notify_all();
  };
  session_.Post([this, sending, done](Connection* connection) {
    if (connection == nullptr) {
      done(Unavailable("there is no connection to the broker {}",
                       target_.Shown()));
      return;
    }
    session_.Publish(*connection, exchange_, key_, sending->message, done);
  });
  const auto until = std::chrono::steady_clock::now() +
                     std::chrono::milliseconds(target_.timeout_ms);
  const MutexLock lock(sending->mutex);
  while (!sending->status.has_value()) {
    if (cupel_call_cancelled(call) != 0) {
      return Cancelled("stopped before the broker confirmed");
    }
    if (std::chrono::steady_clock::now() > until) {
      return Unavailable(
          "the broker {} did not confirm within {} ms (timeout): it may have "
          "the message or not",
          target_.Shown(), target_.timeout_ms);
    }
    sending->changed.wait_for(sending->mutex, kLook);
  }
  return *sending->status;
}

cupel_status Activate(cupel_call* call, void** state) {
  return EnterPlugin(call, [call, state]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(std::unique_ptr<Publisher> publisher,
                           Publisher::New(call));
    *state = publisher.release();
    return absl::OkStatus();
  });
}

void Deactivate(void* state) { delete static_cast<Publisher*>(state); }

absl::Status SaveNow(cupel_call* call) {
  auto& publisher = *static_cast<Publisher*>(call->state);
  const bool payload = call->sha256.size > 0;
  Message message;
  message.timestamp_s = static_cast<uint64_t>(WallMicros() / 1'000'000);
  message.message_id = EscapePrintable(
      TextOf(payload ? call->sha256 : call->name).substr(0, 200));
  if (payload) {
    message.content_type = "application/octet-stream";
    message.type = "cupel.payload";
    message.Set("x-cupel-sha256", std::string(TextOf(call->sha256)));
    message.Set("x-cupel-name",
                EscapePrintable(TextOf(call->name).substr(0, 1024)));
    message.body = TextOf(call->bytes);
  } else {
    message.content_type = "application/json";
    message.type = "cupel.report";
    message.body = TextOf(call->document);
  }
  CUPEL_RETURN_IF_ERROR(publisher.Publish(call, std::move(message)));
  Json result = Json::object();
  result["conn_id"] = ReplaceInvalidUtf8(publisher.Place());
  call->host->result(call, ViewOf(PrintJson(result)));
  return absl::OkStatus();
}

cupel_status Save(cupel_call* call) {
  return EnterPlugin(call, [call] { return SaveNow(call); });
}

}  // namespace

const cupel_plugin_v1 kConnector = {
    .struct_size = sizeof(cupel_plugin_v1),
    .abi = CUPEL_PLUGIN_ABI,
    .flags = CUPEL_PLUGIN_REENTRANT,
    .category = CUPEL_PLUGIN_CONNECTOR,
    .needs = CUPEL_NEEDS_NETWORK,
    .name = "amqp",
    .version = "1.0",
    .description = "Publishes reports and payloads to RabbitMQ, confirmed",
    .options = R"({"url": "", "url_file": "", "exchange": "",
                   "routing_key": ""})",
    .activate = Activate,
    .deactivate = Deactivate,
    .save = Save};

}  // namespace cupel::amqp
