// Where a broker is, and what is wanted of it:
//
//   amqp://user:password@host:5672/vhost?queue=cupel&heartbeat=20
#ifndef CUPEL_PLUGINS_AMQP_TARGET_H_
#define CUPEL_PLUGINS_AMQP_TARGET_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace cupel::amqp {

struct Target {
  bool tls = false;
  std::string host;
  int port = 0;
  std::string user = "guest";
  std::string password = "guest";  // never shown
  std::string vhost = "/";

  // ?ca=, cert=, key=: of TLS. Without `ca` the system's authorities count.
  std::string ca;
  std::string cert;
  std::string key;
  uint32_t heartbeat_s = 20;
  uint32_t connect_ms = 5000;
  uint32_t timeout_ms = 30000;  // for a confirmation

  // Of a queue of jobs.
  std::string queue = "cupel";
  std::string results;  // queue; empty: results go nowhere
  bool declare = true;
  uint32_t delivery_limit = 20;
  uint64_t max_length = 0;  // jobs that may wait; 0: any number
  uint64_t max_results = 0;
  uint32_t consumer_timeout_s = 0;  // 0: what the broker says

  // "amqp://user@host:port/vhost", for messages.
  std::string Shown() const;
  std::string DeadExchange() const { return queue + ".dlx"; }
  std::string DeadQueue() const { return queue + ".dead"; }
  std::string DelayQueue(uint64_t ms) const;
};

// INVALID_ARGUMENT names the part, and never shows the password.
absl::StatusOr<Target> ParseTarget(std::string_view url);

}  // namespace cupel::amqp

#endif  // CUPEL_PLUGINS_AMQP_TARGET_H_
