// One of OpenKAT's services, which speak JSON over HTTP.
#ifndef CUPEL_WORKER_OPENKAT_SERVICE_H_
#define CUPEL_WORKER_OPENKAT_SERVICE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "budget/cancel.h"
#include "format/json.h"
#include "http/client.h"

namespace cupel::worker {

// Thread-safe. The client must outlive it.
class OpenKatService {
 public:
  // `name` for messages: "mula". `base_url` may end in a slash.
  OpenKatService(http::Client* client, std::string name,
                 std::string_view base_url);

  // `target` is path and query, encoded. Any status is an answer. A time-out
  // of 0 is the client's own.
  absl::StatusOr<http::Response> Send(std::string_view method,
                                      std::string_view target, std::string body,
                                      http::Headers headers, Cancel* cancel,
                                      uint64_t timeout_ms = 0) const;
  // The same, where only 2xx is one. Errors say "mula: DOING: …" with what the
  // service said about it. kUnavailable: it, or the way to it, is in trouble;
  // kInternal is its 500, which may as well be for what it was sent.
  absl::StatusOr<http::Response> Ask(std::string_view method,
                                     std::string_view target, std::string body,
                                     std::string_view doing, Cancel* cancel,
                                     uint64_t timeout_ms = 0) const;
  // And that answers with JSON.
  absl::StatusOr<Json> AskJson(std::string_view method, std::string_view target,
                               std::string body, std::string_view doing,
                               Cancel* cancel, uint64_t timeout_ms = 0) const;

  // The error that an unwelcome answer is.
  absl::Status ErrorOf(const http::Response& response,
                       std::string_view doing) const;
  absl::StatusOr<Json> JsonOf(const http::Response& response,
                              std::string_view doing) const;

  const std::string& name() const { return name_; }
  const std::string& base_url() const { return base_url_; }

 private:
  http::Client* const client_;
  const std::string name_;
  const std::string base_url_;
};

}  // namespace cupel::worker

#endif  // CUPEL_WORKER_OPENKAT_SERVICE_H_
