// From how a job ended to what OpenKAT's services are told of it.
#ifndef CUPEL_WORKER_OPENKAT_RESULTS_H_
#define CUPEL_WORKER_OPENKAT_RESULTS_H_

#include <string>
#include <vector>

#include "base/datetime.h"
#include "job/output.h"
#include "job/task.h"
#include "worker/job_source.h"
#include "worker/openkat_delivery.h"
#include "worker/openkat_options.h"

namespace cupel::worker {

// What the source knows of a task that it has popped.
struct OpenKatJob {
  ~OpenKatJob();  // overwrites the environments

  job::Task task;
  // The same job of other organisations, which get what this one gives. Their
  // data is hydrated too once it was found that they are the same.
  std::vector<job::Task> followers;
  DateTime started;  // when it was set to running, or was popped
  // Of a boefje, hydrated as far as it came; what is saved as its environment.
  job::BoefjeMeta meta;
  bool has_raw = false;  // of a normalizer: it was there
};

// `warnings` get what was passed over.
OpenKatDelivery BoefjeDelivery(const OpenKatJob& job, const JobOutcome& outcome,
                               std::vector<std::string>* warnings);
OpenKatDelivery NormalizerDelivery(const OpenKatJob& job,
                                   const JobOutcome& outcome,
                                   const openkat::ScanProfileWhitelist& allowed,
                                   std::vector<std::string>* warnings);
// What was handed in for the task by somebody else, at `ended`; its last step
// is the task's status.
OpenKatDelivery PostedDelivery(const OpenKatJob& job, job::BoefjeOutput output,
                               const DateTime& ended);
// All of its tasks go back to the queue, unless they have ended.
OpenKatDelivery GiveBackDelivery(const OpenKatJob& job);

}  // namespace cupel::worker

#endif  // CUPEL_WORKER_OPENKAT_RESULTS_H_
