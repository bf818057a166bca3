// cupel_queue: jobs that outlive those who work on them.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/datetime.h"
#include "capi/arguments.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/structs.h"
#include "cupel/cupel.h"
#include "engine/queues.h"

namespace {

using cupel::capi::BytesOf;
using cupel::capi::CheckHandle;
using cupel::capi::ClearOut;
using cupel::capi::Guard;
using cupel::capi::NameOf;
using cupel::capi::TextOf;

using SharedAccess = std::shared_ptr<cupel::QueueAccess>;

// Longer than anything is kept or waited for; no sum with it overflows.
constexpr uint64_t kLongestMs = uint64_t{100} * 366 * 24 * 3600 * 1000;

int64_t Micros(uint64_t ms) {
  return static_cast<int64_t>(std::min(ms, kLongestMs)) * 1000;
}

// A share of the caller's own: the handle may be freed while it is in use.
absl::StatusOr<SharedAccess> AccessOf(const cupel_queue* queue) {
  CUPEL_RETURN_IF_ERROR(CheckHandle(queue, "queue"));
  return queue->access;
}

absl::StatusOr<std::vector<std::string>> NamesOf(const cupel_view* names,
                                                 size_t count,
                                                 std::string_view what) {
  CUPEL_ASSIGN_OR_RETURN(const auto list,
                         cupel::capi::ListOf(names, count, what));
  std::vector<std::string> to;
  for (const cupel_view name : list) {
    CUPEL_ASSIGN_OR_RETURN(std::string text, NameOf(name, what));
    to.push_back(std::move(text));
  }
  return to;
}

absl::StatusOr<cupel::queue::QueueOptions> OptionsOf(
    const cupel_queue_options* options) {
  cupel_queue_options o = CUPEL_QUEUE_OPTIONS_INIT;
  CUPEL_RETURN_IF_ERROR(
      cupel::capi::CopyIn(options, &o, "cupel_queue_options"));
  cupel::queue::QueueOptions to;
  if (o.max_attempts != 0) to.max_attempts = o.max_attempts;
  if (o.busy_timeout_ms != 0) to.busy_timeout_ms = o.busy_timeout_ms;
  if (o.backoff_ms != 0) to.backoff_micros = Micros(o.backoff_ms);
  if (o.max_backoff_ms != 0) to.max_backoff_micros = Micros(o.max_backoff_ms);
  if (o.max_body_bytes != 0) to.max_body_bytes = o.max_body_bytes;
  if (o.max_result_bytes != 0) to.max_result_bytes = o.max_result_bytes;
  CUPEL_ASSIGN_OR_RETURN(
      to.driver_folders,
      NamesOf(o.driver_folders, o.driver_folder_count, "driver_folders"));
  return to;
}

absl::StatusOr<std::optional<cupel::queue::JobState>> StateOf(
    cupel_view state) {
  CUPEL_ASSIGN_OR_RETURN(const std::string name, TextOf(state, "state"));
  if (name.empty()) return std::nullopt;
  const auto known = cupel::queue::JobStateOf(name);
  if (!known.has_value()) {
    return cupel::InvalidArgument(
        "state is none of waiting, leased, completed, dead and cancelled");
  }
  return known;
}

absl::StatusOr<cupel::queue::LeaseRequest> RequestOf(
    const cupel_queue_lease_options* options) {
  cupel_queue_lease_options o = CUPEL_QUEUE_LEASE_OPTIONS_INIT;
  CUPEL_RETURN_IF_ERROR(
      cupel::capi::CopyIn(options, &o, "cupel_queue_lease_options"));
  CUPEL_RETURN_IF_ERROR(cupel::capi::CheckFlags(
      o.reserved, 0, "cupel_queue_lease_options.reserved"));
  cupel::queue::LeaseRequest to;
  CUPEL_ASSIGN_OR_RETURN(to.worker, TextOf(o.worker, "worker"));
  if (o.max != 0) to.max = o.max;
  if (o.lease_ms != 0) to.lease_micros = Micros(o.lease_ms);
  CUPEL_ASSIGN_OR_RETURN(to.kinds, NamesOf(o.kinds, o.kind_count, "kinds"));
  return to;
}

absl::StatusOr<cupel::queue::ListRequest> ListOptionsOf(
    const cupel_queue_list_options* options) {
  cupel_queue_list_options o = CUPEL_QUEUE_LIST_OPTIONS_INIT;
  CUPEL_RETURN_IF_ERROR(
      cupel::capi::CopyIn(options, &o, "cupel_queue_list_options"));
  CUPEL_RETURN_IF_ERROR(cupel::capi::CheckFlags(
      o.reserved, 0, "cupel_queue_list_options.reserved"));
  cupel::queue::ListRequest to;
  CUPEL_ASSIGN_OR_RETURN(to.state, StateOf(o.state));
  CUPEL_ASSIGN_OR_RETURN(to.kind, TextOf(o.kind, "kind"));
  CUPEL_ASSIGN_OR_RETURN(to.after, TextOf(o.after, "after"));
  if (o.max != 0) to.max = o.max;
  return to;
}

absl::StatusOr<cupel::queue::JobFailure> FailureOf(
    const cupel_queue_failure* failure) {
  if (failure == nullptr) return cupel::InvalidArgument("failure is NULL");
  cupel_queue_failure f = CUPEL_QUEUE_FAILURE_INIT;
  CUPEL_RETURN_IF_ERROR(
      cupel::capi::CopyIn(failure, &f, "cupel_queue_failure"));
  CUPEL_RETURN_IF_ERROR(cupel::capi::CheckFlags(
      f.flags, CUPEL_QUEUE_FAILURE_FINAL, "cupel_queue_failure.flags"));
  cupel::queue::JobFailure to;
  CUPEL_ASSIGN_OR_RETURN(to.reason, TextOf(f.reason, "reason"));
  CUPEL_ASSIGN_OR_RETURN(to.last_step, TextOf(f.last_step, "last_step"));
  to.signal = f.signal;
  to.max_rss_bytes = f.max_rss_bytes;
  to.retry = (f.flags & CUPEL_QUEUE_FAILURE_FINAL) == 0;
  return to;
}

}  // namespace

extern "C" {

cupel_status cupel_queue_open(cupel_view url,
                              const cupel_queue_options* options,
                              cupel_queue** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const std::string which, NameOf(url, "url"));
    CUPEL_ASSIGN_OR_RETURN(const auto opened, OptionsOf(options));
    auto handle = std::make_unique<cupel_queue>();
    CUPEL_ASSIGN_OR_RETURN(handle->access,
                           cupel::OpenQueueAccess(which, opened));
    *out = handle.release();
    return absl::OkStatus();
  });
}

void cupel_queue_free(cupel_queue* queue) { cupel::capi::Free(queue); }

cupel_status cupel_queue_url(const cupel_queue* queue, cupel_buffer** out,
                             cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const SharedAccess access, AccessOf(queue));
    *out = new cupel_buffer(std::string(access->queue->url()));
    return absl::OkStatus();
  });
}

cupel_status cupel_queue_submit(cupel_queue* queue, cupel_view jobs,
                                cupel_buffer** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const SharedAccess access, AccessOf(queue));
    CUPEL_ASSIGN_OR_RETURN(const std::string_view text, BytesOf(jobs, "jobs"));
    CUPEL_ASSIGN_OR_RETURN(std::string json, cupel::SubmitJson(*access, text));
    *out = new cupel_buffer(std::move(json));
    return absl::OkStatus();
  });
}

cupel_status cupel_queue_lease(cupel_queue* queue,
                               const cupel_queue_lease_options* options,
                               cupel_buffer** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const SharedAccess access, AccessOf(queue));
    CUPEL_ASSIGN_OR_RETURN(const auto request, RequestOf(options));
    CUPEL_ASSIGN_OR_RETURN(std::string json,
                           cupel::LeaseJson(*access, request));
    *out = new cupel_buffer(std::move(json));
    return absl::OkStatus();
  });
}

cupel_status cupel_queue_wait(cupel_queue* queue, const cupel_view* kinds,
                              size_t kind_count, uint64_t wait_ms,
                              cupel_cancel* cancel, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const SharedAccess access, AccessOf(queue));
    CUPEL_RETURN_IF_ERROR(cupel::capi::CheckOptionalHandle(cancel, "cancel"));
    CUPEL_ASSIGN_OR_RETURN(const auto names,
                           NamesOf(kinds, kind_count, "kinds"));
    const auto token = cancel == nullptr ? nullptr : cancel->cancel;
    return access->queue->WaitForWork(names, Micros(wait_ms), token.get());
  });
}

cupel_status cupel_queue_renew(cupel_queue* queue, cupel_view id,
                               uint64_t token, uint64_t lease_ms,
                               cupel_buffer** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const SharedAccess access, AccessOf(queue));
    CUPEL_ASSIGN_OR_RETURN(const std::string job, NameOf(id, "id"));
    CUPEL_ASSIGN_OR_RETURN(
        std::string json,
        cupel::RenewJson(*access, job, token, Micros(lease_ms)));
    *out = new cupel_buffer(std::move(json));
    return absl::OkStatus();
  });
}

cupel_status cupel_queue_complete(cupel_queue* queue, cupel_view id,
                                  uint64_t token, cupel_view type,
                                  cupel_view bytes, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const SharedAccess access, AccessOf(queue));
    CUPEL_ASSIGN_OR_RETURN(const std::string job, NameOf(id, "id"));
    cupel::queue::JobResult result;
    CUPEL_ASSIGN_OR_RETURN(result.type, NameOf(type, "type"));
    CUPEL_ASSIGN_OR_RETURN(result.bytes, BytesOf(bytes, "bytes"));
    return access->queue->Complete(job, token, result);
  });
}

cupel_status cupel_queue_fail(cupel_queue* queue, cupel_view id, uint64_t token,
                              const cupel_queue_failure* failure,
                              cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const SharedAccess access, AccessOf(queue));
    CUPEL_ASSIGN_OR_RETURN(const std::string job, NameOf(id, "id"));
    CUPEL_ASSIGN_OR_RETURN(const auto what, FailureOf(failure));
    return access->queue->Fail(job, token, what);
  });
}

cupel_status cupel_queue_release(cupel_queue* queue, cupel_view id,
                                 uint64_t token, cupel_view reason,
                                 cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const SharedAccess access, AccessOf(queue));
    CUPEL_ASSIGN_OR_RETURN(const std::string job, NameOf(id, "id"));
    CUPEL_ASSIGN_OR_RETURN(const std::string why, TextOf(reason, "reason"));
    return access->queue->Release(job, token, why);
  });
}

cupel_status cupel_queue_job_json(cupel_queue* queue, cupel_view id,
                                  cupel_buffer** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const SharedAccess access, AccessOf(queue));
    CUPEL_ASSIGN_OR_RETURN(const std::string job, NameOf(id, "id"));
    CUPEL_ASSIGN_OR_RETURN(std::string json, cupel::JobJson(*access, job));
    *out = new cupel_buffer(std::move(json));
    return absl::OkStatus();
  });
}

cupel_status cupel_queue_result(cupel_queue* queue, cupel_view id,
                                cupel_buffer** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const SharedAccess access, AccessOf(queue));
    CUPEL_ASSIGN_OR_RETURN(const std::string job, NameOf(id, "id"));
    CUPEL_ASSIGN_OR_RETURN(cupel::queue::JobResult result,
                           access->queue->Result(job));
    *out = new cupel_buffer(std::move(result.bytes));
    return absl::OkStatus();
  });
}

cupel_status cupel_queue_list_json(cupel_queue* queue,
                                   const cupel_queue_list_options* options,
                                   cupel_buffer** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const SharedAccess access, AccessOf(queue));
    CUPEL_ASSIGN_OR_RETURN(const auto request, ListOptionsOf(options));
    CUPEL_ASSIGN_OR_RETURN(std::string json, cupel::ListJson(*access, request));
    *out = new cupel_buffer(std::move(json));
    return absl::OkStatus();
  });
}

cupel_status cupel_queue_stats_json(cupel_queue* queue, cupel_buffer** out,
                                    cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const SharedAccess access, AccessOf(queue));
    CUPEL_ASSIGN_OR_RETURN(std::string json, cupel::StatsJson(*access));
    *out = new cupel_buffer(std::move(json));
    return absl::OkStatus();
  });
}

cupel_status cupel_queue_retry(cupel_queue* queue, cupel_view id,
                               cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const SharedAccess access, AccessOf(queue));
    CUPEL_ASSIGN_OR_RETURN(const std::string job, NameOf(id, "id"));
    return access->queue->Retry(job);
  });
}

cupel_status cupel_queue_cancel(cupel_queue* queue, cupel_view id,
                                cupel_view reason, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const SharedAccess access, AccessOf(queue));
    CUPEL_ASSIGN_OR_RETURN(const std::string job, NameOf(id, "id"));
    CUPEL_ASSIGN_OR_RETURN(const std::string why, TextOf(reason, "reason"));
    return access->queue->Cancel(job, why);
  });
}

cupel_status cupel_queue_purge(cupel_queue* queue, cupel_view state,
                               uint64_t older_than_seconds, uint64_t* removed,
                               cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const SharedAccess access, AccessOf(queue));
    CUPEL_ASSIGN_OR_RETURN(const auto which, StateOf(state));
    const uint64_t seconds = std::min(older_than_seconds, kLongestMs / 1000);
    // What ended in this very microsecond has ended, too.
    const int64_t before = cupel::DateTime::Now().micros -
                           static_cast<int64_t>(seconds) * 1'000'000 + 1;
    CUPEL_ASSIGN_OR_RETURN(const uint64_t count,
                           access->queue->Purge(before, which));
    if (removed != nullptr) *removed = count;
    return absl::OkStatus();
  });
}

}  // extern "C"
