/* dedup.h: when two jobs are the same, so that one run serves for both. Comes
 * with cupel.h, where the conventions stand. */
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
 * BoefjeMeta and no task with one. Since 0.1. */
CUPEL_API cupel_status cupel_job_environment_fingerprint(
    const cupel_job* job, const cupel_keyring* keyring, cupel_buffer** out,
    cupel_error** error);

/* What decides whether a run serves for another: 64 hexadecimal digits, BLAKE2b
 * over plugin, version, image, runnable hash, input and environment; not the
 * organisation. `job` is a BoefjeMeta or a task with one.
 * `environment_fingerprint` may be empty only if the job carries no
 * environment. FAILED_PRECONDITION for another kind of job or without the
 * fingerprint; INVALID_ARGUMENT if there is neither a version, an image nor a
 * hash: such a plugin can't be told from its next version. Since 0.1. */
CUPEL_API cupel_status cupel_job_key(const cupel_job* job,
                                     cupel_view environment_fingerprint,
                                     cupel_buffer** out, cupel_error** error);

/* Whether two jobs are the same, in words:
 *   {"same":false,"differences":["runnable_hash differs",
 *                                "input differs at $.port"]}
 * Never a value. Environments that the jobs carry are compared too. Since 0.1.
 */
CUPEL_API cupel_status cupel_job_compare(const cupel_job* a, const cupel_job* b,
                                         cupel_buffer** out,
                                         cupel_error** error);

/* OpenKAT's own hash of a boefje task in its queue (MurmurHash3, hexadecimal).
 * An empty `input_ooi` is none, as there. Since 0.1. */
CUPEL_API cupel_status cupel_openkat_task_hash_boefje(cupel_view input_ooi,
                                                      cupel_view boefje,
                                                      cupel_view organisation,
                                                      cupel_buffer** out,
                                                      cupel_error** error);
/* The same of a normalizer task. Since 0.1. */
CUPEL_API cupel_status cupel_openkat_task_hash_normalizer(
    cupel_view normalizer, cupel_view boefje_meta_id, cupel_view organisation,
    cupel_buffer** out, cupel_error** error);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CUPEL_DEDUP_H_ */
