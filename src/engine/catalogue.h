// The registry over JSON text, as the C interface has it; registry/registry.h
// and registry/rest.h come with this header.
#ifndef CUPEL_ENGINE_CATALOGUE_H_
#define CUPEL_ENGINE_CATALOGUE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/secret_text.h"
#include "engine/variables.h"
#include "registry/registry.h"
#include "registry/rest.h"

namespace cupel {

// Plugins without a registry: see cupel_plugins_discover.
absl::StatusOr<std::string> DiscoverPluginsJson(const std::string& folder);
// {"runnable_hash":…,"content_hash":…}
absl::StatusOr<std::string> PluginHashJson(const std::string& folder);

// What answers requests.
struct Catalogue {
  std::shared_ptr<Registry> registry;
  RestLimits limits;
};

struct CatalogueOptions {
  std::string database;          // empty: in memory
  uint32_t busy_timeout_ms = 0;  // 0: the default
  std::vector<std::string> plugin_folders;
  const Keyring* keys = nullptr;  // copied; null: none
  SealFormat seal_format = SealFormat::kCupel;
  bool allow_identity = false;
  bool deduplicate = false;
  uint64_t max_body_bytes = 0;  // 0: the default
};
absl::StatusOr<std::shared_ptr<Catalogue>> OpenCatalogue(
    const CatalogueOptions& options);

std::string FoundJson(const Registry& registry);
// `query` is JSON, or empty.
absl::StatusOr<std::string> PluginsJson(Registry& registry,
                                        std::string_view organisation,
                                        std::string_view query);
absl::StatusOr<std::string> PluginJson(Registry& registry,
                                       std::string_view organisation,
                                       std::string_view plugin);
absl::StatusOr<std::string> OrganisationsJson(Registry& registry);

// Masked by the plugin's schema unless `reveal`.
absl::StatusOr<SecretText> SettingsJson(Registry& registry,
                                        std::string_view organisation,
                                        std::string_view plugin, bool reveal);
absl::Status PutSettingsText(Registry& registry, std::string_view organisation,
                             std::string_view plugin,
                             std::string_view settings);

// Registry::RotateSettings, and what came of it as JSON. `go_on` is told how
// many rows are done and how many there are, and ends it with kCancelled by
// returning false.
absl::StatusOr<std::string> RotateJson(
    Registry& registry,
    const std::function<bool(uint64_t done, uint64_t total)>& go_on);
absl::StatusOr<std::string> ExportJson(Registry& registry);
absl::Status ImportCatalogue(Registry& registry, std::string_view document);

}  // namespace cupel

#endif  // CUPEL_ENGINE_CATALOGUE_H_
