/**
 * @file scanner.h
 * @brief Scanning: limits, inputs, what is told meanwhile. Comes with
 * cupel.h, where the conventions stand.
 */
#ifndef CUPEL_SCANNER_H_
#define CUPEL_SCANNER_H_

#include <stddef.h>
#include <stdint.h>

#include "cupel/base.h"
#include "cupel/report.h"
#include "cupel/rules.h"

#ifdef __cplusplus
extern "C" {
#endif

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

/** What a scan does otherwise: bits of cupel_scan_options.flags. */
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
  /** Folder in which answers are kept, so that a later scan of bytes that were
   * seen runs only the rules that were added or changed since: reports are the
   * same with and without. Copied; empty: none. Made with mode 0700 if it is
   * missing; one that is not the user's own, or that others may write to, is
   * refused. Any number of scanners and processes may use one at once. What is
   * damaged is made anew, and cupel_report_cache_warning says so. Plugins run
   * as always. */
  cupel_view cache_dir;
  /** Bytes that the folder may take; what was not asked for longest goes first
   * [1 GiB]. */
  uint64_t cache_bytes;
} cupel_scan_options;
/** The defaults of a cupel_scan_options. */
#define CUPEL_SCAN_OPTIONS_INIT \
  {sizeof(cupel_scan_options), 0, 0, 0, 0, NULL, NULL, NULL, NULL, {NULL, 0}, 0}

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
 * @retval CUPEL_STATUS_PERMISSION_DENIED Somebody else could write to
 *   `cache_dir`.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION `cache_dir` is no folder.
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

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CUPEL_SCANNER_H_ */
