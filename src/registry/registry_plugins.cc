// Which plugins there are, and who enabled them.
#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

#include "base/status.h"
#include "registry/registry_errors.h"
#include "registry/registry_impl.h"

namespace cupel {
namespace {

// Up to this many, each is looked up by itself; more are read at once.
constexpr size_t kFewPlugins = 32;

KnownPlugin OfLocal(const std::shared_ptr<const LocalPlugins>& snapshot,
                    const FoundPlugin* plugin) {
  return {{snapshot, &plugin->manifest}, plugin, plugin->problem};
}

// What can be told of a row that is no plugin.
KnownPlugin Broken(const PluginRow& row, const absl::Status& why) {
  auto manifest = std::make_shared<PluginManifest>();
  manifest->kind = KindNamed(row.type).value_or(PluginKind::kBoefje);
  manifest->id = row.id;
  manifest->name = row.name;
  manifest->is_static = false;
  return {std::move(manifest), nullptr, std::string(MessageOf(why))};
}

CatalogueEntry EntryOf(const KnownPlugin& plugin, bool enabled) {
  CatalogueEntry entry;
  entry.manifest = *plugin.manifest;
  entry.enabled = enabled;
  entry.local = plugin.local != nullptr;
  if (entry.local) entry.directory = plugin.local->directory;
  entry.problem = plugin.problem;
  return entry;
}

bool AnyOf(const std::vector<std::string>& wanted,
           const std::vector<std::string>& has) {
  return std::any_of(wanted.begin(), wanted.end(), [&has](const auto& item) {
    return std::find(has.begin(), has.end(), item) != has.end();
  });
}

// All but whether it is enabled.
bool Matches(const PluginManifest& plugin, const PluginQuery& query) {
  if (query.openkat_only && !IsOpenKatKind(plugin.kind)) return false;
  if (query.type && *query.type != PluginKindName(plugin.kind)) return false;
  if (query.oci_image && (plugin.kind != PluginKind::kBoefje ||
                          plugin.oci_image != *query.oci_image)) {
    return false;
  }
  if (!query.consumes.empty() && !AnyOf(query.consumes, plugin.consumes)) {
    return false;
  }
  if (!query.produces.empty() && !AnyOf(query.produces, plugin.produces)) {
    return false;
  }
  const auto has = [&query](std::string_view text) {
    return text.find(query.q) != std::string_view::npos;
  };
  return query.q.empty() || has(plugin.id) || has(plugin.name) ||
         has(plugin.description.value_or(""));
}

// A row for another kind of plugin with the same id says nothing about this.
bool EnabledBy(const ConfigRow* row, const PluginManifest& plugin) {
  const bool counts = row != nullptr && row->enabled.has_value() &&
                      (row->plugin_type.empty() ||
                       row->plugin_type == PluginKindName(plugin.kind));
  return counts ? *row->enabled : plugin.enabled;
}

template <typename T>
void KeepPage(const PluginQuery& query, std::vector<T>* all) {
  const size_t begin = std::min<uint64_t>(query.offset, all->size());
  all->erase(all->begin(), all->begin() + static_cast<ptrdiff_t>(begin));
  if (query.limit && *query.limit < all->size()) all->resize(*query.limit);
}

}  // namespace

absl::StatusOr<KnownPlugin> RegistryImpl::Known(std::string_view id) {
  const auto snapshot = local();
  if (const FoundPlugin* const plugin = snapshot->Find(id)) {
    return OfLocal(snapshot, plugin);
  }
  const auto row = store().Plugin(id);
  // The shadow of a plugin whose folder is gone has nothing but its id.
  if (absl::IsNotFound(row.status()) || (row.ok() && row->is_static)) {
    return NoPlugin(id);
  }
  CUPEL_RETURN_IF_ERROR(row.status());
  const auto manifest = posted_.Read(*row);
  if (!manifest.ok()) return Broken(*row, manifest.status());
  return KnownPlugin{*manifest, nullptr, ""};
}

absl::StatusOr<std::vector<KnownPlugin>> RegistryImpl::KnownById(
    const PluginQuery& query) {
  std::vector<KnownPlugin> plugins;
  std::unordered_set<std::string_view> seen;
  for (const std::string& id : *query.ids) {
    if (!seen.insert(id).second) continue;
    CUPEL_ASSIGN_OR_RETURN(KnownPlugin plugin, Known(id));
    if (query.openkat_only && !IsOpenKatKind(plugin.manifest->kind)) {
      return NoPlugin(id);
    }
    if (!plugin.problem.empty() && !query.include_broken) return NoPlugin(id);
    plugins.push_back(std::move(plugin));
  }
  return plugins;
}

absl::StatusOr<std::shared_ptr<const AllPlugins>> RegistryImpl::Everything() {
  // Before the rows: what changes in between is read again the next time.
  CUPEL_ASSIGN_OR_RETURN(const int64_t version, store().PluginsVersion());
  const auto snapshot = local();
  {
    const MutexLock lock(mutex_);
    if (all_ != nullptr && all_->version == version &&
        all_->local == snapshot) {
      return all_;
    }
  }
  CUPEL_ASSIGN_OR_RETURN(const std::vector<PluginRow> rows, store().Plugins());
  auto all = std::make_shared<AllPlugins>();
  all->local = snapshot;
  all->version = version;
  all->sound.reserve(rows.size() + snapshot->sound().size());
  std::unordered_set<const FoundPlugin*> placed;
  for (const PluginRow& row : rows) {
    const FoundPlugin* plugin = snapshot->FindKind(
        row.id, KindNamed(row.type).value_or(PluginKind::kBoefje));
    if (plugin == nullptr) plugin = snapshot->Find(row.id);
    if (plugin != nullptr) {
      all->sound.push_back(OfLocal(snapshot, plugin));
      placed.insert(plugin);
      continue;
    }
    if (row.is_static) continue;
    const auto manifest = posted_.Read(row);
    if (manifest.ok()) {
      all->sound.push_back({*manifest, nullptr, ""});
    } else {
      all->broken.push_back(Broken(row, manifest.status()));
    }
  }
  for (const FoundPlugin* const plugin : snapshot->sound()) {
    if (placed.contains(plugin)) continue;
    all->sound.push_back(OfLocal(snapshot, plugin));
  }
  for (const FoundPlugin* const plugin : snapshot->broken()) {
    all->broken.push_back(OfLocal(snapshot, plugin));
  }
  const MutexLock lock(mutex_);
  all_ = all;
  return all;
}

absl::StatusOr<std::vector<KnownPlugin>> RegistryImpl::Fitting(
    const PluginQuery& query) {
  std::vector<KnownPlugin> fitting;
  const auto add = [&](const std::vector<KnownPlugin>& plugins) {
    for (const KnownPlugin& plugin : plugins) {
      if (Matches(*plugin.manifest, query)) fitting.push_back(plugin);
    }
  };
  if (query.ids) {
    CUPEL_ASSIGN_OR_RETURN(const auto named, KnownById(query));
    add(named);
    return fitting;
  }
  CUPEL_ASSIGN_OR_RETURN(const auto all, Everything());
  add(all->sound);
  if (query.include_broken) add(all->broken);
  return fitting;
}

absl::StatusOr<std::vector<bool>> RegistryImpl::EnabledOf(
    std::string_view organisation, const std::vector<KnownPlugin>& plugins) {
  std::vector<ConfigRow> rows;
  if (plugins.size() > kFewPlugins) {
    ConfigFilter filter;
    filter.organisation = organisation;
    CUPEL_ASSIGN_OR_RETURN(rows, store().Configs(filter));
  } else {
    for (const KnownPlugin& plugin : plugins) {
      auto row = store().Config(organisation, plugin.manifest->id);
      if (absl::IsNotFound(row.status())) continue;
      CUPEL_RETURN_IF_ERROR(row.status());
      rows.push_back(*std::move(row));
    }
  }
  std::unordered_map<std::string_view, const ConfigRow*> row_of;
  row_of.reserve(rows.size());
  for (const ConfigRow& row : rows) row_of[row.plugin] = &row;
  std::vector<bool> enabled;
  enabled.reserve(plugins.size());
  for (const KnownPlugin& plugin : plugins) {
    const auto it = row_of.find(plugin.manifest->id);
    enabled.push_back(
        plugin.problem.empty() &&
        EnabledBy(it == row_of.end() ? nullptr : it->second, *plugin.manifest));
  }
  return enabled;
}

absl::StatusOr<std::vector<CatalogueEntry>> RegistryImpl::Plugins(
    std::string_view organisation, const PluginQuery& query) {
  if (query.type && *query.type != "bit" && !KindNamed(*query.type)) {
    return InvalidArgument("no plugin has the type '{}'",
                           EscapePrintable(*query.type));
  }
  CUPEL_ASSIGN_OR_RETURN(std::vector<KnownPlugin> plugins, Fitting(query));
  // Without the state, only what is on the page has to be asked for.
  if (!query.state) KeepPage(query, &plugins);
  CUPEL_ASSIGN_OR_RETURN(const std::vector<bool> enabled,
                         EnabledOf(organisation, plugins));
  std::vector<std::pair<const KnownPlugin*, bool>> chosen;
  for (size_t i = 0; i < plugins.size(); ++i) {
    if (query.state && enabled[i] != *query.state) continue;
    chosen.emplace_back(&plugins[i], enabled[i]);
  }
  if (query.state) KeepPage(query, &chosen);
  std::vector<CatalogueEntry> entries;
  entries.reserve(chosen.size());
  for (const auto& [plugin, on] : chosen) {
    entries.push_back(EntryOf(*plugin, on));
  }
  return entries;
}

absl::StatusOr<CatalogueEntry> RegistryImpl::Plugin(
    std::string_view organisation, std::string_view id) {
  CUPEL_ASSIGN_OR_RETURN(const KnownPlugin plugin, Known(id));
  CUPEL_ASSIGN_OR_RETURN(const std::vector<bool> enabled,
                         EnabledOf(organisation, {plugin}));
  return EntryOf(plugin, enabled.front());
}

absl::Status RegistryImpl::PrepareRows(std::string_view organisation,
                                       const KnownPlugin& plugin) {
  if (const auto row = store().Organisation(organisation); !row.ok()) {
    return absl::IsNotFound(row.status()) ? NoOrganisation(organisation)
                                          : row.status();
  }
  const PluginManifest& manifest = *plugin.manifest;
  absl::Status row = store().Plugin(manifest.id).status();
  if (!absl::IsNotFound(row)) return row;
  // Posted ones have one, so it was deleted just now.
  if (plugin.local == nullptr) return NoPlugin(manifest.id);
  return store().AddPlugin({manifest.id,
                            std::string(PluginKindName(manifest.kind)),
                            manifest.name, "", true});
}

absl::StatusOr<ConfigRow> RegistryImpl::ConfigToChange(
    std::string_view organisation, const KnownPlugin& plugin) {
  CUPEL_RETURN_IF_ERROR(PrepareRows(organisation, plugin));
  const PluginManifest& manifest = *plugin.manifest;
  auto row = store().Config(organisation, manifest.id);
  if (!absl::IsNotFound(row.status())) return row;
  ConfigRow made;
  made.organisation = organisation;
  made.plugin = manifest.id;
  made.plugin_type = PluginKindName(manifest.kind);
  made.enabled = manifest.enabled;
  return made;
}

absl::Status RegistryImpl::SetEnabled(std::string_view organisation,
                                      std::string_view plugin, bool enabled) {
  CUPEL_ASSIGN_OR_RETURN(const KnownPlugin known, Known(plugin));
  if (!known.problem.empty()) return FailedPrecondition("{}", known.problem);
  return store().Atomically([&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(ConfigRow row, ConfigToChange(organisation, known));
    row.enabled = enabled;
    row.plugin_type = PluginKindName(known.manifest->kind);
    return store().PutConfig(row);
  });
}

}  // namespace cupel
