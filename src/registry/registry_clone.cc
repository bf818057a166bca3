// What one organisation enabled and set, for another.
#include "base/status.h"
#include "crypto/wipe_json.h"
#include "registry/registry_errors.h"
#include "registry/registry_impl.h"

namespace cupel {

absl::Status RegistryImpl::CloneBoefjeSettings(
    const ConfigRow& from, std::string_view to_organisation) {
  const auto plugin = Known(from.plugin);
  // Its folder is gone: nothing to set.
  if (absl::IsNotFound(plugin.status())) return absl::OkStatus();
  CUPEL_RETURN_IF_ERROR(plugin.status());
  auto settings = Open(from);
  if (!settings.ok()) {
    return MakeStatus(
        settings.status().code(), "the settings of plugin '{}': {}",
        EscapePrintable(from.plugin), MessageOf(settings.status()));
  }
  const absl::Status put = PutSettings(to_organisation, from.plugin, *settings);
  WipeJson(&*settings);
  return put;
}

absl::Status RegistryImpl::CloneEnabled(std::string_view from_organisation,
                                        std::string_view to_organisation) {
  CUPEL_ASSIGN_OR_RETURN(const auto all, Everything());
  const std::vector<KnownPlugin>& plugins = all->sound;
  CUPEL_ASSIGN_OR_RETURN(const std::vector<bool> from,
                         EnabledOf(from_organisation, plugins));
  CUPEL_ASSIGN_OR_RETURN(const std::vector<bool> to,
                         EnabledOf(to_organisation, plugins));
  for (size_t i = 0; i < plugins.size(); ++i) {
    if (from[i] == to[i]) continue;
    CUPEL_RETURN_IF_ERROR(
        SetEnabled(to_organisation, plugins[i].manifest->id, from[i]));
  }
  return absl::OkStatus();
}

absl::Status RegistryImpl::CloneSettings(std::string_view from_organisation,
                                         std::string_view to_organisation) {
  return store().Atomically([&]() -> absl::Status {
    for (const std::string_view id : {from_organisation, to_organisation}) {
      const absl::Status there = store().Organisation(id).status();
      if (absl::IsNotFound(there)) return NoOrganisation(id);
      CUPEL_RETURN_IF_ERROR(there);
    }
    if (from_organisation == to_organisation) return absl::OkStatus();
    ConfigFilter filter;
    filter.organisation = from_organisation;
    CUPEL_ASSIGN_OR_RETURN(const std::vector<ConfigRow> rows,
                           store().Configs(filter));
    for (const ConfigRow& row : rows) {
      if (row.settings.empty() ||
          row.plugin_type != PluginKindName(PluginKind::kBoefje)) {
        continue;
      }
      CUPEL_RETURN_IF_ERROR(CloneBoefjeSettings(row, to_organisation));
    }
    return CloneEnabled(from_organisation, to_organisation);
  });
}

}  // namespace cupel
