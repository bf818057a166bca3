/**
 * @file boefje.h
 * @brief Runs of OpenKAT's boefjes and normalizers, and the raws that lie
 *   between them. Comes with cupel.h, where the conventions stand.
 *   docs/boefjes.md is the guide.
 *
 * Needs no service: plugins and settings are the registry's, raws are kept in a
 * database.
 */
#ifndef CUPEL_BOEFJE_H_
#define CUPEL_BOEFJE_H_

#include <stddef.h>
#include <stdint.h>

#include "cupel/base.h"
#include "cupel/job.h"
#include "cupel/plugin.h"
#include "cupel/registry.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @defgroup raws Raws
 * What boefjes gave.
 * @{
 */

/**
 * What boefjes gave, and what is known of the jobs that gave it; the database
 * may be that of a cupel_dedup. Of a job's environment it has the names, never
 * a value.
 *
 * Threads: internally synchronised; several processes may share a database.
 * Lifetime: until cupel_raws_free; runs that go on keep what they need. Errors
 * of the database, which every function may return: see cupel_registry_open.
 *
 *     cupel_raws_options options = CUPEL_RAWS_OPTIONS_INIT;
 *     options.database = cupel_str("raws.db");
 *     cupel_raws *raws = NULL;
 *     if (cupel_raws_open(&options, &raws, &error) == CUPEL_STATUS_OK) {
 *       cupel_raws_list_json(raws, cupel_str("acme"), cupel_str(""), &json,
 *                            &error);
 *     }
 */
typedef struct cupel_raws cupel_raws;

/** How raws are kept. 0 in a field means its default, in brackets. */
typedef struct cupel_raws_options {
  /** sizeof(cupel_raws_options). */
  size_t struct_size;
  /** As that of a registry; empty: in memory, as long as the object lives. */
  cupel_view database;
  /** Bytes of one raw [64 MiB]. */
  uint64_t max_raw_bytes;
  /** Milliseconds to wait for others' writing [5000]. */
  uint32_t busy_timeout_ms;
  /** Must be 0. */
  uint32_t reserved;
} cupel_raws_options;
/** The defaults of a cupel_raws_options. */
#define CUPEL_RAWS_OPTIONS_INIT {sizeof(cupel_raws_options), {NULL, 0}, 0, 0, 0}

/**
 * Opens raws.
 *
 * @param[in] options Borrowed; NULL: the defaults.
 * @param[out] out The object, owned by the caller: cupel_raws_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is open.
 * @return Or as cupel_registry_open does for its database.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_raws_open(const cupel_raws_options* options,
                                       cupel_raws** out, cupel_error** error);

/**
 * Closes raws. Runs that go on keep what they need.
 *
 * @param[in] raws The object, owned; NULL is nothing to do.
 * @since 1.0
 */
CUPEL_API void cupel_raws_free(cupel_raws* raws);

/**
 * The raws of an organisation, in the order in which they were made:
 *
 *     {"raws":[{"id":"…","organisation":"acme","job":"…",
 *       "mime_types":["boefje/dns-records"],"created":"2026-01-02T03:04:05Z",
 *       "sha256":"…","size":12}]}
 *
 * @param[in] raws The object.
 * @param[in] organisation Whose; not empty, without NUL.
 * @param[in] job Of which job; empty: of all.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_raws_list_json(cupel_raws* raws,
                                            cupel_view organisation,
                                            cupel_view job, cupel_buffer** out,
                                            cupel_error** error);

/**
 * A raw, whosever it is, and OpenKAT's model of it:
 *
 *     {"raw":{…},"raw_data_meta":{…}}
 *
 * "raw_data_meta" is null if no boefje gave it.
 *
 * @param[in] raws The object.
 * @param[in] id Of the raw.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is the raw.
 * @retval CUPEL_STATUS_NOT_FOUND There is none with that id.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_raws_meta_json(cupel_raws* raws, cupel_view id,
                                            cupel_buffer** out,
                                            cupel_error** error);

/**
 * The bytes of a raw.
 *
 * @param[in] raws The object.
 * @param[in] id Of the raw.
 * @param[out] out The bytes, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` has the bytes.
 * @retval CUPEL_STATUS_NOT_FOUND There is none with that id.
 * @retval CUPEL_STATUS_DATA_LOSS They are not those that were stored.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_raws_bytes(cupel_raws* raws, cupel_view id,
                                        cupel_buffer** out,
                                        cupel_error** error);

/** @} */

/**
 * @defgroup boefje Runs
 * Boefjes and normalizers, run. All functions block until the run is over; they
 * may be called from any number of threads.
 *
 *     cupel_boefje_run(registry, raws, cupel_str("acme"),
 *                      cupel_str("dns-records"),
 *                      cupel_str("Hostname|internet|example.com"), NULL, NULL,
 *                      &json, &error);
 * @{
 */

/** What a run gets: bits of cupel_run_options.flags. */
enum {
  /** The BOEFJE_ variables of the process are offered to the boefje, as far as
   * its schema names them. No other thread may change the environment
   * meanwhile. */
  CUPEL_RUN_PROCESS_VARIABLES = 1 << 0,
  /** Defaults of the schema count where nothing else is given. */
  CUPEL_RUN_DEFAULTS = 1 << 1,
  /** A boefje gets no network. A normalizer never does. */
  CUPEL_RUN_NO_NETWORK = 1 << 2
};

/**
 * Told what a plugin that runs writes, and what becomes of it. Called from any
 * thread. Must not throw or longjmp.
 *
 * @param user_data As given with the callback.
 * @param level CUPEL_LOG_*.
 * @param text One line, valid until the callback returns.
 */
typedef void (*cupel_run_log_fn)(void* user_data, cupel_log_level level,
                                 cupel_view text);

/** How a boefje or normalizer is run. All of it has a default, in brackets. */
typedef struct cupel_run_options {
  /** sizeof(cupel_run_options). */
  size_t struct_size;
  /** CUPEL_RUN_*. Default: none. */
  uint32_t flags;
  /** CUPEL_TIER_PROCESS or CUPEL_TIER_OCI. 0: a process if the plugin has code
   * in its folder, else a container. If it can't be had, that is an error,
   * never another tier. A normalizer runs in a process. */
  cupel_tier tier;
  /** Milliseconds; then it is killed [600000]. */
  uint64_t timeout_ms;
  /** Bytes: address space of a process [4 GiB], or memory of a container [1
   * GiB]. */
  uint64_t memory_bytes;
  /** Path of cupel-runner [the one that came with the library]. */
  cupel_view runner;
  /** Path of the interpreter [/usr/bin/python3]. */
  cupel_view python;
  /** The folder with the package cupel [the one that came with the library]. */
  cupel_view python_path;
  /** The container program [podman, else docker, in PATH]. */
  cupel_view oci_program;
  /** "runc" and so on [that program's choice]. */
  cupel_view oci_runtime;
  /** May be NULL. */
  cupel_run_log_fn log;
  /** For `log`; may be NULL. */
  void* log_data;
} cupel_run_options;
/** The defaults of a cupel_run_options. */
#define CUPEL_RUN_OPTIONS_INIT \
  {sizeof(cupel_run_options),  \
   0,                          \
   0,                          \
   0,                          \
   0,                          \
   {NULL, 0},                  \
   {NULL, 0},                  \
   {NULL, 0},                  \
   {NULL, 0},                  \
   {NULL, 0},                  \
   NULL,                       \
   NULL}

/**
 * Runs a boefje of the registry, stores what it gave, and tells of it:
 *
 *     {"schema":"cupel.boefje/1","status":"completed","tier":"process",
 *      "problem":"","warnings":[],"raws":[…],"boefje_meta":{…}}
 *
 * "raws" as cupel_raws_list_json has them. If the boefje failed "status" is
 * "failed", "problem" says why, and the last raw is of type error/boefje.
 * Values of the environment are "***".
 *
 * @param[in] registry Has the boefje and its settings.
 * @param[in] raws Where what it gives is stored.
 * @param[in] organisation For whom.
 * @param[in] boefje Its id.
 * @param[in] input What it is run on: a reference
 *   ("Hostname|internet|example.com") or an object as octopoes' JSON has it;
 *   empty: nothing.
 * @param[in] options Borrowed; NULL: the defaults.
 * @param[in] cancel Ends it within 50 ms (a container is removed first), and
 *   then nothing is stored; may be NULL.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` tells how it went, also if the boefje failed.
 * @retval CUPEL_STATUS_NOT_FOUND The registry has no such organisation or
 *   boefje.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT The settings do not fit the boefje's
 *   schema, or the input is none.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION The boefje is broken, or something
 *   is missing to run it: the program, the tier, an image.
 * @retval CUPEL_STATUS_CANCELLED Ended by `cancel`.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_boefje_run(
    cupel_registry* registry, cupel_raws* raws, cupel_view organisation,
    cupel_view boefje, cupel_view input, const cupel_run_options* options,
    cupel_cancel* cancel, cupel_buffer** out, cupel_error** error);

/**
 * The same for a job that is there. Its id, its reference and what it has as
 * arguments.input stay; if it brings an environment, that is what the plugin's
 * schema is held against.
 *
 * @param[in] registry Has the boefje.
 * @param[in] raws Where what it gives is stored.
 * @param[in] job A BoefjeMeta, or a Task with one.
 * @param[in] options Borrowed; NULL: the defaults.
 * @param[in] cancel As for cupel_boefje_run.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_ALREADY_EXISTS The raws of the job are stored: it was
 *   run before.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT The job is of another kind, or as for
 *   cupel_boefje_run.
 * @return Else as cupel_boefje_run.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_boefje_run_job(
    cupel_registry* registry, cupel_raws* raws, const cupel_job* job,
    const cupel_run_options* options, cupel_cancel* cancel, cupel_buffer** out,
    cupel_error** error);

/**
 * Runs a normalizer of the registry's folders on a raw:
 *
 *     {"schema":"cupel.normalizer/1","status":"completed","tier":"process",
 *      "problem":"","warnings":[],"results":{"observations":[…],
 *      "declarations":[],"affirmations":[],"scan_profiles":[]},
 *      "octopoes":[{"method":"POST","path":"/acme/observations","body":{…}}],
 *      "normalizer_meta":{…}}
 *
 * "octopoes" are the requests that would tell octopoes of it, in order; nobody
 * is asked.
 *
 * @param[in] registry Has the normalizer.
 * @param[in] raws Has the raw.
 * @param[in] normalizer Its id.
 * @param[in] raw Id of the raw.
 * @param[in] whitelist A JSON object of how far normalizers may raise scan
 *   levels, {"kat_x":2}; empty: nobody may.
 * @param[in] options Borrowed; NULL: the defaults.
 * @param[in] cancel Ends it within 50 ms; may be NULL.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` tells how it went, also if the normalizer
 *   failed.
 * @retval CUPEL_STATUS_NOT_FOUND There is no such normalizer or raw.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT `whitelist` is no such object.
 * @return Else as cupel_boefje_run.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_normalizer_run(
    cupel_registry* registry, cupel_raws* raws, cupel_view normalizer,
    cupel_view raw, cupel_view whitelist, const cupel_run_options* options,
    cupel_cancel* cancel, cupel_buffer** out, cupel_error** error);

/**
 * The same for a job that is there; the bytes are those of its raw_data.id in
 * `raws`.
 *
 * @param[in] registry Has the normalizer.
 * @param[in] raws Has the raw.
 * @param[in] job A NormalizerMeta, or a Task with one.
 * @param[in] whitelist As for cupel_normalizer_run.
 * @param[in] options Borrowed; NULL: the defaults.
 * @param[in] cancel Ends it within 50 ms; may be NULL.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT The job is of another kind, or as for
 *   cupel_normalizer_run.
 * @return Else as cupel_normalizer_run.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_normalizer_run_job(
    cupel_registry* registry, cupel_raws* raws, const cupel_job* job,
    cupel_view whitelist, const cupel_run_options* options,
    cupel_cancel* cancel, cupel_buffer** out, cupel_error** error);

/** @} */

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CUPEL_BOEFJE_H_ */
