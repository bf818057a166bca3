#include "worker/openkat_service.h"

#include <algorithm>
#include <utility>

#include "base/status.h"
#include "format/escape.h"

namespace cupel::worker {
namespace {

constexpr size_t kLongestDetail = 300;

std::string WithoutSlash(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return std::string(url);
}

// What a service says about its error: {"detail":…} or {"message":…}, never
// the rest, which may repeat what it was sent.
std::string DetailOf(std::string_view body) {
  const auto json = ParseJson(body, "error");
  if (!json.ok() || !json->is_object()) return "";
  for (const char* key : {"detail", "message"}) {
    const auto found = json->find(key);
    if (found == json->end() || !found->is_string()) continue;
    const std::string& text = found->get_ref<const std::string&>();
    return ": " +
           EscapePrintable(std::string_view(text).substr(0, kLongestDetail));
  }
  return "";
}

}  // namespace

OpenKatService::OpenKatService(http::Client* client, std::string name,
                               std::string_view base_url)
    : client_(client),
      name_(std::move(name)),
      base_url_(WithoutSlash(base_url)) {}

absl::StatusOr<http::Response> OpenKatService::Send(
    std::string_view method, std::string_view target, std::string body,
    http::Headers headers, Cancel* cancel, uint64_t timeout_ms) const {
  http::Request request;
  request.method = method;
  request.url = base_url_ + std::string(target);
  request.headers = std::move(headers);
  request.timeout_ms = timeout_ms;
  const bool typed = std::any_of(
      request.headers.begin(), request.headers.end(),
      [](const auto& header) { return header.first == "Content-Type"; });
  if (!body.empty() && !typed) {
    request.headers.emplace_back("Content-Type", "application/json");
  }
  request.body = std::move(body);
  return client_->Send(request, cancel);
}

absl::Status OpenKatService::ErrorOf(const http::Response& response,
                                     std::string_view doing) const {
  const std::string detail = DetailOf(response.body);
  if (response.status == 500) {
    return Internal("{}: {}: HTTP 500{}", name_, doing, detail);
  }
  const absl::Status status = http::StatusOfResponse(response, doing);
  return MakeStatus(status.code(), "{}: {}: HTTP {}{}", name_, doing,
                    response.status, detail);
}

absl::StatusOr<http::Response> OpenKatService::Ask(
    std::string_view method, std::string_view target, std::string body,
    std::string_view doing, Cancel* cancel, uint64_t timeout_ms) const {
  auto response = Send(method, target, std::move(body), {}, cancel, timeout_ms);
  if (!response.ok()) {
    return MakeStatus(response.status().code(), "{}: {}: {}", name_, doing,
                      MessageOf(response.status()));
  }
  if (response->status < 200 || response->status > 299) {
    return ErrorOf(*response, doing);
  }
  return response;
}

absl::StatusOr<Json> OpenKatService::JsonOf(const http::Response& response,
                                            std::string_view doing) const {
  JsonLimits limits;
  limits.bytes = std::max(limits.bytes, response.body.size());
  auto json = ParseJson(response.body, "answer", limits);
  if (json.ok()) return json;
  // Cut short, or of something that stands in between.
  return Unavailable("{}: {}: the answer is no JSON ({})", name_, doing,
                     MessageOf(json.status()));
}

absl::StatusOr<Json> OpenKatService::AskJson(
    std::string_view method, std::string_view target, std::string body,
    std::string_view doing, Cancel* cancel, uint64_t timeout_ms) const {
  CUPEL_ASSIGN_OR_RETURN(
      const http::Response response,
      Ask(method, target, std::move(body), doing, cancel, timeout_ms));
  return JsonOf(response, doing);
}

}  // namespace cupel::worker
