// A message of AMQP 0-9-1 as plain data, to and from rabbitmq-c's structs.
#ifndef CUPEL_PLUGINS_AMQP_MESSAGE_H_
#define CUPEL_PLUGINS_AMQP_MESSAGE_H_

#include <amqp.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace cupel::amqp {

using HeaderValue = std::variant<int64_t, std::string>;

struct Message {
  std::string content_type;
  std::string message_id;
  std::string correlation_id;
  std::string type;
  uint8_t priority = 0;
  uint64_t timestamp_s = 0;
  int64_t expiration_ms = -1;  // none
  // Numbers and texts; what else a message had is not kept.
  std::vector<std::pair<std::string, HeaderValue>> headers;
  std::string body;

  // Nothing if there is none, or it is of the other kind.
  const std::string* Text(std::string_view name) const;
  int64_t NumberOr(std::string_view name, int64_t absent) const;
  void Set(std::string_view name, HeaderValue value);
  void Remove(std::string_view name);
};

inline amqp_bytes_t BytesOf(std::string_view text) {
  // Not written to: rabbitmq-c has no type for bytes that are constant.
  return {text.size(), const_cast<char*>(text.data())};
}
inline std::string_view TextOf(amqp_bytes_t bytes) {
  return {static_cast<const char*>(bytes.bytes), bytes.len};
}

// All but the body. Copies.
Message MessageFrom(const amqp_basic_properties_t& properties);

// What the headers take in a frame, as AMQP encodes them.
size_t HeaderBytes(const Message& message);

// rabbitmq-c's view of a message, which has to outlive it.
class WireProperties {
 public:
  explicit WireProperties(const Message& message);
  WireProperties(const WireProperties&) = delete;
  WireProperties& operator=(const WireProperties&) = delete;
  const amqp_basic_properties_t* get() const { return &properties_; }

 private:
  std::string expiration_;
  std::vector<amqp_table_entry_t> entries_;
  amqp_basic_properties_t properties_{};
};

}  // namespace cupel::amqp

#endif  // CUPEL_PLUGINS_AMQP_MESSAGE_H_
