#include "base/status.h"
#include "format/escape.h"
#include "format/json.h"
#include "http/client.h"

namespace cupel::http {
namespace {

constexpr size_t kMostOfDetail = 300;

// What servers say of errors in JSON, as far as it is plain text. Other bodies
// are not shown: they may repeat what was sent to them.
std::string DetailOf(const Response& response) {
  auto body = ParseJson(response.body, "answer");
  if (!body.ok() || !body->is_object()) return {};
  for (const char* key : {"detail", "error_description", "message", "error"}) {
    auto found = body->find(key);
    if (found == body->end() || !found->is_string()) continue;
    std::string text = found->get<std::string>();
    bool cut = text.size() > kMostOfDetail;
    if (cut) text.resize(kMostOfDetail);
    return ": " + EscapePrintable(text) + (cut ? "…" : "");
  }
  return {};
}

absl::StatusCode CodeOf(int status) {
  switch (status) {
    case 401:
      return absl::StatusCode::kUnauthenticated;
    case 403:
      return absl::StatusCode::kPermissionDenied;
    case 404:
      return absl::StatusCode::kNotFound;
    case 409:
      return absl::StatusCode::kAborted;
    case 408:
    case 429:
      return absl::StatusCode::kUnavailable;
    default:
      break;
  }
  if (status >= 500 && status < 600) return absl::StatusCode::kUnavailable;
  if (status >= 400 && status < 500) return absl::StatusCode::kInvalidArgument;
  return absl::StatusCode::kFailedPrecondition;
}

}  // namespace

const std::string* Response::Header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return &value;
  }
  return nullptr;
}

absl::Status StatusOfResponse(const Response& response,
                              std::string_view doing) {
  if (response.status >= 200 && response.status < 300) return absl::OkStatus();
  std::string detail = DetailOf(response);
  if (const std::string* location = response.Header("location");
      location != nullptr && response.status >= 300 && response.status < 400) {
    detail = ": a redirect to " + PrintableUrl(*location) +
             ", which is not followed";
  }
  return MakeStatus(CodeOf(response.status), "{}: HTTP status {} from {}{}",
                    doing, response.status, PrintableUrl(response.url), detail);
}

}  // namespace cupel::http
