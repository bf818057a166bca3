// Organisations, and the repositories that they know.
#include "base/status.h"
#include "registry/manifest.h"
#include "registry/registry_errors.h"
#include "registry/rest_routes.h"

namespace cupel {
namespace {

// What every organisation has: the plugins of this installation.
constexpr std::string_view kLocal = "LOCAL";

Json ToJson(const OrganisationRow& row) {
  return {{"id", row.id}, {"name", row.name}, {"deduplicate", row.deduplicate}};
}

Json ToJson(const RepositoryRow& row) {
  return {{"id", row.id}, {"name", row.name}, {"base_url", row.base_url}};
}

// An id that a path of this API can hold.
std::string ReadId(JsonFields& fields) {
  std::string id = fields.String("id", 1);
  if (!id.empty() && !CheckPluginId(id).ok()) {
    fields.Issue("id", "value_error",
                 "expected at most 64 characters, without slashes, '..' and "
                 "control characters");
  }
  return id;
}

OrganisationRow ReadOrganisation(const RestCall& call, JsonIssues* issues) {
  const Json body = ReadBody(call, issues);
  OrganisationRow row;
  if (!issues->empty()) return row;
  JsonFields fields(body, {}, issues);
  row.id = ReadId(fields);
  row.name = fields.String("name");
  row.deduplicate = fields.BoolOr("deduplicate", true);
  return row;
}

// A name and password in it would be shown to everybody who may list.
bool IsPlainHttpUrl(std::string_view url) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!url.starts_with(scheme)) continue;
    const std::string_view rest = url.substr(scheme.size());
    const std::string_view host = rest.substr(0, rest.find_first_of("/?#"));
    return !host.empty() && host.find('@') == std::string_view::npos &&
           !HasControlCharacters(url);
  }
  return false;
}

RepositoryRow ReadRepository(const RestCall& call, JsonIssues* issues) {
  const Json body = ReadBody(call, issues);
  RepositoryRow row;
  if (!issues->empty()) return row;
  JsonFields fields(body, {}, issues);
  row.organisation = call.ids[0];
  row.id = ReadId(fields);
  row.name = fields.String("name");
  row.base_url = fields.String("base_url", 1);
  if (!row.base_url.empty() && !IsPlainHttpUrl(row.base_url)) {
    fields.Issue("base_url", "url_parsing",
                 "expected http:// or https:// and a host, without a user");
  }
  return row;
}

RepositoryRow LocalRepository() {
  return {"", std::string(kLocal), "Local plugins", "http://localhost/"};
}

absl::Status CheckOrganisation(RestCall& call) {
  const absl::Status there =
      call.registry.store().Organisation(call.ids[0]).status();
  return absl::IsNotFound(there) ? NoOrganisation(call.ids[0]) : there;
}

// NOT_FOUND, also for an organisation that is not there.
absl::StatusOr<RepositoryRow> FindRepository(RestCall& call) {
  CUPEL_RETURN_IF_ERROR(CheckOrganisation(call));
  if (call.ids[1] == kLocal) return LocalRepository();
  CUPEL_ASSIGN_OR_RETURN(const std::vector<RepositoryRow> rows,
                         call.registry.store().Repositories(call.ids[0]));
  for (const RepositoryRow& row : rows) {
    if (row.id == call.ids[1]) return row;
  }
  return NotFound("Repository with id '{}' not found",
                  EscapePrintable(call.ids[1]));
}

}  // namespace

RestResponse ListOrganisations(RestCall& call) {
  const auto rows = call.registry.store().Organisations();
  if (!rows.ok()) return ErrorReply(rows.status());
  Json all = Json::object();
  auto& members = all.get_ref<Json::object_t&>();
  for (const OrganisationRow& row : *rows) {
    members.emplace_back(row.id, ToJson(row));
  }
  return JsonReply(200, all);
}

RestResponse GetOrganisation(RestCall& call) {
  const auto row = call.registry.store().Organisation(call.ids[0]);
  if (absl::IsNotFound(row.status())) {
    return ErrorReply(NoOrganisation(call.ids[0]));
  }
  return row.ok() ? JsonReply(200, ToJson(*row)) : ErrorReply(row.status());
}

RestResponse PostOrganisation(RestCall& call) {
  JsonIssues issues;
  const OrganisationRow row = ReadOrganisation(call, &issues);
  if (!issues.empty()) return InvalidReply("body", issues);
  const absl::Status added = call.registry.store().AddOrganisation(row);
  return added.ok() ? NullReply(201) : ErrorReply(added);
}

RestResponse PutOrganisation(RestCall& call) {
  JsonIssues issues;
  const OrganisationRow row = ReadOrganisation(call, &issues);
  if (!issues.empty()) return InvalidReply("body", issues);
  const absl::Status changed = call.registry.store().UpdateOrganisation(row);
  if (absl::IsNotFound(changed)) return ErrorReply(NoOrganisation(row.id));
  return changed.ok() ? NullReply(200) : ErrorReply(changed);
}

RestResponse DeleteOrganisation(RestCall& call) {
  const absl::Status gone =
      call.registry.store().DeleteOrganisation(call.ids[0]);
  if (absl::IsNotFound(gone)) return ErrorReply(NoOrganisation(call.ids[0]));
  return gone.ok() ? NullReply(200) : ErrorReply(gone);
}

RestResponse ListRepositories(RestCall& call) {
  if (const absl::Status there = CheckOrganisation(call); !there.ok()) {
    return ErrorReply(there);
  }
  const auto rows = call.registry.store().Repositories(call.ids[0]);
  if (!rows.ok()) return ErrorReply(rows.status());
  Json all = Json::object();
  auto& members = all.get_ref<Json::object_t&>();
  members.emplace_back(std::string(kLocal), ToJson(LocalRepository()));
  for (const RepositoryRow& row : *rows) {
    members.emplace_back(row.id, ToJson(row));
  }
  return JsonReply(200, all);
}

RestResponse GetRepository(RestCall& call) {
  const auto row = FindRepository(call);
  return row.ok() ? JsonReply(200, ToJson(*row)) : ErrorReply(row.status());
}

RestResponse PostRepository(RestCall& call) {
  JsonIssues issues;
  const RepositoryRow row = ReadRepository(call, &issues);
  if (!issues.empty()) return InvalidReply("body", issues);
  if (const absl::Status there = CheckOrganisation(call); !there.ok()) {
    return ErrorReply(there);
  }
  if (row.id == kLocal) {
    return MessageReply(400, "Repository with id 'LOCAL' is built in");
  }
  const absl::Status added = call.registry.store().AddRepository(row);
  return added.ok() ? NullReply(201) : ErrorReply(added);
}

RestResponse DeleteRepository(RestCall& call) {
  if (call.ids[1] == kLocal) {
    return MessageReply(400, "Repository with id 'LOCAL' is built in");
  }
  if (const auto row = FindRepository(call); !row.ok()) {
    return ErrorReply(row.status());
  }
  const absl::Status gone =
      call.registry.store().DeleteRepository(call.ids[0], call.ids[1]);
  return gone.ok() ? NullReply(200) : ErrorReply(gone);
}

// All plugins are LOCAL's: those of other repositories are not fetched.
RestResponse ListRepositoryPlugins(RestCall& call) {
  if (const auto row = FindRepository(call); !row.ok()) {
    return ErrorReply(row.status());
  }
  Json all = Json::object();
  if (call.ids[1] != kLocal) return JsonReply(200, all);
  PluginQuery query;
  query.openkat_only = true;
  const auto plugins = call.registry.Plugins(call.ids[0], query);
  if (!plugins.ok()) return ErrorReply(plugins.status());
  auto& members = all.get_ref<Json::object_t&>();
  for (const CatalogueEntry& entry : *plugins) {
    members.emplace_back(entry.manifest.id,
                         PrintManifest(entry.manifest, entry.enabled));
  }
  return JsonReply(200, all);
}

RestResponse GetRepositoryPlugin(RestCall& call) {
  if (const auto row = FindRepository(call); !row.ok()) {
    return ErrorReply(row.status());
  }
  if (call.ids[1] != kLocal) return DetailReply(404, "Plugin not found");
  call.ids.erase(call.ids.begin() + 1);
  return GetPlugin(call);
}

RestResponse PatchRepositoryPlugin(RestCall& call) {
  if (const auto row = FindRepository(call); !row.ok()) {
    return ErrorReply(row.status());
  }
  if (call.ids[1] != kLocal) return ErrorReply(NoPlugin(call.ids[2]));
  call.ids.erase(call.ids.begin() + 1);
  return PatchPlugin(call);
}

}  // namespace cupel
