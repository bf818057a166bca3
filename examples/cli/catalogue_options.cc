#include "catalogue_options.h"

#include <cstdlib>
#include <string_view>

#include "app.h"
#include "console.h"

namespace cli {
namespace {

constexpr const char* kDatabaseVariable = "CUPEL_DATABASE";

}  // namespace

std::string DatabaseOf(const CatalogueOptions& options) {
  if (!options.database.empty()) return options.database;
  const char* const named = std::getenv(kDatabaseVariable);
  if (named != nullptr && *named != '\0') return named;
  throw UsageError(
      "which database? Name its file or URL with --database or CUPEL_DATABASE");
}

void AddCatalogueOptions(CLI::App& command, CatalogueOptions* options) {
  command
      .add_option("-d,--database", options->database,
                  "SQLite file or postgresql:// URL [CUPEL_DATABASE]")
      ->type_name("DB")
      ->group("Registry");
  AddRepeated(command, "-p,--plugins", &options->folders, "FOLDER",
              "Folder with plugins, nested or not")
      ->group("Registry");
}

void AddKeyOptions(CLI::App& command, CatalogueOptions* options) {
  command
      .add_option("--keys-file", options->keys_file,
                  "Keys for settings [CUPEL_SETTINGS_KEYS_FILE, "
                  "CUPEL_SETTINGS_KEYS, and OpenKAT's variables]")
      ->type_name("FILE")
      ->group("Registry");
  command
      .add_flag("--allow-plain", options->allow_plain,
                "Read settings that are stored unsealed, too")
      ->group("Registry");
}

cupel::Keyring LoadKeys(const std::string& keys_file) {
  return keys_file.empty() ? cupel::Keyring::FromProcess()
                           : cupel::Keyring::FromFile(keys_file);
}

cupel::Registry OpenRegistry(const CatalogueOptions& options,
                             uint64_t max_body_bytes) {
  const std::string database = DatabaseOf(options);
  const cupel::Keyring keys = LoadKeys(options.keys_file);
  cupel::RegistryOptions to;
  to.database = database;
  to.plugin_folders.assign(options.folders.begin(), options.folders.end());
  to.keys = &keys;
  // What OpenKAT was told counts here too; without it, Cupel's own.
  to.seal_format =
      cupel::SealFormatOf({}, true).value_or(cupel::SealFormat::kCupel);
  to.allow_identity = options.allow_plain;
  to.deduplicate = options.deduplicate;
  to.max_body_bytes = max_body_bytes;
  return cupel::Registry(to);
}

}  // namespace cli
