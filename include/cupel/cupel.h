/* cupel.h: the C interface of Cupel, an embeddable scan-job engine.
 *
 *   cupel_engine *engine = NULL;
 *   cupel_rule_sources *sources = NULL;
 *   cupel_ruleset *rules = NULL;
 *   cupel_scanner *scanner = NULL;
 *   cupel_report *report = NULL;
 *   cupel_error *error = NULL;
 *
 *   if (cupel_engine_new(NULL, &engine, &error) == CUPEL_STATUS_OK &&
 *       cupel_rule_sources_new(&sources, &error) == CUPEL_STATUS_OK &&
 *       cupel_rule_sources_add_path(sources, cupel_str("rules"), &error) ==
 *           CUPEL_STATUS_OK &&
 *       cupel_ruleset_compile(engine, sources, NULL, &rules, &error) ==
 *           CUPEL_STATUS_OK &&
 *       cupel_scanner_new(engine, rules, NULL, &scanner, &error) ==
 *           CUPEL_STATUS_OK &&
 *       cupel_scanner_scan_path(scanner, cupel_str("pkg.tgz"), NULL, &report,
 *                               &error) == CUPEL_STATUS_OK) {
 *     if (cupel_report_verdict(report) == CUPEL_VERDICT_CLEAN) ...
 *   }
 *
 * Conventions, the same for every function:
 *
 * - Objects are opaque. What a `_new` (or any function with an `out` handle)
 *   gives belongs to the caller and goes back with the matching `_free`, which
 *   takes NULL. Objects keep what they were made from alive, so they may be
 *   freed in any order.
 * - A fallible function returns a cupel_status and takes `cupel_error **error`
 *   last. It may be NULL. On failure a new error object is stored there, for
 *   the caller to free; on success it is not touched; what stood there before
 *   is never read or freed. On failure out handles are set to NULL and other
 *   out parameters are left as they were.
 * - Bytes that are borrowed are a cupel_view, bytes that are owned a
 *   cupel_buffer. A view handed in is used until the call returns, unless its
 *   function says otherwise; one handed out lives as long as the object it was
 *   asked of. Text is UTF-8; names and paths are bytes, at least one, and no
 *   NUL among them.
 * - Structs of options start with `struct_size`, set by their _INIT macro, and
 *   only ever grow at the end. A zero in a field means its default. A struct
 *   from an older header is taken as it is. One from a newer header is taken as
 *   long as the fields this library does not know are zero; else
 *   CUPEL_STATUS_UNIMPLEMENTED. In a struct that is filled, `struct_size` says
 *   how much of it the caller knows; what only the caller knows is set to zero.
 *   A size that no version had is CUPEL_STATUS_INVALID_ARGUMENT.
 * - Enumerations are int32_t with values that never change. New values may be
 *   added: treat one you do not know as the most cautious case.
 * - A NULL where an object is needed, or an unknown flag, is
 *   CUPEL_STATUS_INVALID_ARGUMENT, never a crash.
 *
 * Threads: cupel_engine, cupel_ruleset, cupel_report, cupel_error and
 * cupel_buffer are immutable once made: any number of threads may use one at
 * the same time. cupel_cancel is internally synchronised. cupel_rule_sources,
 * cupel_inputs and cupel_scanner belong to one thread at a time and may move
 * between threads; a scanner that is busy answers
 * CUPEL_STATUS_FAILED_PRECONDITION, also from inside its own callbacks.
 *
 * Callbacks may use every object but the busy scanner, and free any of them,
 * that scanner too. After fork() the child may use and free what the parent
 * made while no other thread was inside the library. Do not end a thread that
 * is inside the library with pthread_cancel().
 *
 * The soname is libcupel.so.1. Within a soname functions, fields and values are
 * added and never changed or removed, so a program runs with every later
 * library of the same soname.
 *
 * The library writes nothing to standard output or standard error, installs no
 * signal handler, changes no locale, environment, umask or working directory,
 * and starts threads only inside a scan that was asked to use several, which
 * are joined before the scan returns, and inside cupel_worker_run.
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

/* ------------------------------------------------------------------ engine */

/* What everything else is made from. One per process is usual, several do not
 * disturb each other. Immutable. */
typedef struct cupel_engine cupel_engine;

typedef struct cupel_engine_options {
  size_t struct_size;
  uint32_t flags; /* must be 0 */
  uint32_t reserved;
} cupel_engine_options;
#define CUPEL_ENGINE_OPTIONS_INIT {sizeof(cupel_engine_options), 0, 0}

/* `options` may be NULL. The first engine initialises libyara for the process,
 * which is never finalised. rand() is not seeded anew by that; but libyara
 * draws a number from it for every thread of every new scanner. Since 1.0. */
CUPEL_API cupel_status cupel_engine_new(const cupel_engine_options* options,
                                        cupel_engine** out,
                                        cupel_error** error);
/* Since 1.0. */
CUPEL_API void cupel_engine_free(cupel_engine* engine);

/* ------------------------------------------------------------------- rules */

/* Where rules come from: a list, filled step by step. One thread at a time. */
typedef struct cupel_rule_sources cupel_rule_sources;

/* Since 1.0. */
CUPEL_API cupel_status cupel_rule_sources_new(cupel_rule_sources** out,
                                              cupel_error** error);
/* A rule file, a folder (searched recursively for *.yar and *.yara, sorted), or
 * rules that cupel_ruleset_save wrote. Each file is a namespace of its own.
 * Nothing is read before cupel_ruleset_compile. Since 1.0. */
CUPEL_API cupel_status cupel_rule_sources_add_path(cupel_rule_sources* sources,
                                                   cupel_view path,
                                                   cupel_error** error);
/* Rules as text, copied; `name` is their namespace and stands for the file in
 * diagnostics. Since 1.0. */
CUPEL_API cupel_status cupel_rule_sources_add_text(cupel_rule_sources* sources,
                                                   cupel_view name,
                                                   cupel_view text,
                                                   cupel_error** error);
/* A folder that `include` may read from, beside those of the paths. Includes
 * that lead elsewhere, by `..` or by a link, are errors. Since 1.0. */
CUPEL_API cupel_status cupel_rule_sources_add_include_root(
    cupel_rule_sources* sources, cupel_view folder, cupel_error** error);

/* External variables; `name` is an identifier as rules know them, a string
 * holds no NUL. ALREADY_EXISTS for a name defined before and for the five that
 * are set for every file (filename, filepath, extension, filetype, owner).
 * Since 1.0. */
CUPEL_API cupel_status
cupel_rule_sources_define_string(cupel_rule_sources* sources, cupel_view name,
                                 cupel_view value, cupel_error** error);
CUPEL_API cupel_status
cupel_rule_sources_define_integer(cupel_rule_sources* sources, cupel_view name,
                                  int64_t value, cupel_error** error);
CUPEL_API cupel_status
cupel_rule_sources_define_float(cupel_rule_sources* sources, cupel_view name,
                                double value, cupel_error** error);
CUPEL_API cupel_status
cupel_rule_sources_define_boolean(cupel_rule_sources* sources, cupel_view name,
                                  int32_t value, cupel_error** error);
/* Since 1.0. */
CUPEL_API void cupel_rule_sources_free(cupel_rule_sources* sources);

/* Compiled rules. Immutable: share one between all threads. */
typedef struct cupel_ruleset cupel_ruleset;

enum {
  /* Leave out rules that do not compile, and list them in every report, instead
   * of failing. */
  CUPEL_RULES_SKIP_BROKEN = 1 << 0,
  /* Take files compiled by `yarac`. Loading one can run code: only from people
   * whose programs you would run. */
  CUPEL_RULES_ALLOW_FOREIGN_COMPILED = 1 << 1,
  /* Meet every file with every rule, without leaving out those that provably
   * can't match it. Same results, slower: for measuring and for doubt. */
  CUPEL_RULES_NO_PARTITION = 1 << 2,
  /* Load saved rules to the last byte. Without it the part that only PE files
   * meet is loaded by the first of them, and a file that is damaged there gives
   * that payload an incident. */
  CUPEL_RULES_LOAD_ALL = 1 << 3
};

typedef struct cupel_ruleset_options {
  size_t struct_size;
  uint32_t flags; /* CUPEL_RULES_* */
  uint32_t reserved;
  /* Folder where compiled rules are kept; made (mode 0700) if it is not there.
   * Empty: none. Stale or damaged entries are ignored and written anew. */
  cupel_view cache_dir;
} cupel_ruleset_options;
#define CUPEL_RULESET_OPTIONS_INIT \
  {sizeof(cupel_ruleset_options), 0, 0, {NULL, 0}}

/* Compiles. When rules are broken the status is INVALID_ARGUMENT and `error`
 * lists every error of every file. `options` may be NULL. Since 1.0. */
CUPEL_API cupel_status cupel_ruleset_compile(
    const cupel_engine* engine, const cupel_rule_sources* sources,
    const cupel_ruleset_options* options, cupel_ruleset** out,
    cupel_error** error);
/* Rules that a scan runs; 0 for NULL. Since 1.0. */
CUPEL_API size_t cupel_ruleset_count(const cupel_ruleset* ruleset);
/* 64 hexadecimal digits: equal digests give equal answers. Since 1.0. */
CUPEL_API cupel_view cupel_ruleset_digest(const cupel_ruleset* ruleset);
/* How many rules, or files of them, were left out as CUPEL_RULES_SKIP_BROKEN
 * asks for; cupel_ruleset_json names them. Since 1.0. */
CUPEL_API size_t cupel_ruleset_skipped_count(const cupel_ruleset* ruleset);
/* 1 if the rules came from a cache or a saved file, 0 if from source.
 * Since 1.0. */
CUPEL_API int32_t cupel_ruleset_from_cache(const cupel_ruleset* ruleset);
/* What the compiler warned of (slow rules, …). Since 1.0. */
CUPEL_API size_t cupel_ruleset_warning_count(const cupel_ruleset* ruleset);
CUPEL_API cupel_status cupel_ruleset_warning(const cupel_ruleset* ruleset,
                                             size_t index,
                                             cupel_diagnostic* out);
/* All there is to know in one JSON object: digest, engine, rules (name,
 * namespace, file, tags, meta, weight, filetype, global, private), skipped,
 * warnings. Shape: docs/report.md. Since 1.0. */
CUPEL_API cupel_status cupel_ruleset_json(const cupel_ruleset* ruleset,
                                          cupel_buffer** out,
                                          cupel_error** error);
/* Writes the compiled rules to a file that cupel_rule_sources_add_path takes.
 * The file appears whole or not at all, with mode 0600. It fits one version of
 * libyara and one kind of machine, and is refused by any other. Since 1.0. */
CUPEL_API cupel_status cupel_ruleset_save(const cupel_ruleset* ruleset,
                                          cupel_view path, cupel_error** error);
/* Since 1.0. */
CUPEL_API void cupel_ruleset_free(cupel_ruleset* ruleset);

/* ------------------------------------------------------------------ limits */

/* In a limit: never fires. */
#define CUPEL_UNLIMITED UINT64_MAX

/* 0 in a field means its default (in brackets). Times in nanoseconds. Counting
 * limits hold for each input on its own; total_time_ns and memory_bytes for the
 * whole scan. A limit that fires stops nothing but what it is about, and is an
 * incident in the report, with coverage `partial`. */
typedef struct cupel_limits {
  size_t struct_size;
  uint64_t total_time_ns; /* the whole scan [1 h] */
  uint64_t file_time_ns;  /* rules over one file [10 s] */
  uint64_t total_bytes;   /* unpacked from one input [4 GiB] */
  uint64_t file_bytes;    /* of one file; the rest is not scanned [128 MiB] */
  uint64_t ratio;         /* bytes unpacked per byte of container, looked at
                             after the first 16 MiB [200] */
  uint64_t files;         /* unpacked from one input [131072] */
  uint64_t depth;         /* containers inside containers [8] */
  uint64_t name_bytes;    /* of a member's name [4096] */
  uint64_t matches_per_rule; /* listed per rule and file [1000] */
  uint64_t memory_bytes;     /* payload bytes held at once [1 GiB] */
  uint64_t plugin_time_ns;   /* one call of a plugin [60 s] */
} cupel_limits;
#define CUPEL_LIMITS_INIT \
  {sizeof(cupel_limits), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}

/* Replaces every 0 in *limits by its default. Since 1.0. */
CUPEL_API cupel_status cupel_limits_fill(cupel_limits* limits,
                                         cupel_error** error);

/* ----------------------------------------------------------------- scanner */

/* How far a scan has come. */
typedef struct cupel_progress {
  size_t struct_size; /* as the library knows it */
  uint64_t elapsed_ns;
  uint64_t input_bytes;      /* size of all inputs that were found so far */
  uint64_t input_bytes_done; /* of them, taken apart and scanned */
  uint64_t payloads;         /* files seen, unpacked ones too */
  uint64_t scanned_bytes;
  uint64_t findings;
  uint64_t incidents;
  cupel_view current; /* printable path of the payload at hand */
} cupel_progress;

/* One rule that matched one payload. */
typedef struct cupel_finding {
  size_t struct_size; /* as the library knows it */
  uint64_t payload;   /* its id in the report */
  int64_t weight;
  uint64_t string_count; /* string matches, listed or not */
  cupel_view path;       /* printable */
  cupel_view rule;
  cupel_view rule_namespace;
  cupel_view json; /* the same as one line of NDJSON, without line feed */
} cupel_finding;

/* Called on the thread that scans: with several threads, on the one that called
 * cupel_scanner_scan. Arguments are valid until the callback returns. It must
 * not throw, longjmp or call the scanner. Return 0 to go on; anything else ends
 * the scan as cupel_cancel does. */
typedef int32_t (*cupel_progress_fn)(void* user_data,
                                     const cupel_progress* progress);
typedef int32_t (*cupel_finding_fn)(void* user_data,
                                    const cupel_finding* finding);

/* What is done with the bytes of a container itself, beside its members. */
typedef int32_t cupel_container_mode;
enum {
  /* Scanned, but for compressed streams and tar, whose whole content is in the
   * members; those only if they could not be taken apart to the end. */
  CUPEL_CONTAINERS_AUTO = 0,
  CUPEL_CONTAINERS_ALWAYS = 1,
  /* Not scanned unless they could not be taken apart. */
  CUPEL_CONTAINERS_NEVER = 2
};

enum {
  /* Scan what is given, take nothing apart. */
  CUPEL_SCAN_NO_UNPACK = 1 << 0,
  /* No bytes of the payloads in the report. */
  CUPEL_SCAN_NO_EXCERPTS = 1 << 1,
  /* Scan equal bytes again each time they turn up: same findings, slower, and
   * no `same_as` in the report. */
  CUPEL_SCAN_NO_DEDUP = 1 << 2
};

typedef struct cupel_scan_options {
  size_t struct_size;
  uint32_t flags;   /* CUPEL_SCAN_* */
  uint32_t threads; /* the caller's included [1]; at most 256 */
  cupel_container_mode containers;
  uint32_t excerpt_bytes; /* shown of each string match [64]; at most 4096 */
  const cupel_limits* limits; /* NULL: defaults; copied */
  cupel_progress_fn progress; /* may be NULL; about ten times a second */
  cupel_finding_fn finding;   /* may be NULL; in the order of the report */
  void* user_data;            /* for both */
} cupel_scan_options;
#define CUPEL_SCAN_OPTIONS_INIT \
  {sizeof(cupel_scan_options), 0, 0, 0, 0, NULL, NULL, NULL, NULL}

/* Scans with one rule set, again and again. One thread at a time. */
typedef struct cupel_scanner cupel_scanner;

/* `ruleset` may be NULL: everything is unpacked, hashed and listed, and nothing
 * can match. `options` may be NULL. Since 1.0. */
CUPEL_API cupel_status cupel_scanner_new(const cupel_engine* engine,
                                         const cupel_ruleset* ruleset,
                                         const cupel_scan_options* options,
                                         cupel_scanner** out,
                                         cupel_error** error);
/* Passwords for encrypted members, tried in order; not empty, without NUL. The
 * first call replaces the default list: infected, malware, password. Copied.
 * Since 1.0. */
CUPEL_API cupel_status cupel_scanner_add_password(cupel_scanner* scanner,
                                                  cupel_view password,
                                                  cupel_error** error);

/* Which rules are reported. All rules run, because others may refer to them. */
typedef int32_t cupel_select_by;
enum {
  CUPEL_SELECT_NAMESPACE = 0, /* glob: * and ? */
  CUPEL_SELECT_TAG = 1,       /* glob over each of its tags */
  CUPEL_SELECT_NAME = 2,      /* glob */
  CUPEL_SELECT_META = 3       /* "key" or "key=value", value a glob */
};
/* Narrows the choice: a rule is reported if it fits an including pattern of
 * every kind that has any, and no excluding one (`exclude` not 0). NOT_FOUND,
 * and the choice stays as it was, if no rule fits `pattern` or none would be
 * left to be reported: a scan would say nothing for the wrong reason.
 * FAILED_PRECONDITION for a scanner without rules. Since 1.0. */
CUPEL_API cupel_status cupel_scanner_select(cupel_scanner* scanner,
                                            cupel_select_by by,
                                            cupel_view pattern, int32_t exclude,
                                            cupel_error** error);

/* What to scan: a list. One thread at a time. */
typedef struct cupel_inputs cupel_inputs;

/* Since 1.0. */
CUPEL_API cupel_status cupel_inputs_new(cupel_inputs** out,
                                        cupel_error** error);
/* A file, or a folder with all that is under it (sorted; links inside it are
 * followed only to what is inside it as well). Opened during the scan: what
 * can't be read is an incident of the report, not an error. Since 1.0. */
CUPEL_API cupel_status cupel_inputs_add_path(cupel_inputs* inputs,
                                             cupel_view path,
                                             cupel_error** error);
/* Bytes in memory, which must stay valid and unchanged until the scan is over.
 * `name` stands for them in the report. Since 1.0. */
CUPEL_API cupel_status cupel_inputs_add_memory(cupel_inputs* inputs,
                                               cupel_view name,
                                               cupel_view bytes,
                                               cupel_error** error);
/* An open descriptor, read from its start if it is a file, else (pipe, socket)
 * to its end. Must stay open until the scan is over; not closed. A pipe's bytes
 * beyond 16 MiB are kept in an unnamed temporary file. Since 1.0. */
CUPEL_API cupel_status cupel_inputs_add_fd(cupel_inputs* inputs,
                                           cupel_view name, int32_t fd,
                                           cupel_error** error);
/* Since 1.0. */
CUPEL_API void cupel_inputs_free(cupel_inputs* inputs);

/* A report. Immutable. */
typedef struct cupel_report cupel_report;

/* Scans all inputs as one job. Returns CUPEL_STATUS_OK and a report whenever
 * the scan could be begun, also when limits, broken files or `cancel` (may be
 * NULL) cut it short: what was not scanned stands in the report.
 * INVALID_ARGUMENT if there are no inputs. Since 1.0. */
CUPEL_API cupel_status cupel_scanner_scan(cupel_scanner* scanner,
                                          const cupel_inputs* inputs,
                                          cupel_cancel* cancel,
                                          cupel_report** out,
                                          cupel_error** error);
/* The same for one path, and for bytes in memory. Since 1.0. */
CUPEL_API cupel_status cupel_scanner_scan_path(cupel_scanner* scanner,
                                               cupel_view path,
                                               cupel_cancel* cancel,
                                               cupel_report** out,
                                               cupel_error** error);
CUPEL_API cupel_status cupel_scanner_scan_memory(
    cupel_scanner* scanner, cupel_view name, cupel_view bytes,
    cupel_cancel* cancel, cupel_report** out, cupel_error** error);
/* Since 1.0. */
CUPEL_API void cupel_scanner_free(cupel_scanner* scanner);

/* What each rule costs over files of one's own: a JSON object, shape in
 * docs/report.md. Slow (every rule is run alone over every input; archives are
 * taken apart first). The first 256 MiB of different payloads are looked at,
 * held in memory; what was left out is counted in the result. `cancel` and
 * `progress` may be NULL; of cupel_progress only elapsed_ns, input_bytes
 * (passes over the payloads) and input_bytes_done (passes done) are set.
 * CANCELLED if ended by either. Since 1.0. */
CUPEL_API cupel_status
cupel_ruleset_profile(const cupel_engine* engine, const cupel_ruleset* ruleset,
                      const cupel_inputs* inputs, cupel_cancel* cancel,
                      cupel_progress_fn progress, void* user_data,
                      cupel_buffer** out, cupel_error** error);

/* ------------------------------------------------------------------ report */

/* Did a rule match? CLEAN is said only with coverage COMPLETE. */
typedef int32_t cupel_verdict;
enum {
  CUPEL_VERDICT_UNKNOWN = 0, /* no match, but not everything was scanned */
  CUPEL_VERDICT_CLEAN = 1,
  CUPEL_VERDICT_MATCHED = 2
};

/* Was every byte scanned that was owed a scan? */
typedef int32_t cupel_coverage;
enum {
  CUPEL_COVERAGE_NONE = 0,
  CUPEL_COVERAGE_PARTIAL = 1,
  CUPEL_COVERAGE_COMPLETE = 2
};

/* Of the whole; the cautious value for NULL. Since 1.0. */
CUPEL_API cupel_verdict cupel_report_verdict(const cupel_report* report);
CUPEL_API cupel_coverage cupel_report_coverage(const cupel_report* report);
/* The highest score of a package: see docs/report.md. Since 1.0. */
CUPEL_API int64_t cupel_report_score(const cupel_report* report);

typedef struct cupel_report_counts {
  size_t struct_size; /* in: sizeof(cupel_report_counts) */
  uint64_t packages;
  uint64_t distributions;
  uint64_t payloads; /* files, containers included */
  uint64_t matched;  /* of them, with a finding */
  uint64_t partial;  /* of them, not wholly scanned */
  uint64_t findings;
  uint64_t incidents;
  uint64_t scanned_bytes;
  uint64_t elapsed_ns;
} cupel_report_counts;
/* Since 1.0. */
CUPEL_API cupel_status cupel_report_get_counts(const cupel_report* report,
                                               cupel_report_counts* out,
                                               cupel_error** error);

typedef int32_t cupel_report_format;
enum {
  CUPEL_REPORT_JSON = 0,   /* one document; schema: docs/report.md */
  CUPEL_REPORT_NDJSON = 1, /* one finding a line */
  CUPEL_REPORT_TEXT = 2    /* for people */
};

enum {
  CUPEL_REPORT_INDENT = 1 << 0,    /* JSON: over many lines */
  CUPEL_REPORT_NO_TIMING = 1 << 1, /* leave out what differs between runs */
  CUPEL_REPORT_COLOR = 1 << 2,     /* text: ANSI colours */
  CUPEL_REPORT_ALL_FILES = 1 << 3  /* text: list clean files too */
};

/* Takes the next piece of a report; return 0 to go on, anything else to stop
 * with CUPEL_STATUS_ABORTED. */
typedef int32_t (*cupel_write_fn)(void* user_data, cupel_view piece);

/* Hands the report to `write` piece by piece, so that a large one is never in
 * memory as a whole. `flags` are CUPEL_REPORT_*; those that are for another
 * format change nothing. Since 1.0. */
CUPEL_API cupel_status cupel_report_write(const cupel_report* report,
                                          cupel_report_format format,
                                          uint32_t flags, cupel_write_fn write,
                                          void* user_data, cupel_error** error);
/* The same as one buffer. Since 1.0. */
CUPEL_API cupel_status cupel_report_render(const cupel_report* report,
                                           cupel_report_format format,
                                           uint32_t flags, cupel_buffer** out,
                                           cupel_error** error);
/* Since 1.0. */
CUPEL_API void cupel_report_free(cupel_report* report);

/* Plugins in a scan, sources, and reports in other forms. */
#include "cupel/plugin_use.h"

/* ----------------------------------------------------------------- version */

/* Of the library in use, to be compared with CUPEL_VERSION_*. Since 1.0. */
CUPEL_API uint32_t cupel_version(void); /* major << 16 | minor << 8 | patch */
CUPEL_API const char* cupel_version_string(void);
/* Grows when something is added, starts anew with each soname. Since 1.0. */
CUPEL_API uint32_t cupel_abi_version(void);
/* "libyara 4.5.2, gcc 12.2.0": what it is made of and with, for bug reports. A
 * static string. Since 1.0. */
CUPEL_API const char* cupel_build_info(void);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CUPEL_CUPEL_H_ */
