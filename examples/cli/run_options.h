// The options of commands that run a boefje or a normalizer, or show a raw.
#ifndef CUPEL_EXAMPLES_CLI_RUN_OPTIONS_H_
#define CUPEL_EXAMPLES_CLI_RUN_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <string>

#include "catalogue_options.h"
#include "cupel/cupel.hpp"

namespace cli {

struct RunSettings {
  CatalogueOptions catalogue;
  std::string raws;
  std::string tier;
  std::string timeout;
  std::string memory;
  std::string oci_program;
  std::string oci_runtime;
  std::string runner;
  std::string python;
  std::string python_path;
  std::string job;
  std::string format = "text";
  bool no_network = false;
  bool defaults = false;
  bool quiet = false;
};

// --raws, beside those of the catalogue.
void AddRawsOption(CLI::App& command, RunSettings* settings);
void AddRunOptions(CLI::App& command, RunSettings* settings);
// What only a boefje may choose.
void AddBoefjeOptions(CLI::App& command, RunSettings* settings);

// Borrows the texts of `settings`. Throws UsageError.
cupel::RunOptions RunOptionsOf(const RunSettings& settings);
// The file of --raws, or that beside the registry's.
cupel::Raws OpenRaws(const RunSettings& settings);

}  // namespace cli

#endif  // CUPEL_EXAMPLES_CLI_RUN_OPTIONS_H_
