#include "builtin/connector/http_post.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <ctime>
#include <utility>

#include "base/status.h"
#include "crypto/digest.h"
#include "crypto/hmac.h"

namespace cupel {
namespace {

constexpr uint64_t kLongestWaitMs = 3'600'000;
// Of the answer nothing is used but its status.
constexpr uint64_t kMostAnswer = uint64_t{1} << 20;

int64_t UnixSeconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

bool IsLater(int status) {
  return status == 408 || status == 429 || (status >= 500 && status < 600);
}

// Whether the next try may end otherwise.
bool IsLater(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kCancelled:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::string HttpSignature(std::string_view secret, int64_t unix_seconds,
                          std::string_view body) {
  const std::string time = std::to_string(unix_seconds);
  return fmt::format("t={},v1={}", time,
                     HexDigest(HmacSha256(secret, {time, ".", body})));
}

uint64_t RetryAfterMs(std::string_view value, int64_t now_unix_seconds) {
  int64_t seconds = 0;
  const auto [end, error] =
      std::from_chars(value.data(), value.data() + value.size(), seconds);
  if (error != std::errc() || end != value.data() + value.size()) {
    tm date{};
    const std::string text(value);
    const char* const rest =
        strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &date);
    if (rest == nullptr || *rest != '\0') return 0;
    seconds = timegm(&date) - now_unix_seconds;
  }
  if (seconds <= 0) return 0;
  return std::min<uint64_t>(static_cast<uint64_t>(seconds),
                            kLongestWaitMs / 1000) *
         1000;
}

HttpPoster::HttpPoster(const HttpPostOptions& options, Secret secret,
                       std::unique_ptr<http::Client> client)
    : url_(options.url),
      shown_(http::PrintableUrl(options.url)),
      secret_(std::move(secret)),
      client_(std::move(client)) {}

absl::StatusOr<std::unique_ptr<HttpPoster>> HttpPoster::New(
    const HttpPostOptions& options, Secret secret) {
  CUPEL_ASSIGN_OR_RETURN(
      std::unique_ptr<http::Client> client,
      http::Client::New(
          {.timeout_ms = options.timeout_ms,
           .connect_timeout_ms = std::min<uint64_t>(options.timeout_ms, 10'000),
           .stall_ms = options.timeout_ms,
           .max_response_bytes = kMostAnswer,
           .ca_file = options.ca_file}));
  return std::unique_ptr<HttpPoster>(
      new HttpPoster(options, std::move(secret), std::move(client)));
}

Posted HttpPoster::Post(std::string_view body, std::string_view key,
                        Cancel* cancel) const {
  http::Request request;
  request.method = "POST";
  request.url = url_;
  request.headers = {{"Content-Type", "application/json"},
                     {"Idempotency-Key", std::string(key)}};
  const int64_t now = UnixSeconds();
  if (!secret_.empty()) {
    request.headers.emplace_back("X-Cupel-Signature",
                                 HttpSignature(secret_.view(), now, body));
  }
  request.body = body;
  const auto response = client_->Send(request, cancel);
  if (!response.ok()) {
    return {.kind = IsLater(response.status()) ? Posted::Kind::kLater
                                               : Posted::Kind::kRefused,
            .status = response.status()};
  }
  const int code = response->status;
  if (code >= 200 && code < 300) return {.kind = Posted::Kind::kTaken};
  if (code >= 300 && code < 400) {
    return {.kind = Posted::Kind::kRefused,
            .status = FailedPrecondition(
                "{} answered {}, a redirect, and none is followed: give the "
                "URL that it leads to",
                shown_, code)};
  }
  Posted posted = {
      .kind = IsLater(code) ? Posted::Kind::kLater : Posted::Kind::kRefused,
      .status = http::StatusOfResponse(*response, "post")};
  if (const std::string* const after = response->Header("retry-after")) {
    posted.wait_ms = RetryAfterMs(*after, now);
  }
  return posted;
}

}  // namespace cupel
