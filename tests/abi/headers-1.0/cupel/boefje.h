#ifndef CUPEL_BOEFJE_H_
#define CUPEL_BOEFJE_H_
#include <stddef.h>
#include <stdint.h>
#include "cupel/base.h"
#include "cupel/job.h"
#include "cupel/plugin.h"
#include "cupel/registry.h"
#ifdef __cplusplus
extern "C" {
#endif
typedef struct cupel_raws cupel_raws;
typedef struct cupel_raws_options {
  size_t struct_size;
  cupel_view database;
  uint64_t max_raw_bytes;
  uint32_t busy_timeout_ms;
  uint32_t reserved;
} cupel_raws_options;
#define CUPEL_RAWS_OPTIONS_INIT {sizeof(cupel_raws_options), {NULL, 0}, 0, 0, 0}
CUPEL_API cupel_status cupel_raws_open(const cupel_raws_options* options,
                                       cupel_raws** out, cupel_error** error);
CUPEL_API void cupel_raws_free(cupel_raws* raws);
CUPEL_API cupel_status cupel_raws_list_json(cupel_raws* raws,
                                            cupel_view organisation,
                                            cupel_view job, cupel_buffer** out,
                                            cupel_error** error);
CUPEL_API cupel_status cupel_raws_meta_json(cupel_raws* raws, cupel_view id,
                                            cupel_buffer** out,
                                            cupel_error** error);
CUPEL_API cupel_status cupel_raws_bytes(cupel_raws* raws, cupel_view id,
                                        cupel_buffer** out,
                                        cupel_error** error);
enum {
  CUPEL_RUN_PROCESS_VARIABLES = 1 << 0,
  CUPEL_RUN_DEFAULTS = 1 << 1,
  CUPEL_RUN_NO_NETWORK = 1 << 2
};
typedef void (*cupel_run_log_fn)(void* user_data, cupel_log_level level,
                                 cupel_view text);
typedef struct cupel_run_options {
  size_t struct_size;
  uint32_t flags;
  cupel_tier tier;
  uint64_t timeout_ms;
  uint64_t memory_bytes;
  cupel_view runner;
  cupel_view python;
  cupel_view python_path;
  cupel_view oci_program;
  cupel_view oci_runtime;
  cupel_run_log_fn log;
  void* log_data;
} cupel_run_options;
#define CUPEL_RUN_OPTIONS_INIT \
  {sizeof(cupel_run_options),  \
   0,                          \
   0,                          \
   0,                          \
   0,                          \
   {NULL, 0},                  \
   {NULL, 0},                  \
   {NULL, 0},                  \
   {NULL, 0},                  \
   {NULL, 0},                  \
   NULL,                       \
   NULL}
CUPEL_API cupel_status cupel_boefje_run(
    cupel_registry* registry, cupel_raws* raws, cupel_view organisation,
    cupel_view boefje, cupel_view input, const cupel_run_options* options,
    cupel_cancel* cancel, cupel_buffer** out, cupel_error** error);
CUPEL_API cupel_status cupel_boefje_run_job(
    cupel_registry* registry, cupel_raws* raws, const cupel_job* job,
    const cupel_run_options* options, cupel_cancel* cancel, cupel_buffer** out,
    cupel_error** error);
CUPEL_API cupel_status cupel_normalizer_run(
    cupel_registry* registry, cupel_raws* raws, cupel_view normalizer,
    cupel_view raw, cupel_view whitelist, const cupel_run_options* options,
    cupel_cancel* cancel, cupel_buffer** out, cupel_error** error);
CUPEL_API cupel_status cupel_normalizer_run_job(
    cupel_registry* registry, cupel_raws* raws, const cupel_job* job,
    cupel_view whitelist, const cupel_run_options* options,
    cupel_cancel* cancel, cupel_buffer** out, cupel_error** error);
#ifdef __cplusplus
}
#endif
#endif
