// Everything that is not in folders, as one document and back.
#include <set>
#include <utility>

#include "base/status.h"
#include "crypto/wipe_json.h"
#include "format/json_fields.h"
#include "registry/registry_errors.h"
#include "registry/registry_impl.h"

namespace cupel {
namespace {

constexpr std::string_view kFormat = "cupel-registry";
constexpr int64_t kVersion = 1;

Json ToJson(const OrganisationRow& row) {
  return {{"id", row.id}, {"name", row.name}, {"deduplicate", row.deduplicate}};
}

Json ToJson(const RepositoryRow& row) {
  return {{"organisation", row.organisation},
          {"id", row.id},
          {"name", row.name},
          {"base_url", row.base_url}};
}

Json ToJson(const PluginRow& row) {
  return {{"id", row.id},
          {"type", row.type},
          {"name", row.name},
          {"static", row.is_static},
          {"document", row.document}};
}

Json ToJson(const ConfigRow& row) {
  return {{"organisation", row.organisation},
          {"plugin", row.plugin},
          {"plugin_type", row.plugin_type},
          {"enabled", row.enabled ? Json(*row.enabled) : Json()},
          {"settings", row.settings}};
}

template <typename Row>
Json ListOf(const std::vector<Row>& rows) {
  Json list = Json::array();
  for (const Row& row : rows) list.push_back(ToJson(row));
  return list;
}

OrganisationRow ReadOrganisation(JsonFields fields) {
  OrganisationRow row;
  row.id = fields.String("id", 1);
  row.name = fields.String("name");
  row.deduplicate = fields.BoolOr("deduplicate", true);
  fields.ForbidOthers({"id", "name", "deduplicate"});
  return row;
}

RepositoryRow ReadRepository(JsonFields fields) {
  RepositoryRow row;
  row.organisation = fields.String("organisation", 1);
  row.id = fields.String("id", 1);
  row.name = fields.String("name");
  row.base_url = fields.String("base_url");
  fields.ForbidOthers({"organisation", "id", "name", "base_url"});
  return row;
}

PluginRow ReadPlugin(JsonFields fields) {
  PluginRow row;
  row.id = fields.String("id", 1);
  row.type = fields.String("type");
  row.name = fields.String("name");
  row.is_static = fields.BoolOr("static", false);
  row.document = fields.String("document");
  fields.ForbidOthers({"id", "type", "name", "static", "document"});
  if (!KindNamed(row.type).has_value()) {
    fields.Issue("type", "enum", "expected a kind of plugin");
  }
  return row;
}

ConfigRow ReadConfig(JsonFields fields) {
  ConfigRow row;
  row.organisation = fields.String("organisation", 1);
  row.plugin = fields.String("plugin", 1);
  row.plugin_type = fields.String("plugin_type");
  const Json* const enabled = fields.Find("enabled");
  if (enabled != nullptr && !enabled->is_null()) {
    row.enabled = fields.BoolOr("enabled", false);
  }
  row.settings = fields.String("settings");
  fields.ForbidOthers(
      {"organisation", "plugin", "plugin_type", "enabled", "settings"});
  if (!KindNamed(row.plugin_type).has_value()) {
    fields.Issue("plugin_type", "enum", "expected a kind of plugin");
  }
  return row;
}

template <typename Row>
std::vector<Row> ReadList(JsonFields& fields, std::string_view key,
                          Row (*read)(JsonFields), JsonIssues* issues) {
  std::vector<Row> rows;
  const Json* const list = fields.Array(key, true);
  if (list == nullptr) return rows;
  rows.reserve(list->size());
  for (size_t i = 0; i < list->size(); ++i) {
    JsonPath path = fields.PathOf(key);
    path.emplace_back(i);
    rows.push_back(read(JsonFields((*list)[i], std::move(path), issues)));
  }
  return rows;
}

void CheckForm(JsonFields& fields) {
  if (fields.String("format") != kFormat) {
    fields.Issue("format", "enum", fmt::format("expected '{}'", kFormat));
  }
  if (fields.Integer("version") != kVersion) {
    fields.Issue("version", "enum",
                 fmt::format("this program reads version {}", kVersion));
  }
  fields.ForbidOthers({"format", "version", "organisations", "repositories",
                       "plugins", "configs"});
}

}  // namespace

absl::StatusOr<Json> RegistryImpl::Export() {
  Json document = Json::object();
  document["format"] = kFormat;
  document["version"] = kVersion;
  // In one transaction, so that what it has belongs together.
  const absl::Status read = store().Atomically([&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const auto organisations, store().Organisations());
    document["organisations"] = ListOf(organisations);
    std::vector<RepositoryRow> repositories;
    for (const OrganisationRow& organisation : organisations) {
      CUPEL_ASSIGN_OR_RETURN(const auto rows,
                             store().Repositories(organisation.id));
      repositories.insert(repositories.end(), rows.begin(), rows.end());
    }
    document["repositories"] = ListOf(repositories);
    CUPEL_ASSIGN_OR_RETURN(const auto plugins, store().Plugins());
    document["plugins"] = ListOf(plugins);
    CUPEL_ASSIGN_OR_RETURN(const auto configs, store().Configs({}));
    document["configs"] = ListOf(configs);
    return absl::OkStatus();
  });
  CUPEL_RETURN_IF_ERROR(read);
  return document;
}

// The fingerprint and the key's id follow from the row; what a document says
// about them is not asked for.
absl::Status RegistryImpl::ImportConfig(ConfigRow row) {
  const auto there = store().Config(row.organisation, row.plugin);
  if (there.ok()) {
    return MakeStatus(absl::StatusCode::kAlreadyExists,
                      "organisation '{}' has a configuration of plugin '{}'",
                      EscapePrintable(row.organisation),
                      EscapePrintable(row.plugin));
  }
  if (!absl::IsNotFound(there.status())) return there.status();
  if (row.settings == "{}") row.settings.clear();
  const std::string what = fmt::format(
      "the settings of organisation '{}' and plugin '{}'",
      EscapePrintable(row.organisation), EscapePrintable(row.plugin));
  const auto info = InspectSealed(row.settings);
  if (!info.ok()) {
    return MakeStatus(info.status().code(), "{}: {}", what,
                      MessageOf(info.status()));
  }
  if (!row.settings.empty()) {
    row.key_id = KeyIdOf(row.settings);
    auto settings = Open(row);
    // Those of a key that is not here come in all the same: it may be added.
    if (settings.ok()) {
      row.fingerprint = FingerprintOf(*settings, row.plugin);
      WipeJson(&*settings);
    } else if (info->format == SealFormat::kOpenKatIdentity ||
               !absl::IsFailedPrecondition(settings.status())) {
      return MakeStatus(settings.status().code(), "{}: {}", what,
                        MessageOf(settings.status()));
    }
  }
  return store().PutConfig(row);
}

absl::Status RegistryImpl::Import(const Json& document) {
  JsonIssues issues;
  JsonFields fields(document, {}, &issues);
  CheckForm(fields);
  const auto organisations =
      ReadList(fields, "organisations", &ReadOrganisation, &issues);
  const auto repositories =
      ReadList(fields, "repositories", &ReadRepository, &issues);
  const auto plugins = ReadList(fields, "plugins", &ReadPlugin, &issues);
  const auto configs = ReadList(fields, "configs", &ReadConfig, &issues);
  CUPEL_RETURN_IF_ERROR(issues.ToStatus("the export"));
  return store().Atomically([&]() -> absl::Status {
    for (const OrganisationRow& row : organisations) {
      CUPEL_RETURN_IF_ERROR(store().AddOrganisation(row));
    }
    for (const RepositoryRow& row : repositories) {
      CUPEL_RETURN_IF_ERROR(store().AddRepository(row));
    }
    CUPEL_ASSIGN_OR_RETURN(const auto there, store().Plugins());
    std::set<std::pair<std::string, std::string>> names;
    for (const PluginRow& row : there) {
      if (!row.is_static) names.emplace(row.type, row.name);
    }
    for (const PluginRow& row : plugins) {
      CUPEL_RETURN_IF_ERROR(ImportPlugin(row, &names));
    }
    for (const ConfigRow& row : configs) {
      CUPEL_RETURN_IF_ERROR(ImportConfig(row));
    }
    return absl::OkStatus();
  });
}

// Local ones are not asked for: an export has to come back where a folder with
// the id was added since, and stands before it as it did there.
absl::Status RegistryImpl::ImportPlugin(
    const PluginRow& row,
    std::set<std::pair<std::string, std::string>>* names) {
  CUPEL_RETURN_IF_ERROR(CheckPluginId(row.id));
  if (row.is_static) {
    const auto there = store().Plugin(row.id);
    if (there.ok() && there->is_static) return absl::OkStatus();
    return store().AddPlugin(row);
  }
  // What does not read would be a broken plugin for ever.
  const std::string what = fmt::format("plugin '{}'", EscapePrintable(row.id));
  CUPEL_ASSIGN_OR_RETURN(const Json document, ParseJson(row.document, what));
  JsonIssues issues;
  const PluginManifest manifest =
      ReadManifest(document, KindNamed(row.type), &issues);
  CUPEL_RETURN_IF_ERROR(issues.ToStatus(what));
  if (manifest.id != row.id || manifest.name != row.name) {
    return InvalidArgument("{}: its document has another id or name", what);
  }
  if (!names->emplace(row.type, row.name).second) {
    return DuplicatePlugin("name");
  }
  return store().AddPlugin(row);
}

}  // namespace cupel
