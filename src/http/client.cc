#include "http/client.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/mutex.h"
#include "base/status.h"
#include "cupel/version.h"
#include "http/ascii.h"
#include "http/transfer.h"
#include "http/url.h"

namespace cupel::http {
namespace {

constexpr uint64_t kNanosPerMs = 1'000'000;
// Idle handles that are kept with their connections.
constexpr size_t kIdleLanes = 16;
constexpr uint64_t kFirstRetryMs = 100;
constexpr uint64_t kLastRetryMs = 2000;

// What may go to another origin than it was meant for.
bool SaysNothingOfUs(std::string_view name) {
  constexpr std::string_view kHarmless[] = {
      "accept",        "accept-encoding", "accept-language",
      "cache-control", "if-match",        "if-modified-since",
      "if-none-match", "if-range",        "if-unmodified-since",
      "pragma",        "range",           "user-agent"};
  return std::find(std::begin(kHarmless), std::end(kHarmless),
                   LowerCase(name)) != std::end(kHarmless);
}

bool IsRedirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 ||
         status == 308;
}

// Makes `request` the one that follows a redirect.
absl::Status Turn(const Url& from, const Url& to, int status,
                  Request& request) {
  if (status == 303 ? request.method != "HEAD"
                    : status <= 302 && request.method == "POST") {
    request.method = "GET";
    request.body.clear();
    std::erase_if(request.headers, [](const auto& header) {
      return LowerCase(header.first).starts_with("content-");
    });
  }
  if (from.scheme == "https" && to.scheme == "http") {
    return PermissionDenied("{}: a redirect from https to {} is not followed",
                            PrintableUrl(from.text), PrintableUrl(to.text));
  }
  if (from.origin == to.origin) return absl::OkStatus();
  if (!request.body.empty()) {
    return PermissionDenied(
        "{}: a redirect to {} would give the request's body to another host",
        PrintableUrl(from.text), PrintableUrl(to.text));
  }
  std::erase_if(request.headers, [](const auto& header) {
    return !SaysNothingOfUs(header.first);
  });
  return absl::OkStatus();
}

class CurlClient final : public Client {
 public:
  explicit CurlClient(ClientOptions options) : options_(std::move(options)) {}

  absl::StatusOr<Response> Send(const Request& request,
                                Cancel* cancel) override {
    CUPEL_ASSIGN_OR_RETURN(Url url, ParseUrl(request.url));
    TransferLimits limits = LimitsOf(request);
    CUPEL_ASSIGN_OR_RETURN(Lane lane, Take());
    auto response = Follow(lane, request, std::move(url), limits, cancel);
    Give(std::move(lane));
    return response;
  }

 private:
  TransferLimits LimitsOf(const Request& request) const {
    TransferLimits limits;
    uint64_t timeout_ms =
        request.timeout_ms != 0 ? request.timeout_ms : options_.timeout_ms;
    limits.deadline = Deadline::After(
        std::min<uint64_t>(timeout_ms, 1'000'000'000'000) * kNanosPerMs);
    limits.connect_timeout_ms = options_.connect_timeout_ms;
    limits.stall_ms = options_.stall_ms;
    limits.max_response_bytes = request.max_response_bytes != 0
                                    ? request.max_response_bytes
                                    : options_.max_response_bytes;
    limits.max_header_bytes = options_.max_header_bytes;
    return limits;
  }

  absl::StatusOr<Response> Follow(Lane& lane, const Request& first, Url url,
                                  const TransferLimits& limits,
                                  Cancel* cancel) {
    // The first hop uses the caller's request as it is: bodies are large.
    std::optional<Request> turned;
    for (uint32_t hops = 0;; ++hops) {
      const Request& request = turned ? *turned : first;
      CUPEL_ASSIGN_OR_RETURN(Response response,
                             SendOnce(lane, request, url.text, limits, cancel));
      const std::string* location = response.Header("location");
      if (first.max_redirects == 0 || !IsRedirect(response.status) ||
          location == nullptr) {
        return response;
      }
      if (hops == first.max_redirects) {
        return ResourceExhausted("{}: redirected more than {} times",
                                 PrintableUrl(first.url), first.max_redirects);
      }
      CUPEL_ASSIGN_OR_RETURN(Url next, ResolveUrl(url, *location));
      if (!turned) turned = first;
      CUPEL_RETURN_IF_ERROR(Turn(url, next, response.status, *turned));
      url = std::move(next);
    }
  }

  // Again, a little later each time, while no connection comes about.
  absl::StatusOr<Response> SendOnce(Lane& lane, const Request& request,
                                    const std::string& url,
                                    const TransferLimits& limits,
                                    Cancel* cancel) {
    uint64_t wait_ms = kFirstRetryMs;
    for (uint32_t retries = 0;; ++retries) {
      Transfer transfer(lane, request, url, options_, limits);
      absl::Status status = transfer.Run(cancel);
      if (status.ok()) return transfer.TakeResponse();
      if (!transfer.never_connected() || retries >= options_.connect_retries ||
          limits.deadline.remaining() <= wait_ms * kNanosPerMs) {
        return status;
      }
      CUPEL_RETURN_IF_ERROR(Pause(lane, wait_ms, cancel));
      wait_ms = std::min(2 * wait_ms, kLastRetryMs);
    }
  }

  static absl::Status Pause(Lane& lane, uint64_t ms, Cancel* cancel) {
    CURLM* multi = lane.multi.get();
    Cancel::Listener listener(cancel, [multi] { curl_multi_wakeup(multi); });
    Deadline end = Deadline::After(ms * kNanosPerMs);
    while (!end.passed()) {
      if (cancel != nullptr && cancel->triggered()) {
        return Cancelled("cancelled before the next try to connect");
      }
      int left = static_cast<int>(end.remaining() / kNanosPerMs + 1);
      curl_multi_poll(multi, nullptr, 0, left, nullptr);
    }
    return absl::OkStatus();
  }

  absl::StatusOr<Lane> Take() {
    {
      MutexLock lock(mutex_);
      if (!idle_.empty()) {
        Lane lane = std::move(idle_.back());
        idle_.pop_back();
        return lane;
      }
    }
    Lane lane;
    lane.multi.reset(curl_multi_init());
    lane.easy.reset(curl_easy_init());
    if (lane.multi == nullptr || lane.easy == nullptr) {
      return ResourceExhausted("out of memory for an HTTP connection");
    }
    return lane;
  }

  void Give(Lane lane) {
    MutexLock lock(mutex_);
    if (idle_.size() < kIdleLanes) idle_.push_back(std::move(lane));
  }

  const ClientOptions options_;
  Mutex mutex_;
  // The latest used is taken first: its connections are the freshest.
  std::vector<Lane> idle_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<std::unique_ptr<Client>> Client::New(
    const ClientOptions& options) {
  static const CURLcode kReady = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (kReady != CURLE_OK) {
    return Internal("libcurl does not start: {}", curl_easy_strerror(kReady));
  }
  if (options.timeout_ms == 0 || options.connect_timeout_ms == 0 ||
      options.stall_ms == 0 || options.max_response_bytes == 0 ||
      options.max_header_bytes == 0) {
    return InvalidArgument("a limit of the HTTP client is 0");
  }
  ClientOptions own = options;
  if (own.user_agent.empty()) own.user_agent = "cupel/" CUPEL_VERSION_STRING;
  return std::unique_ptr<Client>(std::make_unique<CurlClient>(std::move(own)));
}

}  // namespace cupel::http
