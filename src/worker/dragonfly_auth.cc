#include "worker/dragonfly_auth.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/status.h"
#include "format/base64.h"
#include "format/json.h"
#include "format/json_writer.h"

namespace cupel::worker {
namespace {

constexpr uint64_t kNanosPerSecond = 1'000'000'000;
constexpr uint64_t kMostSeconds = 31'536'000;
constexpr uint64_t kMostTokenBytes = 16'384;

http::Headers ServiceToken(const DragonflySettings& settings) {
  return {{"CF-Access-Client-Id", settings.token_id},
          {"CF-Access-Client-Secret", settings.token_secret}};
}

// The same headers always.
class FixedCredentials final : public DragonflyCredentials {
 public:
  explicit FixedCredentials(http::Headers headers)
      : headers_(std::move(headers)) {}
  absl::StatusOr<http::Headers> ForCall(Cancel*) override { return headers_; }
  bool Rejected(const http::Headers&) override { return false; }

 private:
  const http::Headers headers_;
};

// What a login gave.
struct Ticket {
  http::Headers headers;
  uint64_t seconds = 0;  // that it is good for
};

// Headers that a login gives for a while.
class RenewedCredentials : public DragonflyCredentials {
 public:
  absl::StatusOr<http::Headers> ForCall(Cancel* cancel) override {
    {
      MutexLock lock(mutex_);
      if (!headers_.empty() && !renew_at_.passed()) return headers_;
    }
    // Not under the lock: a login that hangs must not hold up those who are
    // cancelled. Two at once do no harm.
    CUPEL_ASSIGN_OR_RETURN(Ticket ticket, LogIn(cancel));
    uint64_t seconds = std::min(ticket.seconds, kMostSeconds);
    uint64_t early = std::min<uint64_t>(60, seconds / 5);
    MutexLock lock(mutex_);
    headers_ = ticket.headers;
    renew_at_ = Deadline::After((seconds - early) * kNanosPerSecond);
    return std::move(ticket.headers);
  }

  bool Rejected(const http::Headers& headers) override {
    MutexLock lock(mutex_);
    if (headers_ == headers) headers_.clear();
    return true;
  }

 private:
  virtual absl::StatusOr<Ticket> LogIn(Cancel* cancel) = 0;

  Mutex mutex_;
  http::Headers headers_ ABSL_GUARDED_BY(mutex_);  // empty: none
  Deadline renew_at_ ABSL_GUARDED_BY(mutex_);
};

// Auth0: a bearer token for user and password.
class PasswordCredentials final : public RenewedCredentials {
 public:
  PasswordCredentials(const DragonflySettings& settings, http::Client& client)
      : settings_(settings), client_(client) {}

 private:
  absl::StatusOr<Ticket> LogIn(Cancel* cancel) override {
    http::Request request;
    request.method = "POST";
    // A domain, or, for those who run their own, an address.
    const std::string& domain = settings_.auth0_domain;
    request.url = (domain.find("://") == std::string::npos ? "https://" : "") +
                  domain + "/oauth/token";
    request.headers = {{"Content-Type", "application/json"}};
    JsonWriter json(&request.body);
    json.BeginObject();
    json.Key("client_id").String(settings_.token_id);
    json.Key("client_secret").String(settings_.token_secret);
    json.Key("audience").String(settings_.audience);
    json.Key("grant_type").String(settings_.grant_type);
    json.Key("username").String(settings_.username);
    json.Key("password").String(settings_.password);
    json.EndObject();
    CUPEL_ASSIGN_OR_RETURN(http::Response response,
                           client_.Send(request, cancel));
    CUPEL_RETURN_IF_ERROR(http::StatusOfResponse(response, "log in"));
    return TicketOf(response.body);
  }

  static absl::StatusOr<Ticket> TicketOf(const std::string& body) {
    CUPEL_ASSIGN_OR_RETURN(Json json, ParseJson(body, "answer to the login"));
    auto token = json.find("access_token");
    auto seconds = json.find("expires_in");
    if (!json.is_object() || token == json.end() || !token->is_string() ||
        seconds == json.end() || !seconds->is_number_unsigned()) {
      return InvalidArgument(
          "answer to the login: it has no access_token (text) and expires_in "
          "(seconds)");
    }
    const auto& text = token->get_ref<const std::string&>();
    if (text.empty() || text.size() > kMostTokenBytes) {
      return InvalidArgument(
          "answer to the login: the token is empty, or "
          "longer than {} bytes",
          kMostTokenBytes);
    }
    return Ticket{{{"Authorization", "Bearer " + text}},
                  seconds->get<uint64_t>()};
  }

  const DragonflySettings& settings_;
  http::Client& client_;
};

// "exp" of a JSON web token, unverified: when it expires, in seconds of 1970.
std::optional<int64_t> ExpiryOf(std::string_view token) {
  size_t first = token.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  std::string_view part = token.substr(first + 1);
  part = part.substr(0, part.find('.'));
  std::string padded(part);
  std::replace(padded.begin(), padded.end(), '-', '+');
  std::replace(padded.begin(), padded.end(), '_', '/');
  while (padded.size() % 4 != 0) padded += '=';
  std::optional<std::string> claims = Base64Decode(padded);
  if (!claims) return std::nullopt;
  auto json = ParseJson(*claims, "token");
  if (!json.ok() || !json->is_object()) return std::nullopt;
  auto exp = json->find("exp");
  if (exp == json->end() || !exp->is_number_integer()) return std::nullopt;
  return exp->get<int64_t>();
}

// Cloudflare Access: a cookie for the service token.
class CookieCredentials final : public RenewedCredentials {
 public:
  CookieCredentials(const DragonflySettings& settings, http::Client& client)
      : settings_(settings), client_(client) {}

 private:
  static constexpr std::string_view kCookie = "CF_Authorization=";

  absl::StatusOr<Ticket> LogIn(Cancel* cancel) override {
    http::Request request;
    request.url = settings_.base_url;
    request.headers = ServiceToken(settings_);
    CUPEL_ASSIGN_OR_RETURN(http::Response response,
                           client_.Send(request, cancel));
    if (response.status >= 400) {
      return http::StatusOfResponse(response, "log in");
    }
    for (const auto& [name, value] : response.headers) {
      if (name != "set-cookie" || !value.starts_with(kCookie)) continue;
      return TicketOf(value.substr(0, value.find(';')));
    }
    return MakeStatus(absl::StatusCode::kUnauthenticated,
                      "log in: {} gives no cookie CF_Authorization",
                      http::PrintableUrl(settings_.base_url));
  }

  static absl::StatusOr<Ticket> TicketOf(const std::string& cookie) {
    std::optional<int64_t> expiry;
    if (cookie.size() <= kMostTokenBytes) {
      expiry = ExpiryOf(std::string_view(cookie).substr(kCookie.size()));
    }
    if (!expiry) {
      return InvalidArgument(
          "log in: the cookie CF_Authorization is no JSON web token with exp");
    }
    int64_t now = std::chrono::duration_cast<std::chrono::seconds>(
                      std::chrono::system_clock::now().time_since_epoch())
                      .count();
    if (*expiry <= now) {
      return FailedPrecondition(
          "log in: the cookie CF_Authorization has expired already; is the "
          "clock right?");
    }
    return Ticket{{{"Cookie", cookie}}, static_cast<uint64_t>(*expiry - now)};
  }

  const DragonflySettings& settings_;
  http::Client& client_;
};

}  // namespace

std::unique_ptr<DragonflyCredentials> NewDragonflyCredentials(
    const DragonflySettings& settings, http::Client& client) {
  switch (settings.auth) {
    case DragonflyAuth::kServiceToken:
      return std::make_unique<FixedCredentials>(ServiceToken(settings));
    case DragonflyAuth::kPassword:
      return std::make_unique<PasswordCredentials>(settings, client);
    case DragonflyAuth::kCookie:
      return std::make_unique<CookieCredentials>(settings, client);
    case DragonflyAuth::kNone:
      break;
  }
  return std::make_unique<FixedCredentials>(http::Headers());
}

}  // namespace cupel::worker
