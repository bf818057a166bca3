/* worker.h: a worker, which takes jobs from a queue or another system, has each
 * run in a process of its own, and survives what happens to it. Comes with
 * cupel.h, where the conventions stand. docs/worker.md is the guide. */
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

/* All functions may be called from any thread at any time, unless they say
 * otherwise. A worker starts threads, and processes of the program
 * cupel-job-runner, inside cupel_worker_run only; when that returns all are
 * gone. None is left either if the host is killed. */
typedef struct cupel_worker cupel_worker;

/* One line of the worker's log, without a line feed, as text or as JSON:
 * worker.log_format says which. From any thread; must not throw, longjmp or
 * free the worker. */
typedef void (*cupel_worker_log_fn)(void* user_data, cupel_log_level level,
                                    cupel_view line);

typedef struct cupel_worker_options {
  size_t struct_size;
  cupel_view config;      /* a TOML document; may be empty */
  cupel_view config_name; /* what errors call it ["worker.toml"] */
  /* "NAME=value" each: CUPEL_WORKER_… over the document, and what sources read
   * for themselves (KATALOGUS_API, DRAGONFLY_…). Secrets; copied. Of two with
   * one name the later counts. The process's own environment does not. */
  const cupel_view* environment;
  size_t environment_count;
  cupel_worker_log_fn log; /* may be NULL */
  void* log_data;
} cupel_worker_options;
#define CUPEL_WORKER_OPTIONS_INIT \
  {sizeof(cupel_worker_options), {NULL, 0}, {NULL, 0}, NULL, 0, NULL, NULL}

/* Opens what the jobs come from; takes none yet. INVALID_ARGUMENT names
 * everything that is wrong with the configuration. Since 1.0. */
CUPEL_API cupel_status cupel_worker_new(const cupel_worker_options* options,
                                        cupel_worker** out,
                                        cupel_error** error);
/* After cupel_worker_run has returned. Since 1.0. */
CUPEL_API void cupel_worker_free(cupel_worker* worker);

enum {
  CUPEL_WORKER_CHECK_TEXT = 1 << 0 /* for people, instead of JSON */
};

/* What a worker would do, and all that is wrong with it:
 *   {"schema":"cupel.worker-check/1","ok":false,
 *    "problems":[{"key":"queue.lease","message":"…","remedy":"…"}],
 *    "plan":["takes jobs of kind scan from the queue sqlite:jobs.db",…]}
 * Starts a job runner, to see that rules and plugins are good, and ends it
 * again; asks the source of jobs nothing. Sets *ok (may be NULL) to 1 if
 * nothing is wrong, else to 0. `cancel` may be NULL. Since 1.0. */
CUPEL_API cupel_status cupel_worker_check(const cupel_worker_options* options,
                                          uint32_t flags, cupel_cancel* cancel,
                                          int32_t* ok, cupel_buffer** out,
                                          cupel_error** error);

/* Works until it is drained or stopped or, if the configuration says
 * worker.exit_when_empty, no job is left. Once. `cancel` (may be NULL) stops
 * it. Failures of jobs are no error of this call; it fails if no job runner
 * ever came up, with what that said. Since 1.0. */
CUPEL_API cupel_status cupel_worker_run(cupel_worker* worker,
                                        cupel_cancel* cancel,
                                        cupel_error** error);

/* Not async-signal-safe, none of the three. */

/* Takes no more jobs, ends those that run, gives back those that wait. Before
 * cupel_worker_run: that returns at once. Since 1.0. */
CUPEL_API cupel_status cupel_worker_drain(cupel_worker* worker,
                                          cupel_error** error);
/* Also makes those that run end, and gives them back. Since 1.0. */
CUPEL_API cupel_status cupel_worker_stop(cupel_worker* worker,
                                         cupel_error** error);
/* Has rules and plugins read again before the next jobs. If they are no good
 * the old ones stay, and the log says why. Since 1.0. */
CUPEL_API cupel_status cupel_worker_reload(cupel_worker* worker,
                                           cupel_error** error);

/* ADDRESS:PORT of worker.listen, for the host to listen on; empty: nowhere.
 * Since 1.0. */
CUPEL_API cupel_view cupel_worker_listen(const cupel_worker* worker);
/* Answers GET and HEAD of / (a page for people), /healthz, /readyz, /metrics
 * (Prometheus) and /status.json. Whatever is in the request, there is an
 * answer. Who may ask is the host's business. Since 1.0. */
CUPEL_API cupel_status cupel_worker_http(cupel_worker* worker,
                                         const cupel_http_request* request,
                                         cupel_http_response** out,
                                         cupel_error** error);
/* /status.json. Since 1.0. */
CUPEL_API cupel_status cupel_worker_status_json(cupel_worker* worker,
                                                cupel_buffer** out,
                                                cupel_error** error);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CUPEL_WORKER_H_ */
