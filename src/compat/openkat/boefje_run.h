// One run of a boefje: what it was handed, how it ended, what it gave.
#ifndef CUPEL_COMPAT_OPENKAT_BOEFJE_RUN_H_
#define CUPEL_COMPAT_OPENKAT_BOEFJE_RUN_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "budget/cancel.h"
#include "job/boefje_meta.h"
#include "job/status.h"
#include "plugin/plugin.h"

namespace cupel::openkat {

struct RawFile {
  SharedBytes bytes;
  std::set<std::string> mime_types;
  std::string id;  // a UUID that the boefje was told; empty: none
};

struct BoefjeOutcome {
  job::BoefjeMeta meta;  // with times; its environment holds secrets
  job::StatusEnum status = job::StatusEnum::kCompleted;
  std::vector<RawFile> files;
  std::vector<std::string> warnings;  // printable
  std::string problem;                // why it failed; printable
};

struct RunRequest {
  Deadline deadline;
  Cancel* cancel = nullptr;                  // may be null
  const PluginServices* services = nullptr;  // may be null
  AnswerLimits limits;
};

// Runs a boefje that is a plugin (scan, the meta as document, its environment
// as variables; what it gives are children with {"mime_types":[…]} as their
// metadata). A boefje that fails is an outcome: its last file is then one of
// type error/boefje with what it said, a traceback if it has one. What it gave
// before it failed is kept only if it came from a container that said so, as
// in OpenKAT; a file that was cut, because it is over a limit, is
// error/boefje too, so that no normalizer takes it for whole. Fails itself only
// for what is no fault of the boefje: CANCELLED, and an internal error.
absl::StatusOr<BoefjeOutcome> RunBoefje(Plugin& plugin, job::BoefjeMeta meta,
                                        const RunRequest& request);

// The meta without what may be secret: the values of its environment are "***".
job::BoefjeMeta WithoutSecrets(job::BoefjeMeta meta);

}  // namespace cupel::openkat

#endif  // CUPEL_COMPAT_OPENKAT_BOEFJE_RUN_H_
