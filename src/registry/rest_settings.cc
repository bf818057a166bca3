// Settings of organisations. Whatever holds opened ones is overwritten when it
// goes; the response is its owner's business.
#include "base/status.h"
#include "crypto/wipe_json.h"
#include "registry/registry_errors.h"
#include "registry/rest_routes.h"

namespace cupel {
namespace {

void Wipe(std::vector<OpenConfig>* configs) {
  for (OpenConfig& config : *configs) WipeJson(&config.settings);
}

Json ToJson(const OpenConfig& config, Json duplicates) {
  Json out = {{"id", config.number},
              {"settings", config.settings},
              {"enabled", config.enabled},
              {"boefje_id", config.plugin},
              {"organisation_id", config.organisation},
              {"duplicates", std::move(duplicates)}};
  // Else nobody could tell that there are settings.
  if (!config.problem.empty()) out["problem"] = config.problem;
  return out;
}

absl::StatusOr<Json> DuplicatesJson(RestCall& call, const OpenConfig& config) {
  CUPEL_ASSIGN_OR_RETURN(std::vector<OpenConfig> others,
                         call.registry.DuplicatesOf(config));
  Json list = Json::array();
  for (const OpenConfig& other : others) {
    list.push_back(ToJson(other, Json::array()));
  }
  Wipe(&others);
  return list;
}

struct ConfigQuery {
  ConfigFilter filter;
  bool with_duplicates = false;
  std::optional<uint64_t> limit;

  bool names_one() const {
    return filter.organisation.has_value() && filter.plugin.has_value();
  }
};

ConfigQuery ReadQuery(const RestCall& call, JsonIssues* issues) {
  RestQueryReader reader(call.query, issues);
  ConfigQuery query;
  query.filter.organisation = reader.Text("organisation_id");
  query.filter.plugin = reader.Text("boefje_id");
  query.filter.enabled = reader.Bool("enabled");
  query.filter.offset = reader.Count("offset").value_or(0);
  query.limit = reader.Count("limit");
  query.filter.limit = query.limit.value_or(0);
  query.with_duplicates = reader.Bool("with_duplicates").value_or(false) &&
                          call.registry.options().deduplicate &&
                          query.names_one();
  return query;
}

}  // namespace

RestResponse ListSettings(RestCall& call) {
  const auto there = call.registry.store().Organisation(call.ids[0]);
  if (absl::IsNotFound(there.status())) {
    return ErrorReply(NoOrganisation(call.ids[0]));
  }
  if (!there.ok()) return ErrorReply(there.status());
  ConfigFilter filter;
  filter.organisation = call.ids[0];
  auto configs = call.registry.Configs(filter);
  if (!configs.ok()) return ErrorReply(configs.status());
  Json all = Json::object();
  const WipeJsonAtEnd wipe(&all);
  auto& members = all.get_ref<Json::object_t&>();
  std::string problem;
  for (const OpenConfig& config : *configs) {
    if (!config.problem.empty()) {
      problem = fmt::format("plugin '{}': {}", EscapePrintable(config.plugin),
                            config.problem);
    } else if (!config.settings.empty()) {
      members.emplace_back(config.plugin, config.settings);
    }
  }
  Wipe(&*configs);
  return problem.empty() ? JsonReply(200, all) : MessageReply(500, problem);
}

RestResponse GetSettings(RestCall& call) {
  auto settings = call.registry.Settings(call.ids[0], call.ids[1]);
  if (!settings.ok()) return ErrorReply(settings.status());
  const WipeJsonAtEnd wipe(&*settings);
  return JsonReply(200, *settings);
}

RestResponse PutSettings(RestCall& call) {
  JsonIssues issues;
  Json settings = ReadBody(call, &issues);
  const WipeJsonAtEnd wipe(&settings);
  if (issues.empty() && !settings.is_object()) {
    issues.Add(
        {}, "dict_type",
        fmt::format("expected an object, found {}", JsonTypeName(settings)));
  }
  if (!issues.empty()) return InvalidReply("body", issues);
  const auto plugin = call.registry.Plugin(call.ids[0], call.ids[1]);
  if (!plugin.ok()) return ErrorReply(plugin.status());
  if (!plugin->problem.empty()) return MessageReply(400, plugin->problem);
  const absl::Status put =
      call.registry.PutSettings(call.ids[0], call.ids[1], settings);
  return put.ok() ? NullReply(200) : ErrorReply(put);
}

RestResponse DeleteSettings(RestCall& call) {
  const absl::Status gone =
      call.registry.DeleteSettings(call.ids[0], call.ids[1]);
  return gone.ok() ? NullReply(200) : ErrorReply(gone);
}

RestResponse CloneSettings(RestCall& call) {
  const absl::Status cloned =
      call.registry.CloneSettings(call.ids[0], call.ids[1]);
  return cloned.ok() ? NullReply(200) : ErrorReply(cloned);
}

RestResponse ListConfigs(RestCall& call) {
  JsonIssues issues;
  const ConfigQuery query = ReadQuery(call, &issues);
  if (!issues.empty()) return InvalidReply("query", issues);
  // OpenKAT's scheduler asks for duplicates with limit=0 and gets one row.
  if (query.limit == 0 && !query.with_duplicates) {
    return JsonReply(200, Json::array());
  }
  auto configs = call.registry.Configs(query.filter);
  if (!configs.ok()) return ErrorReply(configs.status());
  Json list = Json::array();
  const WipeJsonAtEnd wipe(&list);
  absl::Status status;
  for (const OpenConfig& config : *configs) {
    // In a list of all, one that does not open must not hide the others.
    if (query.names_one() && !config.problem.empty()) {
      status = FailedPrecondition("{}", config.problem);
      break;
    }
    Json duplicates = Json::array();
    if (query.with_duplicates) {
      auto found = DuplicatesJson(call, config);
      status = found.status();
      if (!status.ok()) break;
      duplicates = *std::move(found);
    }
    list.push_back(ToJson(config, std::move(duplicates)));
  }
  Wipe(&*configs);
  return status.ok() ? JsonReply(200, list) : ErrorReply(status);
}

}  // namespace cupel
