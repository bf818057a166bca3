#include "run_options.h"

#include <fmt/format.h>

#include <optional>
#include <string_view>

#include "app.h"
#include "console.h"
#include "values.h"

namespace cli {
namespace {

constexpr uint64_t kNanosPerMs = 1'000'000;

uint64_t Milliseconds(const std::string& text) {
  if (text.empty()) return 0;
  const std::optional<uint64_t> nanos = ParseDuration(text);
  if (!nanos || *nanos == cupel::kUnlimited || *nanos < kNanosPerMs) {
    throw UsageError("--timeout: expected a time, as 30s; it can't be off");
  }
  return *nanos / kNanosPerMs;
}

uint64_t Bytes(const std::string& text) {
  if (text.empty()) return 0;
  const std::optional<uint64_t> bytes = ParseSize(text);
  if (!bytes || *bytes == cupel::kUnlimited) {
    throw UsageError("--memory: expected a size, as 512M; it can't be off");
  }
  return *bytes;
}

int32_t TierOf(const std::string& text) {
  if (text == "process") return CUPEL_TIER_PROCESS;
  return text == "oci" ? CUPEL_TIER_OCI : 0;
}

// A file of their own; on a server they have their own tables.
std::string RawsBeside(const std::string& database) {
  return database.find("://") == std::string::npos ? database + ".raws"
                                                   : database;
}

void ShowLog(int32_t level, std::string_view text) {
  const std::string_view kind = level >= CUPEL_LOG_ERROR     ? "error"
                                : level == CUPEL_LOG_WARNING ? "warning"
                                                             : "plugin";
  Complain(fmt::format("{}: {}", kind, Printable(text)));
}

}  // namespace

void AddRawsOption(CLI::App& command, RunSettings* settings) {
  command
      .add_option("--raws", settings->raws,
                  "Where the raws are, as --database [FILE.raws, or its URL]")
      ->type_name("DB")
      ->group("Registry");
}

void AddRunOptions(CLI::App& command, RunSettings* settings) {
  command
      .add_option("--job", settings->job,
                  "A job's JSON instead; - is standard input")
      ->type_name("FILE");
  command
      .add_option("--timeout", settings->timeout,
                  "Kill it after this time [10m]")
      ->type_name("TIME")
      ->group("Running it");
  command
      .add_option("--memory", settings->memory,
                  "Of its process [4G] or its container [1G]")
      ->type_name("SIZE")
      ->group("Running it");
  command
      .add_option("--python", settings->python,
                  "The Python that runs it [/usr/bin/python3]")
      ->type_name("PROGRAM")
      ->group("Running it");
  command
      .add_option("--python-path", settings->python_path,
                  "Folder with the package cupel [CUPEL_PYTHON_PATH]")
      ->type_name("FOLDER")
      ->group("Running it");
  command
      .add_option("--runner", settings->runner,
                  "The program cupel-runner [CUPEL_RUNNER]")
      ->type_name("PROGRAM")
      ->group("Running it");
  command.add_flag("-q,--quiet", settings->quiet, "Nothing of what it writes")
      ->group("Report");
  AddChoice(command, "-f,--format", &settings->format, {"text", "json"},
            "Text [default] or JSON")
      ->group("Report");
  AddCatalogueOptions(command, &settings->catalogue);
  AddRawsOption(command, settings);
  AddKeyOptions(command, &settings->catalogue);
}

void AddBoefjeOptions(CLI::App& command, RunSettings* settings) {
  AddChoice(command, "--tier", &settings->tier, {"process", "oci"},
            "Where it runs [a process if it has code]")
      ->group("Running it");
  command
      .add_flag("--no-network", settings->no_network,
                "Let it reach nothing outside")
      ->group("Running it");
  command
      .add_flag("--defaults", settings->defaults, "Use the schema's defaults")
      ->group("Running it");
  command
      .add_option("--oci-program", settings->oci_program,
                  "The container program [podman, else docker]")
      ->type_name("PROGRAM")
      ->group("Running it");
  command
      .add_option("--oci-runtime", settings->oci_runtime,
                  "Its runtime, as runc [its own choice]")
      ->type_name("NAME")
      ->group("Running it");
}

cupel::RunOptions RunOptionsOf(const RunSettings& settings) {
  cupel::RunOptions options;
  options.process_variables = true;
  options.defaults = settings.defaults;
  options.network = !settings.no_network;
  options.tier = TierOf(settings.tier);
  options.timeout_ms = Milliseconds(settings.timeout);
  options.memory_bytes = Bytes(settings.memory);
  options.runner = settings.runner;
  options.python = settings.python;
  options.python_path = settings.python_path;
  options.oci_program = settings.oci_program;
  options.oci_runtime = settings.oci_runtime;
  if (!settings.quiet) options.log = ShowLog;
  return options;
}

cupel::Raws OpenRaws(const RunSettings& settings) {
  const std::string database = settings.raws.empty()
                                   ? RawsBeside(DatabaseOf(settings.catalogue))
                                   : settings.raws;
  cupel::RawsOptions options;
  options.database = database;
  return cupel::Raws(options);
}

}  // namespace cli
