// Routes about the service itself.
#include "cupel/version.h"
#include "registry/rest_routes.h"

namespace cupel {

RestResponse GetRoot(RestCall& /*call*/) {
  RestResponse response;
  response.status = 307;
  response.headers.emplace_back("location", "/health");
  return response;
}

RestResponse GetHealth(RestCall& call) {
  // A database that does not answer is what makes it unhealthy.
  const absl::Status store =
      call.registry.store().Organisation("health").status();
  const bool healthy = store.ok() || absl::IsNotFound(store);
  return JsonReply(200, {{"service", "katalogus"},
                         {"healthy", healthy},
                         {"version", CUPEL_VERSION_STRING},
                         {"additional", nullptr},
                         {"results", Json::array()}});
}

RestResponse GetOpenApi(RestCall& /*call*/) {
  return JsonReply(200, OpenApiDocument());
}

}  // namespace cupel
