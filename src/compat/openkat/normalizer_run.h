// One run of a normalizer: raw in, objects out.
#ifndef CUPEL_COMPAT_OPENKAT_NORMALIZER_RUN_H_
#define CUPEL_COMPAT_OPENKAT_NORMALIZER_RUN_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "compat/openkat/boefje_run.h"
#include "job/normalizer_meta.h"
#include "job/results.h"
#include "plugin/plugin.h"

namespace cupel::openkat {

struct NormalizerOutcome {
  job::NormalizerMeta meta;  // with times
  job::StatusEnum status = job::StatusEnum::kCompleted;
  job::NormalizerResults results;  // empty unless completed
  std::vector<std::string> warnings;
  // Why it failed, printable: what it said, or "InvalidReturnValueNormalizer:
  // …", "ObservationsWithoutInputOOI: …".
  std::string problem;
};

// What run() gets as its first argument: the boefje's arguments.input, or
// {"primary_key":…} of what it ran on, or {}.
Json InputOfNormalizer(const job::BoefjeMeta& boefje);

// Runs a normalizer that is a plugin (normalize, the raw as payload,
// {"input_ooi","normalizer_meta"} as document; results are {"kind","value"}).
// All that it gives is looked at before any of it counts. A normalizer that
// fails is an outcome; CANCELLED is not.
absl::StatusOr<NormalizerOutcome> RunNormalizer(Plugin& plugin,
                                                job::NormalizerMeta meta,
                                                std::string_view raw,
                                                const RunRequest& request);

// What it gave, sorted out: objects to the one observation of what the boefje
// ran on. INVALID_ARGUMENT as `problem` above.
absl::StatusOr<job::NormalizerResults> SortResults(
    const job::NormalizerMeta& meta, const std::vector<std::string>& results);

}  // namespace cupel::openkat

#endif  // CUPEL_COMPAT_OPENKAT_NORMALIZER_RUN_H_
