// One request and its answer over one libcurl handle: no redirects, no second
// attempt.
#ifndef CUPEL_HTTP_TRANSFER_H_
#define CUPEL_HTTP_TRANSFER_H_

#include <curl/curl.h>

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "base/clock.h"
#include "budget/cancel.h"
#include "http/client.h"

namespace cupel::http {

// The handles that one request at a time uses. The connections that a transfer
// left open stay with `multi` for the next.
struct Lane {
  struct EasyFreed {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  };
  struct MultiFreed {
    void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
  };
  std::unique_ptr<CURLM, MultiFreed> multi;  // outlives `easy`
  std::unique_ptr<CURL, EasyFreed> easy;
};

struct TransferLimits {
  Deadline deadline;
  uint64_t connect_timeout_ms = 0;
  uint64_t stall_ms = 0;
  uint64_t max_response_bytes = 0;
  uint64_t max_header_bytes = 0;
};

// One thread at a time; made for one Run.
class Transfer {
 public:
  // All of them outlive it.
  Transfer(Lane& lane, const Request& request, const std::string& url,
           const ClientOptions& options, const TransferLimits& limits);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // Errors as Client::Send.
  absl::Status Run(Cancel* cancel);
  // True if it failed before there was a connection.
  bool never_connected() const { return never_connected_; }
  Response TakeResponse() { return std::move(response_); }

 private:
  // Why libcurl was told to stop, by one of the functions below.
  enum class Stop : uint8_t {
    kNone,
    kEnough,  // of an error's body
    kTooLong,
    kHeadersTooLong,
    kSinkSaidNo,
  };

  absl::Status SetUp();
  absl::Status SetHeaders();
  void SetMethod();
  absl::Status Drive(Cancel* cancel);
  absl::Status CheckTime(Cancel* cancel) const;
  absl::Status Outcome(CURLcode code);
  absl::Status Failure(CURLcode code);

  static size_t OnHeader(char* bytes, size_t one, size_t size, void* self);
  static size_t OnBody(char* bytes, size_t one, size_t size, void* self);
  static int OnProgress(void* self, curl_off_t, curl_off_t down, curl_off_t,
                        curl_off_t up);
  void TakeHeader(std::string_view line);

  Lane& lane_;
  const Request& request_;
  const std::string& url_;
  const ClientOptions& options_;
  const TransferLimits limits_;
  curl_slist* headers_ = nullptr;
  char error_[CURL_ERROR_SIZE] = {};
  Response response_;
  Stop stop_ = Stop::kNone;
  bool never_connected_ = false;
  bool headers_whole_ = false;  // up to the empty line
  uint64_t header_bytes_ = 0;
  uint64_t body_bytes_ = 0;
  int64_t moved_bytes_ = 0;
  int64_t moved_at_ = 0;  // MonotonicNanos of the last byte, either way
};

}  // namespace cupel::http

#endif  // CUPEL_HTTP_TRANSFER_H_
