/// @file job.hpp
/// @brief job.h for C++17. Comes with cupel.hpp.
#ifndef CUPEL_JOB_HPP_
#define CUPEL_JOB_HPP_

#include <cstdint>
#include <string_view>

#include "cupel/base.hpp"
#include "cupel/job.h"

namespace cupel {
inline namespace CUPEL_HPP_MODE {

/// Which of OpenKAT's models a job is. Newer libraries may know more.
enum class JobKind : int32_t {
  kAny = 0,                     ///< For parsing: whichever it looks like.
  kTask = 1,                    ///< Task.
  kTaskPop = 2,                 ///< TaskPop.
  kPaginatedTasksResponse = 3,  ///< PaginatedTasksResponse.
  kQueue = 4,                   ///< Queue.
  kBoefjeMeta = 5,              ///< BoefjeMeta.
  kRawDataMeta = 6,             ///< RawDataMeta.
  kNormalizerMeta = 7,          ///< NormalizerMeta.
  kFile = 8,                    ///< File.
  kBoefjeOutput = 9,            ///< BoefjeOutput.
  kBoefjeInput = 10,            ///< BoefjeInput.
  kNormalizerObservation = 11,  ///< NormalizerObservation.
  kNormalizerDeclaration = 12,  ///< NormalizerDeclaration.
  kNormalizerAffirmation = 13,  ///< NormalizerAffirmation.
  kDeclaredScanProfile = 14,    ///< DeclaredScanProfile.
  kNormalizerResults = 15,      ///< NormalizerResults.
  kOoi = 16                     ///< OOI.
};
/// OpenKAT's name of it; "unknown" for kAny.
inline std::string_view Name(JobKind kind) noexcept {
  return cupel_job_kind_name(static_cast<int32_t>(kind));
}

/// How far a task is.
enum class TaskStatus : int32_t {
  kPending = 0,     ///< Known, and not to be done yet.
  kQueued = 1,      ///< Waits for a runner.
  kDispatched = 2,  ///< A runner has it.
  kRunning = 3,     ///< Runs.
  kCompleted = 4,   ///< Ended well.
  kFailed = 5,      ///< Ended badly; may be queued again.
  kCancelled = 6    ///< Nobody wants it any more.
};
/// Its name, as JSON has it.
inline std::string_view Name(TaskStatus status) noexcept {
  return cupel_task_status_name(static_cast<int32_t>(status));
}
/// Fails if a task may not go from one to the other: the Error names the ones
/// that are legal.
inline void CheckTransition(TaskStatus from, TaskStatus to) {
  internal::Call(cupel_task_transition_check, static_cast<int32_t>(from),
                 static_cast<int32_t>(to));
}

/// How a job is written.
struct JobJsonOptions {
  bool indent = false;  ///< Over many lines.
  bool reveal = false;  ///< Values of environments too, instead of "***".
};

/// One document of OpenKAT's job models.
///
/// Threads: immutable; any number may use one. Lifetime: its own.
///
///     cupel::Job task = cupel::Job::Parse(json, cupel::JobKind::kTask);
///     cupel::Job done = task.Transition(cupel::TaskStatus::kCompleted);
class Job : public internal::Owner<cupel_job, cupel_job_free> {
 public:
  /// Takes `owned`.
  explicit Job(cupel_job* owned) noexcept : Owner(owned) {}

  /// Reads JSON. Fails for what is no such document.
  static Job Parse(std::string_view json, JobKind kind = JobKind::kAny) {
    return From(cupel_job_parse, View(json), static_cast<int32_t>(kind));
  }
  /// All that is wrong with a document, and what it is, as JSON.
  static Buffer Check(std::string_view json, JobKind kind = JobKind::kAny) {
    return Buffer::Of(cupel_job_check, View(json), static_cast<int32_t>(kind));
  }
  /// Takes what Encode made.
  static Job Decode(Bytes bytes) { return From(cupel_job_decode, View(bytes)); }

  /// Which model it is.
  JobKind kind() const noexcept {
    return static_cast<JobKind>(cupel_job_get_kind(get()));
  }
  /// As JSON.
  Buffer Json(const JobJsonOptions& options = {}) const {
    const uint32_t flags = (options.indent ? uint32_t{CUPEL_JOB_INDENT} : 0) |
                           (options.reveal ? uint32_t{CUPEL_JOB_REVEAL} : 0);
    return Buffer::Of(cupel_job_json, get(), flags);
  }
  /// As bytes for storage; a secret.
  Buffer Encode() const { return Buffer::Of(cupel_job_encode, get()); }

  /// The status of a task; fails for other jobs.
  TaskStatus Status() const {
    cupel_task_status status = CUPEL_TASK_PENDING;
    Do(cupel_job_get_status, &status);
    return static_cast<TaskStatus>(status);
  }
  /// The task in another status; this one stays as it is.
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

}  // namespace CUPEL_HPP_MODE
}  // namespace cupel

#endif  // CUPEL_JOB_HPP_
