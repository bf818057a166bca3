// Runs of boefjes and normalizers over JSON text, as the C interface has them.
#ifndef CUPEL_ENGINE_BOEFJE_RUNS_H_
#define CUPEL_ENGINE_BOEFJE_RUNS_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "budget/cancel.h"
#include "engine/catalogue.h"
#include "engine/jobs.h"
#include "engine/raw_archive.h"
#include "engine/variables.h"
#include "plugin/names.h"
#include "plugin/plugin.h"

namespace cupel {

// How either of them is run. 0 and empty: the default.
struct PluginRunOptions {
  // Nothing: in a process if its folder has code, else in a container.
  std::optional<Tier> tier;
  uint64_t timeout_ms = 0;
  uint64_t memory_bytes = 0;
  bool network = true;      // a normalizer never has it
  std::string runner;       // the program cupel-runner
  std::string python;       // the program python3
  std::string python_path;  // the folder with the package cupel
  std::string oci_program;  // podman or docker
  std::string oci_runtime;
  std::function<void(LogLevel, std::string_view)> log;  // any thread
};

struct BoefjeRunOptions : PluginRunOptions {
  std::string organisation;
  std::string boefje;
  std::string input;  // see openkat::ReadOoi
  const JobDocument* job =
      nullptr;  // a BoefjeMeta, or a Task with one: instead
  Variables variables;
  bool apply_defaults = false;
};

struct NormalizerRunOptions : PluginRunOptions {
  std::string normalizer;
  std::string raw;                   // its id
  const JobDocument* job = nullptr;  // a NormalizerMeta, or a Task: instead
  std::string whitelist;             // see openkat::ParseWhitelist
};

// What they answer stands in include/cupel/boefje.h. `cancel` may be null.
absl::StatusOr<std::string> RunBoefjeJson(Registry& registry,
                                          RawArchive& archive,
                                          BoefjeRunOptions options,
                                          Cancel* cancel);
absl::StatusOr<std::string> RunNormalizerJson(
    Registry& registry, RawArchive& archive,
    const NormalizerRunOptions& options, Cancel* cancel);

}  // namespace cupel

#endif  // CUPEL_ENGINE_BOEFJE_RUNS_H_
