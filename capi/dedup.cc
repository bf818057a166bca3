// When two jobs are the same.
#include <string>
#include <utility>

#include "capi/arguments.h"
#include "capi/guard.h"
#include "capi/handles.h"
#include "cupel/cupel.h"
#include "engine/job_keys.h"
#include "engine/jobs.h"

namespace {

using cupel::capi::CheckHandle;
using cupel::capi::ClearOut;
using cupel::capi::Guard;
using cupel::capi::TextOf;

}  // namespace

extern "C" {

cupel_status cupel_job_environment_fingerprint(const cupel_job* job,
                                               const cupel_keyring* keyring,
                                               cupel_buffer** out,
                                               cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_RETURN_IF_ERROR(CheckHandle(job, "job"));
    CUPEL_RETURN_IF_ERROR(CheckHandle(keyring, "keyring"));
    CUPEL_ASSIGN_OR_RETURN(
        std::string digest,
        cupel::JobEnvironmentFingerprint(job->job->job, *keyring->keys));
    *out = new cupel_buffer(std::move(digest));
    return absl::OkStatus();
  });
}

cupel_status cupel_job_key(const cupel_job* job,
                           cupel_view environment_fingerprint,
                           cupel_buffer** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_RETURN_IF_ERROR(CheckHandle(job, "job"));
    CUPEL_ASSIGN_OR_RETURN(
        const std::string fingerprint,
        TextOf(environment_fingerprint, "environment_fingerprint"));
    CUPEL_ASSIGN_OR_RETURN(std::string key,
                           cupel::JobKeyHex(job->job->job, fingerprint));
    *out = new cupel_buffer(std::move(key));
    return absl::OkStatus();
  });
}

cupel_status cupel_job_compare(const cupel_job* a, const cupel_job* b,
                               cupel_buffer** out, cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_RETURN_IF_ERROR(CheckHandle(a, "a"));
    CUPEL_RETURN_IF_ERROR(CheckHandle(b, "b"));
    CUPEL_ASSIGN_OR_RETURN(std::string json,
                           cupel::CompareJobsJson(a->job->job, b->job->job));
    *out = new cupel_buffer(std::move(json));
    return absl::OkStatus();
  });
}

cupel_status cupel_openkat_task_hash_boefje(cupel_view input_ooi,
                                            cupel_view boefje,
                                            cupel_view organisation,
                                            cupel_buffer** out,
                                            cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const std::string text,
                           TextOf(input_ooi, "input_ooi"));
    CUPEL_ASSIGN_OR_RETURN(const std::string plugin, TextOf(boefje, "boefje"));
    CUPEL_ASSIGN_OR_RETURN(const std::string whose,
                           TextOf(organisation, "organisation"));
    *out = new cupel_buffer(cupel::BoefjeTaskHash(text, plugin, whose));
    return absl::OkStatus();
  });
}

cupel_status cupel_openkat_task_hash_normalizer(cupel_view normalizer,
                                                cupel_view boefje_meta_id,
                                                cupel_view organisation,
                                                cupel_buffer** out,
                                                cupel_error** error) {
  return Guard(error, [&]() -> absl::Status {
    CUPEL_RETURN_IF_ERROR(ClearOut(out));
    CUPEL_ASSIGN_OR_RETURN(const std::string plugin,
                           TextOf(normalizer, "normalizer"));
    CUPEL_ASSIGN_OR_RETURN(const std::string meta,
                           TextOf(boefje_meta_id, "boefje_meta_id"));
    CUPEL_ASSIGN_OR_RETURN(const std::string whose,
                           TextOf(organisation, "organisation"));
    *out = new cupel_buffer(cupel::NormalizerTaskHash(plugin, meta, whose));
    return absl::OkStatus();
  });
}

}  // extern "C"
