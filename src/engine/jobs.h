// Job documents, as the C interface has them. The models themselves
// (job/any_job.h) and their protocol buffer form (proto/job_codec.h) come with
// this header.
#ifndef CUPEL_ENGINE_JOBS_H_
#define CUPEL_ENGINE_JOBS_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/secret_text.h"
#include "job/any_job.h"
#include "job/life_cycle.h"
#include "proto/job_codec.h"

namespace cupel {

// AnyJob with a name that can be declared without its many parts.
struct JobDocument {
  job::AnyJob job;
};

// {"kind":"Task","sound":false,"count":1,"problems":[…]}: what is wrong with a
// document, read as `kind` or as what it looks like. Fails for what is no JSON.
absl::StatusOr<std::string> CheckJobJson(std::string_view text,
                                         std::optional<job::Kind> kind);

struct JobJsonOptions {
  bool indent = false;
  bool reveal = false;  // false: the values of environments are "***"
};
SecretText JobJson(const job::AnyJob& job, const JobJsonOptions& options);

// FAILED_PRECONDITION for a job that is no task.
absl::StatusOr<job::TaskStatus> StatusOfTask(const job::AnyJob& job);
// The task in another status, modified now. FAILED_PRECONDITION also for a
// transition that is not legal.
absl::StatusOr<job::AnyJob> TransitionTask(const job::AnyJob& job,
                                           job::TaskStatus to);

}  // namespace cupel

#endif  // CUPEL_ENGINE_JOBS_H_
