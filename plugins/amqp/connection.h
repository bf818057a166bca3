// One connection to a broker over rabbitmq-c, with a channel for messages, in
// confirm mode, and one for declarations, which may fail without harm to the
// other. Not thread-safe.
#ifndef CUPEL_PLUGINS_AMQP_CONNECTION_H_
#define CUPEL_PLUGINS_AMQP_CONNECTION_H_

#include <amqp.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "message.h"
#include "target.h"

namespace cupel::amqp {

// What a broker says unasked, or some time after it was asked.
struct Event {
  enum class Kind : uint8_t {
    kDelivery,       // to a consumer, or after Get
    kNothing,        // after Get: the queue is empty
    kConfirmed,      // `tag`, and with `multiple` all before it
    kRefused,        // the same, and the broker did not take it
    kReturned,       // it had nowhere to go; its confirmation follows
    kConsumerEnded,  // the queue is gone, or its node
  };
  Kind kind = Kind::kNothing;
  uint64_t tag = 0;
  bool multiple = false;
  bool got = false;       // by Get
  bool too_long = false;  // then `message` has no body
  std::string consumer;
  std::string routing_key;  // kReturned
  std::string reason;       // kReturned
  Message message;
};

struct QueueSpec {
  std::string name;
  std::vector<std::pair<std::string, HeaderValue>> arguments;
};

struct QueueCounts {
  uint64_t ready = 0;
  uint64_t consumers = 0;
};

class Connection {
 public:
  static constexpr amqp_channel_t kMessages = 1;
  static constexpr amqp_channel_t kDeclarations = 2;

  // UNAVAILABLE if there is nobody, or TLS fails; UNAUTHENTICATED for a wrong
  // password; NOT_FOUND for a vhost that there isn't. `max_body` is of what is
  // received: longer bodies are dropped as they come.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const Target& target,
                                                          uint64_t max_body);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int fd() const { return amqp_get_sockfd(state_); }
  // As agreed with the broker: never longer than was asked for.
  int heartbeat_s() const { return amqp_get_heartbeat(state_); }

  // FAILED_PRECONDITION: it is there with other settings. PERMISSION_DENIED.
  absl::Status DeclareQueue(const QueueSpec& spec);
  absl::Status DeclareFanout(const std::string& exchange);
  absl::Status Bind(const std::string& queue, const std::string& exchange);
  // NOT_FOUND if there is none.
  absl::StatusOr<QueueCounts> Count(const std::string& queue);

  // Persistent and mandatory. The number by which it will be confirmed.
  absl::StatusOr<uint64_t> Publish(const std::string& exchange,
                                   const std::string& routing_key,
                                   const Message& message);
  absl::Status Ack(uint64_t tag);
  absl::Status Reject(uint64_t tag, bool requeue);
  // Asks for one message; kDelivery or kNothing follows.
  absl::Status Get(const std::string& queue);
  // The consumer's tag.
  absl::StatusOr<std::string> Consume(const std::string& queue,
                                      uint16_t prefetch, uint32_t timeout_s);
  absl::Status StopConsumer(const std::string& consumer);

  // The next event that is there; does not wait. Also sends heartbeats when
  // they are due, so it has to be called now and then. An error is the end of
  // the connection, and says why.
  absl::StatusOr<std::optional<Event>> Next();

 private:
  explicit Connection(const Target& target, uint64_t max_body);
  absl::Status Connect();
  absl::Status LogIn();
  absl::Status OpenChannels();
  // Of the last call by rabbitmq-c, on the declaring channel.
  absl::Status Reply(const amqp_rpc_reply_t& reply, std::string_view doing,
                     amqp_channel_t channel);
  absl::Status Sent(int status, std::string_view doing);
  absl::Status Broken(int library_error, std::string_view doing) const;
  absl::Status Closed(const amqp_method_t& method,
                      std::string_view doing) const;
  absl::StatusOr<std::optional<Event>> Take(const amqp_frame_t& frame);
  absl::StatusOr<std::optional<Event>> TakeMethod(const amqp_method_t& method);
  std::optional<Event> FinishContent();

  const Target target_;
  const uint64_t max_body_;
  amqp_connection_state_t state_;
  uint64_t published_ = 0;
  uint64_t consumers_ = 0;
  // The event whose header and body are still coming.
  std::optional<Event> content_;
  bool has_header_ = false;
  uint64_t body_left_ = 0;
};

}  // namespace cupel::amqp

#endif  // CUPEL_PLUGINS_AMQP_CONNECTION_H_
