/**
 * @file job.h
 * @brief The job models of OpenKAT: tasks, metas, what runs take and give.
 *   Comes with cupel.h, where the conventions stand.
 */
#ifndef CUPEL_JOB_H_
#define CUPEL_JOB_H_

#include <stddef.h>
#include <stdint.h>

#include "cupel/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @defgroup job Jobs
 * Documents of OpenKAT's job models, read, checked and written.
 *
 * Errors name the JSON path of what is wrong, what was expected and what kind
 * of value was found, and never show a value.
 * @{
 */

/** Which model a job is: a CUPEL_JOB_*. Newer libraries may know more. */
typedef int32_t cupel_job_kind;

/** The values of a cupel_job_kind. The names are OpenKAT's. */
enum {
  /** For parsing: whichever it looks like. No job is of this kind. */
  CUPEL_JOB_ANY = 0,
  /** Task: one unit of work in the scheduler, with its status. */
  CUPEL_JOB_TASK = 1,
  /** TaskPop: what the scheduler hands to a runner. */
  CUPEL_JOB_TASK_POP = 2,
  /** PaginatedTasksResponse: a page of tasks. */
  CUPEL_JOB_PAGINATED_TASKS_RESPONSE = 3,
  /** Queue: one of the scheduler's. */
  CUPEL_JOB_QUEUE = 4,
  /** BoefjeMeta: the run of a boefje. */
  CUPEL_JOB_BOEFJE_META = 5,
  /** RawDataMeta: what a run gave, without its bytes. */
  CUPEL_JOB_RAW_DATA_META = 6,
  /** NormalizerMeta: the run of a normalizer over a raw. */
  CUPEL_JOB_NORMALIZER_META = 7,
  /** File: one output of a boefje, with its bytes. */
  CUPEL_JOB_FILE = 8,
  /** BoefjeOutput: all outputs of a boefje. */
  CUPEL_JOB_BOEFJE_OUTPUT = 9,
  /** BoefjeInput: what a boefje in a container asks for. */
  CUPEL_JOB_BOEFJE_INPUT = 10,
  /** NormalizerObservation: objects that a normalizer saw. */
  CUPEL_JOB_NORMALIZER_OBSERVATION = 11,
  /** NormalizerDeclaration: an object that it declares. */
  CUPEL_JOB_NORMALIZER_DECLARATION = 12,
  /** NormalizerAffirmation: an object that it affirms. */
  CUPEL_JOB_NORMALIZER_AFFIRMATION = 13,
  /** DeclaredScanProfile: a scan level that it sets. */
  CUPEL_JOB_DECLARED_SCAN_PROFILE = 14,
  /** NormalizerResults: all that a normalizer gave. */
  CUPEL_JOB_NORMALIZER_RESULTS = 15,
  /** OOI: an object of interest. */
  CUPEL_JOB_OOI = 16
};

/**
 * OpenKAT's name of a model.
 *
 * @param[in] kind CUPEL_JOB_*, or any other value.
 * @return "TaskPop" and so on; "unknown" for CUPEL_JOB_ANY and for a value that
 *   is none. A static string, never NULL. Any thread.
 * @since 1.0
 */
CUPEL_API const char* cupel_job_kind_name(cupel_job_kind kind);

/**
 * One document, read and found sound.
 *
 * Threads: immutable; any number may use one. Lifetime: until cupel_job_free.
 * It may hold the environment of a run, which is a secret: it is shown only
 * when asked for.
 *
 *     cupel_job *task = NULL, *done = NULL;
 *     if (cupel_job_parse(json, CUPEL_JOB_TASK, &task, &error) ==
 *             CUPEL_STATUS_OK &&
 *         cupel_job_transition(task, CUPEL_TASK_COMPLETED, &done, &error) ==
 *             CUPEL_STATUS_OK) {
 *       cupel_job_json(done, 0, &text, &error);
 *     }
 */
typedef struct cupel_job cupel_job;

/**
 * Reads a JSON document.
 *
 * @param[in] json UTF-8: at most 16 MiB, 64 levels and 250,000 values. Copied.
 * @param[in] kind The model that it has to be; CUPEL_JOB_ANY: whichever it
 *   looks like.
 * @param[out] out The job, owned by the caller: cupel_job_free. NULL on
 *   failure.
 * @param[out] error Why it failed, with the first problem and the number of the
 *   others; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is a job.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT It is no JSON, no such document, or
 *   `kind` is not known.
 * @retval CUPEL_STATUS_RESOURCE_EXHAUSTED It is over one of the limits.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_job_parse(cupel_view json, cupel_job_kind kind,
                                       cupel_job** out, cupel_error** error);

/**
 * All that is wrong with a document, and what it is:
 *
 *     {"kind":"Task","sound":false,"count":1,
 *      "problems":[{"path":"$.id","type":"missing","message":"…"}]}
 *
 * "kind" is null if it looks like no model. Up to 1000 problems are listed,
 * "count" says how many there are.
 *
 * @param[in] json UTF-8, within the limits of cupel_job_parse.
 * @param[in] kind As for cupel_job_parse.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is the answer, also for a document with
 *   problems.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT It is no JSON, or `kind` is not known.
 * @retval CUPEL_STATUS_RESOURCE_EXHAUSTED It is over one of the limits.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_job_check(cupel_view json, cupel_job_kind kind,
                                       cupel_buffer** out, cupel_error** error);

/**
 * Which model a job is.
 *
 * @param[in] job The job; may be NULL.
 * @return CUPEL_JOB_*; CUPEL_JOB_ANY for NULL.
 * @since 1.0
 */
CUPEL_API cupel_job_kind cupel_job_get_kind(const cupel_job* job);

/** How a job is written: bits of the `flags` of cupel_job_json. */
enum {
  /** Over many lines. */
  CUPEL_JOB_INDENT = 1 << 0,
  /** The values of environments too, which may be secrets: without it each is
   * "***". */
  CUPEL_JOB_REVEAL = 1 << 1
};

/**
 * A job as JSON, the keys in the order of OpenKAT's models.
 *
 * @param[in] job The job.
 * @param[in] flags CUPEL_JOB_INDENT, CUPEL_JOB_REVEAL.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_job_json(const cupel_job* job, uint32_t flags,
                                      cupel_buffer** out, cupel_error** error);

/**
 * A job as protocol buffer bytes (cupel.v1.JobRecord), for storage and between
 * processes: the same bytes for the same job, environments included.
 *
 * @param[in] job The job.
 * @param[out] out The bytes, a secret, owned by the caller: cupel_buffer_free.
 *   NULL on failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` has the bytes.
 * @retval CUPEL_STATUS_RESOURCE_EXHAUSTED They would be more than 64 MiB.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_job_encode(const cupel_job* job,
                                        cupel_buffer** out,
                                        cupel_error** error);

/**
 * The other way.
 *
 * @param[in] bytes What cupel_job_encode gave. Copied.
 * @param[out] out The job, owned by the caller: cupel_job_free. NULL on
 *   failure.
 * @param[out] error Why it failed, with the field; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is the job.
 * @retval CUPEL_STATUS_DATA_LOSS The bytes are not whole, or no job.
 * @retval CUPEL_STATUS_UNIMPLEMENTED They are of a version that is too new.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_job_decode(cupel_view bytes, cupel_job** out,
                                        cupel_error** error);

/**
 * Frees a job.
 *
 * @param[in] job The job, owned; NULL is nothing to do.
 * @since 1.0
 */
CUPEL_API void cupel_job_free(cupel_job* job);

/** @} */

/**
 * @defgroup task Life cycle of a task
 * Which status may follow which:
 *
 *     pending -> queued -> dispatched -> running -> completed | failed
 *
 * From dispatched, running and failed a task can go back to queued, for another
 * attempt; from whatever is not final it can be cancelled.
 * @{
 */

/** How far a task is: a CUPEL_TASK_*. */
typedef int32_t cupel_task_status;

/** The values of a cupel_task_status. */
enum {
  /** It is known, and not to be done yet. */
  CUPEL_TASK_PENDING = 0,
  /** It waits for a runner. */
  CUPEL_TASK_QUEUED = 1,
  /** A runner has it. */
  CUPEL_TASK_DISPATCHED = 2,
  /** It runs. */
  CUPEL_TASK_RUNNING = 3,
  /** It ended well. Nothing follows. */
  CUPEL_TASK_COMPLETED = 4,
  /** It ended badly. It may be queued again. */
  CUPEL_TASK_FAILED = 5,
  /** Nobody wants it any more. Nothing follows. */
  CUPEL_TASK_CANCELLED = 6
};

/**
 * The name of a status, as JSON has it.
 *
 * @param[in] status CUPEL_TASK_*, or any other value.
 * @return "dispatched" and so on; "unknown" for a value that is none. A static
 *   string, never NULL. Any thread.
 * @since 1.0
 */
CUPEL_API const char* cupel_task_status_name(cupel_task_status status);

/**
 * Whether a task may go from one status to another. Any thread.
 *
 * @param[in] from CUPEL_TASK_*: the status it has.
 * @param[in] to CUPEL_TASK_*: the status it would get.
 * @param[out] error Names the ones that are legal; may be NULL.
 * @retval CUPEL_STATUS_OK It may.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION It may not.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT One of them is no status.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_task_transition_check(cupel_task_status from,
                                                   cupel_task_status to,
                                                   cupel_error** error);

/**
 * The status of a task.
 *
 * @param[in] job A job of kind CUPEL_JOB_TASK.
 * @param[out] out Set to a CUPEL_TASK_*. As it was on failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is set.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION The job is no task.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_job_get_status(const cupel_job* job,
                                            cupel_task_status* out,
                                            cupel_error** error);

/**
 * The task with another status, modified now. `job` stays as it is.
 *
 * @param[in] job A job of kind CUPEL_JOB_TASK.
 * @param[in] to CUPEL_TASK_*.
 * @param[out] out The new job, owned by the caller: cupel_job_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is the task as it is then.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION The job is no task, or may not go
 *   from its status to that one.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT `to` is no status.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_job_transition(const cupel_job* job,
                                            cupel_task_status to,
                                            cupel_job** out,
                                            cupel_error** error);

/** @} */

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CUPEL_JOB_H_ */
