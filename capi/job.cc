// cupel_job: one document of OpenKAT's job models.
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "capi/arguments.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "cupel/cupel.h"
#include "engine/jobs.h"

namespace {

using cupel::capi::Alive;
using cupel::capi::BytesOf;
using cupel::capi::CheckHandle;
using cupel::capi::ClearOut;
using cupel::capi::Guard;
using cupel::job::Kind;
using cupel::job::TaskStatus;

// C counts from 1, as 0 is any.
constexpr int32_t ToC(Kind kind) { return static_cast<int32_t>(kind) + 1; }

static_assert(
    CUPEL_JOB_TASK == ToC(Kind::kTask) &&
    CUPEL_JOB_TASK_POP == ToC(Kind::kTaskPop) &&
    CUPEL_JOB_PAGINATED_TASKS_RESPONSE == ToC(Kind::kPaginatedTasksResponse) &&
    CUPEL_JOB_QUEUE == ToC(Kind::kQueue) &&
    CUPEL_JOB_BOEFJE_META == ToC(Kind::kBoefjeMeta) &&
    CUPEL_JOB_RAW_DATA_META == ToC(Kind::kRawDataMeta) &&
    CUPEL_JOB_NORMALIZER_META == ToC(Kind::kNormalizerMeta) &&
    CUPEL_JOB_FILE == ToC(Kind::kFile) &&
    CUPEL_JOB_BOEFJE_OUTPUT == ToC(Kind::kBoefjeOutput) &&
    CUPEL_JOB_BOEFJE_INPUT == ToC(Kind::kBoefjeInput) &&
    CUPEL_JOB_NORMALIZER_OBSERVATION == ToC(Kind::kNormalizerObservation) &&
    CUPEL_JOB_NORMALIZER_DECLARATION == ToC(Kind::kNormalizerDeclaration) &&
    CUPEL_JOB_NORMALIZER_AFFIRMATION == ToC(Kind::kNormalizerAffirmation) &&
    CUPEL_JOB_DECLARED_SCAN_PROFILE == ToC(Kind::kDeclaredScanProfile) &&
    CUPEL_JOB_NORMALIZER_RESULTS == ToC(Kind::kNormalizerResults) &&
    CUPEL_JOB_OOI == ToC(Kind::kOoi));
static_assert(CUPEL_JOB_OOI == std::variant_size_v<cupel::job::AnyJob>,
              "every model has its number");

constexpr int32_t ToC(TaskStatus status) {
  return static_cast<int32_t>(status);
}

static_assert(CUPEL_TASK_PENDING == ToC(TaskStatus::kPending) &&
              CUPEL_TASK_QUEUED == ToC(TaskStatus::kQueued) &&
              CUPEL_TASK_DISPATCHED == ToC(TaskStatus::kDispatched) &&
              CUPEL_TASK_RUNNING == ToC(TaskStatus::kRunning) &&
              CUPEL_TASK_COMPLETED == ToC(TaskStatus::kCompleted) &&
              CUPEL_TASK_FAILED == ToC(TaskStatus::kFailed) &&
              CUPEL_TASK_CANCELLED == ToC(TaskStatus::kCancelled));
static_assert(cupel::job::kTaskStatusNames.size() == CUPEL_TASK_CANCELLED + 1);

constexpr uint32_t kKnownFlags = CUPEL_JOB_INDENT | CUPEL_JOB_REVEAL;

absl::StatusOr<std::optional<Kind>> KindOf(cupel_job_kind kind) {
  if (kind == CUPEL_JOB_ANY) return std::optional<Kind>();
  if (kind < CUPEL_JOB_ANY || kind > CUPEL_JOB_OOI) {
    return cupel::InvalidArgument(
        "kind is {}, which this version does not know", kind);
  }
  return static_cast<Kind>(kind - 1);
}

absl::StatusOr<TaskStatus> StatusOf(cupel_task_status status,
                                    std::string_view name) {
  if (status < CUPEL_TASK_PENDING || status > CUPEL_TASK_CANCELLED) {
    return cupel::InvalidArgument("{} is {}, which this version does not know",
                                  name, status);
  }
  return static_cast<TaskStatus>(status);
}

cupel_job* NewJob(cupel::job::AnyJob job) {
  auto handle = std::make_unique<cupel_job>();
  handle->job = std::make_shared<const cupel::JobDocument>(
      cupel::JobDocument{std::move(job)});
  return handle.release();
}

}  // namespace

extern "C" {

const char* cupel_job_kind_name(cupel_job_kind kind) {
  if (kind <= CUPEL_JOB_ANY || kind > CUPEL_JOB_OOI) return "unknown";
  // Of a literal, so a NUL follows it.
  return cupel::job::Name(static_cast<Kind>(kind - 1)).data();
}

const char* cupel_task_status_name(cupel_task_status status) {
  if (status < CUPEL_TASK_PENDING || status > CUPEL_TASK_CANCELLED) {
    return "unknown";
  }
  return cupel::job::Name(static_cast<TaskStatus>(status)).data();
}

cupel_status cupel_job_parse(cupel_view json, cupel_job_kind kind,
                             cupel_job** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const std::string_view text, BytesOf(json, "json"));
    CUPEL_ASSIGN_OR_RETURN(const std::optional<Kind> as, KindOf(kind));
    CUPEL_ASSIGN_OR_RETURN(cupel::job::AnyJob job,
                           cupel::job::ParseJob(text, "job", as));
    *out = NewJob(std::move(job));
    return absl::OkStatus();
  });
}

cupel_status cupel_job_check(cupel_view json, cupel_job_kind kind,
                             cupel_buffer** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const std::string_view text, BytesOf(json, "json"));
    CUPEL_ASSIGN_OR_RETURN(const std::optional<Kind> as, KindOf(kind));
    CUPEL_ASSIGN_OR_RETURN(std::string result, cupel::CheckJobJson(text, as));
    *out = new cupel_buffer(std::move(result));
    return absl::OkStatus();
  });
}

cupel_job_kind cupel_job_get_kind(const cupel_job* job) {
  if (Alive(job) == nullptr) return CUPEL_JOB_ANY;
  return ToC(cupel::job::KindOf(job->job->job));
}

cupel_status cupel_job_json(const cupel_job* job, uint32_t flags,
                            cupel_buffer** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_RETURN_IF_ERROR(CheckHandle(job, "job"));
    CUPEL_RETURN_IF_ERROR(cupel::capi::CheckFlags(flags, kKnownFlags, "flags"));
    cupel::JobJsonOptions options;
    options.indent = (flags & CUPEL_JOB_INDENT) != 0;
    options.reveal = (flags & CUPEL_JOB_REVEAL) != 0;
    *out = new cupel_buffer(cupel::JobJson(job->job->job, options));
    return absl::OkStatus();
  });
}

cupel_status cupel_job_encode(const cupel_job* job, cupel_buffer** out,
                              cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_RETURN_IF_ERROR(CheckHandle(job, "job"));
    CUPEL_ASSIGN_OR_RETURN(std::string bytes, cupel::Encode(job->job->job));
    *out = new cupel_buffer(cupel::SecretText(std::move(bytes)));
    return absl::OkStatus();
  });
}

cupel_status cupel_job_decode(cupel_view bytes, cupel_job** out,
                              cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const std::string_view encoded,
                           BytesOf(bytes, "bytes"));
    CUPEL_ASSIGN_OR_RETURN(cupel::job::AnyJob job, cupel::Decode(encoded));
    *out = NewJob(std::move(job));
    return absl::OkStatus();
  });
}

cupel_status cupel_task_transition_check(cupel_task_status from,
                                         cupel_task_status to,
                                         cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const TaskStatus old, StatusOf(from, "from"));
    CUPEL_ASSIGN_OR_RETURN(const TaskStatus next, StatusOf(to, "to"));
    return cupel::job::CheckTransition(old, next);
  });
}

cupel_status cupel_job_get_status(const cupel_job* job, cupel_task_status* out,
                                  cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(CheckHandle(job, "job"));
    if (out == nullptr) return cupel::InvalidArgument("out is NULL");
    CUPEL_ASSIGN_OR_RETURN(const TaskStatus status,
                           cupel::StatusOfTask(job->job->job));
    *out = ToC(status);
    return absl::OkStatus();
  });
}

cupel_status cupel_job_transition(const cupel_job* job, cupel_task_status to,
                                  cupel_job** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_RETURN_IF_ERROR(CheckHandle(job, "job"));
    CUPEL_ASSIGN_OR_RETURN(const TaskStatus next, StatusOf(to, "to"));
    CUPEL_ASSIGN_OR_RETURN(cupel::job::AnyJob moved,
                           cupel::TransitionTask(job->job->job, next));
    *out = NewJob(std::move(moved));
    return absl::OkStatus();
  });
}

void cupel_job_free(cupel_job* job) { cupel::capi::Free(job); }

}  // extern "C"
