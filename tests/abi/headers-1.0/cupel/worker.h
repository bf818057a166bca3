#ifndef CUPEL_WORKER_H_
#define CUPEL_WORKER_H_
#include <stddef.h>
#include <stdint.h>
#include "cupel/base.h"
#include "cupel/plugin.h"
#include "cupel/registry.h"
#ifdef __cplusplus
extern "C" {
#endif
typedef struct cupel_worker cupel_worker;
typedef void (*cupel_worker_log_fn)(void* user_data, cupel_log_level level,
                                    cupel_view line);
typedef struct cupel_worker_options {
  size_t struct_size;
  cupel_view config;
  cupel_view config_name;
  const cupel_view* environment;
  size_t environment_count;
  cupel_worker_log_fn log;
  void* log_data;
} cupel_worker_options;
#define CUPEL_WORKER_OPTIONS_INIT \
  {sizeof(cupel_worker_options), {NULL, 0}, {NULL, 0}, NULL, 0, NULL, NULL}
CUPEL_API cupel_status cupel_worker_new(const cupel_worker_options* options,
                                        cupel_worker** out,
                                        cupel_error** error);
CUPEL_API void cupel_worker_free(cupel_worker* worker);
enum {
  CUPEL_WORKER_CHECK_TEXT = 1 << 0
};
CUPEL_API cupel_status cupel_worker_check(const cupel_worker_options* options,
                                          uint32_t flags, cupel_cancel* cancel,
                                          int32_t* ok, cupel_buffer** out,
                                          cupel_error** error);
CUPEL_API cupel_status cupel_worker_run(cupel_worker* worker,
                                        cupel_cancel* cancel,
                                        cupel_error** error);
CUPEL_API cupel_status cupel_worker_drain(cupel_worker* worker,
                                          cupel_error** error);
CUPEL_API cupel_status cupel_worker_stop(cupel_worker* worker,
                                         cupel_error** error);
CUPEL_API cupel_status cupel_worker_reload(cupel_worker* worker,
                                           cupel_error** error);
CUPEL_API cupel_view cupel_worker_listen(const cupel_worker* worker);
CUPEL_API cupel_status cupel_worker_http(cupel_worker* worker,
                                         const cupel_http_request* request,
                                         cupel_http_response** out,
                                         cupel_error** error);
CUPEL_API cupel_status cupel_worker_status_json(cupel_worker* worker,
                                                cupel_buffer** out,
                                                cupel_error** error);
#ifdef __cplusplus
}
#endif
#endif
