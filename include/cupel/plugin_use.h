/**
 * @file plugin_use.h
 * @brief Plugins in a scan: which run on what, who gets the report, and in
 *   which form. Comes with cupel.h, where the conventions stand; what a plugin
 *   is stands in plugin.h, which there are in plugins.h.
 */
#ifndef CUPEL_PLUGIN_USE_H_
#define CUPEL_PLUGIN_USE_H_

#include <stddef.h>
#include <stdint.h>

#include "cupel/base.h"
#include "cupel/plugin.h"
#include "cupel/plugins.h"
#include "cupel/report.h"
#include "cupel/rules.h"
#include "cupel/scanner.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @defgroup documents Documents
 * Reports in the forms that other pipelines expect.
 * @{
 */

/** What a finished report is written as: a CUPEL_DOCUMENT_*. */
typedef int32_t cupel_document_schema;

/** The values of a cupel_document_schema. */
enum {
  /** As cupel_report_render has it in JSON: docs/report.md. */
  CUPEL_DOCUMENT_CUPEL = 0,
  /** stoQ 1.x: docs/stoq-documents.md, as the next one. */
  CUPEL_DOCUMENT_STOQ1 = 1,
  /** stoQ v3. */
  CUPEL_DOCUMENT_STOQ3 = 2
};

/** How documents are written: bits of cupel_document_options.flags. */
enum {
  /** One for each payload (and worker). */
  CUPEL_DOCUMENT_SPLIT = 1 << 0,
  /** Nested names joined into one level. */
  CUPEL_DOCUMENT_FLATTEN = 1 << 1,
  /** With stoQ's oddities, for programs that expect them. */
  CUPEL_DOCUMENT_QUIRKS = 1 << 2,
  /** Over many lines. */
  CUPEL_DOCUMENT_INDENT = 1 << 3,
  /** Without what differs between two runs. */
  CUPEL_DOCUMENT_NO_TIMING = 1 << 4
};

/** How documents are written. */
typedef struct cupel_document_options {
  /** sizeof(cupel_document_options). */
  size_t struct_size;
  /** CUPEL_DOCUMENT_SPLIT and those beside it. Default: none. */
  uint32_t flags;
  /** CUPEL_DOCUMENT_CUPEL and those beside it. */
  cupel_document_schema schema;
  /** Between the names of a flat document [":"]; only with
   * CUPEL_DOCUMENT_FLATTEN. */
  cupel_view delimiter;
  /** stoQ 1.x: only this worker's results; empty: all. */
  cupel_view worker;
  /** stoQ v3: request_meta.source; may be empty. */
  cupel_view source;
} cupel_document_options;
/** The defaults of a cupel_document_options. */
#define CUPEL_DOCUMENT_OPTIONS_INIT \
  {sizeof(cupel_document_options), 0, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}}

/**
 * Hands a report to a callback, one document a call, without line feeds at
 * their ends. Ids and times in stoQ's documents are new with each call.
 *
 * @param[in] report The report; the callback may free it.
 * @param[in] options Borrowed; NULL: the defaults.
 * @param[in] write Takes the documents; not NULL.
 * @param[in] user_data For `write`; may be NULL.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK All of them were written.
 * @retval CUPEL_STATUS_ABORTED `write` did not return 0.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT A schema that is not known, or a
 *   delimiter without CUPEL_DOCUMENT_FLATTEN.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_report_documents(
    const cupel_report* report, const cupel_document_options* options,
    cupel_write_fn write, void* user_data, cupel_error** error);

/** @} */

/**
 * @defgroup plugin_use Plugins in a scan
 * Which plugins a scanner uses, and sources that bring it work.
 *
 *     cupel_plugin_use use = CUPEL_PLUGIN_USE_INIT;
 *     use.plugins = plugins;
 *     use.run = cupel_str("pe, iocextract");
 *     use.connectors = cupel_str("filedir");
 *     if (cupel_scanner_use_plugins(scanner, &use, &error) != CUPEL_STATUS_OK)
 *       ...
 * @{
 */

/**
 * Takes what plugins log: from any thread, and while other calls are on their
 * way. Must not throw, longjmp or use the scanner.
 *
 * @param user_data As given with the callback.
 * @param plugin "category:name"; empty if it is no single one.
 * @param level CUPEL_LOG_*.
 * @param text One line. Both are valid until the callback returns.
 */
typedef void (*cupel_plugin_log_fn)(void* user_data, cupel_view plugin,
                                    cupel_log_level level, cupel_view text);

/** How plugins are chosen: bits of cupel_plugin_use.flags. */
enum {
  /** Nothing runs just because it says that it consumes something. */
  CUPEL_USE_NO_CONSUMES = 1 << 0
};

/** Which plugins a scan uses, and for what. Lists are separated by commas;
 * names of plugins may be given without their category where only one makes
 * sense: workers in `run`, connectors in `connectors`, and so on. All text is
 * UTF-8 and copied. */
typedef struct cupel_plugin_use {
  /** sizeof(cupel_plugin_use). */
  size_t struct_size;
  /** CUPEL_USE_*. Default: none. */
  uint32_t flags;
  /** Must be 0. */
  uint32_t reserved;
  /** Where the plugins are; frozen by it, and kept alive. NULL: no plugins any
   * more; then nothing else may be named. */
  cupel_plugins* plugins;
  /** Run on every payload of a type that they consume, all if they don't say.
   * */
  cupel_view run;
  /** Rules whose metas say what to do with what they match: `plugin`
   * ("decoder:xor, carver:pe"), `save`; all others are options for that call.
   * Kept alive. NULL: none. */
  const cupel_ruleset* dispatch_rules;
  /** Type ("zip") or pattern of a MIME type as name, a plugin as value. */
  const cupel_field* by_type;
  /** How many. */
  size_t by_type_count;
  /** Add to every finished report, in this order. */
  cupel_view decorators;
  /** Get every finished report. */
  cupel_view connectors;
  /** Get only those of coverage other than complete. */
  cupel_view error_connectors;
  /** A connector that keeps inputs, and what is to be saved. */
  cupel_view archive;
  /** TLP of the inputs, "clear" to "red"; what is no label counts as red.
   * Empty: clear. */
  cupel_view tlp;
  /** A JSON object for the report; may be empty. */
  cupel_view metadata;
  /** How connectors get reports; NULL: the defaults. Copied. */
  const cupel_document_options* documents;
  /** Folder that all processes of a worker name, so that rate limits hold for
   * all of them together; empty: for this scanner. */
  cupel_view rate_folder;
  /** May be NULL. */
  cupel_plugin_log_fn log;
  /** For `log`; must stay valid as long as the scanner is used. */
  void* user_data;
} cupel_plugin_use;
/** The defaults of a cupel_plugin_use: no plugins. */
#define CUPEL_PLUGIN_USE_INIT \
  {sizeof(cupel_plugin_use),  \
   0,                         \
   0,                         \
   NULL,                      \
   {NULL, 0},                 \
   NULL,                      \
   NULL,                      \
   0,                         \
   {NULL, 0},                 \
   {NULL, 0},                 \
   {NULL, 0},                 \
   {NULL, 0},                 \
   {NULL, 0},                 \
   {NULL, 0},                 \
   NULL,                      \
   {NULL, 0},                 \
   NULL,                      \
   NULL}

/**
 * Has plugins take part in what a scanner scans from now on, each thread with
 * activated ones of its own, which are kept from scan to scan. In place of what
 * was said before; on failure that stays.
 *
 * @param[in,out] scanner The scanner.
 * @param[in] use Which; not NULL. Borrowed.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK The next scan uses them.
 * @retval CUPEL_STATUS_NOT_FOUND A plugin is not there; the message names the
 *   nearest.
 * @retval CUPEL_STATUS_INVALID_ARGUMENT A plugin can't do what it is named for,
 *   or a text is wrong.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION A plugin is broken, or the scanner
 *   is busy.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_scanner_use_plugins(cupel_scanner* scanner,
                                                 const cupel_plugin_use* use,
                                                 cupel_error** error);

/**
 * Told each report of a source, as soon as it is done, on the thread that
 * called cupel_scanner_ingest. Must not throw or longjmp.
 *
 * @param user_data As given with the callback.
 * @param report The report, owned by the one who is told: cupel_report_free.
 * @return 0 to go on; anything else ends the source as cupel_cancel does.
 */
typedef int32_t (*cupel_report_fn)(void* user_data, cupel_report* report);

/**
 * Runs a source and scans each of its items, one job each, until it has no
 * more. A source learns that an item is done when `report` has returned.
 *
 * @param[in,out] scanner The scanner, with plugins in use.
 * @param[in] source One plugin: "filedir", "source:ndjson".
 * @param[in] options A JSON object over the source's own; may be empty.
 * @param[in] report Told each report; not NULL.
 * @param[in] user_data For `report`; may be NULL.
 * @param[in] cancel Ends it within 50 ms; may be NULL.
 * @param[out] error Why it failed; may be NULL.
 * @retval CUPEL_STATUS_OK The source has no more.
 * @retval CUPEL_STATUS_CANCELLED Ended by `cancel` or `report`; what was
 *   scanned before was told.
 * @retval CUPEL_STATUS_NOT_FOUND There is no such source; the message names the
 *   nearest.
 * @retval CUPEL_STATUS_FAILED_PRECONDITION No plugins are in use, or the
 *   scanner is busy.
 * @return Else what the source says: what was scanned before was told.
 * @since 1.0
 */
CUPEL_API cupel_status cupel_scanner_ingest(
    cupel_scanner* scanner, cupel_view source, cupel_view options,
    cupel_report_fn report, void* user_data, cupel_cancel* cancel,
    cupel_error** error);

/** @} */

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CUPEL_PLUGIN_USE_H_ */
