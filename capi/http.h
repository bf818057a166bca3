// Requests of HTTP, as hosts hand them over.
#ifndef CUPEL_CAPI_HTTP_H_
#define CUPEL_CAPI_HTTP_H_

#include "absl/status/statusor.h"
#include "capi/catalogue.h"
#include "cupel/cupel.h"

namespace cupel::capi {

// A copy, checked. INVALID_ARGUMENT names what is wrong.
absl::StatusOr<RestRequest> HttpRequestOf(const cupel_http_request* request);

}  // namespace cupel::capi

#endif  // CUPEL_CAPI_HTTP_H_
