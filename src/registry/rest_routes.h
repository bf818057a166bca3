// The one table of the REST API's routes: requests are dispatched by it and
// /openapi.json is made of it.
#ifndef CUPEL_REGISTRY_REST_ROUTES_H_
#define CUPEL_REGISTRY_REST_ROUTES_H_

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "registry/rest_call.h"

namespace cupel {

struct RestParameter {
  std::string_view name;
  std::string_view type;  // string, strings, boolean, count
  std::string_view description;
};

struct RestRoute {
  std::string_view method;
  std::string_view path;  // "/v1/organisations/{organisation_id}"
  RestResponse (*handler)(RestCall& call);
  std::string_view summary;
  // What /openapi.json says of it: names in its "components", or
  // "text/markdown" and the like, or nothing.
  std::string_view body;
  std::string_view answer;
  int32_t success = 200;
  std::span<const RestParameter> query;
};

// Routes whose path has a literal stand before those with a parameter in the
// same place; the first that fits counts.
std::span<const RestRoute> RestRoutes();

// Handlers, by file.
RestResponse GetRoot(RestCall& call);
RestResponse GetHealth(RestCall& call);
RestResponse GetOpenApi(RestCall& call);

RestResponse ListOrganisations(RestCall& call);
RestResponse GetOrganisation(RestCall& call);
RestResponse PostOrganisation(RestCall& call);
RestResponse PutOrganisation(RestCall& call);
RestResponse DeleteOrganisation(RestCall& call);

RestResponse ListRepositories(RestCall& call);
RestResponse GetRepository(RestCall& call);
RestResponse PostRepository(RestCall& call);
RestResponse DeleteRepository(RestCall& call);
RestResponse ListRepositoryPlugins(RestCall& call);
RestResponse GetRepositoryPlugin(RestCall& call);
RestResponse PatchRepositoryPlugin(RestCall& call);

RestResponse ListPlugins(RestCall& call);
RestResponse GetPlugin(RestCall& call);
RestResponse PatchPlugin(RestCall& call);
RestResponse GetPluginSchema(RestCall& call);
RestResponse GetPluginCover(RestCall& call);
RestResponse GetPluginDescription(RestCall& call);

RestResponse PostPlugin(RestCall& call);
RestResponse PatchBoefje(RestCall& call);
RestResponse PatchNormalizer(RestCall& call);
RestResponse DeleteBoefje(RestCall& call);
RestResponse DeleteNormalizer(RestCall& call);

RestResponse ListSettings(RestCall& call);
RestResponse GetSettings(RestCall& call);
RestResponse PutSettings(RestCall& call);
RestResponse DeleteSettings(RestCall& call);
RestResponse CloneSettings(RestCall& call);
RestResponse ListConfigs(RestCall& call);

// The OpenAPI 3.1 document of the table.
Json OpenApiDocument();

// A picture for plugins that have none: a JPEG.
std::string_view DefaultCover();

}  // namespace cupel

#endif  // CUPEL_REGISTRY_REST_ROUTES_H_
