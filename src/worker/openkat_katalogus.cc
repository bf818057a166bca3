#include "worker/openkat_katalogus.h"

#include "base/datetime.h"
#include "base/status.h"
#include "compat/openkat/percent.h"
#include "crypto/secret.h"
#include "fmt/core.h"
#include "format/escape.h"
#include "format/json_fields.h"

namespace cupel::worker {

using openkat::PercentEncoded;

absl::StatusOr<PluginManifest> KatalogusClient::Boefje(
    std::string_view organisation, std::string_view id, Cancel* cancel) const {
  CUPEL_ASSIGN_OR_RETURN(
      const Json answer,
      service_.AskJson(
          "GET",
          fmt::format("/v1/organisations/{}/plugins/{}",
                      PercentEncoded(organisation), PercentEncoded(id)),
          "", fmt::format("get boefje '{}'", EscapePrintable(id)), cancel));
  JsonIssues issues;
  PluginManifest manifest = ReadManifest(answer, std::nullopt, &issues);
  if (!issues.empty()) {
    return FailedPrecondition("katalogus: {}",
                              MessageOf(issues.ToStatus("plugin")));
  }
  if (manifest.kind != PluginKind::kBoefje) {
    return FailedPrecondition("katalogus: '{}' is a {}, not a boefje",
                              EscapePrintable(id),
                              PluginKindName(manifest.kind));
  }
  return manifest;
}

absl::StatusOr<Json> KatalogusClient::Settings(std::string_view organisation,
                                               std::string_view id,
                                               Cancel* cancel) const {
  const std::string doing =
      fmt::format("get the settings of '{}'", EscapePrintable(id));
  CUPEL_ASSIGN_OR_RETURN(
      http::Response response,
      service_.Ask(
          "GET",
          fmt::format("/v1/organisations/{}/{}/settings",
                      PercentEncoded(organisation), PercentEncoded(id)),
          "", doing, cancel));
  const WipeAtEnd wipe(&response.body);
  CUPEL_ASSIGN_OR_RETURN(Json settings, service_.JsonOf(response, doing));
  if (settings.is_null()) return Json::object();
  if (!settings.is_object()) {
    return FailedPrecondition("katalogus: {}: expected an object, found {}",
                              doing, JsonTypeName(settings));
  }
  return settings;
}

absl::StatusOr<Json> OctopoesClient::Object(std::string_view organisation,
                                            std::string_view reference,
                                            Cancel* cancel) const {
  return service_.AskJson(
      "GET",
      fmt::format("/{}/object?reference={}&valid_time={}",
                  PercentEncoded(organisation), PercentEncoded(reference),
                  PercentEncoded(DateTime::Now().ToString())),
      "", fmt::format("get '{}'", EscapePrintable(reference)), cancel);
}

absl::Status OctopoesClient::Post(std::string_view path, std::string body,
                                  Cancel* cancel) const {
  const std::string_view place = path.substr(0, path.find('?'));
  return service_
      .Ask("POST", path, std::move(body), fmt::format("post to {}", place),
           cancel)
      .status();
}

}  // namespace cupel::worker
