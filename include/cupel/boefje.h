/* boefje.h: runs of OpenKAT's boefjes and normalizers, and the raws that lie
 * between them. Needs no service: plugins and settings are the registry's, raws
 * are kept in a database. Comes with cupel.h, where the conventions
 * stand. docs/boefjes.md is the guide. */
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

/* -------------------------------------------------------------------- raws */

/* What boefjes gave, and what is known of the jobs that gave it; the database
 * may be that of a cupel_dedup. Of a job's environment it has the names, never
 * a value. Internally synchronised; several processes may share a database. */
typedef struct cupel_raws cupel_raws;

typedef struct cupel_raws_options {
  size_t struct_size;
  cupel_view database;      /* as that of a registry; empty: in memory */
  uint64_t max_raw_bytes;   /* of one raw [64 MiB] */
  uint32_t busy_timeout_ms; /* to wait for others' writing [5000] */
  uint32_t reserved;
} cupel_raws_options;
#define CUPEL_RAWS_OPTIONS_INIT {sizeof(cupel_raws_options), {NULL, 0}, 0, 0, 0}

/* `options` may be NULL. Errors of the database as for cupel_registry_open.
 * Since 1.0. */
CUPEL_API cupel_status cupel_raws_open(const cupel_raws_options* options,
                                       cupel_raws** out, cupel_error** error);
/* Runs that go on keep what they need. Since 1.0. */
CUPEL_API void cupel_raws_free(cupel_raws* raws);

/* The raws of an organisation, in the order in which they were made; of one job
 * unless `job` is empty:
 *   {"raws":[{"id":"…","organisation":"acme","job":"…",
 *     "mime_types":["boefje/dns-records"],"created":"2026-01-02T03:04:05Z",
 *     "sha256":"…","size":12}]}
 * Since 1.0. */
CUPEL_API cupel_status cupel_raws_list_json(cupel_raws* raws,
                                            cupel_view organisation,
                                            cupel_view job, cupel_buffer** out,
                                            cupel_error** error);
/* {"raw":{…},"raw_data_meta":{…}}: a raw, whosever it is, and OpenKAT's model
 * of it, null if no boefje gave it. NOT_FOUND. Since 1.0. */
CUPEL_API cupel_status cupel_raws_meta_json(cupel_raws* raws, cupel_view id,
                                            cupel_buffer** out,
                                            cupel_error** error);
/* The bytes of a raw. NOT_FOUND; DATA_LOSS if they are not those that were
 * stored. Since 1.0. */
CUPEL_API cupel_status cupel_raws_bytes(cupel_raws* raws, cupel_view id,
                                        cupel_buffer** out,
                                        cupel_error** error);

/* -------------------------------------------------------------------- runs */

enum {
  /* The BOEFJE_ variables of the process are offered to the boefje, as far as
   * its schema names them. No other thread may change the environment
   * meanwhile. */
  CUPEL_RUN_PROCESS_VARIABLES = 1 << 0,
  /* Defaults of the schema count where nothing else is given. */
  CUPEL_RUN_DEFAULTS = 1 << 1,
  /* A boefje gets no network. A normalizer never does. */
  CUPEL_RUN_NO_NETWORK = 1 << 2
};

/* What a plugin that runs writes, and what becomes of it. Called from any
 * thread; must not throw or longjmp. */
typedef void (*cupel_run_log_fn)(void* user_data, cupel_log_level level,
                                 cupel_view text);

/* How a boefje or normalizer is run. All of it has a default. */
typedef struct cupel_run_options {
  size_t struct_size;
  uint32_t flags; /* CUPEL_RUN_* */
  /* CUPEL_TIER_PROCESS or CUPEL_TIER_OCI. 0: a process if the plugin has code
   * in its folder, else a container. If it can't be had, that is an error,
   * never another tier. */
  cupel_tier tier;
  uint64_t timeout_ms;    /* then it is killed [600000] */
  uint64_t memory_bytes;  /* address space of a process [4 GiB], or memory of a
                             container [1 GiB] */
  cupel_view runner;      /* cupel-runner; empty: the one that came with us */
  cupel_view python;      /* [/usr/bin/python3] */
  cupel_view python_path; /* the folder with the package cupel; as `runner` */
  cupel_view oci_program; /* [podman, else docker, in PATH] */
  cupel_view oci_runtime; /* "runc"; empty: that program's choice */
  cupel_run_log_fn log;   /* may be NULL */
  void* log_data;
} cupel_run_options;
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

/* Runs a boefje of the registry, stores what it gave, and tells of it:
 *   {"schema":"cupel.boefje/1","status":"completed","tier":"process",
 *    "problem":"","warnings":[],"raws":[…],"boefje_meta":{…}}
 * "raws" as cupel_raws_list_json has them. OK also if the boefje failed: then
 * "status" is "failed", "problem" says why, and the last raw is of type
 * error/boefje. Values of the environment are "***".
 *
 * `input` is what it is run on: a reference ("Hostname|internet|example.com")
 * or an object as octopoes' JSON has it; empty: nothing. NOT_FOUND for an
 * organisation or boefje that the registry does not have; INVALID_ARGUMENT if
 * its settings do not fit its schema; FAILED_PRECONDITION for what is missing
 * to run it. `options` and `cancel` may be NULL; CANCELLED within 50 ms (a
 * container is removed first), and then nothing is stored. Since 1.0. */
CUPEL_API cupel_status cupel_boefje_run(
    cupel_registry* registry, cupel_raws* raws, cupel_view organisation,
    cupel_view boefje, cupel_view input, const cupel_run_options* options,
    cupel_cancel* cancel, cupel_buffer** out, cupel_error** error);
/* The same for a job that is there: a BoefjeMeta, or a Task with one. Its id,
 * its reference and what it has as arguments.input stay; if it brings an
 * environment, that is what the plugin's schema is held against. ALREADY_EXISTS
 * if its raws are stored. Since 1.0. */
CUPEL_API cupel_status cupel_boefje_run_job(
    cupel_registry* registry, cupel_raws* raws, const cupel_job* job,
    const cupel_run_options* options, cupel_cancel* cancel, cupel_buffer** out,
    cupel_error** error);

/* Runs a normalizer of the registry's folders on a raw:
 *   {"schema":"cupel.normalizer/1","status":"completed","tier":"process",
 *    "problem":"","warnings":[],"results":{"observations":[…],
 *    "declarations":[],"affirmations":[],"scan_profiles":[]},
 *    "octopoes":[{"method":"POST","path":"/acme/observations","body":{…}}],
 *    "normalizer_meta":{…}}
 * "octopoes" are the requests that would tell octopoes of it, in order; nobody
 * is asked. `whitelist` is a JSON object of how far normalizers may raise scan
 * levels, {"kat_x":2}; empty: nobody may. Else as cupel_boefje_run.
 * Since 1.0. */
CUPEL_API cupel_status cupel_normalizer_run(
    cupel_registry* registry, cupel_raws* raws, cupel_view normalizer,
    cupel_view raw, cupel_view whitelist, const cupel_run_options* options,
    cupel_cancel* cancel, cupel_buffer** out, cupel_error** error);
/* The same for a NormalizerMeta, or a Task with one; the bytes are those of its
 * raw_data.id in `raws`. Since 1.0. */
CUPEL_API cupel_status cupel_normalizer_run_job(
    cupel_registry* registry, cupel_raws* raws, const cupel_job* job,
    cupel_view whitelist, const cupel_run_options* options,
    cupel_cancel* cancel, cupel_buffer** out, cupel_error** error);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CUPEL_BOEFJE_H_ */
