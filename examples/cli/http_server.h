// What answers requests, over HTTP: cpp-httplib with the limits that it lacks.
#ifndef CUPEL_EXAMPLES_CLI_HTTP_SERVER_H_
#define CUPEL_EXAMPLES_CLI_HTTP_SERVER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "cupel/cupel.hpp"
#include "listen_address.h"
#include "tokens.h"

namespace cli {

struct HttpServerOptions {
  ListenAddress listen;
  size_t threads = 8;             // requests at once
  uint64_t body_bytes = 4 << 20;  // of one request; more gets 413
  uint32_t idle_seconds = 5;      // without a byte, a connection is closed
  uint32_t request_seconds = 30;  // for the body of one request
  bool log = true;                // a line to standard error per request
  bool any_host = false;  // without tokens too; for what anybody may read
};

// Any number of threads at once.
using HttpHandler =
    std::function<cupel::HttpResponse(const cupel::HttpRequest& request)>;

// Without tokens it answers only requests that name this machine as their host
// and come from no page of another site, so that no website can use the browser
// of somebody on this machine to ask it.
class HttpServer {
 public:
  // Throws UsageError if it can't listen.
  HttpServer(HttpHandler handler, const HttpServerOptions& options,
             std::optional<Tokens> tokens);
  // Stop must have been called, or Run have come back.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const;
  // Serves until Stop. False if it ended by itself.
  bool Run();
  // Takes no more connections and lets running requests end. Any thread, more
  // than once.
  void Stop();
  // From now on these count. Any thread.
  void SetTokens(Tokens tokens);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_HTTP_SERVER_H_
