/* queue.h: a queue of jobs that outlives those who work on them. Comes with
 * cupel.h, where the conventions stand.
 *
 *   cupel_queue *queue = NULL;
 *   cupel_buffer *json = NULL;
 *
 *   if (cupel_queue_open(cupel_str("sqlite:jobs.db"), NULL, &queue, &error) ==
 *           CUPEL_STATUS_OK &&
 *       cupel_queue_submit(queue,
 * cupel_str("{\"kind\":\"scan\",\"body\":{…}}"), &json, &error) ==
 * CUPEL_STATUS_OK) ...
 *
 * A job waits, is leased to a worker, and is then completed with its result, in
 * one transaction; or it waits again, later and later, and is dead when all its
 * attempts failed. Whoever leases a job gets a token; what is said of it with
 * another one than the latest is ABORTED, so that a worker that was thought
 * dead overwrites nothing. docs/queue.md is the guide. */
#ifndef CUPEL_QUEUE_H_
#define CUPEL_QUEUE_H_

#include <stddef.h>
#include <stdint.h>

#include "cupel/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Internally synchronised; several processes may have the same one open. Errors
 * besides those of each call: NOT_FOUND for a job that is not there,
 * FAILED_PRECONDITION if that can't be done in its state, UNIMPLEMENTED for
 * what this kind of queue can't do, UNAVAILABLE if the database or broker is
 * locked or not there: try again. */
typedef struct cupel_queue cupel_queue;

typedef struct cupel_queue_options {
  size_t struct_size;
  uint32_t max_attempts;     /* of jobs that don't say, up to 1000 [3] */
  uint32_t busy_timeout_ms;  /* to wait for others' writing [5000] */
  uint64_t backoff_ms;       /* after a first failure; then double [1000] */
  uint64_t max_backoff_ms;   /* [600000] */
  uint64_t max_body_bytes;   /* of one job [64 MiB] */
  uint64_t max_result_bytes; /* [1 GiB] */
  /* Where drivers of other databases and brokers are looked for first. */
  const cupel_view* driver_folders;
  size_t driver_folder_count;
} cupel_queue_options;
#define CUPEL_QUEUE_OPTIONS_INIT \
  {sizeof(cupel_queue_options), 0, 0, 0, 0, 0, 0, NULL, 0}

/* "sqlite:PATH" (made, readable by its user only, if it is not there),
 * "memory:", "postgresql://…", "amqp://…". `options` may be NULL.
 * INVALID_ARGUMENT names what there is; no error holds a password. Since 1.0.
 */
CUPEL_API cupel_status cupel_queue_open(cupel_view url,
                                        const cupel_queue_options* options,
                                        cupel_queue** out, cupel_error** error);
/* Calls that run go on. Since 1.0. */
CUPEL_API void cupel_queue_free(cupel_queue* queue);
/* Its URL without a password. Since 1.0. */
CUPEL_API cupel_status cupel_queue_url(const cupel_queue* queue,
                                       cupel_buffer** out, cupel_error** error);

/* Adds jobs, all or none. One document, an array of them, or one on each line,
 * up to 100000:
 *   {"kind":"scan","id":"…","organisation":"…","priority":0,
 *    "not_before":"2026-01-02T03:04:05Z","deadline":"…","dedup_key":"…",
 *    "max_attempts":3,"body":{…}}
 * "kind" and "body" have to be there. Gives
 *   {"jobs":[{"id":"…","existed":false}]}
 * in the same order. "existed": a job of the organisation with that dedup_key
 * is there, or one with that id and the same content; nothing was added.
 * ALREADY_EXISTS for an id with other content; INVALID_ARGUMENT tells what is
 * wrong and where; RESOURCE_EXHAUSTED for a body that is too large. Since 1.0.
 */
CUPEL_API cupel_status cupel_queue_submit(cupel_queue* queue, cupel_view jobs,
                                          cupel_buffer** out,
                                          cupel_error** error);

/* ------------------------------------------------- for hosts that do the work
 */

typedef struct cupel_queue_lease_options {
  size_t struct_size;
  cupel_view worker; /* who asks, for people: "host:pid" */
  uint32_t max;      /* up to 1000 jobs [1] */
  uint32_t reserved;
  uint64_t lease_ms;       /* up to 30 days [60000] */
  const cupel_view* kinds; /* none: any */
  size_t kind_count;
} cupel_queue_lease_options;
#define CUPEL_QUEUE_LEASE_OPTIONS_INIT \
  {sizeof(cupel_queue_lease_options), {NULL, 0}, 0, 0, 0, NULL, 0}

/* {"jobs":[…]}, each as cupel_queue_job_json tells it, with its "token" and
 * "body" and without its history; none if there is nothing to do. Fewer than
 * there are, if their bodies are more than one may be. `options` may be NULL.
 * Since 1.0. */
CUPEL_API cupel_status
cupel_queue_lease(cupel_queue* queue, const cupel_queue_lease_options* options,
                  cupel_buffer** out, cupel_error** error);
/* Until there may be a job of these kinds (none: of any) to lease, at most
 * `wait_ms`; may return early. `cancel` may be NULL; CANCELLED within 50 ms of
 * it. Since 1.0. */
CUPEL_API cupel_status cupel_queue_wait(cupel_queue* queue,
                                        const cupel_view* kinds,
                                        size_t kind_count, uint64_t wait_ms,
                                        cupel_cancel* cancel,
                                        cupel_error** error);
/* {"expires":"…","cancel_wanted":false}: the worker is still at it. If it is
 * wanted that the job ends, stop and say fail or release. Since 1.0. */
CUPEL_API cupel_status cupel_queue_renew(cupel_queue* queue, cupel_view id,
                                         uint64_t token, uint64_t lease_ms,
                                         cupel_buffer** out,
                                         cupel_error** error);
/* `type` is the MIME type of `bytes`. Once more with the same token changes
 * nothing and is no error. RESOURCE_EXHAUSTED: too large. Since 1.0. */
CUPEL_API cupel_status cupel_queue_complete(cupel_queue* queue, cupel_view id,
                                            uint64_t token, cupel_view type,
                                            cupel_view bytes,
                                            cupel_error** error);

enum {
  /* Another attempt would end the same way: dead at once. */
  CUPEL_QUEUE_FAILURE_FINAL = 1 << 0
};

typedef struct cupel_queue_failure {
  size_t struct_size;
  uint32_t flags;    /* CUPEL_QUEUE_FAILURE_* */
  int32_t signal;    /* that ended the process, or 0 */
  cupel_view reason; /* one line, without secrets */
  cupel_view last_step;
  uint64_t max_rss_bytes;
} cupel_queue_failure;
#define CUPEL_QUEUE_FAILURE_INIT \
  {sizeof(cupel_queue_failure), 0, 0, {NULL, 0}, {NULL, 0}, 0}

/* The job waits again, later with each attempt, or is dead. Since 1.0. */
CUPEL_API cupel_status cupel_queue_fail(cupel_queue* queue, cupel_view id,
                                        uint64_t token,
                                        const cupel_queue_failure* failure,
                                        cupel_error** error);
/* The job was not done, and loses no attempt. Since 1.0. */
CUPEL_API cupel_status cupel_queue_release(cupel_queue* queue, cupel_view id,
                                           uint64_t token, cupel_view reason,
                                           cupel_error** error);

/* ------------------------------------------------------------------ telling */

/* {"id":"…","kind":"scan","state":"waiting","organisation":"","dedup_key":"",
 *  "priority":0,"attempts":0,"max_attempts":3,"token":0,"worker":"",
 *  "cancel_wanted":false,"submitted":"…","not_before":null,"deadline":null,
 *  "ready":"…","lease_expires":null,"finished":null,"reason":"",
 *  "result":{"type":"…","size":3},"body":{…},
 *  "history":[{"number":1,"worker":"…","started":"…","ended":"…",
 *              "outcome":"failed","reason":"…","signal":9,"max_rss_bytes":0,
 *              "last_step":"…"}]}
 * "state" is "waiting", "leased", "completed", "dead" or "cancelled"; "outcome"
 * is "completed", "failed", "lease expired", "given back", "cancelled" or, for
 * one that goes on, "". Since 1.0. */
CUPEL_API cupel_status cupel_queue_job_json(cupel_queue* queue, cupel_view id,
                                            cupel_buffer** out,
                                            cupel_error** error);
/* The bytes that the job was completed with. Since 1.0. */
CUPEL_API cupel_status cupel_queue_result(cupel_queue* queue, cupel_view id,
                                          cupel_buffer** out,
                                          cupel_error** error);

typedef struct cupel_queue_list_options {
  size_t struct_size;
  cupel_view state; /* its name; empty: any */
  cupel_view kind;  /* empty: any */
  cupel_view after; /* an id: those that were submitted after it */
  uint32_t max;     /* up to 10000 [100] */
  uint32_t reserved;
} cupel_queue_list_options;
#define CUPEL_QUEUE_LIST_OPTIONS_INIT \
  {sizeof(cupel_queue_list_options), {NULL, 0}, {NULL, 0}, {NULL, 0}, 0, 0}

/* {"jobs":[…]} in the order of submission, as above without bodies and
 * histories. `options` may be NULL. Since 1.0. */
CUPEL_API cupel_status cupel_queue_list_json(
    cupel_queue* queue, const cupel_queue_list_options* options,
    cupel_buffer** out, cupel_error** error);
/* {"waiting":0,"delayed":0,"leased":0,"completed":0,"dead":0,"cancelled":0,
 *  "oldest_waiting":null}: since when the oldest is ready. Since 1.0. */
CUPEL_API cupel_status cupel_queue_stats_json(cupel_queue* queue,
                                              cupel_buffer** out,
                                              cupel_error** error);

/* ------------------------------------------------------------- for operators
 */

/* A dead or cancelled job waits again, with all its attempts and without a
 * deadline that is past. Since 1.0. */
CUPEL_API cupel_status cupel_queue_retry(cupel_queue* queue, cupel_view id,
                                         cupel_error** error);
/* At once if it waits; if it is leased, its worker is told when it renews.
 * Since 1.0. */
CUPEL_API cupel_status cupel_queue_cancel(cupel_queue* queue, cupel_view id,
                                          cupel_view reason,
                                          cupel_error** error);
/* Removes jobs that ended at least so long ago, with their results and
 * histories. `state` is "completed", "dead", "cancelled" or empty for all
 * three. `removed`, which may be NULL, is set to how many. Since 1.0. */
CUPEL_API cupel_status cupel_queue_purge(cupel_queue* queue, cupel_view state,
                                         uint64_t older_than_seconds,
                                         uint64_t* removed,
                                         cupel_error** error);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CUPEL_QUEUE_H_ */
