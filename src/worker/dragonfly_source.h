// Jobs from Dragonfly's API: packages of PyPI. docs/dragonfly.md says what is
// done with them.
#ifndef CUPEL_WORKER_DRAGONFLY_SOURCE_H_
#define CUPEL_WORKER_DRAGONFLY_SOURCE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "worker/dragonfly_rules.h"
#include "worker/dragonfly_settings.h"
#include "worker/job_source.h"
#include "worker/log.h"

namespace cupel::worker {

struct DragonflySource {
  std::shared_ptr<JobSource> source;
  std::string rules_folder;  // where executors may read rules from
};

// Asks nothing yet. `log` may be null; else it outlives the source.
absl::StatusOr<DragonflySource> NewDragonflySource(
    const DragonflySettings& settings, RulesCheck check, const Log* log);

}  // namespace cupel::worker

#endif  // CUPEL_WORKER_DRAGONFLY_SOURCE_H_
