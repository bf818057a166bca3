/* dedup.h: when two jobs are the same, so that one run serves for both, and who
 * runs then, who waits and what each gets. Comes with cupel.h, where the
 * conventions stand. */
#ifndef CUPEL_DEDUP_H_
#define CUPEL_DEDUP_H_

#include <stddef.h>
#include <stdint.h>

#include "cupel/base.h"
#include "cupel/job.h"
#include "cupel/settings.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The fingerprint of the environment that a job carries, as
 * cupel_environment_fingerprint makes it of the same variables.
 * FAILED_PRECONDITION if the ring has no key, or for a job that is no
 * BoefjeMeta and no task with one. Since 1.0. */
CUPEL_API cupel_status cupel_job_environment_fingerprint(
    const cupel_job* job, const cupel_keyring* keyring, cupel_buffer** out,
    cupel_error** error);

/* What decides whether a run serves for another: 64 hexadecimal digits, BLAKE2b
 * over plugin, version, image, runnable hash, input and environment; not the
 * organisation. `job` is a BoefjeMeta or a task with one.
 * `environment_fingerprint` may be empty only if the job carries no
 * environment. FAILED_PRECONDITION for another kind of job or without the
 * fingerprint; INVALID_ARGUMENT if there is neither a version, an image nor a
 * hash: such a plugin can't be told from its next version. Since 1.0. */
CUPEL_API cupel_status cupel_job_key(const cupel_job* job,
                                     cupel_view environment_fingerprint,
                                     cupel_buffer** out, cupel_error** error);

/* Whether two jobs are the same, in words:
 *   {"same":false,"differences":["runnable_hash differs",
 *                                "input differs at $.port"]}
 * Never a value. Environments that the jobs carry are compared too. Since 1.0.
 */
CUPEL_API cupel_status cupel_job_compare(const cupel_job* a, const cupel_job* b,
                                         cupel_buffer** out,
                                         cupel_error** error);

/* OpenKAT's own hash of a boefje task in its queue (MurmurHash3, hexadecimal).
 * An empty `input_ooi` is none, as there. Since 1.0. */
CUPEL_API cupel_status cupel_openkat_task_hash_boefje(cupel_view input_ooi,
                                                      cupel_view boefje,
                                                      cupel_view organisation,
                                                      cupel_buffer** out,
                                                      cupel_error** error);
/* The same of a normalizer task. Since 1.0. */
CUPEL_API cupel_status cupel_openkat_task_hash_normalizer(
    cupel_view normalizer, cupel_view boefje_meta_id, cupel_view organisation,
    cupel_buffer** out, cupel_error** error);

/* ------------------------------------------------------------- shared runs */

/* Runs that go on and that are done, and the raws they gave, in a database that
 * several processes, with PostgreSQL also several machines, may share.
 * Internally synchronised.
 *
 * What is answered is for the host that runs jobs. Of it, an organisation may
 * be shown the raws of its own jobs: their ids, owner and time are its own
 * whoever ran them, so that it never learns whether another asked for the same.
 */
typedef struct cupel_dedup cupel_dedup;

typedef struct cupel_dedup_options {
  size_t struct_size;
  cupel_view database;      /* as that of a registry; empty: in memory */
  uint64_t lease_ms;        /* a leader without a word is dead then [600000] */
  uint64_t max_raw_bytes;   /* of one raw [64 MiB] */
  uint32_t busy_timeout_ms; /* to wait for others' writing [5000] */
  uint32_t reserved;
} cupel_dedup_options;
#define CUPEL_DEDUP_OPTIONS_INIT \
  {sizeof(cupel_dedup_options), {NULL, 0}, 0, 0, 0, 0}

/* The switches: runs are shared if all three are on. */
enum {
  CUPEL_DEDUP_INSTALL = 1 << 0,
  CUPEL_DEDUP_ORGANISATION = 1 << 1,
  CUPEL_DEDUP_PLUGIN = 1 << 2 /* "deduplicate" of its manifest */
};

typedef struct cupel_dedup_request {
  size_t struct_size;
  uint32_t flags; /* CUPEL_DEDUP_* */
  uint32_t reserved;
  cupel_view organisation;
  cupel_view job;    /* its id; no other job of the organisation has it */
  cupel_view plugin; /* for messages */
  cupel_view key;    /* cupel_job_key; may be empty if a switch is off */
  /* Names of the host's BOEFJE_ variables that the plugin would get. */
  const cupel_view* system_variables;
  size_t system_variable_count;
  /* The organisation's interval: older data is of no use to it. Negative: it
   * has none, as with a schedule by cron; then a day. */
  int64_t max_age_seconds;
} cupel_dedup_request;
#define CUPEL_DEDUP_REQUEST_INIT \
  {sizeof(cupel_dedup_request),  \
   0,                            \
   0,                            \
   {NULL, 0},                    \
   {NULL, 0},                    \
   {NULL, 0},                    \
   {NULL, 0},                    \
   NULL,                         \
   0,                            \
   -1}

/* A file that a run gave. */
typedef struct cupel_dedup_output {
  cupel_view bytes;
  const cupel_view* mime_types;
  size_t mime_type_count;
} cupel_dedup_output;

/* `options` may be NULL. Errors of the database as for cupel_registry_open.
 * Since 1.0. */
CUPEL_API cupel_status cupel_dedup_open(const cupel_dedup_options* options,
                                        cupel_dedup** out, cupel_error** error);
/* Calls that run go on. Since 1.0. */
CUPEL_API void cupel_dedup_free(cupel_dedup* dedup);
/* The time from now on, in microseconds since 1970: for tests, and to replay
 * what was. 0: the system's. Since 1.0. */
CUPEL_API cupel_status cupel_dedup_set_time(cupel_dedup* dedup, int64_t micros,
                                            cupel_error** error);

/* What is to be done with a job:
 *   {"action":"lead","reason":"…","hands_organisation":false,"token":12,
 *    "expires":"2026-01-02T03:04:05Z",
 *    "raws":[{"id":"…","job":"…","mime_types":["…"],"created":"…",
 *             "sha256":"…","size":3}]}
 * "alone" and "lead": run it; "token" is the lease. "follow": don't run it, it
 * gets its raws when another is completed. "reuse": it is done, these are its
 * raws. The plugin is told the organisation only if "hands_organisation". May
 * be repeated: nothing is done twice. FAILED_PRECONDITION if runs are shared
 * and there are system variables. Since 1.0. */
CUPEL_API cupel_status cupel_dedup_join(cupel_dedup* dedup,
                                        const cupel_dedup_request* request,
                                        cupel_buffer** out,
                                        cupel_error** error);
/* {"token":12,"expires":"…"}: the leader is still at it. FAILED_PRECONDITION,
 * for this and the two below, if the lease is not the job's present one: its
 * time was up and another took its place. Since 1.0. */
CUPEL_API cupel_status cupel_dedup_renew(cupel_dedup* dedup,
                                         cupel_view organisation,
                                         cupel_view job, int64_t token,
                                         cupel_buffer** out,
                                         cupel_error** error);
/* Stores what the run gave, once, and hands it to all who waited:
 *   [{"organisation":"…","job":"…","raws":[…]}], the leader first.
 * May be repeated with the same outputs. RESOURCE_EXHAUSTED for a raw that is
 * too large or more than 1000 of them; then nothing is kept. Since 1.0. */
CUPEL_API cupel_status cupel_dedup_complete(
    cupel_dedup* dedup, cupel_view organisation, cupel_view job, int64_t token,
    const cupel_dedup_output* outputs, size_t output_count, cupel_buffer** out,
    cupel_error** error);
/* Those who wait no more and are to be queued again:
 *   [{"organisation":"…","job":"…","led":false}]
 * The first of them to join again leads. Since 1.0. */
CUPEL_API cupel_status cupel_dedup_fail(cupel_dedup* dedup,
                                        cupel_view organisation, cupel_view job,
                                        int64_t token, cupel_buffer** out,
                                        cupel_error** error);
/* The job was cancelled; who waited for it, as cupel_dedup_fail. Since 1.0. */
CUPEL_API cupel_status cupel_dedup_leave(cupel_dedup* dedup,
                                         cupel_view organisation,
                                         cupel_view job, cupel_buffer** out,
                                         cupel_error** error);
/* Ends the runs whose leaders' time is up. As cupel_dedup_fail; "led" is true
 * for the leaders themselves. Since 1.0. */
CUPEL_API cupel_status cupel_dedup_release_expired(cupel_dedup* dedup,
                                                   cupel_buffer** out,
                                                   cupel_error** error);
/* Removes an organisation's jobs and raws. Others who waited for it, as
 * cupel_dedup_fail. Since 1.0. */
CUPEL_API cupel_status cupel_dedup_forget(cupel_dedup* dedup,
                                          cupel_view organisation,
                                          cupel_buffer** out,
                                          cupel_error** error);
/* Forgets runs that ended and began longer ago than this; raws stay. `removed`,
 * which may be NULL, is set to how many. Since 1.0. */
CUPEL_API cupel_status cupel_dedup_prune(cupel_dedup* dedup,
                                         int64_t older_than_seconds,
                                         uint64_t* removed,
                                         cupel_error** error);

/* An organisation's raws, of one job or, if `job` is empty, of all: an array as
 * "raws" above. Since 1.0. */
CUPEL_API cupel_status cupel_dedup_raws_json(cupel_dedup* dedup,
                                             cupel_view organisation,
                                             cupel_view job, cupel_buffer** out,
                                             cupel_error** error);
/* The bytes of a raw. NOT_FOUND if the organisation has none with this id;
 * DATA_LOSS if they are not those that were stored. Since 1.0. */
CUPEL_API cupel_status cupel_dedup_raw_bytes(cupel_dedup* dedup,
                                             cupel_view organisation,
                                             cupel_view id, cupel_buffer** out,
                                             cupel_error** error);
/* With the last raw of some bytes go the bytes, and the run that gave them.
 * Since 1.0. */
CUPEL_API cupel_status cupel_dedup_delete_raw(cupel_dedup* dedup,
                                              cupel_view organisation,
                                              cupel_view id,
                                              cupel_error** error);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CUPEL_DEDUP_H_ */
