// Runs of boefjes and normalizers over JSON text, as the C interface has them.
#ifndef CUPEL_ENGINE_BOEFJE_RUNS_H_
#define CUPEL_ENGINE_BOEFJE_RUNS_H_

#include <string>

#include "absl/status/statusor.h"
#include "budget/cancel.h"
#include "engine/boefje_calls.h"
#include "engine/catalogue.h"
#include "engine/jobs.h"
#include "engine/raw_archive.h"
#include "engine/variables.h"

namespace cupel {

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
