#include <cstdlib>

#include "runner/process_plugin.h"
#include "worker/job_process.h"

namespace cupel::worker {

absl::StatusOr<std::string> FindJobRunner() {
  const char* const said = std::getenv("CUPEL_JOB_RUNNER");
  if (said != nullptr && *said != '\0') return std::string(said);
  return FindHelper("cupel-job-runner");
}

}  // namespace cupel::worker
