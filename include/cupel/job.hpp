// job.hpp: job.h for C++17. Comes with cupel.hpp.
#ifndef CUPEL_JOB_HPP_
#define CUPEL_JOB_HPP_

#include <cstdint>
#include <string_view>

#include "cupel/base.hpp"
#include "cupel/job.h"

namespace cupel {

enum class JobKind : int32_t {
  kAny = 0,
  kTask = 1,
  kTaskPop = 2,
  kPaginatedTasksResponse = 3,
  kQueue = 4,
  kBoefjeMeta = 5,
  kRawDataMeta = 6,
  kNormalizerMeta = 7,
  kFile = 8,
  kBoefjeOutput = 9,
  kBoefjeInput = 10,
  kNormalizerObservation = 11,
  kNormalizerDeclaration = 12,
  kNormalizerAffirmation = 13,
  kDeclaredScanProfile = 14,
  kNormalizerResults = 15,
  kOoi = 16
};
inline std::string_view Name(JobKind kind) {
  return cupel_job_kind_name(static_cast<int32_t>(kind));
}

enum class TaskStatus : int32_t {
  kPending = 0,
  kQueued = 1,
  kDispatched = 2,
  kRunning = 3,
  kCompleted = 4,
  kFailed = 5,
  kCancelled = 6
};
inline std::string_view Name(TaskStatus status) {
  return cupel_task_status_name(static_cast<int32_t>(status));
}
// Throws an Error that names the legal ones if this is none.
inline void CheckTransition(TaskStatus from, TaskStatus to) {
  internal::Call(cupel_task_transition_check, static_cast<int32_t>(from),
                 static_cast<int32_t>(to));
}

struct JobJsonOptions {
  bool indent = false;
  bool reveal = false;  // values of environments too, instead of "***"
};

// One document of OpenKAT's job models. Immutable.
class Job : public internal::Owner<cupel_job, cupel_job_free> {
 public:
  explicit Job(cupel_job* owned) noexcept : Owner(owned) {}

  static Job Parse(std::string_view json, JobKind kind = JobKind::kAny) {
    return From(cupel_job_parse, View(json), static_cast<int32_t>(kind));
  }
  // All that is wrong with a document, and what it is, as JSON.
  static Buffer Check(std::string_view json, JobKind kind = JobKind::kAny) {
    return Buffer(cupel_job_check, View(json), static_cast<int32_t>(kind));
  }
  // What Encode made.
  static Job Decode(std::string_view bytes) {
    return From(cupel_job_decode, View(bytes));
  }

  JobKind kind() const noexcept {
    return static_cast<JobKind>(cupel_job_get_kind(get()));
  }
  Buffer Json(const JobJsonOptions& options = {}) const {
    const uint32_t flags = (options.indent ? uint32_t{CUPEL_JOB_INDENT} : 0) |
                           (options.reveal ? uint32_t{CUPEL_JOB_REVEAL} : 0);
    return Buffer(cupel_job_json, get(), flags);
  }
  Buffer Encode() const { return Buffer(cupel_job_encode, get()); }

  // Of a task; throws for other jobs.
  TaskStatus Status() const {
    cupel_task_status status = CUPEL_TASK_PENDING;
    Do(cupel_job_get_status, &status);
    return static_cast<TaskStatus>(status);
  }
  // The task in another status; this one stays as it is.
  Job Transition(TaskStatus to) const {
    return From(cupel_job_transition, get(), static_cast<int32_t>(to));
  }

 private:
  template <typename Function, typename... Arguments>
  static Job From(Function function, Arguments... arguments) {
    Job job(nullptr);
    job.Make(function, arguments...);
    return job;
  }
};

}  // namespace cupel

#endif  // CUPEL_JOB_HPP_
