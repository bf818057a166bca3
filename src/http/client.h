// HTTP as a client, over libcurl; nowhere else is it used. TLS is checked
// always. No proxy, no .netrc, no cookie is taken from the surroundings unless
// the options say so; redirects are not followed unless asked for, and never
// with credentials to another origin.
#ifndef CUPEL_HTTP_CLIENT_H_
#define CUPEL_HTTP_CLIENT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "budget/cancel.h"

namespace cupel::http {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method = "GET";
  std::string url;  // http or https only
  Headers headers;  // values are secrets: never in errors or logs
  std::string body;
  // 0: the client's own.
  uint64_t timeout_ms = 0;
  uint64_t max_response_bytes = 0;
  uint32_t max_redirects = 0;
  // Gets the body as it comes, decoded, instead of Response::body; false ends
  // the transfer with kCancelled. Called for 2xx only; of other answers
  // Response::body has at most the first 64 KiB then.
  std::function<bool(std::string_view bytes)> sink;
};

struct Response {
  int status = 0;
  Headers headers;  // names in lower case
  std::string body;
  std::string url;  // after redirects
  // Nothing if there is none. `name` in lower case.
  const std::string* Header(std::string_view name) const;
};

struct ClientOptions {
  std::string user_agent;        // empty: "cupel/VERSION"
  uint64_t timeout_ms = 30'000;  // of one whole request
  uint64_t connect_timeout_ms = 10'000;
  uint64_t stall_ms = 30'000;  // without a byte: over
  uint64_t max_response_bytes = uint64_t{16} << 20;
  uint64_t max_header_bytes = 64 << 10;  // of one answer, interim ones included
  uint32_t connect_retries = 0;          // only if no connection came about
  bool use_proxy_variables = true;       // http_proxy, https_proxy, no_proxy
  std::string ca_file;                   // empty: the system's
};

// Thread-safe; connections are kept and shared.
class Client {
 public:
  static absl::StatusOr<std::unique_ptr<Client>> New(
      const ClientOptions& options = {});
  virtual ~Client() = default;

  // Any status is an answer, not an error. kUnavailable: no connection, or it
  // broke (a body cut short too); kDeadlineExceeded: too slow, or stalled;
  // kResourceExhausted: longer than allowed, as sent or as decoded (gzip and
  // deflate are asked for); kPermissionDenied: a redirect that is not safe to
  // follow; kCancelled, within 50 ms; kInvalidArgument: no URL that we speak.
  // Messages name the URL without user, password, query and fragment. `cancel`
  // may be null. Redirects: a 303, and a 301 or 302 to a POST, become a GET. To
  // another origin go only headers that say nothing of who asks (Accept,
  // Range, …), and no body; from https to http none is followed.
  virtual absl::StatusOr<Response> Send(const Request& request,
                                        Cancel* cancel) = 0;
};

// "scheme://host:port/path" for messages: without user, password, query and
// fragment, printable, bounded.
std::string PrintableUrl(std::string_view url);

// The Status that fits an unwelcome HTTP status: 401 kUnauthenticated, 403
// kPermissionDenied, 404 kNotFound, 409 kAborted, 408/429/5xx kUnavailable,
// other 4xx kInvalidArgument. `doing`: "lease jobs".
absl::Status StatusOfResponse(const Response& response, std::string_view doing);

}  // namespace cupel::http

#endif  // CUPEL_HTTP_CLIENT_H_
