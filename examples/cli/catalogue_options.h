// The options of commands that open a registry, and the keys for it.
#ifndef CUPEL_EXAMPLES_CLI_CATALOGUE_OPTIONS_H_
#define CUPEL_EXAMPLES_CLI_CATALOGUE_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "cupel/cupel.hpp"

namespace cli {

struct CatalogueOptions {
  std::string database;
  std::vector<std::string> folders;
  std::string keys_file;
  bool allow_plain = false;
  bool deduplicate = false;
};

// --database and --plugins.
void AddCatalogueOptions(CLI::App& command, CatalogueOptions* options);
// --keys-file and --allow-plain.
void AddKeyOptions(CLI::App& command, CatalogueOptions* options);

// The keys of --keys-file, or else of the environment.
cupel::Keyring LoadKeys(const std::string& keys_file);
// The database's file or URL. Throws UsageError if none is named.
std::string DatabaseOf(const CatalogueOptions& options);
// Throws UsageError if no database is named. `max_body_bytes` is for requests
// of the REST API; 0 is the library's default.
cupel::Registry OpenRegistry(const CatalogueOptions& options,
                             uint64_t max_body_bytes = 0);

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_CATALOGUE_OPTIONS_H_
