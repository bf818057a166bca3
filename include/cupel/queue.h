/**
 * @file queue.h
 * @brief A queue of jobs that outlives those who work on them. Comes with
 *   cupel.h, where the conventions stand. docs/queue.md is the guide.
 */
#ifndef CUPEL_QUEUE_H_
#define CUPEL_QUEUE_H_

#include <stddef.h>
#include <stdint.h>

#include "cupel/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @defgroup queue Queues
 * Jobs, submitted by some and worked on by others.
 *
 * A job waits, is leased to a worker, and is then completed with its result, in
 * one transaction; or it waits again, later and later, and is dead when all its
 * attempts failed. Whoever leases a job gets a token; what is said of it with
 * another one than the latest is CUPEL_STATUS_ABORTED, so that a worker that
 * was thought dead overwrites nothing.
 *
 * Times in JSON are RFC 3339 in UTC, ids are text. Errors of every function
 * here besides its own: CUPEL_STATUS_NOT_FOUND for a job that is not there,
 * CUPEL_STATUS_FAILED_PRECONDITION if that can't be done in its state,
 * CUPEL_STATUS_UNIMPLEMENTED for what this kind of queue can't do,
 * CUPEL_STATUS_UNAVAILABLE if the database or broker is locked or not there:
 * try again; CUPEL_STATUS_RESOURCE_EXHAUSTED for a full disk,
 * CUPEL_STATUS_DATA_LOSS for a damaged database.
 * @{
 */

/**
 * A queue that is open.
 *
 * Threads: internally synchronised; several processes may have the same one
 * open. Lifetime: until cupel_queue_free; calls that run go on.
 *
 *     cupel_queue *queue = NULL;
 *     cupel_buffer *made = NULL;
 *     cupel_view url = cupel_str("sqlite:jobs.db");
 *     if (cupel_queue_open(url, NULL, &queue, &error) == CUPEL_STATUS_OK) {
 *       cupel_queue_submit(queue, cupel_str("{\"kind\":\"scan\",\"body\":{}}"),
 *                          &made, &error);
 *     }
 */
typedef struct cupel_queue cupel_queue;

/** How a queue is opened. 0 in a field means its default, in brackets. */
typedef struct cupel_queue_options {
  /** sizeof(cupel_queue_options). */
  size_t struct_size;
  /** Attempts of jobs that don't say; up to 1000 [3]. */
  uint32_t max_attempts;
  /** Milliseconds to wait for others' writing [5000]. */
  uint32_t busy_timeout_ms;
  /** Milliseconds that a job waits after its first failure; then double each
   * time [1000]. */
  uint64_t backoff_ms;
  /** Milliseconds that it waits at most; up to 30 days [600000]. */
  uint64_t max_backoff_ms;
  /** Bytes of one job [64 MiB]. */
  uint64_t max_body_bytes;
  /** Bytes of one result [1 GiB]. */
  uint64_t max_result_bytes;
  /** Where drivers of other databases and brokers are looked for first. */
  const cupel_view* driver_folders;
  /** How many. */
  size_t driver_folder_count;
} cupel_queue_options;
/** The defaults of a cupel_queue_options. */
#define CUPEL_QUEUE_OPTIONS_INIT \
  {sizeof(cupel_queue_options), 0, 0, 0, 0, 0, 0, NULL, 0}

/**
 * Opens a queue.
 *
 * - "sqlite:PATH": a file, made, readable by its user only, if it is not there.
 * - "memory:": in this process, as long as it is open.
 * - "postgresql://…" and "amqp://…": where their drivers are installed
 *   (docs/postgresql.md, docs/rabbitmq.md).
 *
 * @param[in] url Which; not empty, without NUL. It may hold a password, which
 *   no error shows.
 * @param[in] options Borrowed; NULL: the defaults.
 * @param[out] out The queue, owned by the caller: cupel_queue_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is open.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT The URL is of no kind that there is
 *   (the message names them), or an option is out of range.
 * @retval CUPEL_STATUS_NOT_FOUND The driver, the folder or the database is not
 *   there.
 * @retval CUPEL_STATUS_PERMISSION_DENIED The file, or the server with this
 *   password, may not be used.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION The database is no queue, or of a
 *   newer version.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_queue_open(cupel_view url,
                                        const cupel_queue_options* options,
                                        cupel_queue** out, cupel_error** error);

/**
 * Closes a queue. Calls that run go on; what is leased stays leased until its
 * lease ends.
 *
 * @param[in] queue The queue, owned; NULL is nothing to do.
 * @since 1.0
 */
CUPEL_API void cupel_queue_free(cupel_queue* queue);

/**
 * The URL of a queue without a password.
 *
 * @param[in] queue The queue.
 * @param[out] out Text, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_queue_url(const cupel_queue* queue,
                                       cupel_buffer** out, cupel_error** error);

/**
 * Adds jobs, all or none. One document, an array of them, or one on each line:
 *
 *     {"kind":"scan","id":"…","organisation":"…","priority":0,
 *      "not_before":"2026-01-02T03:04:05Z","deadline":"…","dedup_key":"…",
 *      "max_attempts":3,"body":{…}}
 *
 * "kind" and "body" have to be there. Gives, in the same order,
 *
 *     {"jobs":[{"id":"…","existed":false}]}
 *
 * "existed": a job of the organisation with that dedup_key is there, or one
 * with that id and the same content; nothing was added.
 *
 * @param[in] queue The queue.
 * @param[in] jobs JSON; up to 100000 documents.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Tells what is wrong and where; may be NULL.
 * @retval CUPEL_STATUS_OK All of them are in the queue.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT A document is none, or a field of it is
 *   wrong.
 * @retval CUPEL_STATUS_ALREADY_EXISTS There is a job with that id and other
 *   content.
 * @retval CUPEL_STATUS_RESOURCE_EXHAUSTED A body is too large, or there are too
 *   many.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_queue_submit(cupel_queue* queue, cupel_view jobs,
                                          cupel_buffer** out,
                                          cupel_error** error);

/** @} */

/**
 * @defgroup queue_work Working on jobs
 * For hosts that do the work themselves. A cupel_worker does all of it.
 *
 *     cupel_queue_wait(queue, NULL, 0, 60000, cancel, &error);
 *     cupel_queue_lease(queue, NULL, &jobs, &error);
 *     for (…) {
 *       cupel_queue_complete(queue, id, token, cupel_str("text/plain"), bytes,
 *                            &error);
 *     }
 * @{
 */

/** Which jobs are asked for. */
typedef struct cupel_queue_lease_options {
  /** sizeof(cupel_queue_lease_options). */
  size_t struct_size;
  /** Who asks, for people: "host:pid". UTF-8; may be empty. */
  cupel_view worker;
  /** Jobs at most; more than 1000 counts as 1000 [1]. */
  uint32_t max;
  /** Must be 0. */
  uint32_t reserved;
  /** Milliseconds of the lease, up to 30 days [60000]. */
  uint64_t lease_ms;
  /** Kinds of jobs; none: any. */
  const cupel_view* kinds;
  /** How many. */
  size_t kind_count;
} cupel_queue_lease_options;
/** The defaults of a cupel_queue_lease_options. */
#define CUPEL_QUEUE_LEASE_OPTIONS_INIT \
  {sizeof(cupel_queue_lease_options), {NULL, 0}, 0, 0, 0, NULL, 0}

/**
 * Leases jobs, those of the highest priority first: {"jobs":[…]}, each as
 * cupel_queue_job_json tells it, with its "token" and "body" and without its
 * history.
 *
 * Does not wait. Fewer than there are, if their bodies together are more than
 * one may be.
 *
 * @param[in] queue The queue.
 * @param[in] options Borrowed; NULL: the defaults.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` has the jobs; none if there is nothing to do.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT The lease is longer than 30 days.
 * @since 1.0
 */
CUPEL_API cupel_status
cupel_queue_lease(cupel_queue* queue, const cupel_queue_lease_options* options,
                  cupel_buffer** out, cupel_error** error);

/**
 * Waits until there may be a job to lease. May return early.
 *
 * @param[in] queue The queue.
 * @param[in] kinds Kinds of jobs; may be NULL if `kind_count` is 0: any.
 * @param[in] kind_count How many.
 * @param[in] wait_ms Milliseconds to wait at most.
 * @param[in] cancel Ends the wait within 50 ms; may be NULL.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK There may be one, or the time is over.
 * @retval CUPEL_STATUS_CANCELLED Ended by `cancel`.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_queue_wait(cupel_queue* queue,
                                        const cupel_view* kinds,
                                        size_t kind_count, uint64_t wait_ms,
                                        cupel_cancel* cancel,
                                        cupel_error** error);

/**
 * Says that the worker is still at it: {"expires":"…","cancel_wanted":false}.
 *
 * If it is wanted that the job ends, stop and say cupel_queue_fail or
 * cupel_queue_release.
 *
 * @param[in] queue The queue.
 * @param[in] id The job.
 * @param[in] token Of its lease.
 * @param[in] lease_ms Milliseconds from now; more than 0, up to 30 days.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK The lease goes on until "expires".
 * @retval CUPEL_STATUS_ABORTED The job is not leased any more, or to another.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT `lease_ms` is out of range.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_queue_renew(cupel_queue* queue, cupel_view id,
                                         uint64_t token, uint64_t lease_ms,
                                         cupel_buffer** out,
                                         cupel_error** error);

/**
 * Ends a job with its result, in one transaction. Once more with the same token
 * changes nothing and is no error.
 *
 * @param[in] queue The queue.
 * @param[in] id The job.
 * @param[in] token Of its lease.
 * @param[in] type The MIME type of `bytes`; not empty.
 * @param[in] bytes The result; any bytes, may be empty. Copied.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK The result is stored, and the job is completed.
 * @retval CUPEL_STATUS_ABORTED The job is not leased any more, or to another.
 * @retval CUPEL_STATUS_RESOURCE_EXHAUSTED The result is larger than
 *   max_result_bytes.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_queue_complete(cupel_queue* queue, cupel_view id,
                                            uint64_t token, cupel_view type,
                                            cupel_view bytes,
                                            cupel_error** error);

/** What a failure means: bits of cupel_queue_failure.flags. */
enum {
  /** Another attempt would end the same way: dead at once. */
  CUPEL_QUEUE_FAILURE_FINAL = 1 << 0
};

/** Why an attempt failed. */
typedef struct cupel_queue_failure {
  /** sizeof(cupel_queue_failure). */
  size_t struct_size;
  /** CUPEL_QUEUE_FAILURE_*. Default: none. */
  uint32_t flags;
  /** The signal that ended the process, or 0. */
  int32_t signal;
  /** One line in UTF-8, without secrets: it is stored. */
  cupel_view reason;
  /** What it did last, in UTF-8; may be empty. */
  cupel_view last_step;
  /** Bytes of memory that it had at most; 0: not known. */
  uint64_t max_rss_bytes;
} cupel_queue_failure;
/** The defaults of a cupel_queue_failure. */
#define CUPEL_QUEUE_FAILURE_INIT \
  {sizeof(cupel_queue_failure), 0, 0, {NULL, 0}, {NULL, 0}, 0}

/**
 * Says that an attempt failed. The job waits again, later with each attempt, or
 * is dead.
 *
 * @param[in] queue The queue.
 * @param[in] id The job.
 * @param[in] token Of its lease.
 * @param[in] failure Why; not NULL. Copied.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK It is noted.
 * @retval CUPEL_STATUS_ABORTED The job is not leased any more, or to another.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_queue_fail(cupel_queue* queue, cupel_view id,
                                        uint64_t token,
                                        const cupel_queue_failure* failure,
                                        cupel_error** error);

/**
 * Gives a job back that was not done. It waits again, and loses no attempt.
 *
 * @param[in] queue The queue.
 * @param[in] id The job.
 * @param[in] token Of its lease.
 * @param[in] reason One line in UTF-8; may be empty.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK It waits.
 * @retval CUPEL_STATUS_ABORTED The job is not leased any more, or to another.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_queue_release(cupel_queue* queue, cupel_view id,
                                           uint64_t token, cupel_view reason,
                                           cupel_error** error);

/** @} */

/**
 * @defgroup queue_tell What is in a queue
 * For those who submitted jobs, and for operators.
 * @{
 */

/**
 * One job, with its body and its history:
 *
 *     {"id":"…","kind":"scan","state":"waiting","organisation":"",
 *      "dedup_key":"","priority":0,"attempts":0,"max_attempts":3,"token":0,
 *      "worker":"","cancel_wanted":false,"submitted":"…","not_before":null,
 *      "deadline":null,"ready":"…","lease_expires":null,"finished":null,
 *      "reason":"","result":{"type":"…","size":3},"body":{…},
 *      "history":[{"number":1,"worker":"…","started":"…","ended":"…",
 *                  "outcome":"failed","reason":"…","signal":9,
 *                  "max_rss_bytes":0,"last_step":"…"}]}
 *
 * "state" is "waiting", "leased", "completed", "dead" or "cancelled"; "outcome"
 * is "completed", "failed", "lease expired", "given back", "cancelled" or, for
 * one that goes on, "". "result" is null until there is one.
 *
 * @param[in] queue The queue.
 * @param[in] id The job.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is the job.
 * @retval CUPEL_STATUS_NOT_FOUND There is none with that id.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_queue_job_json(cupel_queue* queue, cupel_view id,
                                            cupel_buffer** out,
                                            cupel_error** error);

/**
 * The bytes that a job was completed with.
 *
 * @param[in] queue The queue.
 * @param[in] id The job.
 * @param[out] out The bytes, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is the result; cupel_queue_job_json tells its
 *   type.
 * @retval CUPEL_STATUS_NOT_FOUND There is no job with that id.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION It is not completed.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_queue_result(cupel_queue* queue, cupel_view id,
                                          cupel_buffer** out,
                                          cupel_error** error);

/** Which jobs are listed. */
typedef struct cupel_queue_list_options {
  /** sizeof(cupel_queue_list_options). */
  size_t struct_size;
  /** A state, by its name; empty: any. */
  cupel_view state;
  /** A kind; empty: any. */
  cupel_view kind;
  /** An id: those that were submitted after it; empty: from the first. */
  cupel_view after;
  /** Jobs at most; more than 10000 counts as 10000 [100]. */
  uint32_t max;
  /** Must be 0. */
  uint32_t reserved;
} cupel_queue_list_options;
/** The defaults of a cupel_queue_list_options. */
#define CUPEL_QUEUE_LIST_OPTIONS_INIT \
  {sizeof(cupel_queue_list_options), {NULL, 0}, {NULL, 0}, {NULL, 0}, 0, 0}

/**
 * Jobs in the order of submission: {"jobs":[…]}, each as cupel_queue_job_json
 * has it, without body and history.
 *
 * @param[in] queue The queue.
 * @param[in] options Borrowed; NULL: the first hundred.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is the list.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT `state` is none.
 * @retval CUPEL_STATUS_NOT_FOUND There is no job `after`.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_queue_list_json(
    cupel_queue* queue, const cupel_queue_list_options* options,
    cupel_buffer** out, cupel_error** error);

/**
 * How many jobs there are:
 *
 *     {"waiting":0,"delayed":0,"leased":0,"completed":0,"dead":0,
 *      "cancelled":0,"oldest_waiting":null}
 *
 * "delayed" wait for their time; "oldest_waiting" is since when the oldest of
 * the others is ready.
 *
 * @param[in] queue The queue.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_queue_stats_json(cupel_queue* queue,
                                              cupel_buffer** out,
                                              cupel_error** error);

/**
 * Has a dead or cancelled job wait again, with all its attempts and without a
 * deadline that is past.
 *
 * @param[in] queue The queue.
 * @param[in] id The job.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK It waits.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION It is neither dead nor cancelled.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_queue_retry(cupel_queue* queue, cupel_view id,
                                         cupel_error** error);

/**
 * Cancels a job: at once if it waits; if it is leased, its worker is told when
 * it renews.
 *
 * @param[in] queue The queue.
 * @param[in] id The job.
 * @param[in] reason One line in UTF-8; may be empty.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK It is cancelled, or will be; also if it was before.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION It is completed or dead.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_queue_cancel(cupel_queue* queue, cupel_view id,
                                          cupel_view reason,
                                          cupel_error** error);

/**
 * Removes jobs that have ended, with their results and histories.
 *
 * @param[in] queue The queue.
 * @param[in] state "completed", "dead", "cancelled", or empty for all three.
 * @param[in] older_than_seconds Only those that ended at least so long ago.
 * @param[out] removed Set to how many; may be NULL. As it was on failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK They are gone.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT `state` is another one.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_queue_purge(cupel_queue* queue, cupel_view state,
                                         uint64_t older_than_seconds,
                                         uint64_t* removed,
                                         cupel_error** error);

/** @} */

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CUPEL_QUEUE_H_ */
