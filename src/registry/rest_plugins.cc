// Plugins: reading them, and whether an organisation enabled them.
#include "base/status.h"
#include "registry/registry_errors.h"
#include "registry/rest_routes.h"

namespace cupel {
namespace {

constexpr std::string_view kNotFound = "Plugin not found";

// One that OpenKAT has and that is sound.
absl::StatusOr<CatalogueEntry> FindPlugin(RestCall& call) {
  auto entry = call.registry.Plugin(call.ids[0], call.ids[1]);
  if (entry.ok() &&
      (!IsOpenKatKind(entry->manifest.kind) || !entry->problem.empty())) {
    return NoPlugin(call.ids[1]);
  }
  return entry;
}

PluginQuery ReadQuery(const RestCall& call, JsonIssues* issues) {
  RestQueryReader reader(call.query, issues);
  PluginQuery query;
  query.openkat_only = true;
  query.q = reader.Text("q").value_or("");
  if (auto ids = reader.Texts("ids"); !ids.empty()) query.ids = std::move(ids);
  query.type = reader.Choice("plugin_type", {"boefje", "normalizer", "bit"});
  query.state = reader.Bool("state");
  query.oci_image = reader.Text("oci_image");
  query.consumes = reader.Texts("consumes");
  query.produces = reader.Texts("produces");
  query.offset = reader.Count("offset").value_or(0);
  query.limit = reader.Count("limit");
  return query;
}

RestResponse BytesReply(std::string_view type, std::string bytes) {
  RestResponse response;
  response.status = 200;
  response.headers.emplace_back("content-type", type);
  response.body = std::move(bytes);
  return response;
}

}  // namespace

RestResponse ListPlugins(RestCall& call) {
  JsonIssues issues;
  const PluginQuery query = ReadQuery(call, &issues);
  if (!issues.empty()) return InvalidReply("query", issues);
  const auto plugins = call.registry.Plugins(call.ids[0], query);
  if (absl::IsNotFound(plugins.status())) return DetailReply(404, kNotFound);
  if (!plugins.ok()) return ErrorReply(plugins.status());
  Json all = Json::array();
  for (const CatalogueEntry& entry : *plugins) {
    all.push_back(PrintManifest(entry.manifest, entry.enabled));
  }
  return JsonReply(200, all);
}

RestResponse GetPlugin(RestCall& call) {
  const auto plugin = FindPlugin(call);
  if (absl::IsNotFound(plugin.status())) return DetailReply(404, kNotFound);
  if (!plugin.ok()) return ErrorReply(plugin.status());
  return JsonReply(200, PrintManifest(plugin->manifest, plugin->enabled));
}

RestResponse PatchPlugin(RestCall& call) {
  JsonIssues issues;
  const Json body = ReadBody(call, &issues);
  bool enabled = false;
  if (issues.empty()) {
    enabled = JsonFields(body, {}, &issues).BoolOr("enabled", false);
  }
  if (!issues.empty()) return InvalidReply("body", issues);
  if (const auto plugin = FindPlugin(call); !plugin.ok()) {
    return ErrorReply(plugin.status());
  }
  const absl::Status set =
      call.registry.SetEnabled(call.ids[0], call.ids[1], enabled);
  return set.ok() ? EmptyReply() : ErrorReply(set);
}

RestResponse GetPluginSchema(RestCall& call) {
  const auto plugin = FindPlugin(call);
  if (absl::IsNotFound(plugin.status())) return NullReply(200);
  if (!plugin.ok()) return ErrorReply(plugin.status());
  return JsonReply(200, plugin->manifest.schema);
}

RestResponse GetPluginCover(RestCall& call) {
  auto cover = call.registry.Cover(call.ids[1]);
  if (!cover.ok()) return ErrorReply(cover.status());
  return BytesReply("image/jpeg", cover->empty() ? std::string(DefaultCover())
                                                 : *std::move(cover));
}

// As text, not as something that a browser would run.
RestResponse GetPluginDescription(RestCall& call) {
  auto text = call.registry.Description(call.ids[1]);
  if (!text.ok()) return ErrorReply(text.status());
  return BytesReply("text/markdown; charset=utf-8", *std::move(text));
}

}  // namespace cupel
