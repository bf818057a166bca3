// What a registry keeps: organisations, repositories, plugins that were posted,
// and for each organisation and plugin whether it is enabled and its settings.
#ifndef CUPEL_STORE_CATALOGUE_STORE_H_
#define CUPEL_STORE_CATALOGUE_STORE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace cupel {

struct OrganisationRow {
  std::string id;
  std::string name;
  bool deduplicate = true;
};

struct RepositoryRow {
  std::string organisation;
  std::string id;
  std::string name;
  std::string base_url;
};

struct PluginRow {
  std::string id;
  std::string type;  // "boefje" or "normalizer"
  std::string name;
  std::string document;    // the plugin object of the API, as JSON
  bool is_static = false;  // the shadow of a local plugin: only its id counts
};

struct ConfigRow {
  int64_t number = 0;  // the API's "id"
  std::string organisation;
  std::string plugin;
  std::string plugin_type;
  std::optional<bool> enabled;
  std::string settings;     // sealed text; empty: none
  std::string fingerprint;  // settings/sealed.h; empty: none
  std::string key_id;       // of the sealing key; empty: none
};

struct ConfigFilter {
  std::optional<std::string> organisation;
  std::optional<std::string> plugin;
  std::optional<bool> enabled;
  std::optional<std::string> fingerprint;
  std::optional<std::string> key_id_not;  // sealed with another key than this
  std::optional<int64_t> number_above;    // for pages while others write
  uint64_t offset = 0;
  uint64_t limit = 0;  // 0: all
};

// Thread-safe. NOT_FOUND and ALREADY_EXISTS carry the thing's id; other errors
// are the database's. What is committed stays.
class CatalogueStore {
 public:
  virtual ~CatalogueStore() = default;

  virtual absl::StatusOr<std::vector<OrganisationRow>> Organisations() = 0;
  virtual absl::StatusOr<OrganisationRow> Organisation(std::string_view id) = 0;
  virtual absl::Status AddOrganisation(const OrganisationRow& row) = 0;
  virtual absl::Status UpdateOrganisation(const OrganisationRow& row) = 0;
  // And all that belongs to it.
  virtual absl::Status DeleteOrganisation(std::string_view id) = 0;

  virtual absl::StatusOr<std::vector<RepositoryRow>> Repositories(
      std::string_view organisation) = 0;
  virtual absl::Status AddRepository(const RepositoryRow& row) = 0;
  virtual absl::Status DeleteRepository(std::string_view organisation,
                                        std::string_view id) = 0;

  virtual absl::StatusOr<std::vector<PluginRow>> Plugins() = 0;
  // Another number after every change of a plugin, by anybody: what was read
  // after it was asked for is still right as long as it is the same.
  virtual absl::StatusOr<int64_t> PluginsVersion() = 0;
  virtual absl::StatusOr<PluginRow> Plugin(std::string_view id) = 0;
  virtual absl::Status AddPlugin(const PluginRow& row) = 0;
  virtual absl::Status UpdatePlugin(const PluginRow& row) = 0;
  // And its configurations.
  virtual absl::Status DeletePlugin(std::string_view id) = 0;

  virtual absl::StatusOr<std::vector<ConfigRow>> Configs(
      const ConfigFilter& filter) = 0;
  // NOT_FOUND if there is none.
  virtual absl::StatusOr<ConfigRow> Config(std::string_view organisation,
                                           std::string_view plugin) = 0;
  // Makes the row or replaces what it holds; `number` is ignored.
  virtual absl::Status PutConfig(const ConfigRow& row) = 0;
  virtual absl::Status DeleteConfig(std::string_view organisation,
                                    std::string_view plugin) = 0;
  // Replaces the sealed text if it still is `old_settings`; false if not.
  // For rotation beside others who write.
  virtual absl::StatusOr<bool> ReplaceSettings(
      int64_t number, std::string_view old_settings,
      const ConfigRow& replacement) = 0;

  // Runs `body` in one transaction: all of it or nothing. Calls of the store
  // from within `body`, on its thread, are part of it (Atomically too); those
  // of other threads that write wait, those that read see what was before.
  virtual absl::Status Atomically(
      const std::function<absl::Status()>& body) = 0;
};

// Lists come in the order in which their rows were made. What is written has to
// be UTF-8 without NUL, with an id, and within generous bounds (an id 256
// bytes, a name 4096, a plugin's document and sealed settings 16 MiB):
// INVALID_ARGUMENT says what is not.
struct CatalogueStoreOptions {
  uint32_t busy_timeout_ms = 5000;
};

// In the database at `path` (DatabaseOptions::path says what that may be),
// which is made or brought up to date. One connection writes; up to four more,
// opened when they are first needed, read beside it.
absl::StatusOr<std::shared_ptr<CatalogueStore>> OpenCatalogueStore(
    const std::string& path, const CatalogueStoreOptions& options = {});

}  // namespace cupel

#endif  // CUPEL_STORE_CATALOGUE_STORE_H_
