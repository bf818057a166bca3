/**
 * @file cupel.h
 * @brief The C interface of Cupel, an embeddable scan-job engine. Includes all
 * the other headers but those for drivers.
 *
 *     cupel_engine *engine = NULL;
 *     cupel_rule_sources *sources = NULL;
 *     cupel_ruleset *rules = NULL;
 *     cupel_scanner *scanner = NULL;
 *     cupel_report *report = NULL;
 *     cupel_error *error = NULL;
 *
 *     if (cupel_engine_new(NULL, &engine, &error) == CUPEL_STATUS_OK &&
 *         cupel_rule_sources_new(&sources, &error) == CUPEL_STATUS_OK &&
 *         cupel_rule_sources_add_path(sources, cupel_str("rules"), &error) ==
 *             CUPEL_STATUS_OK &&
 *         cupel_ruleset_compile(engine, sources, NULL, &rules, &error) ==
 *             CUPEL_STATUS_OK &&
 *         cupel_scanner_new(engine, rules, NULL, &scanner, &error) ==
 *             CUPEL_STATUS_OK &&
 *         cupel_scanner_scan_path(scanner, cupel_str("pkg.tgz"), NULL, &report,
 *                                 &error) == CUPEL_STATUS_OK) {
 *       if (cupel_report_verdict(report) == CUPEL_VERDICT_CLEAN) ...
 *     }
 *
 * Conventions, the same for every function:
 *
 * - **Ownership.** Objects are opaque. What a `_new` (or any function with an
 *   `out` handle) gives belongs to the caller and goes back with the matching
 *   `_free`, which takes NULL. Objects keep what they were made from alive, so
 *   they may be freed in any order. A handle that was freed, or is of another
 *   kind, is refused as long as its memory is not used again; do not rely on
 *   it.
 * - **Errors.** A function that can fail returns a cupel_status and takes
 *   `cupel_error **error` last. It may be NULL. On failure a new error object
 *   is stored there, for the caller to free; on success it is not touched; what
 *   stood there before is never read or freed. On failure out handles are set
 *   to NULL and other out parameters are left as they were.
 * - **General errors**, which every such function may return and which are not
 *   said again: CUPEL_STATUS_INVALID_ARGUMENT for what breaks these
 *   conventions (a NULL or a wrong handle where an object is needed, a view
 *   with a size and no data, an unknown flag or a wrong `struct_size`),
 *   CUPEL_STATUS_UNIMPLEMENTED for a field of a newer header,
 *   CUPEL_STATUS_RESOURCE_EXHAUSTED when memory runs out ("out of memory"), and
 *   CUPEL_STATUS_INTERNAL for a fault of the library. Nothing that is handed in
 *   crashes it.
 * - **Bytes.** Borrowed bytes are a cupel_view, owned bytes a cupel_buffer. A
 *   view handed in is used until the call returns, unless its function says
 *   otherwise; one handed out lives as long as the object it was asked of. Text
 *   is UTF-8; names and paths are bytes, at least one, and no NUL among them.
 *   JSON that comes back is UTF-8 on one line, without a line feed at its end,
 *   unless its function says otherwise; keys may be added to it.
 * - **Structs** of options start with `struct_size`, set by their _INIT macro,
 *   and only ever grow at the end. A zero in a field means its default. A
 *   struct from an older header is taken as it is. One from a newer header is
 *   taken as long as the fields this library does not know are zero; else
 *   CUPEL_STATUS_UNIMPLEMENTED. In a struct that is filled, `struct_size` says
 *   how much of it the caller knows; what only the caller knows is set to zero.
 *   A size that no version had is CUPEL_STATUS_INVALID_ARGUMENT. Fields called
 *   `reserved` must be 0. What options point to is copied, unless it is said
 *   otherwise.
 * - **Enumerations** are int32_t with values that never change. New values may
 *   be added: treat one you do not know as the most cautious case.
 * - **Callbacks** get the `user_data` that was given with them first. They must
 *   not throw, longjmp or end the thread. No lock is held while one runs. They
 *   may use every object but the busy scanner, and free any of them, that
 *   scanner too.
 *
 * Threads: cupel_engine, cupel_ruleset, cupel_report, cupel_error,
 * cupel_buffer, cupel_job, cupel_schema, cupel_environment and
 * cupel_http_response are immutable once made: any number of threads may use
 * one at the same time. cupel_cancel, cupel_registry, cupel_raws, cupel_dedup,
 * cupel_queue, cupel_plugins and cupel_worker are internally synchronised.
 * cupel_rule_sources, cupel_inputs and cupel_scanner belong to one thread at a
 * time and may move between threads; a scanner that is busy answers
 * CUPEL_STATUS_FAILED_PRECONDITION, also from inside its own callbacks. A
 * cupel_keyring belongs to one thread while keys are added, then to any number.
 * Freeing an object while another thread is about to call a function with it is
 * an error of the caller, as everywhere in C.
 *
 * Processes: after fork() the child may use and free what the parent made while
 * no other thread was inside the library. Do not end a thread that is inside
 * the library with pthread_cancel().
 *
 * The soname is libcupel.so.1. Within a soname functions, fields and values are
 * added and never changed or removed, so a program runs with every later
 * library of the same soname.
 *
 * The library writes nothing to standard output or standard error, installs no
 * signal handler, changes no locale, environment, umask or working directory,
 * and starts threads only inside a scan that was asked to use several, which
 * are joined before the scan returns, and inside cupel_worker_run. Processes
 * are started only by plugins that do not run in the host's own and by a
 * worker. docs/embed.md is the guide.
 */
#ifndef CUPEL_CUPEL_H_
#define CUPEL_CUPEL_H_

#include <stdint.h>

#include "cupel/base.h"
#include "cupel/boefje.h"
#include "cupel/dedup.h"
#include "cupel/environment.h"
#include "cupel/export.h"
#include "cupel/job.h"
#include "cupel/plugin.h"
#include "cupel/plugin_use.h"
#include "cupel/plugins.h"
#include "cupel/queue.h"
#include "cupel/registry.h"
#include "cupel/report.h"
#include "cupel/rules.h"
#include "cupel/scanner.h"
#include "cupel/schema.h"
#include "cupel/settings.h"
#include "cupel/version.h"
#include "cupel/worker.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @defgroup version Version
 * Which library is in use, to be compared with the CUPEL_VERSION_* of the
 * headers that a program was compiled with.
 * @{
 */

/**
 * The version of the library in use. Any thread.
 *
 * @return major << 16 | minor << 8 | patch.
 * @since 1.0
 */
CUPEL_API uint32_t cupel_version(void);

/**
 * The same as text. Any thread.
 *
 * @return "1.0.0": a static string.
 * @since 1.0
 */
CUPEL_API const char* cupel_version_string(void);

/**
 * How far the interface of the library in use has grown. Any thread.
 *
 * @return A number to be compared with CUPEL_ABI_VERSION: it grows when
 *   something is added, and starts anew with each soname.
 * @since 1.0
 */
CUPEL_API uint32_t cupel_abi_version(void);

/**
 * What the library is made of and with, for bug reports. Any thread.
 *
 * @return "libyara 4.5.2, gcc 12.2.0": a static string.
 * @since 1.0
 */
CUPEL_API const char* cupel_build_info(void);

/** @} */

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CUPEL_CUPEL_H_ */
