// Configurations across organisations, opened.
#include "base/status.h"
#include "crypto/secret.h"
#include "crypto/wipe_json.h"
#include "format/canonical.h"
#include "registry/registry_impl.h"

namespace cupel {
namespace {

constexpr uint64_t kRowsAtOnce = 1000;

}  // namespace

OpenConfig RegistryImpl::OpenedConfig(const ConfigRow& row) const {
  OpenConfig config;
  config.number = row.number;
  config.enabled = row.enabled.value_or(false);
  config.plugin = row.plugin;
  config.organisation = row.organisation;
  auto settings = Open(row);
  if (settings.ok()) {
    config.settings = *std::move(settings);
  } else {
    config.settings = Json::object();
    config.problem = MessageOf(settings.status());
  }
  return config;
}

// The store counts rows of normalizers too, so the page is made here.
absl::StatusOr<std::vector<OpenConfig>> RegistryImpl::Configs(
    const ConfigFilter& filter) {
  const std::string_view boefje = PluginKindName(PluginKind::kBoefje);
  std::vector<OpenConfig> configs;
  ConfigFilter part = filter;
  part.offset = 0;
  part.limit = kRowsAtOnce;
  for (uint64_t skipped = 0;;) {
    CUPEL_ASSIGN_OR_RETURN(const std::vector<ConfigRow> rows,
                           store().Configs(part));
    for (const ConfigRow& row : rows) {
      if (row.plugin_type != boefje) continue;
      if (skipped < filter.offset) {
        ++skipped;
        continue;
      }
      configs.push_back(OpenedConfig(row));
      if (configs.size() == filter.limit) return configs;
    }
    if (rows.size() < kRowsAtOnce) return configs;
    part.offset += rows.size();
  }
}

absl::StatusOr<std::vector<OpenConfig>> RegistryImpl::DuplicatesOf(
    const OpenConfig& config) {
  std::vector<OpenConfig> duplicates;
  const auto plugin = Known(config.plugin);
  if (absl::IsNotFound(plugin.status())) return duplicates;
  CUPEL_RETURN_IF_ERROR(plugin.status());
  if (!plugin->manifest->deduplicate || !config.problem.empty()) {
    return duplicates;
  }
  // Who wants no part in it is told of nobody.
  const auto asking = store().Organisation(config.organisation);
  if (absl::IsNotFound(asking.status())) return duplicates;
  CUPEL_RETURN_IF_ERROR(asking.status());
  if (!asking->deduplicate) return duplicates;
  const std::string fingerprint = FingerprintOf(config.settings, config.plugin);
  // Those of another key say nothing about this one.
  const std::string key = fingerprint.substr(0, fingerprint.find(':') + 1);
  std::string ours = CanonicalJson(config.settings);
  const WipeAtEnd wipe(&ours);
  ConfigFilter filter;
  filter.plugin = config.plugin;
  filter.enabled = config.enabled;
  CUPEL_ASSIGN_OR_RETURN(const std::vector<ConfigRow> rows,
                         store().Configs(filter));
  for (const ConfigRow& row : rows) {
    if (row.organisation == config.organisation) continue;
    if (!key.empty() && row.fingerprint.starts_with(key) &&
        row.fingerprint != fingerprint) {
      continue;
    }
    const auto organisation = store().Organisation(row.organisation);
    if (absl::IsNotFound(organisation.status())) continue;
    CUPEL_RETURN_IF_ERROR(organisation.status());
    if (!organisation->deduplicate) continue;
    OpenConfig other = OpenedConfig(row);
    std::string theirs = CanonicalJson(other.settings);
    const WipeAtEnd wipe_theirs(&theirs);
    if (other.problem.empty() && theirs == ours) {
      duplicates.push_back(std::move(other));
    } else {
      WipeJson(&other.settings);
    }
  }
  return duplicates;
}

}  // namespace cupel
