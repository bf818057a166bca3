#ifndef CUPEL_QUEUE_H_
#define CUPEL_QUEUE_H_
#include <stddef.h>
#include <stdint.h>
#include "cupel/base.h"
#ifdef __cplusplus
extern "C" {
#endif
typedef struct cupel_queue cupel_queue;
typedef struct cupel_queue_options {
  size_t struct_size;
  uint32_t max_attempts;
  uint32_t busy_timeout_ms;
  uint64_t backoff_ms;
  uint64_t max_backoff_ms;
  uint64_t max_body_bytes;
  uint64_t max_result_bytes;
  const cupel_view* driver_folders;
  size_t driver_folder_count;
} cupel_queue_options;
#define CUPEL_QUEUE_OPTIONS_INIT \
  {sizeof(cupel_queue_options), 0, 0, 0, 0, 0, 0, NULL, 0}
CUPEL_API cupel_status cupel_queue_open(cupel_view url,
                                        const cupel_queue_options* options,
                                        cupel_queue** out, cupel_error** error);
CUPEL_API void cupel_queue_free(cupel_queue* queue);
CUPEL_API cupel_status cupel_queue_url(const cupel_queue* queue,
                                       cupel_buffer** out, cupel_error** error);
CUPEL_API cupel_status cupel_queue_submit(cupel_queue* queue, cupel_view jobs,
                                          cupel_buffer** out,
                                          cupel_error** error);
typedef struct cupel_queue_lease_options {
  size_t struct_size;
  cupel_view worker;
  uint32_t max;
  uint32_t reserved;
  uint64_t lease_ms;
  const cupel_view* kinds;
  size_t kind_count;
} cupel_queue_lease_options;
#define CUPEL_QUEUE_LEASE_OPTIONS_INIT \
  {sizeof(cupel_queue_lease_options), {NULL, 0}, 0, 0, 0, NULL, 0}
CUPEL_API cupel_status
cupel_queue_lease(cupel_queue* queue, const cupel_queue_lease_options* options,
                  cupel_buffer** out, cupel_error** error);
CUPEL_API cupel_status cupel_queue_wait(cupel_queue* queue,
                                        const cupel_view* kinds,
                                        size_t kind_count, uint64_t wait_ms,
                                        cupel_cancel* cancel,
                                        cupel_error** error);
CUPEL_API cupel_status cupel_queue_renew(cupel_queue* queue, cupel_view id,
                                         uint64_t token, uint64_t lease_ms,
                                         cupel_buffer** out,
                                         cupel_error** error);
CUPEL_API cupel_status cupel_queue_complete(cupel_queue* queue, cupel_view id,
                                            uint64_t token, cupel_view type,
                                            cupel_view bytes,
                                            cupel_error** error);
enum {
  CUPEL_QUEUE_FAILURE_FINAL = 1 << 0
};
typedef struct cupel_queue_failure {
  size_t struct_size;
  uint32_t flags;
  int32_t signal;
  cupel_view reason;
  cupel_view last_step;
  uint64_t max_rss_bytes;
} cupel_queue_failure;
#define CUPEL_QUEUE_FAILURE_INIT \
  {sizeof(cupel_queue_failure), 0, 0, {NULL, 0}, {NULL, 0}, 0}
CUPEL_API cupel_status cupel_queue_fail(cupel_queue* queue, cupel_view id,
                                        uint64_t token,
                                        const cupel_queue_failure* failure,
                                        cupel_error** error);
CUPEL_API cupel_status cupel_queue_release(cupel_queue* queue, cupel_view id,
                                           uint64_t token, cupel_view reason,
                                           cupel_error** error);
CUPEL_API cupel_status cupel_queue_job_json(cupel_queue* queue, cupel_view id,
                                            cupel_buffer** out,
                                            cupel_error** error);
CUPEL_API cupel_status cupel_queue_result(cupel_queue* queue, cupel_view id,
                                          cupel_buffer** out,
                                          cupel_error** error);
typedef struct cupel_queue_list_options {
  size_t struct_size;
  cupel_view state;
  cupel_view kind;
  cupel_view after;
  uint32_t max;
  uint32_t reserved;
} cupel_queue_list_options;
#define CUPEL_QUEUE_LIST_OPTIONS_INIT \
  {sizeof(cupel_queue_list_options), {NULL, 0}, {NULL, 0}, {NULL, 0}, 0, 0}
CUPEL_API cupel_status cupel_queue_list_json(
    cupel_queue* queue, const cupel_queue_list_options* options,
    cupel_buffer** out, cupel_error** error);
CUPEL_API cupel_status cupel_queue_stats_json(cupel_queue* queue,
                                              cupel_buffer** out,
                                              cupel_error** error);
CUPEL_API cupel_status cupel_queue_retry(cupel_queue* queue, cupel_view id,
                                         cupel_error** error);
CUPEL_API cupel_status cupel_queue_cancel(cupel_queue* queue, cupel_view id,
                                          cupel_view reason,
                                          cupel_error** error);
CUPEL_API cupel_status cupel_queue_purge(cupel_queue* queue, cupel_view state,
                                         uint64_t older_than_seconds,
                                         uint64_t* removed,
                                         cupel_error** error);
#ifdef __cplusplus
}
#endif
#endif
