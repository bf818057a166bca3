/**
 * @file rules.h
 * @brief Engines and compiled rules. Comes with cupel.h, where the
 * conventions stand.
 */
#ifndef CUPEL_RULES_H_
#define CUPEL_RULES_H_

#include <stddef.h>
#include <stdint.h>

#include "cupel/base.h"

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
 * is not seeded anew by that, nor by anything else, and libyara draws no number
 * from it.
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

/** How rules are run: a CUPEL_RULE_ENGINE_*. The answers are the same. */
typedef int32_t cupel_rule_engine;

/** The values of a cupel_rule_engine. */
enum {
  /** Finds out first which rules can match a file, and gives those to libyara;
   * many times faster with many rules. */
  CUPEL_RULE_ENGINE_CUPEL = 0,
  /** Gives libyara every file with every rule, for measuring and for doubt. */
  CUPEL_RULE_ENGINE_LIBYARA = 1
};

/** How rules are compiled: bits of cupel_ruleset_options.flags. */
enum {
  /** Leave out rules that do not compile, and list them in every report,
   * instead of failing. */
  CUPEL_RULES_SKIP_BROKEN = 1 << 0,
  /** Take files compiled by `yarac`. Loading one can run code: only from people
   * whose programs you would run. */
  CUPEL_RULES_ALLOW_FOREIGN_COMPILED = 1 << 1,
  /** Another way to say CUPEL_RULE_ENGINE_LIBYARA. */
  CUPEL_RULES_NO_PARTITION = 1 << 2,
  /** Load saved rules to the last byte. Without it what few files need is
   * loaded by the first of them, and a file that is damaged there gives that
   * payload an incident. */
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
  /** CUPEL_RULE_ENGINE_* [CUPEL_RULE_ENGINE_CUPEL]. */
  cupel_rule_engine engine;
  /** Must be 0. */
  uint32_t reserved2;
} cupel_ruleset_options;
/** The defaults of a cupel_ruleset_options. */
#define CUPEL_RULESET_OPTIONS_INIT \
  {sizeof(cupel_ruleset_options), 0, 0, {NULL, 0}, CUPEL_RULE_ENGINE_CUPEL, 0}

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
 * Why a rule is run for a file, or is not, in one JSON object: what must hold
 * of a file for the rule to match it, what is searched for, for which kinds of
 * files that is always or never so; and of one file, which parts of it hold.
 * docs/report.md has its shape. For people: it may change with the engine.
 *
 * @param[in] ruleset The rules.
 * @param[in] rule The name of a rule; all rules of that name are explained,
 *   whatever their namespace.
 * @param[in] path What the file is called, for rules that ask for names:
 *   "package/index.js"; any bytes, may be empty.
 * @param[in] bytes The file, not copied, and not needed any more when this
 *   returns. `data` being NULL: the rule alone is explained; of an empty file
 *   it is not NULL.
 * @param[out] out The JSON, owned by the caller: cupel_buffer_free. NULL on
 *   failure.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK `*out` is the explanation.
 * @retval CUPEL_STATUS_NOT_FOUND There is no such rule.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_ruleset_explain(const cupel_ruleset* ruleset,
                                             cupel_view rule, cupel_view path,
                                             cupel_view bytes,
                                             cupel_buffer** out,
                                             cupel_error** error);

/**
 * Writes the compiled rules to a file that cupel_rule_sources_add_path takes.
 *
 * The file holds the texts of the rules as well, so that rules can be compiled
 * on their own when a file needs them: give it to nobody who must not read
 * them. It appears whole or not at all, with mode 0600, in place of one of that
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

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CUPEL_RULES_H_ */
