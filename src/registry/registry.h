// The catalogue: which plugins there are, and what each organisation has
// enabled and set.
#ifndef CUPEL_REGISTRY_REGISTRY_H_
#define CUPEL_REGISTRY_REGISTRY_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "environment/environment.h"
#include "registry/discovery.h"
#include "registry/manifest.h"
#include "settings/keyring.h"
#include "settings/sealed.h"
#include "store/catalogue_store.h"

namespace cupel {

struct RegistryOptions {
  std::vector<std::string> plugin_roots;
  std::shared_ptr<CatalogueStore> store;  // required
  Keyring keys;
  // What new rows are sealed as. kCupel needs a sealing key,
  // kOpenKatNaclSealbox the pair; without it, settings can be read but not
  // stored.
  SealFormat seal_format = SealFormat::kCupel;
  bool allow_identity = false;  // plain rows may be read
  bool deduplicate = false;     // the install's switch
};

// A plugin with what the asking organisation made of it.
struct CatalogueEntry {
  PluginManifest manifest;
  bool enabled = false;
  bool local = false;     // found in a folder
  std::string directory;  // of a local one
  std::string problem;    // of a broken one
};

struct PluginQuery {
  std::string q;  // substring of id, name or description
  std::optional<std::vector<std::string>> ids;
  std::optional<std::string> type;  // boefje, normalizer, bit
  std::optional<bool> state;
  std::optional<std::string> oci_image;
  std::vector<std::string> consumes;
  std::vector<std::string> produces;
  bool include_broken = false;  // after all others, never enabled
  bool openkat_only = false;    // leave out what OpenKAT cannot read
  uint64_t offset = 0;
  std::optional<uint64_t> limit;
};

// A view of one configuration as GET /v1/configs gives it, settings opened.
// Holds secrets: crypto/wipe_json.h is for it.
struct OpenConfig {
  int64_t number = 0;
  Json settings;
  bool enabled = false;
  std::string plugin;
  std::string organisation;
  // Why the settings could not be opened; they are {} then. Names a key that
  // is missing by its id.
  std::string problem;
};

struct RotationResult {
  uint64_t resealed = 0;
  uint64_t already = 0;  // sealed with the new key before
  uint64_t changed = 0;  // somebody wrote them meanwhile; they are new then
  std::vector<std::string> failed;  // "organisation/plugin: why"
};

// Thread-safe. Local plugins are read once, by New and Rescan, and swapped in
// as a whole; what is in the store may be written by other processes too. Local
// ones stand before posted ones with the same id, of which then only whether
// they are enabled counts. Where a boefje and a normalizer have the same id, it
// means the boefje; stoQ's come last.
//
// Errors: NOT_FOUND, ALREADY_EXISTS, INVALID_ARGUMENT (settings that the schema
// does not take, with the paths and no values), FAILED_PRECONDITION (static
// plugins; a missing key), and what the store says.
class Registry {
 public:
  static absl::StatusOr<std::shared_ptr<Registry>> New(RegistryOptions options);
  virtual ~Registry() = default;

  // On failure, everything stays as it was.
  virtual absl::Status Rescan() = 0;
  // Everything found, broken ones too.
  virtual std::vector<FoundPlugin> found() const = 0;

  virtual absl::StatusOr<std::vector<CatalogueEntry>> Plugins(
      std::string_view organisation, const PluginQuery& query) = 0;
  virtual absl::StatusOr<CatalogueEntry> Plugin(std::string_view organisation,
                                                std::string_view id) = 0;
  // The picture and the text beside a local plugin's manifest; empty if there
  // is none, or no such plugin. The text of a posted one is its description.
  virtual absl::StatusOr<std::string> Cover(std::string_view id) = 0;
  virtual absl::StatusOr<std::string> Description(std::string_view id) = 0;
  // Posted plugins. ALREADY_EXISTS for an id that any plugin has, or the name
  // of one of the same kind. A patch has keys of the plugin object; others than
  // those that OpenKAT lets change are ignored.
  virtual absl::Status AddPlugin(PluginManifest manifest) = 0;
  virtual absl::Status UpdatePlugin(std::string_view id, PluginKind kind,
                                    const Json& patch) = 0;
  // With all that organisations enabled and set for it; a local one stays.
  virtual absl::Status DeletePlugin(std::string_view id, PluginKind kind) = 0;
  virtual absl::Status SetEnabled(std::string_view organisation,
                                  std::string_view plugin, bool enabled) = 0;

  // An object; {} when there are none, or no such organisation or plugin.
  // FAILED_PRECONDITION if the key is missing.
  virtual absl::StatusOr<Json> Settings(std::string_view organisation,
                                        std::string_view plugin) = 0;
  virtual absl::Status PutSettings(std::string_view organisation,
                                   std::string_view plugin,
                                   const Json& settings) = 0;
  // Whether it is enabled stays, other than in OpenKAT.
  virtual absl::Status DeleteSettings(std::string_view organisation,
                                      std::string_view plugin) = 0;
  // Afterwards the second has enabled what the first has, and has all settings
  // of the first's boefjes; those of others it keeps. All of it or nothing.
  virtual absl::Status CloneSettings(std::string_view from_organisation,
                                     std::string_view to_organisation) = 0;
  // Of boefjes. What does not open is in the list, with its problem.
  virtual absl::StatusOr<std::vector<OpenConfig>> Configs(
      const ConfigFilter& filter) = 0;
  // Others with equal settings (by fingerprint), the same enabled state and
  // deduplication allowed by both organisations and the plugin. The install's
  // switch is left to the caller.
  virtual absl::StatusOr<std::vector<OpenConfig>> DuplicatesOf(
      const OpenConfig& config) = 0;

  // What the plugin would get for this organisation, from its settings and
  // `variables`.
  virtual absl::StatusOr<Environment> EnvironmentFor(
      std::string_view organisation, std::string_view plugin,
      const std::vector<std::pair<std::string, std::string>>& variables,
      bool apply_defaults) = 0;

  // Seals every row anew that is not sealed as new rows are, one row at a time,
  // while others read and write. `go_on`, if given, is told before each row and
  // at the end how many rows are done and how many there are, and now and then
  // while these are counted (0 are done then); CANCELLED when it returns false.
  // What is resealed stays so.
  virtual absl::StatusOr<RotationResult> RotateSettings(
      const std::function<bool(uint64_t done, uint64_t total)>& go_on) = 0;
  absl::StatusOr<RotationResult> RotateSettings() { return RotateSettings({}); }

  // Organisations, repositories, posted plugins and configurations as one JSON
  // document; settings stay sealed in it. Import is all or nothing:
  // ALREADY_EXISTS if anything in it is there, INVALID_ARGUMENT for what no
  // export has. Plain settings are taken only if they may be read.
  virtual absl::StatusOr<Json> Export() = 0;
  virtual absl::Status Import(const Json& document) = 0;

  virtual CatalogueStore& store() = 0;
  virtual const RegistryOptions& options() const = 0;
};

}  // namespace cupel

#endif  // CUPEL_REGISTRY_REGISTRY_H_
