#include "worker/dragonfly_api.h"

#include <utility>

#include "base/status.h"
#include "compat/dragonfly/rules_document.h"

namespace cupel::worker {

absl::StatusOr<std::unique_ptr<DragonflyApi>> DragonflyApi::New(
    const DragonflySettings& settings) {
  http::ClientOptions options;
  options.ca_file = settings.ca_file;
  options.connect_retries = 1;
  CUPEL_ASSIGN_OR_RETURN(std::unique_ptr<http::Client> client,
                         http::Client::New(options));
  return std::unique_ptr<DragonflyApi>(
      new DragonflyApi(settings, std::move(client)));
}

DragonflyApi::DragonflyApi(const DragonflySettings& settings,
                           std::unique_ptr<http::Client> client)
    : settings_(settings),
      client_(std::move(client)),
      credentials_(NewDragonflyCredentials(settings_, *client_)) {}

absl::StatusOr<http::Response> DragonflyApi::Call(http::Request request,
                                                  std::string_view doing,
                                                  Cancel* cancel) {
  const http::Headers own = std::move(request.headers);
  for (bool again = false;; again = true) {
    CUPEL_ASSIGN_OR_RETURN(const http::Headers known,
                           credentials_->ForCall(cancel));
    request.headers = own;
    request.headers.insert(request.headers.end(), known.begin(), known.end());
    CUPEL_ASSIGN_OR_RETURN(http::Response response,
                           client_->Send(request, cancel));
    if (response.status == 401 && credentials_->Rejected(known) && !again) {
      continue;
    }
    CUPEL_RETURN_IF_ERROR(http::StatusOfResponse(response, doing));
    return response;
  }
}

absl::StatusOr<dragonfly::LeasedJobs> DragonflyApi::LeaseJobs(uint32_t batch,
                                                              Cancel* cancel) {
  http::Request request;
  request.method = "POST";
  request.url = fmt::format("{}/jobs?batch={}", settings_.base_url, batch);
  CUPEL_ASSIGN_OR_RETURN(http::Response response,
                         Call(std::move(request), "lease jobs", cancel));
  return dragonfly::ParseLeasedJobs(response.body, settings_.lease_required);
}

absl::StatusOr<std::string> DragonflyApi::GetRules(Cancel* cancel) {
  http::Request request;
  request.url = settings_.base_url + "/rules";
  request.max_response_bytes = dragonfly::kMaxRulesBytes;
  CUPEL_ASSIGN_OR_RETURN(http::Response response,
                         Call(std::move(request), "get the rules", cancel));
  return std::move(response.body);
}

absl::Status DragonflyApi::PutResult(const std::string& body,
                                     uint64_t timeout_ms, Cancel* cancel) {
  http::Request request;
  request.method = "PUT";
  request.url = settings_.base_url + "/package";
  request.headers = {{"Content-Type", "application/json"}};
  request.body = body;
  request.timeout_ms = timeout_ms;
  return Call(std::move(request), "submit a result", cancel).status();
}

}  // namespace cupel::worker
