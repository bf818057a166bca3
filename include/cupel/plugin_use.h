/* plugin_use.h: plugins in a scan: which run on what, who gets the report, and
 * in which form. Comes with cupel.h, where the conventions stand; what a plugin
 * is stands in plugin.h, which there are in plugins.h. */
#ifndef CUPEL_PLUGIN_USE_H_
#define CUPEL_PLUGIN_USE_H_

#include <stddef.h>
#include <stdint.h>

#include "cupel/base.h"
#include "cupel/cupel.h"
#include "cupel/plugin.h"
#include "cupel/plugins.h"

#ifdef __cplusplus
extern "C" {
#endif

/* --------------------------------------------------------------- documents */

/* What a finished report is written as. */
typedef int32_t cupel_document_schema;
enum {
  CUPEL_DOCUMENT_CUPEL = 0, /* docs/report.md */
  CUPEL_DOCUMENT_STOQ1 = 1, /* docs/stoq-documents.md, as the next one */
  CUPEL_DOCUMENT_STOQ3 = 2
};

enum {
  CUPEL_DOCUMENT_SPLIT = 1 << 0,   /* one for each payload (and worker) */
  CUPEL_DOCUMENT_FLATTEN = 1 << 1, /* nested names joined */
  CUPEL_DOCUMENT_QUIRKS = 1 << 2,  /* stoQ's, for programs that expect them */
  CUPEL_DOCUMENT_INDENT = 1 << 3,
  CUPEL_DOCUMENT_NO_TIMING = 1 << 4
};

typedef struct cupel_document_options {
  size_t struct_size;
  uint32_t flags; /* CUPEL_DOCUMENT_* */
  cupel_document_schema schema;
  cupel_view delimiter; /* between the names of a flat one [":"] */
  cupel_view worker;    /* stoQ 1.x: only this worker's; empty: all */
  cupel_view source;    /* stoQ v3: request_meta.source; may be empty */
} cupel_document_options;
#define CUPEL_DOCUMENT_OPTIONS_INIT \
  {sizeof(cupel_document_options), 0, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}}

/* Hands a report to `write`, one document a call, without line feeds. Ids and
 * times in stoQ's documents are new with each call. `options` may be NULL.
 * Since 1.0. */
CUPEL_API cupel_status cupel_report_documents(
    const cupel_report* report, const cupel_document_options* options,
    cupel_write_fn write, void* user_data, cupel_error** error);

/* --------------------------------------------------------------------- use */

/* Takes what plugins log: from any thread, and while other calls are on their
 * way. It must not throw, longjmp or use the scanner. */
typedef void (*cupel_plugin_log_fn)(void* user_data, cupel_view plugin,
                                    cupel_log_level level, cupel_view text);

enum {
  /* Nothing runs just because it says that it consumes something. */
  CUPEL_USE_NO_CONSUMES = 1 << 0
};

/* Lists are separated by commas. Names of plugins may be given without their
 * category where only one makes sense: workers in `run`, connectors, … */
typedef struct cupel_plugin_use {
  size_t struct_size;
  uint32_t flags; /* CUPEL_USE_* */
  uint32_t reserved;
  cupel_plugins* plugins; /* frozen by it; kept alive. NULL: none any more */
  /* On every payload of a type that they consume, all if they don't say. */
  cupel_view run;
  /* Rules whose metas say what to do with what they match: `plugin`
   * ("decoder:xor, carver:pe"), `save`; all others are options for that call.
   * NULL: none. */
  const cupel_ruleset* dispatch_rules;
  /* Type ("zip") or pattern of a MIME type as name, a plugin as value. */
  const cupel_field* by_type;
  size_t by_type_count;
  cupel_view decorators;       /* in this order */
  cupel_view connectors;       /* get every finished report */
  cupel_view error_connectors; /* only those of coverage other than complete */
  cupel_view
      archive; /* a connector that keeps inputs, and what is to be saved */
  /* "clear" to "red"; what is no label counts as red. Empty: clear. */
  cupel_view tlp;
  cupel_view metadata; /* JSON object, for the report; may be empty */
  const cupel_document_options* documents; /* for connectors; NULL: defaults */
  /* Folder that all processes of a worker name, so that rate limits hold for
   * all of them together; empty: for this scanner. */
  cupel_view rate_folder;
  cupel_plugin_log_fn log; /* may be NULL */
  void* user_data;
} cupel_plugin_use;
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

/* From now on plugins take part in what the scanner scans, each thread with
 * activated ones of its own, which are kept from scan to scan. In place of what
 * was said before. NOT_FOUND names the nearest plugin; INVALID_ARGUMENT for one
 * that can't do it; FAILED_PRECONDITION for one that is broken. Since 1.0. */
CUPEL_API cupel_status cupel_scanner_use_plugins(cupel_scanner* scanner,
                                                 const cupel_plugin_use* use,
                                                 cupel_error** error);

/* Told each report, as soon as it is done; it belongs to the one who is told,
 * and goes back with cupel_report_free. Return 0 to go on; anything else ends
 * the source as cupel_cancel does. It must not throw or longjmp. */
typedef int32_t (*cupel_report_fn)(void* user_data, cupel_report* report);

/* Runs a source ("filedir", "source:ndjson") and scans each of its items, one
 * job each, until it has no more. `options`: JSON object over the source's own,
 * or empty. `cancel` may be NULL. FAILED_PRECONDITION without plugins in use;
 * CANCELLED if ended by `cancel` or `report`; else what the source says: what
 * was scanned before was told. Since 1.0. */
CUPEL_API cupel_status cupel_scanner_ingest(
    cupel_scanner* scanner, cupel_view source, cupel_view options,
    cupel_report_fn report, void* user_data, cupel_cancel* cancel,
    cupel_error** error);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CUPEL_PLUGIN_USE_H_ */
