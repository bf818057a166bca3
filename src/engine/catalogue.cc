#include "engine/catalogue.h"

#include <utility>

#include "base/status.h"
#include "engine/plugin_json.h"
#include "engine/plugin_query.h"
#include "engine/printable.h"
#include "engine/secret_json.h"
#include "engine/settings.h"

namespace cupel {

absl::StatusOr<std::string> DiscoverPluginsJson(const std::string& folder) {
  CUPEL_ASSIGN_OR_RETURN(const std::vector<FoundPlugin> found,
                         DiscoverPlugins(folder));
  return FoundPluginsJson(found);
}

absl::StatusOr<std::string> PluginHashJson(const std::string& folder) {
  CUPEL_ASSIGN_OR_RETURN(const FolderHashes hashes, HashFolder(folder));
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  json.Key("runnable_hash").String(hashes.runnable_hash);
  json.Key("content_hash").String(hashes.content_hash);
  json.EndObject();
  return out;
}

absl::StatusOr<std::shared_ptr<Catalogue>> OpenCatalogue(
    const CatalogueOptions& options) {
  RegistryOptions registry;
  registry.plugin_roots = options.plugin_folders;
  if (options.keys != nullptr) {
    CUPEL_ASSIGN_OR_RETURN(registry.keys, CopyKeyring(*options.keys));
  }
  registry.seal_format = options.seal_format;
  registry.allow_identity = options.allow_identity;
  registry.deduplicate = options.deduplicate;
  CatalogueStoreOptions sqlite;
  if (options.busy_timeout_ms != 0) {
    sqlite.busy_timeout_ms = options.busy_timeout_ms;
  }
  CUPEL_ASSIGN_OR_RETURN(
      registry.store,
      OpenCatalogueStore(
          options.database.empty() ? ":memory:" : options.database, sqlite));
  auto catalogue = std::make_shared<Catalogue>();
  if (options.max_body_bytes != 0) {
    catalogue->limits.body_bytes = options.max_body_bytes;
  }
  CUPEL_ASSIGN_OR_RETURN(catalogue->registry,
                         Registry::New(std::move(registry)));
  return catalogue;
}

std::string FoundJson(const Registry& registry) {
  return FoundPluginsJson(registry.found());
}

absl::StatusOr<std::string> PluginsJson(Registry& registry,
                                        std::string_view organisation,
                                        std::string_view query) {
  CUPEL_ASSIGN_OR_RETURN(const PluginQuery parsed, ParsePluginQuery(query));
  CUPEL_ASSIGN_OR_RETURN(const std::vector<CatalogueEntry> entries,
                         registry.Plugins(organisation, parsed));
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  json.Key("plugins").BeginArray();
  for (const CatalogueEntry& entry : entries) WriteEntry(entry, &json);
  json.EndArray();
  json.EndObject();
  return out;
}

absl::StatusOr<std::string> PluginJson(Registry& registry,
                                       std::string_view organisation,
                                       std::string_view plugin) {
  CUPEL_ASSIGN_OR_RETURN(const CatalogueEntry entry,
                         registry.Plugin(organisation, plugin));
  std::string out;
  JsonWriter json(&out);
  WriteEntry(entry, &json);
  return out;
}

absl::StatusOr<std::string> OrganisationsJson(Registry& registry) {
  CUPEL_ASSIGN_OR_RETURN(const std::vector<OrganisationRow> rows,
                         registry.store().Organisations());
  std::string out;
  JsonWriter json(&out);
  json.BeginArray();
  for (const OrganisationRow& row : rows) {
    json.BeginObject();
    json.Key("id").String(row.id);
    json.Key("name").String(row.name);
    json.Key("deduplicate").Bool(row.deduplicate);
    json.EndObject();
  }
  json.EndArray();
  return out;
}

absl::StatusOr<SecretText> SettingsJson(Registry& registry,
                                        std::string_view organisation,
                                        std::string_view plugin, bool reveal) {
  CUPEL_ASSIGN_OR_RETURN(Json settings,
                         registry.Settings(organisation, plugin));
  const WipeJsonAtEnd wipe(&settings);
  if (reveal) return PrintSecretJson(settings);
  // A plugin that is gone has no schema: then all of it is a secret.
  const absl::StatusOr<CatalogueEntry> entry =
      registry.Plugin(organisation, plugin);
  Json masked = MaskSettings(
      settings, entry.ok() ? entry->manifest.compiled.get() : nullptr);
  const WipeJsonAtEnd wipe_masked(&masked);
  return PrintSecretJson(masked);
}

absl::Status PutSettingsText(Registry& registry, std::string_view organisation,
                             std::string_view plugin,
                             std::string_view settings) {
  CUPEL_ASSIGN_OR_RETURN(Json json, ParseJson(settings, "settings"));
  const WipeJsonAtEnd wipe(&json);
  return registry.PutSettings(organisation, plugin, json);
}

absl::StatusOr<std::string> RotateJson(
    Registry& registry,
    const std::function<bool(uint64_t done, uint64_t total)>& go_on) {
  CUPEL_ASSIGN_OR_RETURN(const RotationResult result,
                         registry.RotateSettings(go_on));
  std::string out;
  JsonWriter json(&out);
  json.BeginObject();
  json.Key("resealed").Number(result.resealed);
  json.Key("already").Number(result.already);
  json.Key("changed").Number(result.changed);
  json.Key("failed").BeginArray();
  for (const std::string& failed : result.failed) {
    json.String(PrintableMessage(failed));
  }
  json.EndArray();
  json.EndObject();
  return out;
}

absl::StatusOr<std::string> ExportJson(Registry& registry) {
  CUPEL_ASSIGN_OR_RETURN(const Json document, registry.Export());
  return PrintJson(document);
}

absl::Status ImportCatalogue(Registry& registry, std::string_view document) {
  // As many rows as a large install has.
  JsonLimits limits;
  limits.bytes = size_t{1} << 30;
  limits.values = 20'000'000;
  CUPEL_ASSIGN_OR_RETURN(const Json json,
                         ParseJson(document, "export", limits));
  return registry.Import(json);
}

}  // namespace cupel
