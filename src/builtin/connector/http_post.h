// Posting documents to a receiver that can tell who sent them, and which it
// has already.
//
//   POST /reports
//   Content-Type: application/json
//   Idempotency-Key: SHA-256 of the body, the same whenever it is tried again
//   X-Cupel-Signature: t=1767225600,v1=HMAC-SHA256 of "1767225600." and the
//   body
#ifndef CUPEL_BUILTIN_CONNECTOR_HTTP_POST_H_
#define CUPEL_BUILTIN_CONNECTOR_HTTP_POST_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "budget/cancel.h"
#include "crypto/secret.h"
#include "http/client.h"

namespace cupel {

struct HttpPostOptions {
  std::string url;
  uint64_t timeout_ms = 30'000;
  std::string ca_file;  // empty: the system's
};

// What a receiver said.
struct Posted {
  enum class Kind : uint8_t {
    kTaken,
    kLater,    // no connection, 408, 429, 5xx
    kRefused,  // any other status, a redirect too
  };
  Kind kind = Kind::kLater;
  absl::Status status;   // unless it was taken; no secrets
  uint64_t wait_ms = 0;  // the receiver asked for so much (Retry-After)
};

// Thread-safe.
class HttpPoster {
 public:
  // An empty secret: nothing is signed.
  static absl::StatusOr<std::unique_ptr<HttpPoster>> New(
      const HttpPostOptions& options, Secret secret);

  // kCancelled in `status`, and kLater, within 50 ms of `cancel`.
  Posted Post(std::string_view body, std::string_view key,
              Cancel* cancel) const;
  // The URL as it may be shown.
  const std::string& shown() const { return shown_; }

 private:
  HttpPoster(const HttpPostOptions& options, Secret secret,
             std::unique_ptr<http::Client> client);

  const std::string url_;
  const std::string shown_;
  const Secret secret_;
  const std::unique_ptr<http::Client> client_;
};

// "t=1767225600,v1=…".
std::string HttpSignature(std::string_view secret, int64_t unix_seconds,
                          std::string_view body);

// Seconds of Retry-After as milliseconds, or of a date how long it is from
// `now`; 0 for what is neither, and at most an hour.
uint64_t RetryAfterMs(std::string_view value, int64_t now_unix_seconds);

}  // namespace cupel

#endif  // CUPEL_BUILTIN_CONNECTOR_HTTP_POST_H_
