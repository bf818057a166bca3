// cupel_http_response: the REST API over a registry, without a transport.
#include "capi/http.h"

#include <memory>
#include <span>
#include <string>
#include <utility>

#include "capi/arguments.h"
#include "capi/catalogue.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/structs.h"
#include "cupel/cupel.h"

namespace {

using cupel::capi::BytesOf;

absl::StatusOr<std::string> Copy(cupel_view view, std::string_view name) {
  CUPEL_ASSIGN_OR_RETURN(const std::string_view bytes, BytesOf(view, name));
  return std::string(bytes);
}

}  // namespace

namespace cupel::capi {

absl::StatusOr<cupel::RestRequest> HttpRequestOf(
    const cupel_http_request* request) {
  if (request == nullptr) return cupel::InvalidArgument("request is NULL");
  cupel_http_request r = CUPEL_HTTP_REQUEST_INIT;
  CUPEL_RETURN_IF_ERROR(cupel::capi::CopyIn(request, &r, "cupel_http_request"));
  cupel::RestRequest to;
  CUPEL_ASSIGN_OR_RETURN(to.method, Copy(r.method, "method"));
  CUPEL_ASSIGN_OR_RETURN(to.path, Copy(r.path, "path"));
  CUPEL_ASSIGN_OR_RETURN(to.query, Copy(r.query, "query"));
  CUPEL_ASSIGN_OR_RETURN(
      const std::span<const cupel_field> headers,
      cupel::capi::ListOf(r.headers, r.header_count, "headers"));
  for (size_t i = 0; i < headers.size(); ++i) {
    CUPEL_ASSIGN_OR_RETURN(
        std::string name,
        Copy(headers[i].name, fmt::format("headers[{}].name", i)));
    CUPEL_ASSIGN_OR_RETURN(
        std::string value,
        Copy(headers[i].value, fmt::format("headers[{}].value", i)));
    to.headers.emplace_back(std::move(name), std::move(value));
  }
  CUPEL_ASSIGN_OR_RETURN(to.body, Copy(r.body, "body"));
  return to;
}

}  // namespace cupel::capi

namespace {

using cupel::capi::Alive;
using cupel::capi::CatalogueOf;
using cupel::capi::ClearOut;
using cupel::capi::Guard;
using cupel::capi::SharedCatalogue;

constexpr int32_t kInternalServerError = 500;

// Overwrites the body when the last share of it goes.
std::shared_ptr<const cupel::RestResponse> Share(cupel::RestResponse response) {
  return {new cupel::RestResponse(std::move(response)),
          [](cupel::RestResponse* last) {
            cupel::Wipe(last->body.data(), last->body.size());
            delete last;
          }};
}

}  // namespace

extern "C" {

cupel_status cupel_registry_handle(cupel_registry* registry,
                                   const cupel_http_request* request,
                                   cupel_http_response** out,
                                   cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const SharedCatalogue shared, CatalogueOf(registry));
    CUPEL_ASSIGN_OR_RETURN(cupel::RestRequest asked,
                           cupel::capi::HttpRequestOf(request));
    const cupel::WipeAtEnd wipe(&asked.body);
    auto handle = std::make_unique<cupel_http_response>();
    handle->response =
        Share(cupel::HandleRest(*shared->registry, asked, shared->limits));
    *out = handle.release();
    return absl::OkStatus();
  });
}

int32_t cupel_http_response_status(const cupel_http_response* response) {
  if (Alive(response) == nullptr) return kInternalServerError;
  return response->response->status;
}

size_t cupel_http_response_header_count(const cupel_http_response* response) {
  return Alive(response) == nullptr ? 0 : response->response->headers.size();
}

cupel_field cupel_http_response_header(const cupel_http_response* response,
                                       size_t index) {
  if (index >= cupel_http_response_header_count(response)) {
    return {cupel::capi::EmptyView(), cupel::capi::EmptyView()};
  }
  const auto& [name, value] = response->response->headers[index];
  return {cupel::capi::ToView(name), cupel::capi::ToView(value)};
}

cupel_view cupel_http_response_body(const cupel_http_response* response) {
  if (Alive(response) == nullptr) return cupel::capi::EmptyView();
  return cupel::capi::ToView(response->response->body);
}

void cupel_http_response_free(cupel_http_response* response) {
  cupel::capi::Free(response);
}

}  // extern "C"
