// httplib's server with the limits that it lacks on what a connection may send
// before anybody is asked: it would take a header that never ends, for as long
// as a byte comes now and then.
#ifndef CUPEL_EXAMPLES_CLI_HTTP_CONNECTION_H_
#define CUPEL_EXAMPLES_CLI_HTTP_CONNECTION_H_

#include <httplib.h>

#include <cstddef>
#include <cstdint>

namespace cli {

struct ConnectionLimits {
  size_t head_bytes = size_t{64} << 10;  // request line and headers; 431
  uint32_t head_seconds = 10;            // for all of them; 408
  uint64_t body_bytes = 0;               // with what frames it on the wire
  uint32_t body_seconds = 0;
  uint32_t idle_seconds = 5;  // without a byte
  uint32_t write_seconds = 10;
  size_t requests = 1000;
};

// A connection is closed after a request that was none: what follows it must
// not be taken for the next one. One thread sets the limits, before it listens.
class LimitedServer : public httplib::Server {
 public:
  void set_limits(const ConnectionLimits& limits) { limits_ = limits; }

 private:
  bool process_and_close_socket(socket_t socket) override;
  bool Await(int socket, bool has_more) const;

  ConnectionLimits limits_;
};

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_HTTP_CONNECTION_H_
