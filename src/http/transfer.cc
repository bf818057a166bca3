#include "http/transfer.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/status.h"
#include "format/escape.h"
#include "http/ascii.h"
#include "http/ca_file.h"

namespace cupel::http {
namespace {

constexpr uint64_t kErrorBodyBytes = 64 << 10;
constexpr int64_t kNanosPerMs = 1'000'000;

bool IsToken(std::string_view text) {
  if (text.empty()) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) !=
               std::string_view::npos;
  });
}

bool IsSuccess(int status) { return status >= 200 && status < 300; }

}  // namespace

Transfer::Transfer(Lane& lane, const Request& request, const std::string& url,
                   const ClientOptions& options, const TransferLimits& limits)
    : lane_(lane),
      request_(request),
      url_(url),
      options_(options),
      limits_(limits) {}

Transfer::~Transfer() {
  // Forgets all that points into this object; connections stay.
  curl_easy_reset(lane_.easy.get());
  curl_slist_free_all(headers_);
}

absl::Status Transfer::Run(Cancel* cancel) {
  if (!IsToken(request_.method)) {
    return InvalidArgument("'{}' is no HTTP method",
                           EscapePrintable(request_.method));
  }
  CUPEL_RETURN_IF_ERROR(SetUp());
  CUPEL_RETURN_IF_ERROR(SetHeaders());
  SetMethod();
  response_.url = url_;
  moved_at_ = MonotonicNanos();
  if (curl_multi_add_handle(lane_.multi.get(), lane_.easy.get()) != CURLM_OK) {
    return ResourceExhausted("out of memory for a request");
  }
  absl::Status status;
  {
    Cancel::Listener listener(
        cancel, [multi = lane_.multi.get()] { curl_multi_wakeup(multi); });
    status = Drive(cancel);
  }
  curl_multi_remove_handle(lane_.multi.get(), lane_.easy.get());
  return status;
}

absl::Status Transfer::SetUp() {
  CURL* easy = lane_.easy.get();
  curl_easy_reset(easy);
  bool done = curl_easy_setopt(easy, CURLOPT_URL, url_.c_str()) == CURLE_OK;
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error_);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(std::min<uint64_t>(
                       limits_.connect_timeout_ms, 86'400'000)));
#if LIBCURL_VERSION_NUM >= 0x075700
  // A name that is still being looked up does not hold up who gave up on it.
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
#endif
  done &= curl_easy_setopt(easy, CURLOPT_USERAGENT,
                           options_.user_agent.c_str()) == CURLE_OK;
  if (!options_.use_proxy_variables) {
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
  }
  std::string ca_file = options_.ca_file;
#ifdef CUPEL_BUNDLED
  if (ca_file.empty()) ca_file = SystemCaFile();
#endif
  if (!ca_file.empty()) {
    done &= curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file.c_str()) == CURLE_OK;
  }
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Transfer::OnHeader);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::OnBody);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, &Transfer::OnProgress);
  curl_easy_setopt(easy, CURLOPT_XFERINFODATA, this);
  if (!done) return ResourceExhausted("out of memory for a request");
  return absl::OkStatus();
}

absl::Status Transfer::SetHeaders() {
  // What libcurl would add on its own: no "Expect", which costs a second with
  // servers that don't know it, and no type of body that nobody gave.
  std::vector<std::string> lines = {"Expect:"};
  bool has_type = false;
  for (const auto& [name, value] : request_.headers) {
    if (!IsToken(name)) {
      return InvalidArgument("'{}' is no name of an HTTP header",
                             EscapePrintable(name));
    }
    if (value.find_first_of(std::string_view("\r\n\0", 3)) !=
        std::string::npos) {
      return InvalidArgument(
          "HTTP header '{}': its value has a line break or a NUL in it", name);
    }
    has_type |= LowerCase(name) == "content-type";
    // libcurl's way to say that a header is there and empty.
    lines.push_back(value.empty() ? name + ";" : name + ": " + value);
  }
  if (!has_type) lines.push_back("Content-Type:");
  for (const std::string& line : lines) {
    curl_slist* more = curl_slist_append(headers_, line.c_str());
    if (more == nullptr) return ResourceExhausted("out of memory");
    headers_ = more;
  }
  curl_easy_setopt(lane_.easy.get(), CURLOPT_HTTPHEADER, headers_);
  return absl::OkStatus();
}

void Transfer::SetMethod() {
  CURL* easy = lane_.easy.get();
  const std::string& method = request_.method;
  if (method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    return;
  }
  if (method == "GET" && request_.body.empty()) return;
  bool has_body = !request_.body.empty() || method == "POST" ||
                  method == "PUT" || method == "PATCH";
  if (has_body) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request_.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request_.body.data());
  }
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method.c_str());
}

absl::Status Transfer::CheckTime(Cancel* cancel) const {
  if (cancel != nullptr && cancel->triggered()) {
    return Cancelled("{} {}: cancelled", request_.method, PrintableUrl(url_));
  }
  if (limits_.deadline.passed()) {
    return DeadlineExceeded("{} {}: not done in its time", request_.method,
                            PrintableUrl(url_));
  }
  int64_t still = (MonotonicNanos() - moved_at_) / kNanosPerMs;
  if (still >= 0 && static_cast<uint64_t>(still) >= limits_.stall_ms) {
    return DeadlineExceeded("{} {}: stalled, no byte in {} ms", request_.method,
                            PrintableUrl(url_), limits_.stall_ms);
  }
  return absl::OkStatus();
}

absl::Status Transfer::Drive(Cancel* cancel) {
  CURLM* multi = lane_.multi.get();
  while (true) {
    CUPEL_RETURN_IF_ERROR(CheckTime(cancel));
    int running = 0;
    CURLMcode code = curl_multi_perform(multi, &running);
    if (code != CURLM_OK) {
      return Internal("{}: {}", PrintableUrl(url_), curl_multi_strerror(code));
    }
    int queued = 0;
    while (CURLMsg* message = curl_multi_info_read(multi, &queued)) {
      if (message->msg == CURLMSG_DONE) return Outcome(message->data.result);
    }
    CUPEL_RETURN_IF_ERROR(CheckTime(cancel));
    uint64_t left = limits_.deadline.is_never()
                        ? 1000
                        : limits_.deadline.remaining() / kNanosPerMs + 1;
    left = std::min({left, limits_.stall_ms, uint64_t{1000}});
    code = curl_multi_poll(multi, nullptr, 0, static_cast<int>(left), nullptr);
    if (code != CURLM_OK) {
      return Internal("{}: {}", PrintableUrl(url_), curl_multi_strerror(code));
    }
  }
}

absl::Status Transfer::Outcome(CURLcode code) {
  switch (stop_) {
    case Stop::kNone:
      break;
    case Stop::kEnough:
      return absl::OkStatus();
    case Stop::kTooLong:
      return ResourceExhausted("{}: the answer is longer than {} bytes",
                               PrintableUrl(url_), limits_.max_response_bytes);
    case Stop::kHeadersTooLong:
      return ResourceExhausted(
          "{}: the answer's headers are longer than {} "
          "bytes",
          PrintableUrl(url_), limits_.max_header_bytes);
    case Stop::kSinkSaidNo:
      return Cancelled("{}: who reads the answer had enough",
                       PrintableUrl(url_));
  }
  if (code == CURLE_OK && !headers_whole_) {
    return Unavailable("{}: the answer breaks off in its headers",
                       PrintableUrl(url_));
  }
  if (code == CURLE_OK) return absl::OkStatus();
  return Failure(code);
}

absl::Status Transfer::Failure(CURLcode code) {
  std::string why = EscapePrintable(
      error_[0] != '\0' ? std::string_view(error_) : curl_easy_strerror(code));
  std::string where = PrintableUrl(url_);
  switch (code) {
    case CURLE_OUT_OF_MEMORY:
      return ResourceExhausted("{}: out of memory", where);
    case CURLE_URL_MALFORMAT:
      return InvalidArgument("{}: {}", where, why);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
      return PermissionDenied("{}: {}", where, why);
    case CURLE_BAD_CONTENT_ENCODING:
      return DataLoss("{}: the answer's content encoding is damaged: {}", where,
                      why);
    default:
      break;
  }
  curl_off_t connected = 0;
  curl_easy_getinfo(lane_.easy.get(), CURLINFO_PRETRANSFER_TIME_T, &connected);
  never_connected_ = connected == 0;
  return Unavailable("{}: {}", where, why);
}

size_t Transfer::OnHeader(char* bytes, size_t one, size_t size, void* self) {
  auto* transfer = static_cast<Transfer*>(self);
  size *= one;
  transfer->moved_at_ = MonotonicNanos();
  transfer->header_bytes_ += size;
  if (transfer->header_bytes_ > transfer->limits_.max_header_bytes) {
    transfer->stop_ = Stop::kHeadersTooLong;
    return 0;
  }
  transfer->TakeHeader({bytes, size});
  return size;
}

void Transfer::TakeHeader(std::string_view line) {
  line = Trimmed(line);
  headers_whole_ |= line.empty();
  if (line.starts_with("HTTP/")) {  // a new answer; 100 Continue was one too
    response_.headers.clear();
    headers_whole_ = false;
    response_.status = 0;
    size_t at = std::min(line.find(' '), line.size());
    for (char c : Trimmed(line.substr(at)).substr(0, 3)) {
      if (c < '0' || c > '9') break;
      response_.status = response_.status * 10 + (c - '0');
    }
    return;
  }
  size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return;
  response_.headers.emplace_back(LowerCase(line.substr(0, colon)),
                                 std::string(Trimmed(line.substr(colon + 1))));
}

size_t Transfer::OnBody(char* bytes, size_t one, size_t size, void* self) {
  auto* transfer = static_cast<Transfer*>(self);
  size *= one;
  if (size == 0) return 0;
  bool to_sink = transfer->request_.sink != nullptr;
  if (to_sink && !IsSuccess(transfer->response_.status)) {
    std::string& body = transfer->response_.body;
    body.append(bytes, std::min<size_t>(size, kErrorBodyBytes - body.size()));
    if (body.size() < kErrorBodyBytes) return size;
    transfer->stop_ = Stop::kEnough;
    return 0;
  }
  transfer->body_bytes_ += size;
  if (transfer->body_bytes_ > transfer->limits_.max_response_bytes) {
    transfer->stop_ = Stop::kTooLong;
    return 0;
  }
  if (!to_sink) {
    transfer->response_.body.append(bytes, size);
  } else if (!transfer->request_.sink({bytes, size})) {
    transfer->stop_ = Stop::kSinkSaidNo;
    return 0;
  }
  return size;
}

int Transfer::OnProgress(void* self, curl_off_t, curl_off_t down, curl_off_t,
                         curl_off_t up) {
  auto* transfer = static_cast<Transfer*>(self);
  if (down + up != transfer->moved_bytes_) {
    transfer->moved_bytes_ = down + up;
    transfer->moved_at_ = MonotonicNanos();
  }
  return 0;
}

}  // namespace cupel::http
