/* job.h: the job models of OpenKAT: tasks, metas, what runs take and give.
 * Comes with cupel.h, where the conventions stand.
 *
 * Errors name the JSON path of what is wrong, what was expected and what kind
 * of value was found, and never show a value. */
#ifndef CUPEL_JOB_H_
#define CUPEL_JOB_H_

#include <stddef.h>
#include <stdint.h>

#include "cupel/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Which model a job is. */
typedef int32_t cupel_job_kind;
enum {
  CUPEL_JOB_ANY = 0, /* for parsing: whichever it looks like */
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

/* OpenKAT's name of the model: "TaskPop"; "unknown" for a value that is none.
 * A static string. Since 1.0. */
CUPEL_API const char* cupel_job_kind_name(cupel_job_kind kind);

/* One document, read and found sound. Immutable. */
typedef struct cupel_job cupel_job;

/* Reads JSON as `kind`. INVALID_ARGUMENT for what is no such document, with the
 * first problem and the number of the others; RESOURCE_EXHAUSTED for one that
 * is too large (16 MiB), too deep (64) or of too many values (250,000).
 * Since 1.0. */
CUPEL_API cupel_status cupel_job_parse(cupel_view json, cupel_job_kind kind,
                                       cupel_job** out, cupel_error** error);
/* All that is wrong with a document, and what it is:
 *   {"kind":"Task","sound":false,
 *    "problems":[{"path":"$.id","type":"missing","message":"…"}]}
 * `kind` is null if it looks like no model. Up to 1000 problems are listed,
 * "count" says how many there are. OK also for a document with problems; fails
 * as cupel_job_parse does for what is no JSON. Since 1.0. */
CUPEL_API cupel_status cupel_job_check(cupel_view json, cupel_job_kind kind,
                                       cupel_buffer** out, cupel_error** error);

/* What it is; CUPEL_JOB_ANY for NULL. Since 1.0. */
CUPEL_API cupel_job_kind cupel_job_get_kind(const cupel_job* job);

enum {
  CUPEL_JOB_INDENT = 1 << 0, /* over many lines */
  /* The values of environments too, which may be secrets: without it each is
   * "***". */
  CUPEL_JOB_REVEAL = 1 << 1
};

/* As JSON, the keys in the order of OpenKAT's models. `flags` are CUPEL_JOB_*.
 * Since 1.0. */
CUPEL_API cupel_status cupel_job_json(const cupel_job* job, uint32_t flags,
                                      cupel_buffer** out, cupel_error** error);

/* As protocol buffer bytes (cupel.v1.JobRecord), for storage and between
 * processes: the same bytes for the same job, environments included.
 * RESOURCE_EXHAUSTED over 64 MiB. Since 1.0. */
CUPEL_API cupel_status cupel_job_encode(const cupel_job* job,
                                        cupel_buffer** out,
                                        cupel_error** error);
/* The other way. DATA_LOSS, naming the field, for bytes that are not whole;
 * UNIMPLEMENTED for those of a version that is too new. Since 1.0. */
CUPEL_API cupel_status cupel_job_decode(cupel_view bytes, cupel_job** out,
                                        cupel_error** error);
/* Since 1.0. */
CUPEL_API void cupel_job_free(cupel_job* job);

/* -------------------------------------------------------------- life cycle */

/* How far a task is:
 *   pending -> queued -> dispatched -> running -> completed | failed
 * From dispatched, running and failed it can go back to queued, for another
 * attempt; from whatever is not final it can be cancelled. */
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

/* "dispatched", as JSON has it; "unknown" for a value that is none. A static
 * string. Since 1.0. */
CUPEL_API const char* cupel_task_status_name(cupel_task_status status);
/* OK if a task may go from one to the other; else FAILED_PRECONDITION, with the
 * states that are legal. Since 1.0. */
CUPEL_API cupel_status cupel_task_transition_check(cupel_task_status from,
                                                   cupel_task_status to,
                                                   cupel_error** error);

/* The status of a task. FAILED_PRECONDITION for a job that is none.
 * Since 1.0. */
CUPEL_API cupel_status cupel_job_get_status(const cupel_job* job,
                                            cupel_task_status* out,
                                            cupel_error** error);
/* The task with another status, modified now; `job` stays as it is.
 * FAILED_PRECONDITION for a job that is no task and for a transition that is
 * not legal. Since 1.0. */
CUPEL_API cupel_status cupel_job_transition(const cupel_job* job,
                                            cupel_task_status to,
                                            cupel_job** out,
                                            cupel_error** error);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CUPEL_JOB_H_ */
