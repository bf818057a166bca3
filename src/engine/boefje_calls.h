// One run of a boefje or a normalizer that has all it needs: no registry is
// asked, and nothing is kept.
#ifndef CUPEL_ENGINE_BOEFJE_CALLS_H_
#define CUPEL_ENGINE_BOEFJE_CALLS_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "budget/cancel.h"
#include "compat/openkat/boefje_run.h"
#include "compat/openkat/normalizer_run.h"
#include "plugin/names.h"
#include "plugin/plugin.h"
#include "registry/registry.h"

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

struct BoefjeCallResult {
  openkat::BoefjeOutcome outcome;
  Tier tier = Tier::kProcess;  // that it ran in
};

struct NormalizerCallResult {
  openkat::NormalizerOutcome outcome;
  Tier tier = Tier::kProcess;
};

// `meta` has the environment. What fails is an outcome; an error is what
// keeps it from being run (MakeBoefje), and CANCELLED. Of a file no more than
// `max_raw_bytes` is kept. `cancel` may be null.
absl::StatusOr<BoefjeCallResult> CallBoefje(const CatalogueEntry& boefje,
                                            job::BoefjeMeta meta,
                                            const PluginRunOptions& options,
                                            uint64_t max_raw_bytes,
                                            Cancel* cancel);
absl::StatusOr<NormalizerCallResult> CallNormalizer(
    const FoundPlugin& normalizer, job::NormalizerMeta meta,
    std::string_view raw, const PluginRunOptions& options,
    uint64_t max_raw_bytes, Cancel* cancel);

}  // namespace cupel

#endif  // CUPEL_ENGINE_BOEFJE_CALLS_H_
