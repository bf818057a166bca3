#ifndef CUPEL_DEDUP_H_
#define CUPEL_DEDUP_H_
#include <stddef.h>
#include <stdint.h>
#include "cupel/base.h"
#include "cupel/job.h"
#include "cupel/settings.h"
#ifdef __cplusplus
extern "C" {
#endif
CUPEL_API cupel_status cupel_job_environment_fingerprint(
    const cupel_job* job, const cupel_keyring* keyring, cupel_buffer** out,
    cupel_error** error);
CUPEL_API cupel_status cupel_job_key(const cupel_job* job,
                                     cupel_view environment_fingerprint,
                                     cupel_buffer** out, cupel_error** error);
CUPEL_API cupel_status cupel_job_compare(const cupel_job* a, const cupel_job* b,
                                         cupel_buffer** out,
                                         cupel_error** error);
CUPEL_API cupel_status cupel_openkat_task_hash_boefje(cupel_view input_ooi,
                                                      cupel_view boefje,
                                                      cupel_view organisation,
                                                      cupel_buffer** out,
                                                      cupel_error** error);
CUPEL_API cupel_status cupel_openkat_task_hash_normalizer(
    cupel_view normalizer, cupel_view boefje_meta_id, cupel_view organisation,
    cupel_buffer** out, cupel_error** error);
typedef struct cupel_dedup cupel_dedup;
typedef struct cupel_dedup_options {
  size_t struct_size;
  cupel_view database;
  uint64_t lease_ms;
  uint64_t max_raw_bytes;
  uint32_t busy_timeout_ms;
  uint32_t reserved;
} cupel_dedup_options;
#define CUPEL_DEDUP_OPTIONS_INIT \
  {sizeof(cupel_dedup_options), {NULL, 0}, 0, 0, 0, 0}
enum {
  CUPEL_DEDUP_INSTALL = 1 << 0,
  CUPEL_DEDUP_ORGANISATION = 1 << 1,
  CUPEL_DEDUP_PLUGIN = 1 << 2
};
typedef struct cupel_dedup_request {
  size_t struct_size;
  uint32_t flags;
  uint32_t reserved;
  cupel_view organisation;
  cupel_view job;
  cupel_view plugin;
  cupel_view key;
  const cupel_view* system_variables;
  size_t system_variable_count;
  int64_t max_age_seconds;
} cupel_dedup_request;
#define CUPEL_DEDUP_REQUEST_INIT \
  {sizeof(cupel_dedup_request),  \
   0,                            \
   0,                            \
   {NULL, 0},                    \
   {NULL, 0},                    \
   {NULL, 0},                    \
   {NULL, 0},                    \
   NULL,                         \
   0,                            \
   -1}
typedef struct cupel_dedup_output {
  cupel_view bytes;
  const cupel_view* mime_types;
  size_t mime_type_count;
} cupel_dedup_output;
CUPEL_API cupel_status cupel_dedup_open(const cupel_dedup_options* options,
                                        cupel_dedup** out, cupel_error** error);
CUPEL_API void cupel_dedup_free(cupel_dedup* dedup);
CUPEL_API cupel_status cupel_dedup_set_time(cupel_dedup* dedup, int64_t micros,
                                            cupel_error** error);
CUPEL_API cupel_status cupel_dedup_join(cupel_dedup* dedup,
                                        const cupel_dedup_request* request,
                                        cupel_buffer** out,
                                        cupel_error** error);
CUPEL_API cupel_status cupel_dedup_renew(cupel_dedup* dedup,
                                         cupel_view organisation,
                                         cupel_view job, int64_t token,
                                         cupel_buffer** out,
                                         cupel_error** error);
CUPEL_API cupel_status cupel_dedup_complete(
    cupel_dedup* dedup, cupel_view organisation, cupel_view job, int64_t token,
    const cupel_dedup_output* outputs, size_t output_count, cupel_buffer** out,
    cupel_error** error);
CUPEL_API cupel_status cupel_dedup_fail(cupel_dedup* dedup,
                                        cupel_view organisation, cupel_view job,
                                        int64_t token, cupel_buffer** out,
                                        cupel_error** error);
CUPEL_API cupel_status cupel_dedup_leave(cupel_dedup* dedup,
                                         cupel_view organisation,
                                         cupel_view job, cupel_buffer** out,
                                         cupel_error** error);
CUPEL_API cupel_status cupel_dedup_release_expired(cupel_dedup* dedup,
                                                   cupel_buffer** out,
                                                   cupel_error** error);
CUPEL_API cupel_status cupel_dedup_forget(cupel_dedup* dedup,
                                          cupel_view organisation,
                                          cupel_buffer** out,
                                          cupel_error** error);
CUPEL_API cupel_status cupel_dedup_prune(cupel_dedup* dedup,
                                         int64_t older_than_seconds,
                                         uint64_t* removed,
                                         cupel_error** error);
CUPEL_API cupel_status cupel_dedup_raws_json(cupel_dedup* dedup,
                                             cupel_view organisation,
                                             cupel_view job, cupel_buffer** out,
                                             cupel_error** error);
CUPEL_API cupel_status cupel_dedup_raw_bytes(cupel_dedup* dedup,
                                             cupel_view organisation,
                                             cupel_view id, cupel_buffer** out,
                                             cupel_error** error);
CUPEL_API cupel_status cupel_dedup_delete_raw(cupel_dedup* dedup,
                                              cupel_view organisation,
                                              cupel_view id,
                                              cupel_error** error);
#ifdef __cplusplus
}
#endif
#endif
