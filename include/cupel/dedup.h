/**
 * @file dedup.h
 * @brief When two jobs are the same, so that one run serves for both, and who
 *   runs then, who waits and what each gets. Comes with cupel.h, where the
 *   conventions stand.
 */
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

/**
 * @defgroup job_key Keys of jobs
 * Whether two jobs are the same. No object is needed; any thread.
 * @{
 */

/**
 * The fingerprint of the environment that a job carries, as
 * cupel_environment_fingerprint makes it of the same variables.
 *
 * @param[in] job A BoefjeMeta, or a task with one.
 * @param[in] keyring Its sealing key is what the fingerprint is keyed with.
 * @param[out] out 64 hexadecimal digits, owned by the caller:
 *   cupel_buffer_free. NULL on failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is the fingerprint.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION The ring has no key, or the job is
 *   of another kind or carries no environment.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT The environment has a name that can be
 *   no variable.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_job_environment_fingerprint(
    const cupel_job* job, const cupel_keyring* keyring, cupel_buffer** out,
    cupel_error** error);

/**
 * What decides whether a run serves for another: BLAKE2b over plugin, version,
 * image, runnable hash, input and environment; not the organisation.
 *
 * @param[in] job A BoefjeMeta, or a task with one.
 * @param[in] environment_fingerprint Of its environment. May be empty only if
 *   the job carries none.
 * @param[out] out 64 hexadecimal digits, owned by the caller:
 *   cupel_buffer_free. NULL on failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is the key.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION The job is of another kind, or the
 *   fingerprint is missing.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT There is neither a version, an image
 *   nor a hash: such a plugin can't be told from its next version.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_job_key(const cupel_job* job,
                                     cupel_view environment_fingerprint,
                                     cupel_buffer** out, cupel_error** error);

/**
 * Whether two jobs are the same, in words:
 *
 *     {"same":false,"differences":["runnable_hash differs",
 *                                  "input differs at $.port"]}
 *
 * Never a value. Environments that the jobs carry are compared too.
 *
 * @param[in] a A BoefjeMeta, or a task with one.
 * @param[in] b The same.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is the answer.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION One of them is of another kind.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_job_compare(const cupel_job* a, const cupel_job* b,
                                         cupel_buffer** out,
                                         cupel_error** error);

/**
 * OpenKAT's own hash of a boefje task in its queue (MurmurHash3, hexadecimal).
 *
 * @param[in] input_ooi Reference of the input object; empty: none, as there.
 * @param[in] boefje Id of the boefje.
 * @param[in] organisation Id of the organisation.
 * @param[out] out The hash, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_openkat_task_hash_boefje(cupel_view input_ooi,
                                                      cupel_view boefje,
                                                      cupel_view organisation,
                                                      cupel_buffer** out,
                                                      cupel_error** error);

/**
 * The same of a normalizer task.
 *
 * @param[in] normalizer Id of the normalizer.
 * @param[in] boefje_meta_id Id of the run whose raw it normalizes.
 * @param[in] organisation Id of the organisation.
 * @param[out] out The hash, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_openkat_task_hash_normalizer(
    cupel_view normalizer, cupel_view boefje_meta_id, cupel_view organisation,
    cupel_buffer** out, cupel_error** error);

/** @} */

/**
 * @defgroup dedup Shared runs
 * Runs that go on and that are done, and the raws they gave.
 * @{
 */

/**
 * Shared runs, in a database that several processes, with PostgreSQL also
 * several machines, may share.
 *
 * What is answered is for the host that runs jobs. Of it, an organisation may
 * be shown the raws of its own jobs: their ids, owner and time are its own
 * whoever ran them, so that it never learns whether another asked for the same.
 *
 * Threads: internally synchronised. Lifetime: until cupel_dedup_free; calls
 * that run go on. Errors of the database, which every function may return: see
 * cupel_registry_open.
 *
 *     cupel_dedup_join(dedup, &request, &answer, &error);
 *     // "lead": run it, and say so now and then with cupel_dedup_renew; then
 *     cupel_dedup_complete(dedup, organisation, job, token, outputs, 1,
 *                          &granted, &error);
 */
typedef struct cupel_dedup cupel_dedup;

/** How shared runs are opened. 0 in a field means its default, in brackets. */
typedef struct cupel_dedup_options {
  /** sizeof(cupel_dedup_options). */
  size_t struct_size;
  /** As that of a registry; empty: in memory, as long as the object lives. */
  cupel_view database;
  /** Milliseconds after which a leader without a word is dead [600000]. */
  uint64_t lease_ms;
  /** Bytes of one raw [64 MiB]. */
  uint64_t max_raw_bytes;
  /** Milliseconds to wait for others' writing [5000]. */
  uint32_t busy_timeout_ms;
  /** Must be 0. */
  uint32_t reserved;
} cupel_dedup_options;
/** The defaults of a cupel_dedup_options. */
#define CUPEL_DEDUP_OPTIONS_INIT \
  {sizeof(cupel_dedup_options), {NULL, 0}, 0, 0, 0, 0}

/** The switches of cupel_dedup_request.flags: runs are shared if all three are
 * on. */
enum {
  /** The install's. */
  CUPEL_DEDUP_INSTALL = 1 << 0,
  /** The organisation's. */
  CUPEL_DEDUP_ORGANISATION = 1 << 1,
  /** The plugin's: "deduplicate" of its manifest. */
  CUPEL_DEDUP_PLUGIN = 1 << 2
};

/** A job that is to be run. */
typedef struct cupel_dedup_request {
  /** sizeof(cupel_dedup_request). */
  size_t struct_size;
  /** CUPEL_DEDUP_*. Default: none, so that the job runs alone. */
  uint32_t flags;
  /** Must be 0. */
  uint32_t reserved;
  /** Whose job; not empty. */
  cupel_view organisation;
  /** Its id; no other job of the organisation has it. */
  cupel_view job;
  /** What messages call the plugin. */
  cupel_view plugin;
  /** What cupel_job_key gave; may be empty if a switch is off. */
  cupel_view key;
  /** Names of the host's BOEFJE_ variables that the plugin would get. */
  const cupel_view* system_variables;
  /** How many. */
  size_t system_variable_count;
  /** Seconds: the organisation's interval. Older data is of no use to it.
   * Negative: it has none, as with a schedule by cron; then a day. */
  int64_t max_age_seconds;
} cupel_dedup_request;
/** The defaults of a cupel_dedup_request. */
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

/** A file that a run gave. This struct never grows. */
typedef struct cupel_dedup_output {
  /** Any bytes; may be empty. */
  cupel_view bytes;
  /** What they are. */
  const cupel_view* mime_types;
  /** How many. */
  size_t mime_type_count;
} cupel_dedup_output;

/**
 * Opens shared runs.
 *
 * @param[in] options Borrowed; NULL: the defaults.
 * @param[out] out The object, owned by the caller: cupel_dedup_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is open.
 * @return Or as cupel_registry_open does for its database.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_dedup_open(const cupel_dedup_options* options,
                                        cupel_dedup** out, cupel_error** error);

/**
 * Closes shared runs. Calls that run go on.
 *
 * @param[in] dedup The object, owned; NULL is nothing to do.
 * @since 1.0
 */
CUPEL_API void cupel_dedup_free(cupel_dedup* dedup);

/**
 * Sets the time from now on: for tests, and to replay what was.
 *
 * @param[in] dedup The object.
 * @param[in] micros Microseconds since 1970, UTC. 0: the system's time again.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK It is that time now.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT It is no time from 1970 to 9999.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_dedup_set_time(cupel_dedup* dedup, int64_t micros,
                                            cupel_error** error);

/**
 * What is to be done with a job:
 *
 *     {"action":"lead","reason":"…","hands_organisation":false,"token":12,
 *      "expires":"2026-01-02T03:04:05Z",
 *      "raws":[{"id":"…","job":"…","mime_types":["…"],"created":"…",
 *               "sha256":"…","size":3}]}
 *
 * "alone" and "lead": run it; "token" is the lease. "follow": don't run it, it
 * gets its raws when another is completed. "reuse": it is done, these are its
 * raws. The plugin is told the organisation only if "hands_organisation". May
 * be repeated: nothing is done twice.
 *
 * @param[in] dedup The object.
 * @param[in] request The job; not NULL. Borrowed.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is the answer.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION Runs are shared and there are system
 *   variables: what they do can't be told.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT A field of `request` is wrong, or the
 *   key is missing.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_dedup_join(cupel_dedup* dedup,
                                        const cupel_dedup_request* request,
                                        cupel_buffer** out,
                                        cupel_error** error);

/**
 * Says that the leader is still at it: {"token":12,"expires":"…"}.
 *
 * @param[in] dedup The object.
 * @param[in] organisation Whose job.
 * @param[in] job Its id.
 * @param[in] token Of its lease.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK The lease goes on until "expires".
 * @retval CUPEL_STATUS_FAILED_PRECONDITION The lease is not the job's present
 *   one: its time was up and another took its place; or the run has ended.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_dedup_renew(cupel_dedup* dedup,
                                         cupel_view organisation,
                                         cupel_view job, int64_t token,
                                         cupel_buffer** out,
                                         cupel_error** error);

/**
 * Stores what a run gave, once, and hands it to all who waited:
 *
 *     [{"organisation":"…","job":"…","raws":[…]}]
 *
 * the leader first. May be repeated with the same outputs.
 *
 * @param[in] dedup The object.
 * @param[in] organisation Whose job.
 * @param[in] job Its id.
 * @param[in] token Of its lease.
 * @param[in] outputs What it gave; may be NULL if `output_count` is 0. Copied.
 * @param[in] output_count How many; at most 1000.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK All of it is stored.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION As for cupel_dedup_renew; or it was
 *   completed with something else before.
 * @retval CUPEL_STATUS_RESOURCE_EXHAUSTED A raw is too large, or there are too
 *   many; then nothing is kept.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_dedup_complete(
    cupel_dedup* dedup, cupel_view organisation, cupel_view job, int64_t token,
    const cupel_dedup_output* outputs, size_t output_count, cupel_buffer** out,
    cupel_error** error);

/**
 * Says that a run failed. Gives those who wait no more and are to be queued
 * again:
 *
 *     [{"organisation":"…","job":"…","led":false}]
 *
 * The first of them to join again leads.
 *
 * @param[in] dedup The object.
 * @param[in] organisation Whose job.
 * @param[in] job Its id.
 * @param[in] token Of its lease.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK The run is over.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION As for cupel_dedup_renew.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_dedup_fail(cupel_dedup* dedup,
                                        cupel_view organisation, cupel_view job,
                                        int64_t token, cupel_buffer** out,
                                        cupel_error** error);

/**
 * Says that a job was cancelled, whether it led or followed. Gives who waited
 * for it, as cupel_dedup_fail does.
 *
 * @param[in] dedup The object.
 * @param[in] organisation Whose job.
 * @param[in] job Its id.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, also for a job that never joined; or a general
 *   error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_dedup_leave(cupel_dedup* dedup,
                                         cupel_view organisation,
                                         cupel_view job, cupel_buffer** out,
                                         cupel_error** error);

/**
 * Ends the runs whose leaders' time is up. Gives their jobs as cupel_dedup_fail
 * does; "led" is true for the leaders themselves.
 *
 * @param[in] dedup The object.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_dedup_release_expired(cupel_dedup* dedup,
                                                   cupel_buffer** out,
                                                   cupel_error** error);

/**
 * Removes an organisation's jobs and raws. Gives the others who waited for it,
 * as cupel_dedup_fail does.
 *
 * @param[in] dedup The object.
 * @param[in] organisation Whose.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_dedup_forget(cupel_dedup* dedup,
                                          cupel_view organisation,
                                          cupel_buffer** out,
                                          cupel_error** error);

/**
 * Forgets runs that ended; raws stay.
 *
 * @param[in] dedup The object.
 * @param[in] older_than_seconds Only those that began longer ago than this; not
 *   negative.
 * @param[out] removed Set to how many; may be NULL. As it was on failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK They are forgotten.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT `older_than_seconds` is negative.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_dedup_prune(cupel_dedup* dedup,
                                         int64_t older_than_seconds,
                                         uint64_t* removed,
                                         cupel_error** error);

/**
 * An organisation's raws: an array as "raws" in cupel_dedup_join.
 *
 * @param[in] dedup The object.
 * @param[in] organisation Whose.
 * @param[in] job Of which job; empty: of all.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_dedup_raws_json(cupel_dedup* dedup,
                                             cupel_view organisation,
                                             cupel_view job, cupel_buffer** out,
                                             cupel_error** error);

/**
 * The bytes of a raw.
 *
 * @param[in] dedup The object.
 * @param[in] organisation Whose.
 * @param[in] id Of the raw.
 * @param[out] out The bytes, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` has the bytes.
 * @retval CUPEL_STATUS_NOT_FOUND The organisation has no raw with that id.
 * @retval CUPEL_STATUS_DATA_LOSS They are not those that were stored.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_dedup_raw_bytes(cupel_dedup* dedup,
                                             cupel_view organisation,
                                             cupel_view id, cupel_buffer** out,
                                             cupel_error** error);

/**
 * Removes a raw. With the last raw of some bytes go the bytes, and the run that
 * gave them.
 *
 * @param[in] dedup The object.
 * @param[in] organisation Whose.
 * @param[in] id Of the raw.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK It is gone.
 * @retval CUPEL_STATUS_NOT_FOUND The organisation has no raw with that id.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_dedup_delete_raw(cupel_dedup* dedup,
                                              cupel_view organisation,
                                              cupel_view id,
                                              cupel_error** error);

/** @} */

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CUPEL_DEDUP_H_ */
