// cupel_dedup: one run for all who want the same.
#include "engine/dedup_runs.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "capi/arguments.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "capi/structs.h"
#include "cupel/cupel.h"

namespace {

using cupel::capi::BytesOf;
using cupel::capi::CheckHandle;
using cupel::capi::ClearOut;
using cupel::capi::Guard;
using cupel::capi::NameOf;
using cupel::capi::TextOf;

using SharedRuns = std::shared_ptr<cupel::DedupRuns>;

constexpr uint32_t kSwitches =
    CUPEL_DEDUP_INSTALL | CUPEL_DEDUP_ORGANISATION | CUPEL_DEDUP_PLUGIN;
// Longer than anybody waits, and no sum with it overflows.
constexpr int64_t kLongestSeconds = int64_t{100} * 366 * 24 * 3600;

// A share of the caller's own: the handle may be freed while it is in use.
absl::StatusOr<SharedRuns> RunsOf(const cupel_dedup* dedup) {
  CUPEL_RETURN_IF_ERROR(CheckHandle(dedup, "dedup"));
  return dedup->runs;
}

absl::StatusOr<cupel::RawOwner> OwnerOf(cupel_view organisation,
                                        cupel_view job) {
  cupel::RawOwner owner;
  CUPEL_ASSIGN_OR_RETURN(owner.organisation,
                         NameOf(organisation, "organisation"));
  CUPEL_ASSIGN_OR_RETURN(owner.job, NameOf(job, "job"));
  return owner;
}

absl::StatusOr<cupel::DedupOptions> OptionsOf(
    const cupel_dedup_options* options) {
  cupel_dedup_options o = CUPEL_DEDUP_OPTIONS_INIT;
  CUPEL_RETURN_IF_ERROR(
      cupel::capi::CopyIn(options, &o, "cupel_dedup_options"));
  CUPEL_RETURN_IF_ERROR(
      cupel::capi::CheckFlags(o.reserved, 0, "cupel_dedup_options.reserved"));
  cupel::DedupOptions to;
  if (o.database.size != 0) {
    CUPEL_ASSIGN_OR_RETURN(to.path, NameOf(o.database, "database"));
  }
  if (o.lease_ms != 0) {
    to.lease = std::chrono::milliseconds(
        std::min<uint64_t>(o.lease_ms, uint64_t{kLongestSeconds} * 1000));
  }
  if (o.max_raw_bytes != 0) to.most_raw_bytes = o.max_raw_bytes;
  if (o.busy_timeout_ms != 0) to.busy_timeout_ms = o.busy_timeout_ms;
  return to;
}

absl::StatusOr<cupel::DedupRequest> RequestOf(
    const cupel_dedup_request* request) {
  if (request == nullptr) return cupel::InvalidArgument("request is NULL");
  cupel_dedup_request r = CUPEL_DEDUP_REQUEST_INIT;
  CUPEL_RETURN_IF_ERROR(
      cupel::capi::CopyIn(request, &r, "cupel_dedup_request"));
  CUPEL_RETURN_IF_ERROR(
      cupel::capi::CheckFlags(r.flags, kSwitches, "cupel_dedup_request.flags"));
  CUPEL_RETURN_IF_ERROR(
      cupel::capi::CheckFlags(r.reserved, 0, "cupel_dedup_request.reserved"));
  cupel::DedupRequest to;
  to.switches.install = (r.flags & CUPEL_DEDUP_INSTALL) != 0;
  to.switches.organisation = (r.flags & CUPEL_DEDUP_ORGANISATION) != 0;
  to.switches.plugin = (r.flags & CUPEL_DEDUP_PLUGIN) != 0;
  CUPEL_ASSIGN_OR_RETURN(to.organisation,
                         NameOf(r.organisation, "organisation"));
  CUPEL_ASSIGN_OR_RETURN(to.job, NameOf(r.job, "job"));
  CUPEL_ASSIGN_OR_RETURN(to.plugin, TextOf(r.plugin, "plugin"));
  CUPEL_ASSIGN_OR_RETURN(to.key, TextOf(r.key, "key"));
  CUPEL_ASSIGN_OR_RETURN(
      const auto names,
      cupel::capi::ListOf(r.system_variables, r.system_variable_count,
                          "system_variables"));
  for (const cupel_view name : names) {
    CUPEL_ASSIGN_OR_RETURN(std::string text,
                           NameOf(name, "one of system_variables"));
    to.system_variables.push_back(std::move(text));
  }
  if (r.max_age_seconds >= 0) {
    to.max_age =
        std::chrono::seconds(std::min(r.max_age_seconds, kLongestSeconds));
  }
  return to;
}

absl::StatusOr<std::vector<cupel::RawOutput>> OutputsOf(
    const cupel_dedup_output* outputs, size_t count) {
  CUPEL_ASSIGN_OR_RETURN(const auto list,
                         cupel::capi::ListOf(outputs, count, "outputs"));
  std::vector<cupel::RawOutput> to;
  // More are refused later, but not copied first.
  for (const cupel_dedup_output& output : list.first(
           std::min(list.size(), cupel::DedupCoordinator::kMostOutputs + 1))) {
    cupel::RawOutput& raw = to.emplace_back();
    CUPEL_ASSIGN_OR_RETURN(raw.bytes,
                           BytesOf(output.bytes, "bytes of one of outputs"));
    CUPEL_ASSIGN_OR_RETURN(
        const auto types,
        cupel::capi::ListOf(output.mime_types, output.mime_type_count,
                            "mime_types"));
    for (const cupel_view type : types) {
      CUPEL_ASSIGN_OR_RETURN(std::string text,
                             NameOf(type, "one of mime_types"));
      raw.mime_types.push_back(std::move(text));
    }
  }
  return to;
}

}  // namespace

extern "C" {

cupel_status cupel_dedup_open(const cupel_dedup_options* options,
                              cupel_dedup** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const cupel::DedupOptions opened,
                           OptionsOf(options));
    auto handle = std::make_unique<cupel_dedup>();
    CUPEL_ASSIGN_OR_RETURN(handle->runs, cupel::OpenDedupRuns(opened));
    *out = handle.release();
    return absl::OkStatus();
  });
}

void cupel_dedup_free(cupel_dedup* dedup) { cupel::capi::Free(dedup); }

cupel_status cupel_dedup_set_time(cupel_dedup* dedup, int64_t micros,
                                  cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const SharedRuns runs, RunsOf(dedup));
    // To the end of the year 9999, so that no sum with it overflows.
    if (micros < 0 || micros > 253'402'300'799'999'999) {
      return cupel::InvalidArgument("micros is no time from 1970 to 9999");
    }
    runs->set_micros.store(micros);
    return absl::OkStatus();
  });
}

cupel_status cupel_dedup_join(cupel_dedup* dedup,
                              const cupel_dedup_request* request,
                              cupel_buffer** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const SharedRuns runs, RunsOf(dedup));
    CUPEL_ASSIGN_OR_RETURN(const cupel::DedupRequest wanted,
                           RequestOf(request));
    CUPEL_ASSIGN_OR_RETURN(std::string json, cupel::JoinJson(*runs, wanted));
    *out = new cupel_buffer(std::move(json));
    return absl::OkStatus();
  });
}

cupel_status cupel_dedup_renew(cupel_dedup* dedup, cupel_view organisation,
                               cupel_view job, int64_t token,
                               cupel_buffer** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const SharedRuns runs, RunsOf(dedup));
    CUPEL_ASSIGN_OR_RETURN(const auto leader, OwnerOf(organisation, job));
    CUPEL_ASSIGN_OR_RETURN(std::string json,
                           cupel::RenewJson(*runs, leader, token));
    *out = new cupel_buffer(std::move(json));
    return absl::OkStatus();
  });
}

cupel_status cupel_dedup_complete(cupel_dedup* dedup, cupel_view organisation,
                                  cupel_view job, int64_t token,
                                  const cupel_dedup_output* outputs,
                                  size_t output_count, cupel_buffer** out,
                                  cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const SharedRuns runs, RunsOf(dedup));
    CUPEL_ASSIGN_OR_RETURN(const auto leader, OwnerOf(organisation, job));
    CUPEL_ASSIGN_OR_RETURN(const auto given, OutputsOf(outputs, output_count));
    CUPEL_ASSIGN_OR_RETURN(std::string json,
                           cupel::CompleteJson(*runs, leader, token, given));
    *out = new cupel_buffer(std::move(json));
    return absl::OkStatus();
  });
}

cupel_status cupel_dedup_fail(cupel_dedup* dedup, cupel_view organisation,
                              cupel_view job, int64_t token, cupel_buffer** out,
                              cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const SharedRuns runs, RunsOf(dedup));
    CUPEL_ASSIGN_OR_RETURN(const auto leader, OwnerOf(organisation, job));
    CUPEL_ASSIGN_OR_RETURN(std::string json,
                           cupel::FailJson(*runs, leader, token));
    *out = new cupel_buffer(std::move(json));
    return absl::OkStatus();
  });
}

cupel_status cupel_dedup_leave(cupel_dedup* dedup, cupel_view organisation,
                               cupel_view job, cupel_buffer** out,
                               cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const SharedRuns runs, RunsOf(dedup));
    CUPEL_ASSIGN_OR_RETURN(const auto owner, OwnerOf(organisation, job));
    CUPEL_ASSIGN_OR_RETURN(std::string json, cupel::LeaveJson(*runs, owner));
    *out = new cupel_buffer(std::move(json));
    return absl::OkStatus();
  });
}

cupel_status cupel_dedup_release_expired(cupel_dedup* dedup, cupel_buffer** out,
                                         cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const SharedRuns runs, RunsOf(dedup));
    CUPEL_ASSIGN_OR_RETURN(std::string json, cupel::ReleaseExpiredJson(*runs));
    *out = new cupel_buffer(std::move(json));
    return absl::OkStatus();
  });
}

cupel_status cupel_dedup_forget(cupel_dedup* dedup, cupel_view organisation,
                                cupel_buffer** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const SharedRuns runs, RunsOf(dedup));
    CUPEL_ASSIGN_OR_RETURN(const std::string whose,
                           NameOf(organisation, "organisation"));
    CUPEL_ASSIGN_OR_RETURN(std::string json, cupel::ForgetJson(*runs, whose));
    *out = new cupel_buffer(std::move(json));
    return absl::OkStatus();
  });
}

cupel_status cupel_dedup_prune(cupel_dedup* dedup, int64_t older_than_seconds,
                               uint64_t* removed, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const SharedRuns runs, RunsOf(dedup));
    CUPEL_ASSIGN_OR_RETURN(const uint64_t count,
                           cupel::PruneOlderThan(*runs, older_than_seconds));
    if (removed != nullptr) *removed = count;
    return absl::OkStatus();
  });
}

cupel_status cupel_dedup_raws_json(cupel_dedup* dedup, cupel_view organisation,
                                   cupel_view job, cupel_buffer** out,
                                   cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const SharedRuns runs, RunsOf(dedup));
    CUPEL_ASSIGN_OR_RETURN(const std::string whose,
                           NameOf(organisation, "organisation"));
    CUPEL_ASSIGN_OR_RETURN(const std::string of, TextOf(job, "job"));
    CUPEL_ASSIGN_OR_RETURN(std::string json, cupel::RawsJson(*runs, whose, of));
    *out = new cupel_buffer(std::move(json));
    return absl::OkStatus();
  });
}

cupel_status cupel_dedup_raw_bytes(cupel_dedup* dedup, cupel_view organisation,
                                   cupel_view id, cupel_buffer** out,
                                   cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const SharedRuns runs, RunsOf(dedup));
    CUPEL_ASSIGN_OR_RETURN(const std::string whose,
                           NameOf(organisation, "organisation"));
    CUPEL_ASSIGN_OR_RETURN(const std::string raw, NameOf(id, "id"));
    CUPEL_ASSIGN_OR_RETURN(std::string bytes,
                           runs->coordinator->raws().Bytes(whose, raw));
    *out = new cupel_buffer(std::move(bytes));
    return absl::OkStatus();
  });
}

cupel_status cupel_dedup_delete_raw(cupel_dedup* dedup, cupel_view organisation,
                                    cupel_view id, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_ASSIGN_OR_RETURN(const SharedRuns runs, RunsOf(dedup));
    CUPEL_ASSIGN_OR_RETURN(const std::string whose,
                           NameOf(organisation, "organisation"));
    CUPEL_ASSIGN_OR_RETURN(const std::string raw, NameOf(id, "id"));
    return runs->coordinator->raws().Delete(whose, raw);
  });
}

}  // extern "C"
