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

#include "cupel/base.h"
#include "cupel/boefje.h"
#include "cupel/dedup.h"
#include "cupel/environment.h"
#include "cupel/export.h"
#include "cupel/job.h"
#include "cupel/plugin.h"
#include "cupel/plugins.h"
#include "cupel/queue.h"
#include "cupel/registry.h"
#include "cupel/schema.h"
#include "cupel/settings.h"
#include "cupel/version.h"
#include "cupel/worker.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @defgroup engine Engine
 * What rule sets and scanners are made from.
 * @{
 */

/**
 * What everything else is made from. One per process is usual; several do not
 * disturb each other.
 *
 * Threads: immutable; any number may use one. Lifetime: until
 * cupel_engine_free; what it made goes on without it.
 *
 *     cupel_engine *engine = NULL;
 *     if (cupel_engine_new(NULL, &engine, &error) != CUPEL_STATUS_OK) return 1;
 *     ...
 *     cupel_engine_free(engine);
 */
typedef struct cupel_engine cupel_engine;

/** How an engine is made. There is nothing to choose yet. */
typedef struct cupel_engine_options {
  /** sizeof(cupel_engine_options). */
  size_t struct_size;
  /** Must be 0. */
  uint32_t flags;
  /** Must be 0. */
  uint32_t reserved;
} cupel_engine_options;
/** The defaults of a cupel_engine_options. */
#define CUPEL_ENGINE_OPTIONS_INIT {sizeof(cupel_engine_options), 0, 0}

/**
 * Makes an engine.
 *
 * The first one of a process initialises libyara, once and for all: it is never
 * finalised, because another user of libyara in the process may need it. rand()
 * is not seeded anew by that; but libyara draws a number from it for every
 * thread of every new scanner.
 *
 * @param[in] options Borrowed; NULL: the defaults.
 * @param[out] out The engine, owned by the caller: cupel_engine_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is an engine.
 * @retval CUPEL_STATUS_RESOURCE_EXHAUSTED libyara got no memory.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_engine_new(const cupel_engine_options* options,
                                        cupel_engine** out,
                                        cupel_error** error);

/**
 * Frees an engine. Rule sets, scanners and scans that it made go on.
 *
 * @param[in] engine The engine, owned; NULL is nothing to do.
 * @since 1.0
 */
CUPEL_API void cupel_engine_free(cupel_engine* engine);

/** @} */

/**
 * @defgroup rules Rules
 * From YARA sources to a compiled rule set.
 * @{
 */

/**
 * Where rules come from: a list of files, folders and texts, and the external
 * variables and include folders that they may use, filled step by step. Nothing
 * is read before cupel_ruleset_compile, which leaves the list as it is.
 *
 * Threads: one at a time. Lifetime: until cupel_rule_sources_free; a rule set
 * does not need it any more.
 *
 *     cupel_rule_sources *sources = NULL;
 *     cupel_rule_sources_new(&sources, &error);
 *     cupel_rule_sources_add_path(sources, cupel_str("rules"), &error);
 *     cupel_rule_sources_define_integer(sources, cupel_str("level"), 2,
 * &error);
 */
typedef struct cupel_rule_sources cupel_rule_sources;

/**
 * Makes an empty list of sources.
 *
 * @param[out] out The list, owned by the caller: cupel_rule_sources_free. NULL
 *   on failure.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_rule_sources_new(cupel_rule_sources** out,
                                              cupel_error** error);

/**
 * Adds a rule file, a folder, or rules that cupel_ruleset_save wrote.
 *
 * A folder is searched recursively for *.yar and *.yara, sorted by path, each
 * folder once whatever links lead to it. Each file is a namespace of its own,
 * named by its path below the folder that was given. The folder of a file, and
 * a folder that was given, are roots that `include` may read from. A file of
 * rules has at most 64 MiB, one of compiled rules at most 1 GiB.
 *
 * @param[in,out] sources The list.
 * @param[in] path Bytes of a path, not empty, without NUL. Copied. Whether it
 *   is there is found out by cupel_ruleset_compile.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_rule_sources_add_path(cupel_rule_sources* sources,
                                                   cupel_view path,
                                                   cupel_error** error);

/**
 * Adds rules as text.
 *
 * @param[in,out] sources The list.
 * @param[in] name The namespace of the rules, which also stands for the file in
 *   diagnostics; not empty, without NUL. Copied.
 * @param[in] text Rules, at most 64 MiB; text that is too long or holds a NUL
 *   is an error of cupel_ruleset_compile. Copied.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_rule_sources_add_text(cupel_rule_sources* sources,
                                                   cupel_view name,
                                                   cupel_view text,
                                                   cupel_error** error);

/**
 * Adds a folder that `include` may read from, beside those of the paths.
 * Includes that lead elsewhere, by `..` or by a link, are errors of the rules.
 *
 * @param[in,out] sources The list.
 * @param[in] folder Bytes of a path, not empty, without NUL. Copied.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_rule_sources_add_include_root(
    cupel_rule_sources* sources, cupel_view folder, cupel_error** error);

/**
 * Defines an external variable that is a string.
 *
 * @param[in,out] sources The list.
 * @param[in] name An identifier as rules know them. Copied.
 * @param[in] value Any bytes but NUL; may be empty. Copied.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK It is defined for all rules of the list.
 * @retval CUPEL_STATUS_ALREADY_EXISTS The name was defined before, or is one of
 *   the five that are set for every file: filename, filepath, extension,
 *   filetype, owner.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT `name` is no identifier or a word of
 *   the rule language, or `value` holds a NUL.
 * @since 1.0
 */
CUPEL_API cupel_status
cupel_rule_sources_define_string(cupel_rule_sources* sources, cupel_view name,
                                 cupel_view value, cupel_error** error);

/**
 * Defines an external variable that is an integer.
 *
 * @param[in,out] sources The list.
 * @param[in] name As for cupel_rule_sources_define_string.
 * @param[in] value Its value.
 * @param[out] error Why it failed; may be NULL.
 * @return As cupel_rule_sources_define_string.
 * @since 1.0
 */
CUPEL_API cupel_status
cupel_rule_sources_define_integer(cupel_rule_sources* sources, cupel_view name,
                                  int64_t value, cupel_error** error);

/**
 * Defines an external variable that is a float.
 *
 * @param[in,out] sources The list.
 * @param[in] name As for cupel_rule_sources_define_string.
 * @param[in] value Its value.
 * @param[out] error Why it failed; may be NULL.
 * @return As cupel_rule_sources_define_string.
 * @since 1.0
 */
CUPEL_API cupel_status
cupel_rule_sources_define_float(cupel_rule_sources* sources, cupel_view name,
                                double value, cupel_error** error);

/**
 * Defines an external variable that is a boolean.
 *
 * @param[in,out] sources The list.
 * @param[in] name As for cupel_rule_sources_define_string.
 * @param[in] value 0 is false, anything else true.
 * @param[out] error Why it failed; may be NULL.
 * @return As cupel_rule_sources_define_string.
 * @since 1.0
 */
CUPEL_API cupel_status
cupel_rule_sources_define_boolean(cupel_rule_sources* sources, cupel_view name,
                                  int32_t value, cupel_error** error);

/**
 * Frees a list of sources.
 *
 * @param[in] sources The list, owned; NULL is nothing to do.
 * @since 1.0
 */
CUPEL_API void cupel_rule_sources_free(cupel_rule_sources* sources);

/**
 * Compiled rules.
 *
 * Threads: immutable; share one between all. Lifetime: until
 * cupel_ruleset_free; scanners that were made with it keep the rules.
 *
 *     cupel_ruleset *rules = NULL;
 *     if (cupel_ruleset_compile(engine, sources, NULL, &rules, &error) !=
 *         CUPEL_STATUS_OK) {
 *       size_t count = cupel_error_diagnostic_count(error);  ...
 *     }
 */
typedef struct cupel_ruleset cupel_ruleset;

/** How rules are compiled: bits of cupel_ruleset_options.flags. */
enum {
  /** Leave out rules that do not compile, and list them in every report,
   * instead of failing. */
  CUPEL_RULES_SKIP_BROKEN = 1 << 0,
  /** Take files compiled by `yarac`. Loading one can run code: only from people
   * whose programs you would run. */
  CUPEL_RULES_ALLOW_FOREIGN_COMPILED = 1 << 1,
  /** Meet every file with every rule, without leaving out those that provably
   * can't match it. Same results, slower: for measuring and for doubt. */
  CUPEL_RULES_NO_PARTITION = 1 << 2,
  /** Load saved rules to the last byte. Without it the part that only PE files
   * meet is loaded by the first of them, and a file that is damaged there gives
   * that payload an incident. */
  CUPEL_RULES_LOAD_ALL = 1 << 3
};

/** How rules are compiled. */
typedef struct cupel_ruleset_options {
  /** sizeof(cupel_ruleset_options). */
  size_t struct_size;
  /** CUPEL_RULES_*. Default: none. */
  uint32_t flags;
  /** Must be 0. */
  uint32_t reserved;
  /** Folder where compiled rules are kept; made (mode 0700) if it is not there.
   * Entries that are stale, damaged or not the user's own are ignored and
   * written anew; if that fails it is a warning. Default, empty: none. */
  cupel_view cache_dir;
} cupel_ruleset_options;
/** The defaults of a cupel_ruleset_options. */
#define CUPEL_RULESET_OPTIONS_INIT \
  {sizeof(cupel_ruleset_options), 0, 0, {NULL, 0}}

/**
 * Reads and compiles rules.
 *
 * Blocks for as long as that takes: seconds for tens of thousands of rules
 * without a cache. Can't be cancelled.
 *
 * @param[in] engine The engine.
 * @param[in] sources Where the rules come from; not changed. No rules at all is
 *   no error: such a set never matches.
 * @param[in] options Borrowed; NULL: the defaults.
 * @param[out] out The rules, owned by the caller: cupel_ruleset_free. NULL on
 *   failure.
 * @param[out] error Why it failed, with every error of every file if rules are
 *   broken (cupel_error_diagnostic); may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is a rule set; what the compiler warned of is
 *   told by cupel_ruleset_warning.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT Rules are broken, a text holds a NUL, a
 *   file is no regular file, or a saved rule has a variable of another type
 *   than the one that is defined.
 * @retval CUPEL_STATUS_NOT_FOUND A path is not there, or a folder has no rule
 *   file in it.
 * @retval CUPEL_STATUS_PERMISSION_DENIED A file can't be read. A file of
 *   compiled rules belongs to neither the user nor root, or can be written by
 *   others (they can run code), or was made by `yarac` and
 *   CUPEL_RULES_ALLOW_FOREIGN_COMPILED is not set.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION Saved rules are of another libyara,
 *   format or kind of machine: compile them anew.
 * @retval CUPEL_STATUS_DATA_LOSS Saved rules are damaged.
 * @retval CUPEL_STATUS_RESOURCE_EXHAUSTED A file is over its limit, or files
 *   include each other too deep (15) or too often (4096).
 * @since 1.0
 */
CUPEL_API cupel_status cupel_ruleset_compile(
    const cupel_engine* engine, const cupel_rule_sources* sources,
    const cupel_ruleset_options* options, cupel_ruleset** out,
    cupel_error** error);

/**
 * How many rules a scan runs.
 *
 * @param[in] ruleset The rules; may be NULL.
 * @return Rules, private and global ones included; 0 for NULL.
 * @since 1.0
 */
CUPEL_API size_t cupel_ruleset_count(const cupel_ruleset* ruleset);

/**
 * What tells one rule set from another: equal digests give equal answers.
 *
 * @param[in] ruleset The rules; may be NULL.
 * @return 64 hexadecimal digits, borrowed from `ruleset`; empty for NULL.
 * @since 1.0
 */
CUPEL_API cupel_view cupel_ruleset_digest(const cupel_ruleset* ruleset);

/**
 * How much was left out, as CUPEL_RULES_SKIP_BROKEN asks for.
 *
 * @param[in] ruleset The rules; may be NULL.
 * @return Rules, or whole files of them, that did not compile;
 *   cupel_ruleset_json names them. 0 for NULL.
 * @since 1.0
 */
CUPEL_API size_t cupel_ruleset_skipped_count(const cupel_ruleset* ruleset);

/**
 * Whether anything had to be compiled.
 *
 * @param[in] ruleset The rules; may be NULL.
 * @return 1 if the rules came from a cache or a saved file, 0 if from source
 *   and for NULL.
 * @since 1.0
 */
CUPEL_API int32_t cupel_ruleset_from_cache(const cupel_ruleset* ruleset);

/**
 * How often the compiler warned (of slow rules and the like).
 *
 * @param[in] ruleset The rules; may be NULL.
 * @return Warnings; 0 for NULL.
 * @since 1.0
 */
CUPEL_API size_t cupel_ruleset_warning_count(const cupel_ruleset* ruleset);

/**
 * One warning of the compiler.
 *
 * @param[in] ruleset The rules.
 * @param[in] index From 0 to cupel_ruleset_warning_count() - 1.
 * @param[in,out] out With its `struct_size` set; filled with views that are
 *   borrowed from `ruleset`. As it was on failure.
 * @retval CUPEL_STATUS_OK `*out` is filled.
 * @retval CUPEL_STATUS_OUT_OF_RANGE There is no warning with that index.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_ruleset_warning(const cupel_ruleset* ruleset,
                                             size_t index,
                                             cupel_diagnostic* out);

/**
 * All there is to know of a rule set, in one JSON object: digest, engine, rules
 * (name, namespace, file, tags, meta, weight, filetype, global, private),
 * skipped, warnings. docs/report.md has its shape.
 *
 * @param[in] ruleset The rules.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_ruleset_json(const cupel_ruleset* ruleset,
                                          cupel_buffer** out,
                                          cupel_error** error);

/**
 * Writes the compiled rules to a file that cupel_rule_sources_add_path takes.
 *
 * The file appears whole or not at all, with mode 0600, in place of one of that
 * name. It fits one version of libyara and one kind of machine, and is refused
 * by any other.
 *
 * @param[in] ruleset The rules.
 * @param[in] path Bytes of a path, not empty, without NUL.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK The file is there.
 * @retval CUPEL_STATUS_NOT_FOUND The folder is not there.
 * @retval CUPEL_STATUS_PERMISSION_DENIED The folder may not be written to.
 * @retval CUPEL_STATUS_RESOURCE_EXHAUSTED No room on the disk.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_ruleset_save(const cupel_ruleset* ruleset,
                                          cupel_view path, cupel_error** error);

/**
 * Frees a rule set. Scanners that were made with it go on.
 *
 * @param[in] ruleset The rules, owned; NULL is nothing to do.
 * @since 1.0
 */
CUPEL_API void cupel_ruleset_free(cupel_ruleset* ruleset);

/** @} */

/**
 * @defgroup limits Limits
 * What a scan may cost at most.
 * @{
 */

/** In a field of cupel_limits: never fires. */
#define CUPEL_UNLIMITED UINT64_MAX

/**
 * What a scan may cost at most. 0 in a field means its default, given in
 * brackets; CUPEL_UNLIMITED takes the limit away.
 *
 * Counting limits hold for each input on its own; total_time_ns and
 * memory_bytes for the whole scan. A limit that fires stops nothing but what it
 * is about, and is an incident in the report, with coverage `partial`. The
 * chapter docs/limits.md says of each what happens then.
 */
typedef struct cupel_limits {
  /** sizeof(cupel_limits). */
  size_t struct_size;
  /** Nanoseconds of the whole scan [1 h]. */
  uint64_t total_time_ns;
  /** Nanoseconds of all rules over one file [10 s]. */
  uint64_t file_time_ns;
  /** Bytes unpacked from one input [4 GiB]. */
  uint64_t total_bytes;
  /** Bytes of one file that are scanned; the rest is not [128 MiB]. */
  uint64_t file_bytes;
  /** Bytes unpacked per byte of container, looked at after the first 16 MiB
   * [200]. */
  uint64_t ratio;
  /** Files unpacked from one input [131072]. */
  uint64_t files;
  /** Containers inside containers [8]. */
  uint64_t depth;
  /** Bytes of a member's name [4096]. */
  uint64_t name_bytes;
  /** String matches listed per rule and file [1000]. */
  uint64_t matches_per_rule;
  /** Payload bytes held in memory at once [1 GiB]. */
  uint64_t memory_bytes;
  /** Nanoseconds of one call of a plugin [60 s]. */
  uint64_t plugin_time_ns;
} cupel_limits;
/** The defaults of a cupel_limits: zeros. */
#define CUPEL_LIMITS_INIT \
  {sizeof(cupel_limits), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}

/**
 * Replaces every 0 by its default, to see what a scan would use.
 *
 * @param[in,out] limits With its `struct_size` set.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error; then `limits` is as it was.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_limits_fill(cupel_limits* limits,
                                         cupel_error** error);

/** @} */

/**
 * @defgroup scanner Scanning
 * What to scan, how, and what is told meanwhile.
 * @{
 */

/** How far a scan has come. Filled by the library, valid during the callback
 * that gets it. Numbers never fall. */
typedef struct cupel_progress {
  /** sizeof(cupel_progress) as the library knows it: fields that lie beyond are
   * not there. */
  size_t struct_size;
  /** Nanoseconds since the call began. */
  uint64_t elapsed_ns;
  /** Size of all inputs that were found so far. */
  uint64_t input_bytes;
  /** Of them, taken apart and scanned. */
  uint64_t input_bytes_done;
  /** Files seen, unpacked ones too. */
  uint64_t payloads;
  /** Bytes that rules went over. */
  uint64_t scanned_bytes;
  /** Findings so far. */
  uint64_t findings;
  /** Incidents so far. */
  uint64_t incidents;
  /** Printable path of the payload at hand; may be empty. */
  cupel_view current;
} cupel_progress;

/** One rule that matched one payload. Filled by the library, valid with all its
 * views during the callback that gets it. */
typedef struct cupel_finding {
  /** sizeof(cupel_finding) as the library knows it: fields that lie beyond are
   * not there. */
  size_t struct_size;
  /** Id of the payload in the report; from 1. */
  uint64_t payload;
  /** What the rule adds to the score; may be negative. */
  int64_t weight;
  /** Matches of the rule's strings, listed in the report or not. */
  uint64_t string_count;
  /** Where the payload is, printable: "pkg.tgz!/package/index.js". */
  cupel_view path;
  /** Name of the rule, or of a plugin's statement. */
  cupel_view rule;
  /** Namespace of the rule; the plugin's name for a statement. */
  cupel_view rule_namespace;
  /** The same as one line of NDJSON, without line feed. */
  cupel_view json;
} cupel_finding;

/**
 * Told how far a scan has come, about ten times a second.
 *
 * Called on the thread that scans: with several threads, on the one that called
 * the scanning function. Must not throw, longjmp or call the scanner.
 *
 * @param user_data As given with the callback.
 * @param progress Valid until the callback returns.
 * @return 0 to go on; anything else ends the scan as cupel_cancel does.
 */
typedef int32_t (*cupel_progress_fn)(void* user_data,
                                     const cupel_progress* progress);

/**
 * Told each finding as soon as it is sure, in the order of the report.
 *
 * Called where a cupel_progress_fn is. Must not throw, longjmp or call the
 * scanner.
 *
 * @param user_data As given with the callback.
 * @param finding Valid until the callback returns.
 * @return 0 to go on; anything else ends the scan as cupel_cancel does.
 */
typedef int32_t (*cupel_finding_fn)(void* user_data,
                                    const cupel_finding* finding);

/** What is done with the bytes of a container itself, beside its members: a
 * CUPEL_CONTAINERS_*. */
typedef int32_t cupel_container_mode;

/** The values of a cupel_container_mode. */
enum {
  /** Scanned, but for compressed streams and tar, whose whole content is in the
   * members; those only if they could not be taken apart to the end. */
  CUPEL_CONTAINERS_AUTO = 0,
  /** Always scanned. */
  CUPEL_CONTAINERS_ALWAYS = 1,
  /** Not scanned unless they could not be taken apart. */
  CUPEL_CONTAINERS_NEVER = 2
};

/** What a scan leaves out: bits of cupel_scan_options.flags. */
enum {
  /** Scan what is given, take nothing apart. */
  CUPEL_SCAN_NO_UNPACK = 1 << 0,
  /** No bytes of the payloads in the report. */
  CUPEL_SCAN_NO_EXCERPTS = 1 << 1,
  /** Scan equal bytes again each time they turn up: same findings, slower, and
   * no `same_as` in the report. */
  CUPEL_SCAN_NO_DEDUP = 1 << 2,
  /** Rules count for files of every name, whatever their meta `filetype`
   * says: as libyara by itself has it. */
  CUPEL_SCAN_ANY_FILETYPE = 1 << 3
};

/** How a scanner scans. Fixed when the scanner is made. */
typedef struct cupel_scan_options {
  /** sizeof(cupel_scan_options). */
  size_t struct_size;
  /** CUPEL_SCAN_*. Default: none. */
  uint32_t flags;
  /** Threads of one scan, the caller's included; at most 256 [1]. */
  uint32_t threads;
  /** CUPEL_CONTAINERS_* [CUPEL_CONTAINERS_AUTO]. */
  cupel_container_mode containers;
  /** Bytes shown of each string match; at most 4096 [64]. */
  uint32_t excerpt_bytes;
  /** Copied; NULL: the defaults. */
  const cupel_limits* limits;
  /** May be NULL. */
  cupel_progress_fn progress;
  /** May be NULL. */
  cupel_finding_fn finding;
  /** For both callbacks; must stay valid as long as the scanner is used. */
  void* user_data;
} cupel_scan_options;
/** The defaults of a cupel_scan_options. */
#define CUPEL_SCAN_OPTIONS_INIT \
  {sizeof(cupel_scan_options), 0, 0, 0, 0, NULL, NULL, NULL, NULL}

/**
 * Scans with one rule set, again and again. Making one costs more than a small
 * scan: keep one per thread.
 *
 * Threads: one at a time; it may move between threads. While it is busy every
 * other function that is given it answers CUPEL_STATUS_FAILED_PRECONDITION, on
 * the thread of its callbacks too. Lifetime: until cupel_scanner_free; it keeps
 * its rules and plugins alive, and its reports do not need it.
 *
 *     cupel_scanner *scanner = NULL;
 *     cupel_scan_options options = CUPEL_SCAN_OPTIONS_INIT;
 *     options.threads = 4;
 *     cupel_scanner_new(engine, rules, &options, &scanner, &error);
 *     cupel_scanner_scan_memory(scanner, cupel_str("body"), bytes, NULL,
 * &report, &error);
 */
typedef struct cupel_scanner cupel_scanner;

/**
 * Makes a scanner.
 *
 * @param[in] engine The engine.
 * @param[in] ruleset The rules. May be NULL: everything is unpacked, hashed and
 *   listed, and nothing can match.
 * @param[in] options Borrowed; NULL: the defaults.
 * @param[out] out The scanner, owned by the caller: cupel_scanner_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is a scanner.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT A field of `options` is out of range.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_scanner_new(const cupel_engine* engine,
                                         const cupel_ruleset* ruleset,
                                         const cupel_scan_options* options,
                                         cupel_scanner** out,
                                         cupel_error** error);

/**
 * Adds a password for encrypted members. They are tried in the order in which
 * they were added.
 *
 * The first call replaces the default list: infected, malware, password.
 *
 * @param[in,out] scanner The scanner.
 * @param[in] password Bytes, not empty, without NUL. Copied.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK The next scan tries it.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION The scanner is busy.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_scanner_add_password(cupel_scanner* scanner,
                                                  cupel_view password,
                                                  cupel_error** error);

/** What of a rule a pattern is held against: a CUPEL_SELECT_*. */
typedef int32_t cupel_select_by;

/** The values of a cupel_select_by. Globs know * and ? and fit as a whole. */
enum {
  /** A glob over the rule's namespace. */
  CUPEL_SELECT_NAMESPACE = 0,
  /** A glob over each of its tags. */
  CUPEL_SELECT_TAG = 1,
  /** A glob over its name. */
  CUPEL_SELECT_NAME = 2,
  /** "key", or "key=value" with a glob as value, over each of its metas. */
  CUPEL_SELECT_META = 3
};

/**
 * Narrows which rules are reported. All rules run, because others may refer to
 * them.
 *
 * A rule is reported if it fits an including pattern of every kind that has
 * any, and no excluding one. Calls add up; there is no way back but another
 * scanner.
 *
 * @param[in,out] scanner The scanner.
 * @param[in] by CUPEL_SELECT_*.
 * @param[in] pattern What to fit, not empty, without NUL.
 * @param[in] exclude 0: an including pattern; else an excluding one.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK The next scan reports the rules that are left.
 * @retval CUPEL_STATUS_NOT_FOUND No rule fits `pattern`, or none would be left
 *   to be reported: a scan would say nothing for the wrong reason. The choice
 *   stays as it was.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION The scanner has no rules, or is
 *   busy.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_scanner_select(cupel_scanner* scanner,
                                            cupel_select_by by,
                                            cupel_view pattern, int32_t exclude,
                                            cupel_error** error);

/**
 * What to scan: a list of paths, bytes in memory and descriptors.
 *
 * Threads: one at a time. Lifetime: until cupel_inputs_free; a scan takes a
 * copy of the list, not of the bytes.
 *
 *     cupel_inputs *inputs = NULL;
 *     cupel_inputs_new(&inputs, &error);
 *     cupel_inputs_add_path(inputs, cupel_str("pkg.tgz"), &error);
 *     cupel_inputs_add_memory(inputs, cupel_str("body"), bytes, &error);
 *     cupel_scanner_scan(scanner, inputs, NULL, &report, &error);
 */
typedef struct cupel_inputs cupel_inputs;

/**
 * Makes an empty list of inputs.
 *
 * @param[out] out The list, owned by the caller: cupel_inputs_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_inputs_new(cupel_inputs** out,
                                        cupel_error** error);

/**
 * Adds a file, or a folder with all that is under it (sorted; links inside it
 * are followed only to what is inside it as well).
 *
 * Opened during the scan: what can't be read then is an incident of the report,
 * not an error.
 *
 * @param[in,out] inputs The list.
 * @param[in] path Bytes of a path, not empty, without NUL. Copied.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_inputs_add_path(cupel_inputs* inputs,
                                             cupel_view path,
                                             cupel_error** error);

/**
 * Adds bytes in memory. They are not copied.
 *
 * @param[in,out] inputs The list.
 * @param[in] name What stands for them in the report, not empty, without NUL.
 *   Copied.
 * @param[in] bytes Any bytes; may be empty. Borrowed: they must stay valid and
 *   unchanged until the last scan of this list is over.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_inputs_add_memory(cupel_inputs* inputs,
                                               cupel_view name,
                                               cupel_view bytes,
                                               cupel_error** error);

/**
 * Adds an open descriptor, read from its start if it is a file, else (pipe,
 * socket) to its end.
 *
 * A pipe's bytes beyond 16 MiB are kept in an unnamed temporary file. A scan
 * that waits for a pipe ends within 50 ms of a cancel.
 *
 * @param[in,out] inputs The list.
 * @param[in] name What stands for it in the report, not empty, without NUL.
 *   Copied.
 * @param[in] fd The descriptor, 0 or greater. Borrowed: it must stay open until
 *   the scan is over, and is not closed.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error. A descriptor that is not open is
 *   an incident of the report.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_inputs_add_fd(cupel_inputs* inputs,
                                           cupel_view name, int32_t fd,
                                           cupel_error** error);

/**
 * Frees a list of inputs, also while a scan of it runs.
 *
 * @param[in] inputs The list, owned; NULL is nothing to do.
 * @since 1.0
 */
CUPEL_API void cupel_inputs_free(cupel_inputs* inputs);

/**
 * What a scan found, and what it could not scan.
 *
 * Threads: immutable; any number may use one. Lifetime: until
 * cupel_report_free; it needs neither the scanner nor the inputs.
 *
 *     if (cupel_report_verdict(report) == CUPEL_VERDICT_MATCHED) {
 *       cupel_report_render(report, CUPEL_REPORT_JSON, 0, &json, &error);
 *     }
 *     cupel_report_free(report);
 */
typedef struct cupel_report cupel_report;

/**
 * Scans all inputs as one job.
 *
 * Gives a report whenever the scan could be begun, also when limits, broken
 * files or `cancel` cut it short: what was not scanned stands in the report.
 *
 * @param[in,out] scanner The scanner.
 * @param[in] inputs What to scan, at least one; a callback may free it.
 * @param[in] cancel Ends the scan within 50 ms; may be NULL.
 * @param[out] out The report, owned by the caller: cupel_report_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is a report.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT There are no inputs.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION The scanner is busy.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_scanner_scan(cupel_scanner* scanner,
                                          const cupel_inputs* inputs,
                                          cupel_cancel* cancel,
                                          cupel_report** out,
                                          cupel_error** error);

/**
 * Scans one path, as cupel_inputs_add_path and cupel_scanner_scan do.
 *
 * @param[in,out] scanner The scanner.
 * @param[in] path Bytes of a path, not empty, without NUL.
 * @param[in] cancel Ends the scan within 50 ms; may be NULL.
 * @param[out] out The report, owned by the caller: cupel_report_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @return As cupel_scanner_scan. A path that is not there is no error: the
 *   report says so.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_scanner_scan_path(cupel_scanner* scanner,
                                               cupel_view path,
                                               cupel_cancel* cancel,
                                               cupel_report** out,
                                               cupel_error** error);

/**
 * Scans bytes in memory, as cupel_inputs_add_memory and cupel_scanner_scan do.
 *
 * @param[in,out] scanner The scanner.
 * @param[in] name What stands for them in the report, not empty, without NUL.
 * @param[in] bytes Any bytes; may be empty. Not copied, and not needed any more
 *   when this returns.
 * @param[in] cancel Ends the scan within 50 ms; may be NULL.
 * @param[out] out The report, owned by the caller: cupel_report_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @return As cupel_scanner_scan.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_scanner_scan_memory(
    cupel_scanner* scanner, cupel_view name, cupel_view bytes,
    cupel_cancel* cancel, cupel_report** out, cupel_error** error);

/**
 * Frees a scanner. Its own callbacks may do so too: the scan goes on to its
 * end, and its report is given.
 *
 * @param[in] scanner The scanner, owned; NULL is nothing to do.
 * @since 1.0
 */
CUPEL_API void cupel_scanner_free(cupel_scanner* scanner);

/**
 * What each rule costs over files of one's own, as a JSON object;
 * docs/report.md has its shape.
 *
 * Slow: every rule is run alone over every input; archives are taken apart
 * first. The first 256 MiB of different payloads are looked at, held in memory;
 * what was left out is counted in the result.
 *
 * @param[in] engine The engine.
 * @param[in] ruleset The rules.
 * @param[in] inputs What to run them over.
 * @param[in] cancel Ends it within 50 ms; may be NULL.
 * @param[in] progress May be NULL. Of cupel_progress only elapsed_ns,
 *   input_bytes (passes over the payloads) and input_bytes_done (passes done)
 *   are set.
 * @param[in] user_data For `progress`; may be NULL.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is the profile.
 * @retval CUPEL_STATUS_CANCELLED Ended by `cancel` or `progress`.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION No input could be read, or each is
 *   larger than 256 MiB.
 * @since 1.0
 */
CUPEL_API cupel_status
cupel_ruleset_profile(const cupel_engine* engine, const cupel_ruleset* ruleset,
                      const cupel_inputs* inputs, cupel_cancel* cancel,
                      cupel_progress_fn progress, void* user_data,
                      cupel_buffer** out, cupel_error** error);

/** @} */

/**
 * @defgroup report Reports
 * What a scan answers.
 * @{
 */

/** Did a rule match? A CUPEL_VERDICT_*. CLEAN is said only with coverage
 * COMPLETE. */
typedef int32_t cupel_verdict;

/** The values of a cupel_verdict. */
enum {
  /** No match, but not everything was scanned. */
  CUPEL_VERDICT_UNKNOWN = 0,
  /** No match, and everything was scanned. */
  CUPEL_VERDICT_CLEAN = 1,
  /** A rule matched, or a plugin made a statement. */
  CUPEL_VERDICT_MATCHED = 2
};

/** Was every byte scanned that was owed a scan? A CUPEL_COVERAGE_*. */
typedef int32_t cupel_coverage;

/** The values of a cupel_coverage. */
enum {
  /** Nothing was scanned. */
  CUPEL_COVERAGE_NONE = 0,
  /** Something was not: the incidents of the report say what, and why. */
  CUPEL_COVERAGE_PARTIAL = 1,
  /** Everything was. */
  CUPEL_COVERAGE_COMPLETE = 2
};

/**
 * Whether anything matched, of the whole report.
 *
 * @param[in] report The report; may be NULL.
 * @return CUPEL_VERDICT_*; CUPEL_VERDICT_UNKNOWN for NULL.
 * @since 1.0
 */
CUPEL_API cupel_verdict cupel_report_verdict(const cupel_report* report);

/**
 * Whether everything was scanned, of the whole report.
 *
 * @param[in] report The report; may be NULL.
 * @return CUPEL_COVERAGE_*; CUPEL_COVERAGE_NONE for NULL.
 * @since 1.0
 */
CUPEL_API cupel_coverage cupel_report_coverage(const cupel_report* report);

/**
 * The highest score of a package in the report: docs/report.md says how weights
 * add up.
 *
 * @param[in] report The report; may be NULL.
 * @return The score, which may be negative; 0 for NULL.
 * @since 1.0
 */
CUPEL_API int64_t cupel_report_score(const cupel_report* report);

/** Numbers of a report. Filled by the library. */
typedef struct cupel_report_counts {
  /** In: sizeof(cupel_report_counts). */
  size_t struct_size;
  /** Packages, each with one or more distributions. */
  uint64_t packages;
  /** Distributions of packages: the files that are installed. */
  uint64_t distributions;
  /** Files, containers included. */
  uint64_t payloads;
  /** Of them, with a finding. */
  uint64_t matched;
  /** Of them, not wholly scanned. */
  uint64_t partial;
  /** Rules that matched a payload, counted once for each. */
  uint64_t findings;
  /** Things that went wrong or were odd. */
  uint64_t incidents;
  /** Bytes that rules went over. */
  uint64_t scanned_bytes;
  /** Nanoseconds that the scan took. */
  uint64_t elapsed_ns;
} cupel_report_counts;

/**
 * Numbers of a report, without rendering it.
 *
 * @param[in] report The report.
 * @param[in,out] out With its `struct_size` set; filled. As it was on failure.
 * @param[out] error Why it failed; may be NULL.
 * @return CUPEL_STATUS_OK, or a general error.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_report_get_counts(const cupel_report* report,
                                               cupel_report_counts* out,
                                               cupel_error** error);

/** The form of a report: a CUPEL_REPORT_*. */
typedef int32_t cupel_report_format;

/** The values of a cupel_report_format. */
enum {
  /** One JSON document; its schema is in docs/report.md. */
  CUPEL_REPORT_JSON = 0,
  /** One finding a line, each a JSON object. */
  CUPEL_REPORT_NDJSON = 1,
  /** For people. May change between versions. */
  CUPEL_REPORT_TEXT = 2
};

/** How a report is written: bits of the `flags` of cupel_report_write. Those
 * that are for another format change nothing. */
enum {
  /** JSON: over many lines. */
  CUPEL_REPORT_INDENT = 1 << 0,
  /** JSON and text: leave out what differs between two runs. */
  CUPEL_REPORT_NO_TIMING = 1 << 1,
  /** Text: ANSI colours. */
  CUPEL_REPORT_COLOR = 1 << 2,
  /** Text: list clean files too. */
  CUPEL_REPORT_ALL_FILES = 1 << 3
};

/**
 * Takes the next piece of a report. Called on the thread that asked. Must not
 * throw or longjmp; may free the report.
 *
 * @param user_data As given with the callback.
 * @param piece Bytes, valid until the callback returns. Where pieces end means
 *   nothing, unless it is said otherwise.
 * @return 0 to go on, anything else to stop with CUPEL_STATUS_ABORTED.
 */
typedef int32_t (*cupel_write_fn)(void* user_data, cupel_view piece);

/**
 * Hands a report to a callback piece by piece, so that a large one is never in
 * memory as a whole.
 *
 * @param[in] report The report.
 * @param[in] format CUPEL_REPORT_JSON, CUPEL_REPORT_NDJSON or
 *   CUPEL_REPORT_TEXT.
 * @param[in] flags CUPEL_REPORT_INDENT and those beside it.
 * @param[in] write Takes the pieces; not NULL.
 * @param[in] user_data For `write`; may be NULL.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK All of it was written.
 * @retval CUPEL_STATUS_ABORTED `write` did not return 0.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT A format that is not known.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_report_write(const cupel_report* report,
                                          cupel_report_format format,
                                          uint32_t flags, cupel_write_fn write,
                                          void* user_data, cupel_error** error);

/**
 * The same as one buffer.
 *
 * @param[in] report The report.
 * @param[in] format As for cupel_report_write.
 * @param[in] flags As for cupel_report_write.
 * @param[out] out The report, owned by the caller: cupel_buffer_free. NULL on
 *   failure. It ends with a line feed, in every format.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is the report.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT A format that is not known.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_report_render(const cupel_report* report,
                                           cupel_report_format format,
                                           uint32_t flags, cupel_buffer** out,
                                           cupel_error** error);

/**
 * Frees a report.
 *
 * @param[in] report The report, owned; NULL is nothing to do.
 * @since 1.0
 */
CUPEL_API void cupel_report_free(cupel_report* report);

/** @} */

/* Plugins in a scan, sources, and reports in other forms. */
#include "cupel/plugin_use.h"

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
