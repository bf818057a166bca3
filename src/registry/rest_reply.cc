#include "base/status.h"
#include "registry/rest_call.h"

namespace cupel {
namespace {

constexpr std::string_view kJson = "application/json";

RestResponse Reply(int32_t status, std::string body) {
  RestResponse response;
  response.status = status;
  response.headers.emplace_back("content-type", kJson);
  response.body = std::move(body);
  return response;
}

// Whose mistake it was: the asker's are 4xx, the database's and the keys' 5xx.
int32_t HttpStatus(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kNotFound:
      return 404;
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kUnimplemented:
      return 400;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kResourceExhausted:
      return 503;
    default:
      return 500;
  }
}

}  // namespace

RestResponse JsonReply(int32_t status, const Json& body) {
  return Reply(status, PrintJson(body));
}

RestResponse NullReply(int32_t status) { return Reply(status, "null"); }

RestResponse EmptyReply() {
  RestResponse response;
  response.status = 204;
  return response;
}

RestResponse DetailReply(int32_t status, std::string_view text) {
  return JsonReply(status, {{"detail", text}});
}

RestResponse MessageReply(int32_t status, std::string_view text) {
  return JsonReply(status, {{"message", text}});
}

RestResponse InvalidReply(std::string_view part, const JsonIssues& issues) {
  Json details = Json::array();
  for (const JsonIssue& issue : issues.list()) {
    Json location = Json::array({part});
    for (const JsonStep& step : issue.path) {
      if (const auto* const key = std::get_if<std::string>(&step)) {
        location.push_back(*key);
      } else {
        location.push_back(std::get<size_t>(step));
      }
    }
    details.push_back({{"type", issue.type},
                       {"loc", std::move(location)},
                       {"msg", issue.message}});
  }
  return JsonReply(422, {{"detail", std::move(details)}});
}

RestResponse ErrorReply(const absl::Status& status) {
  RestResponse response =
      MessageReply(HttpStatus(status.code()), MessageOf(status));
  if (absl::IsUnavailable(status)) {
    response.headers.emplace_back("retry-after", "1");
  }
  return response;
}

}  // namespace cupel
