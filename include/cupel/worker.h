/**
 * @file worker.h
 * @brief A worker, which takes jobs from a queue or another system, has each
 *   run in a process of its own, and survives what happens to it. Comes with
 *   cupel.h, where the conventions stand. docs/worker.md is the guide.
 */
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

/**
 * @defgroup worker Workers
 * Jobs, taken and run.
 * @{
 */

/**
 * A worker. It runs once.
 *
 * Threads: all functions may be called from any thread at any time, unless they
 * say otherwise. A worker starts threads, and processes of the program
 * cupel-job-runner, inside cupel_worker_run only; when that returns all are
 * gone. None is left either if the host is killed. Lifetime: until
 * cupel_worker_free, which must not come before cupel_worker_run has returned.
 *
 *     cupel_worker_options options = CUPEL_WORKER_OPTIONS_INIT;
 *     options.config = cupel_str("[queue]\nurl = \"sqlite:jobs.db\"\n");
 *     cupel_worker *worker = NULL;
 *     if (cupel_worker_new(&options, &worker, &error) == CUPEL_STATUS_OK) {
 *       cupel_worker_run(worker, cancel, &error);
 *     }
 *     cupel_worker_free(worker);
 */
typedef struct cupel_worker cupel_worker;

/**
 * Told one line of a worker's log.
 *
 * Called from any thread, also after a job has ended. Must not throw, longjmp
 * or free the worker.
 *
 * @param user_data As given with the callback.
 * @param level CUPEL_LOG_*.
 * @param line Without a line feed, as text or as JSON: worker.log_format says
 *   which. Valid until the callback returns. Holds no secrets.
 */
typedef void (*cupel_worker_log_fn)(void* user_data, cupel_log_level level,
                                    cupel_view line);

/** What a worker is made from. */
typedef struct cupel_worker_options {
  /** sizeof(cupel_worker_options). */
  size_t struct_size;
  /** A TOML document, UTF-8; may be empty. docs/worker.md lists the keys. */
  cupel_view config;
  /** What errors call it ["worker.toml"]. */
  cupel_view config_name;
  /** "NAME=value" each: CUPEL_WORKER_… over the document, and what sources read
   * for themselves (KATALOGUS_API, DRAGONFLY_…). Secrets; copied. Of two with
   * one name the later counts. The process's own environment does not. */
  const cupel_view* environment;
  /** How many. */
  size_t environment_count;
  /** May be NULL. */
  cupel_worker_log_fn log;
  /** For `log`; must stay valid until the worker is freed. */
  void* log_data;
} cupel_worker_options;
/** The defaults of a cupel_worker_options. */
#define CUPEL_WORKER_OPTIONS_INIT \
  {sizeof(cupel_worker_options), {NULL, 0}, {NULL, 0}, NULL, 0, NULL, NULL}

/**
 * Makes a worker and opens what its jobs come from. Takes none yet.
 *
 * @param[in] options Borrowed; NULL: the defaults, which say nothing of where
 *   jobs come from and so are not enough.
 * @param[out] out The worker, owned by the caller: cupel_worker_free. NULL on
 *   failure.
 * @param[out] error Names everything that is wrong with the configuration, not
 *   only the first; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is a worker.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT The configuration is wrong.
 * @retval CUPEL_STATUS_UNAVAILABLE The source of jobs can't be reached, or is
 *   locked.
 * @retval CUPEL_STATUS_NOT_FOUND Its driver or database is not there.
 * @retval CUPEL_STATUS_PERMISSION_DENIED It may not be used, by this user or
 *   with this password.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION The database is no queue, or of a
 *   newer version.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_worker_new(const cupel_worker_options* options,
                                        cupel_worker** out,
                                        cupel_error** error);

/**
 * Frees a worker, after cupel_worker_run has returned.
 *
 * @param[in] worker The worker, owned; NULL is nothing to do.
 * @since 1.0
 */
CUPEL_API void cupel_worker_free(cupel_worker* worker);

/** How cupel_worker_check answers: bits of its `flags`. */
enum {
  /** For people, instead of JSON. */
  CUPEL_WORKER_CHECK_TEXT = 1 << 0
};

/**
 * What a worker would do, and all that is wrong with it:
 *
 *     {"schema":"cupel.worker-check/1","ok":false,
 *      "problems":[{"key":"queue.lease","message":"…","remedy":"…"}],
 *      "plan":["takes jobs of kind scan from the queue sqlite:jobs.db",…]}
 *
 * Starts a job runner, to see that rules and plugins are good, and ends it
 * again; asks the source of jobs nothing.
 *
 * @param[in] options As for cupel_worker_new.
 * @param[in] flags CUPEL_WORKER_CHECK_TEXT.
 * @param[in] cancel Ends it within 50 ms; may be NULL.
 * @param[out] ok Set to 1 if nothing is wrong, else to 0; may be NULL. As it
 *   was on failure.
 * @param[out] out The answer, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is the answer, also for a configuration that
 *   is wrong.
 * @retval CUPEL_STATUS_CANCELLED Ended by `cancel`.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_worker_check(const cupel_worker_options* options,
                                          uint32_t flags, cupel_cancel* cancel,
                                          int32_t* ok, cupel_buffer** out,
                                          cupel_error** error);

/**
 * Works until the worker is drained or stopped or, if the configuration says
 * worker.exit_when_empty, no job is left. Blocks.
 *
 * Failures of jobs are no error of this call: they are told to where the jobs
 * came from.
 *
 * @param[in] worker The worker.
 * @param[in] cancel Stops it, as cupel_worker_stop does; may be NULL.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK It has ended, and everything that it started is gone.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION It ran before, or no job runner ever
 *   came up; the message has what that said.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_worker_run(cupel_worker* worker,
                                        cupel_cancel* cancel,
                                        cupel_error** error);

/**
 * Has a worker take no more jobs, end those that run, and give back those that
 * wait; then cupel_worker_run returns. Does not wait for it.
 *
 * Before cupel_worker_run: that returns at once. Any thread; not
 * async-signal-safe.
 *
 * @param[in] worker The worker.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_worker_drain(cupel_worker* worker,
                                          cupel_error** error);

/**
 * The same, and makes the jobs that run end, and gives them back. Any thread;
 * not async-signal-safe.
 *
 * @param[in] worker The worker.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_worker_stop(cupel_worker* worker,
                                         cupel_error** error);

/**
 * Has rules and plugins read again before the next jobs. If they are no good
 * the old ones stay, and the log says why. Any thread; not async-signal-safe.
 *
 * @param[in] worker The worker.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_worker_reload(cupel_worker* worker,
                                           cupel_error** error);

/**
 * Where the host is to listen for cupel_worker_http: a worker opens no socket
 * of its own.
 *
 * @param[in] worker The worker; may be NULL.
 * @return ADDRESS:PORT of worker.listen, borrowed from the worker; empty:
 *   nowhere, and for NULL.
 * @since 1.0
 */
CUPEL_API cupel_view cupel_worker_listen(const cupel_worker* worker);

/**
 * Answers GET and HEAD of / (a page for people), /healthz, /readyz, /metrics
 * (Prometheus) and /status.json.
 *
 * Whatever is in the request, there is an answer (404, 405, …). Who may ask is
 * the host's business.
 *
 * @param[in] worker The worker, whether it runs or not.
 * @param[in] request Borrowed. Headers, query and body do not count.
 * @param[out] out The answer, owned by the caller: cupel_http_response_free.
 *   NULL on failure.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_worker_http(cupel_worker* worker,
                                         const cupel_http_request* request,
                                         cupel_http_response** out,
                                         cupel_error** error);

/**
 * What /status.json says: docs/worker.md has its shape.
 *
 * @param[in] worker The worker, whether it runs or not.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_worker_status_json(cupel_worker* worker,
                                                cupel_buffer** out,
                                                cupel_error** error);

/** @} */

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CUPEL_WORKER_H_ */
