// What Dragonfly's server is told of a package, if anything.
#ifndef CUPEL_WORKER_DRAGONFLY_OUTCOME_H_
#define CUPEL_WORKER_DRAGONFLY_OUTCOME_H_

#include <cstdint>
#include <string>

#include "compat/dragonfly/wire.h"
#include "worker/job_source.h"

namespace cupel::worker {

struct DragonflyVerdict {
  std::string body;    // of PUT /package; empty: nothing is said
  std::string kind;    // "success", "failure"; empty without body
  std::string reason;  // one line: why nothing is said, or not all was scanned
};

// A failure is final to the server. So it is only told if another attempt is of
// no use, or there is none: before `max_attempts`, for what may work later,
// nothing is said, and the server gives the package to somebody again. The
// commit is the job's own, and a result of other rules is none.
DragonflyVerdict JudgeOutcome(const dragonfly::PackageJob& job,
                              const JobOutcome& outcome, uint32_t max_attempts);

}  // namespace cupel::worker

#endif  // CUPEL_WORKER_DRAGONFLY_OUTCOME_H_
