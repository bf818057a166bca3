#ifndef CUPEL_JOB_H_
#define CUPEL_JOB_H_
#include <stddef.h>
#include <stdint.h>
#include "cupel/base.h"
#ifdef __cplusplus
extern "C" {
#endif
typedef int32_t cupel_job_kind;
enum {
  CUPEL_JOB_ANY = 0,
  CUPEL_JOB_TASK = 1,
  CUPEL_JOB_TASK_POP = 2,
  CUPEL_JOB_PAGINATED_TASKS_RESPONSE = 3,
  CUPEL_JOB_QUEUE = 4,
  CUPEL_JOB_BOEFJE_META = 5,
  CUPEL_JOB_RAW_DATA_META = 6,
  CUPEL_JOB_NORMALIZER_META = 7,
  CUPEL_JOB_FILE = 8,
  CUPEL_JOB_BOEFJE_OUTPUT = 9,
  CUPEL_JOB_BOEFJE_INPUT = 10,
  CUPEL_JOB_NORMALIZER_OBSERVATION = 11,
  CUPEL_JOB_NORMALIZER_DECLARATION = 12,
  CUPEL_JOB_NORMALIZER_AFFIRMATION = 13,
  CUPEL_JOB_DECLARED_SCAN_PROFILE = 14,
  CUPEL_JOB_NORMALIZER_RESULTS = 15,
  CUPEL_JOB_OOI = 16
};
CUPEL_API const char* cupel_job_kind_name(cupel_job_kind kind);
typedef struct cupel_job cupel_job;
CUPEL_API cupel_status cupel_job_parse(cupel_view json, cupel_job_kind kind,
                                       cupel_job** out, cupel_error** error);
CUPEL_API cupel_status cupel_job_check(cupel_view json, cupel_job_kind kind,
                                       cupel_buffer** out, cupel_error** error);
CUPEL_API cupel_job_kind cupel_job_get_kind(const cupel_job* job);
enum {
  CUPEL_JOB_INDENT = 1 << 0,
  CUPEL_JOB_REVEAL = 1 << 1
};
CUPEL_API cupel_status cupel_job_json(const cupel_job* job, uint32_t flags,
                                      cupel_buffer** out, cupel_error** error);
CUPEL_API cupel_status cupel_job_encode(const cupel_job* job,
                                        cupel_buffer** out,
                                        cupel_error** error);
CUPEL_API cupel_status cupel_job_decode(cupel_view bytes, cupel_job** out,
                                        cupel_error** error);
CUPEL_API void cupel_job_free(cupel_job* job);
typedef int32_t cupel_task_status;
enum {
  CUPEL_TASK_PENDING = 0,
  CUPEL_TASK_QUEUED = 1,
  CUPEL_TASK_DISPATCHED = 2,
  CUPEL_TASK_RUNNING = 3,
  CUPEL_TASK_COMPLETED = 4,
  CUPEL_TASK_FAILED = 5,
  CUPEL_TASK_CANCELLED = 6
};
CUPEL_API const char* cupel_task_status_name(cupel_task_status status);
CUPEL_API cupel_status cupel_task_transition_check(cupel_task_status from,
                                                   cupel_task_status to,
                                                   cupel_error** error);
CUPEL_API cupel_status cupel_job_get_status(const cupel_job* job,
                                            cupel_task_status* out,
                                            cupel_error** error);
CUPEL_API cupel_status cupel_job_transition(const cupel_job* job,
                                            cupel_task_status to,
                                            cupel_job** out,
                                            cupel_error** error);
#ifdef __cplusplus
}
#endif
#endif
