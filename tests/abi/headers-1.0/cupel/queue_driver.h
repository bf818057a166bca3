#ifndef CUPEL_QUEUE_DRIVER_H_
#define CUPEL_QUEUE_DRIVER_H_
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "cupel/base.h"
#ifdef __cplusplus
extern "C" {
#endif
#define CUPEL_QUEUE_DRIVER_ABI 1
typedef struct cupel_driver_why {
  size_t struct_size;
  char text[1024];
} cupel_driver_why;
typedef struct cupel_driver_open {
  size_t struct_size;
  cupel_view url;
  uint32_t max_attempts;
  uint32_t reserved;
  int64_t backoff_us;
  int64_t max_backoff_us;
  double jitter;
  uint64_t max_body_bytes;
  uint64_t max_result_bytes;
} cupel_driver_open;
typedef struct cupel_driver_job {
  size_t struct_size;
  cupel_view id;
  cupel_view kind;
  cupel_view body;
  cupel_view organisation;
  cupel_view dedup_key;
  int32_t priority;
  uint32_t max_attempts;
  int64_t not_before_us;
  int64_t deadline_us;
} cupel_driver_job;
typedef struct cupel_driver_lease_request {
  size_t struct_size;
  cupel_view worker;
  uint32_t max;
  uint32_t kind_count;
  int64_t lease_us;
  const cupel_view* kinds;
} cupel_driver_lease_request;
typedef struct cupel_driver_lease {
  size_t struct_size;
  cupel_driver_job job;
  uint64_t token;
  uint32_t attempt;
  uint32_t reserved;
  int64_t submitted_us;
  int64_t expires_us;
} cupel_driver_lease;
typedef struct cupel_driver_result {
  size_t struct_size;
  cupel_view type;
  cupel_view bytes;
  uint64_t max_rss_bytes;
} cupel_driver_result;
typedef struct cupel_driver_failure {
  size_t struct_size;
  cupel_view reason;
  cupel_view last_step;
  int32_t signal;
  int32_t retry;
  uint64_t max_rss_bytes;
} cupel_driver_failure;
typedef struct cupel_driver_record {
  size_t struct_size;
  cupel_driver_job job;
  int32_t state;
  uint32_t attempts;
  uint64_t token;
  int64_t submitted_us;
  int64_t ready_us;
  int64_t lease_expires_us;
  int64_t finished_us;
  cupel_view worker;
  cupel_view reason;
} cupel_driver_record;
typedef struct cupel_driver_stats {
  size_t struct_size;
  uint64_t waiting;
  uint64_t delayed;
  uint64_t leased;
  uint64_t completed;
  uint64_t dead;
  uint64_t cancelled;
  int64_t oldest_waiting_us;
} cupel_driver_stats;
typedef struct cupel_driver_list_request {
  size_t struct_size;
  int32_t state;
  uint32_t max;
  cupel_view kind;
  cupel_view after;
} cupel_driver_list_request;
typedef void (*cupel_driver_take_lease_fn)(void* user_data,
                                           const cupel_driver_lease* lease);
typedef void (*cupel_driver_take_record_fn)(void* user_data,
                                            const cupel_driver_record* record);
typedef struct cupel_queue_driver_v1 {
  size_t struct_size;
  uint32_t abi;
  uint32_t flags;
  const char* name;
  const char* version;
  const char* description;
  const char* schemes;
  cupel_status (*open)(const cupel_driver_open* options, void** queue,
                       cupel_driver_why* why);
  void (*close)(void* queue);
  cupel_status (*submit)(void* queue, const cupel_driver_job* jobs,
                         size_t count, int32_t* existed, cupel_driver_why* why);
  cupel_status (*lease)(void* queue, const cupel_driver_lease_request* request,
                        cupel_driver_take_lease_fn take, void* user_data,
                        cupel_driver_why* why);
  cupel_status (*wait)(void* queue, const cupel_view* kinds,
                       uint32_t kind_count, int64_t micros,
                       cupel_driver_why* why);
  void (*wake)(void* queue);
  cupel_status (*renew)(void* queue, cupel_view id, uint64_t token,
                        int64_t lease_us, int64_t* expires_us,
                        int32_t* cancel_wanted, cupel_driver_why* why);
  cupel_status (*complete)(void* queue, cupel_view id, uint64_t token,
                           const cupel_driver_result* result,
                           cupel_driver_why* why);
  cupel_status (*fail)(void* queue, cupel_view id, uint64_t token,
                       const cupel_driver_failure* failure,
                       cupel_driver_why* why);
  cupel_status (*release)(void* queue, cupel_view id, uint64_t token,
                          cupel_view reason, cupel_driver_why* why);
  cupel_status (*stats)(void* queue, cupel_driver_stats* stats,
                        cupel_driver_why* why);
  cupel_status (*get)(void* queue, cupel_view id,
                      cupel_driver_take_record_fn take, void* user_data,
                      cupel_driver_why* why);
  cupel_status (*list)(void* queue, const cupel_driver_list_request* request,
                       cupel_driver_take_record_fn take, void* user_data,
                       cupel_driver_why* why);
  cupel_status (*retry)(void* queue, cupel_view id, cupel_driver_why* why);
  cupel_status (*cancel)(void* queue, cupel_view id, cupel_view reason,
                         cupel_driver_why* why);
  cupel_status (*purge)(void* queue, int64_t ended_before_us, int32_t state,
                        uint64_t* count, cupel_driver_why* why);
  const char* remedy;
} cupel_queue_driver_v1;
typedef const cupel_queue_driver_v1* (*cupel_queue_driver_v1_fn)(
    uint32_t host_abi);
#if defined(_WIN32)
#define CUPEL_QUEUE_DRIVER_VISIBLE __declspec(dllexport)
#else
#define CUPEL_QUEUE_DRIVER_VISIBLE __attribute__((visibility("default")))
#endif
#ifdef __cplusplus
#define CUPEL_QUEUE_DRIVER_LINKAGE extern "C"
#else
#define CUPEL_QUEUE_DRIVER_LINKAGE
#endif
#define CUPEL_QUEUE_DRIVER_EXPORT(table)                  \
  CUPEL_QUEUE_DRIVER_LINKAGE                              \
  CUPEL_QUEUE_DRIVER_VISIBLE const cupel_queue_driver_v1* \
  cupel_queue_driver_v1_get(uint32_t host_abi);           \
  CUPEL_QUEUE_DRIVER_LINKAGE const cupel_queue_driver_v1* \
  cupel_queue_driver_v1_get(uint32_t host_abi) {          \
    return host_abi == CUPEL_QUEUE_DRIVER_ABI             \
               ? (table)                                  \
               : (const cupel_queue_driver_v1*)0;         \
  }
CUPEL_INLINE cupel_status cupel_driver_fail(cupel_driver_why* why,
                                            cupel_status code,
                                            const char* text) {
  size_t size = strlen(text);
  if (size >= sizeof(why->text)) size = sizeof(why->text) - 1;
  memcpy(why->text, text, size);
  why->text[size] = '\0';
  return code;
}
#ifdef __cplusplus
}
#endif
#endif
