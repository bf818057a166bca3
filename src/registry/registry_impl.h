// The registry over a store; its parts are in registry*.cc.
#ifndef CUPEL_REGISTRY_REGISTRY_IMPL_H_
#define CUPEL_REGISTRY_REGISTRY_IMPL_H_

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "registry/local_plugins.h"
#include "registry/posted_plugins.h"
#include "registry/registry.h"

namespace cupel {

// A plugin, wherever it comes from. A local one's manifest keeps the whole
// snapshot alive, `local` with it.
struct KnownPlugin {
  std::shared_ptr<const PluginManifest> manifest;
  const FoundPlugin* local = nullptr;
  std::string problem;
};

// All plugins as they were when the store had `version`: those with a row in
// the order of the rows, then the other local ones.
struct AllPlugins {
  std::shared_ptr<const LocalPlugins> local;
  int64_t version = 0;
  std::vector<KnownPlugin> sound;
  std::vector<KnownPlugin> broken;
};

class RegistryImpl final : public Registry {
 public:
  RegistryImpl(RegistryOptions options,
               std::shared_ptr<const LocalPlugins> local);

  absl::Status Rescan() override;
  std::vector<FoundPlugin> found() const override;

  absl::StatusOr<std::vector<CatalogueEntry>> Plugins(
      std::string_view organisation, const PluginQuery& query) override;
  absl::StatusOr<CatalogueEntry> Plugin(std::string_view organisation,
                                        std::string_view id) override;
  absl::StatusOr<std::string> Cover(std::string_view id) override;
  absl::StatusOr<std::string> Description(std::string_view id) override;
  absl::Status AddPlugin(PluginManifest manifest) override;
  absl::Status UpdatePlugin(std::string_view id, PluginKind kind,
                            const Json& patch) override;
  absl::Status DeletePlugin(std::string_view id, PluginKind kind) override;
  absl::Status SetEnabled(std::string_view organisation,
                          std::string_view plugin, bool enabled) override;

  absl::StatusOr<Json> Settings(std::string_view organisation,
                                std::string_view plugin) override;
  absl::Status PutSettings(std::string_view organisation,
                           std::string_view plugin,
                           const Json& settings) override;
  absl::Status DeleteSettings(std::string_view organisation,
                              std::string_view plugin) override;
  absl::Status CloneSettings(std::string_view from_organisation,
                             std::string_view to_organisation) override;
  absl::StatusOr<std::vector<OpenConfig>> Configs(
      const ConfigFilter& filter) override;
  absl::StatusOr<std::vector<OpenConfig>> DuplicatesOf(
      const OpenConfig& config) override;
  absl::StatusOr<Environment> EnvironmentFor(
      std::string_view organisation, std::string_view plugin,
      const std::vector<std::pair<std::string, std::string>>& variables,
      bool apply_defaults) override;

  using Registry::RotateSettings;
  absl::StatusOr<RotationResult> RotateSettings(
      const std::function<bool(uint64_t done, uint64_t total)>& go_on) override;
  absl::StatusOr<Json> Export() override;
  absl::Status Import(const Json& document) override;

  CatalogueStore& store() override { return *options_.store; }
  const RegistryOptions& options() const override { return options_; }

 private:
  std::shared_ptr<const LocalPlugins> local() const;

  // Plugins.
  absl::StatusOr<KnownPlugin> Known(std::string_view id);
  absl::StatusOr<std::vector<KnownPlugin>> KnownById(const PluginQuery& query);
  // Read anew only after a change: with thousands of posted plugins that takes
  // longer than all the rest.
  absl::StatusOr<std::shared_ptr<const AllPlugins>> Everything();
  absl::StatusOr<std::vector<KnownPlugin>> Fitting(const PluginQuery& query);
  // In place of each plugin, whether it is enabled.
  absl::StatusOr<std::vector<bool>> EnabledOf(
      std::string_view organisation, const std::vector<KnownPlugin>& plugins);
  // ALREADY_EXISTS if a plugin of this kind has the name, other than `id`.
  absl::Status CheckName(std::string_view name, PluginKind kind,
                         std::string_view id);

  // Within Atomically: that the organisation is there, and a row for the
  // plugin, so that it has a place in the catalogue's order.
  absl::Status PrepareRows(std::string_view organisation,
                           const KnownPlugin& plugin);
  // Within Atomically: the configuration, or the beginning of one.
  absl::StatusOr<ConfigRow> ConfigToChange(std::string_view organisation,
                                           const KnownPlugin& plugin);

  // Settings.
  struct SealedSettings {
    std::string text;  // empty for {}
    std::string fingerprint;
    std::string key_id;
  };
  // What `key_id` of a row says that is sealed as new rows are.
  absl::StatusOr<std::string> KeyIdOfNewRows() const;
  // Of a row's text.
  static std::string KeyIdOf(std::string_view sealed);
  std::string FingerprintOf(const Json& settings,
                            std::string_view plugin) const;
  absl::StatusOr<SealedSettings> Seal(const Json& settings,
                                      std::string_view organisation,
                                      std::string_view plugin) const;
  absl::StatusOr<Json> Open(const ConfigRow& row) const;
  OpenConfig OpenedConfig(const ConfigRow& row) const;
  absl::Status CheckSettings(const KnownPlugin& plugin,
                             const Json& settings) const;
  absl::Status CloneBoefjeSettings(const ConfigRow& from,
                                   std::string_view to_organisation);
  absl::Status CloneEnabled(std::string_view from_organisation,
                            std::string_view to_organisation);
  absl::StatusOr<bool> ResealRow(const ConfigRow& row);
  absl::StatusOr<uint64_t> RowsToRotate(
      std::string_view key_id,
      const std::function<bool(uint64_t done, uint64_t total)>& go_on,
      RotationResult* result);
  // `names`: types and names of the posted ones there are.
  absl::Status ImportPlugin(
      const PluginRow& row,
      std::set<std::pair<std::string, std::string>>* names);
  absl::Status ImportConfig(ConfigRow row);

  const RegistryOptions options_;
  PostedPlugins posted_;
  Mutex scanning_;  // one Rescan at a time, so that the last one counts
  mutable Mutex mutex_;
  std::shared_ptr<const LocalPlugins> local_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const AllPlugins> all_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cupel

#endif  // CUPEL_REGISTRY_REGISTRY_IMPL_H_
