// The OpenAPI document, made of the table of routes.
#include "cupel/version.h"
#include "registry/rest_routes.h"

namespace cupel {
namespace {

Json Ref(std::string_view name) {
  return {{"$ref", "#/components/schemas/" + std::string(name)}};
}

Json Typed(std::string_view type) { return {{"type", type}}; }

Json OrNull(std::string_view type) {
  return {{"type", Json::array({type, "null"})}};
}

Json ListOf(Json items) {
  return {{"type", "array"}, {"items", std::move(items)}};
}

Json MapOf(Json values) {
  return {{"type", "object"}, {"additionalProperties", std::move(values)}};
}

Json Object(Json properties, Json required) {
  return {{"type", "object"},
          {"properties", std::move(properties)},
          {"required", std::move(required)}};
}

Json PluginSchema() {
  const Json strings = ListOf(Typed("string"));
  return Object({{"id", Typed("string")},
                 {"name", Typed("string")},
                 {"version", OrNull("string")},
                 {"created", OrNull("string")},
                 {"description", OrNull("string")},
                 {"enabled", Typed("boolean")},
                 {"static", Typed("boolean")},
                 {"type", {{"enum", {"boefje", "normalizer"}}}},
                 {"scan_level", Typed("integer")},
                 {"consumes", strings},
                 {"produces", strings},
                 {"boefje_schema", OrNull("object")},
                 {"cron", OrNull("string")},
                 {"interval", OrNull("integer")},
                 {"run_on", OrNull("array")},
                 {"runnable_hash", OrNull("string")},
                 {"oci_image", OrNull("string")},
                 {"oci_arguments", strings},
                 {"deduplicate", Typed("boolean")}},
                {"id", "name"});
}

Json ConfigSchema() {
  return Object({{"id", Typed("integer")},
                 {"settings", Typed("object")},
                 {"enabled", Typed("boolean")},
                 {"boefje_id", Typed("string")},
                 {"organisation_id", Typed("string")},
                 {"duplicates", ListOf(Ref("Config"))},
                 {"problem", Typed("string")}},
                {"id", "settings", "enabled", "boefje_id", "organisation_id"});
}

Json ErrorSchema() {
  return {{"type", "object"},
          {"properties",
           {{"message", Typed("string")},
            {"detail",
             {{"anyOf",
               {Typed("string"), ListOf(Object({{"type", Typed("string")},
                                                {"loc", Typed("array")},
                                                {"msg", Typed("string")}},
                                               {"type", "loc", "msg"}))}}}}}}};
}

Json Schemas() {
  const Json text = Typed("string");
  return {
      {"Object", Typed("object")},
      {"Schema", OrNull("object")},
      {"Health", Object({{"service", text},
                         {"healthy", Typed("boolean")},
                         {"version", text},
                         {"additional", OrNull("object")},
                         {"results", Typed("array")}},
                        {"service", "healthy"})},
      {"Organisation",
       Object({{"id", text}, {"name", text}, {"deduplicate", Typed("boolean")}},
              {"id", "name"})},
      {"Organisations", MapOf(Ref("Organisation"))},
      {"Repository", Object({{"id", text}, {"name", text}, {"base_url", text}},
                            {"id", "name", "base_url"})},
      {"Repositories", MapOf(Ref("Repository"))},
      {"Plugin", PluginSchema()},
      {"Plugins", ListOf(Ref("Plugin"))},
      {"PluginsById", MapOf(Ref("Plugin"))},
      {"Enabled",
       {{"type", "object"}, {"properties", {{"enabled", Typed("boolean")}}}}},
      {"Config", ConfigSchema()},
      {"Configs", ListOf(Ref("Config"))},
      {"Error", ErrorSchema()},
  };
}

Json TypeOf(const RestParameter& parameter) {
  if (parameter.type == "strings") return ListOf(Typed("string"));
  if (parameter.type == "count") {
    return {{"type", "integer"}, {"minimum", 0}};
  }
  return Typed(parameter.type);
}

Json Parameters(const RestRoute& route) {
  Json parameters = Json::array();
  for (size_t at = route.path.find('{'); at != std::string_view::npos;
       at = route.path.find('{', at + 1)) {
    const size_t end = route.path.find('}', at);
    parameters.push_back({{"name", route.path.substr(at + 1, end - at - 1)},
                          {"in", "path"},
                          {"required", true},
                          {"schema", Typed("string")}});
  }
  for (const RestParameter& parameter : route.query) {
    parameters.push_back({{"name", parameter.name},
                          {"in", "query"},
                          {"required", false},
                          {"description", parameter.description},
                          {"schema", TypeOf(parameter)}});
  }
  return parameters;
}

Json Content(std::string_view what) {
  if (what.find('/') != std::string_view::npos) {
    return {{std::string(what), Json::object()}};
  }
  return {{"application/json", {{"schema", Ref(what)}}}};
}

Json Operation(const RestRoute& route) {
  Json answer = {{"description", route.summary}};
  if (!route.answer.empty()) answer["content"] = Content(route.answer);
  Json operation = {{"summary", route.summary}};
  Json parameters = Parameters(route);
  if (!parameters.empty()) operation["parameters"] = std::move(parameters);
  if (!route.body.empty()) {
    operation["requestBody"] = {{"required", true},
                                {"content", Content(route.body)}};
  }
  operation["responses"] = {
      {std::to_string(route.success), std::move(answer)},
      {"default",
       {{"description", "What was wrong"}, {"content", Content("Error")}}}};
  return operation;
}

std::string LowerCase(std::string_view method) {
  std::string lower(method);
  for (char& c : lower) c = static_cast<char>(c | 0x20);
  return lower;
}

}  // namespace

Json OpenApiDocument() {
  Json paths = Json::object();
  for (const RestRoute& route : RestRoutes()) {
    paths[std::string(route.path)][LowerCase(route.method)] = Operation(route);
  }
  return {{"openapi", "3.1.0"},
          {"info",
           {{"title", "KATalogus API"},
            {"description", "Served by Cupel"},
            {"version", CUPEL_VERSION_STRING}}},
          {"paths", std::move(paths)},
          {"components", {{"schemas", Schemas()}}}};
}

}  // namespace cupel
