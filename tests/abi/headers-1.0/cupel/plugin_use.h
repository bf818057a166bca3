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
typedef int32_t cupel_document_schema;
enum {
  CUPEL_DOCUMENT_CUPEL = 0,
  CUPEL_DOCUMENT_STOQ1 = 1,
  CUPEL_DOCUMENT_STOQ3 = 2
};
enum {
  CUPEL_DOCUMENT_SPLIT = 1 << 0,
  CUPEL_DOCUMENT_FLATTEN = 1 << 1,
  CUPEL_DOCUMENT_QUIRKS = 1 << 2,
  CUPEL_DOCUMENT_INDENT = 1 << 3,
  CUPEL_DOCUMENT_NO_TIMING = 1 << 4
};
typedef struct cupel_document_options {
  size_t struct_size;
  uint32_t flags;
  cupel_document_schema schema;
  cupel_view delimiter;
  cupel_view worker;
  cupel_view source;
} cupel_document_options;
#define CUPEL_DOCUMENT_OPTIONS_INIT \
  {sizeof(cupel_document_options), 0, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}}
CUPEL_API cupel_status cupel_report_documents(
    const cupel_report* report, const cupel_document_options* options,
    cupel_write_fn write, void* user_data, cupel_error** error);
typedef void (*cupel_plugin_log_fn)(void* user_data, cupel_view plugin,
                                    cupel_log_level level, cupel_view text);
enum {
  CUPEL_USE_NO_CONSUMES = 1 << 0
};
typedef struct cupel_plugin_use {
  size_t struct_size;
  uint32_t flags;
  uint32_t reserved;
  cupel_plugins* plugins;
  cupel_view run;
  const cupel_ruleset* dispatch_rules;
  const cupel_field* by_type;
  size_t by_type_count;
  cupel_view decorators;
  cupel_view connectors;
  cupel_view error_connectors;
  cupel_view archive;
  cupel_view tlp;
  cupel_view metadata;
  const cupel_document_options* documents;
  cupel_view rate_folder;
  cupel_plugin_log_fn log;
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
CUPEL_API cupel_status cupel_scanner_use_plugins(cupel_scanner* scanner,
                                                 const cupel_plugin_use* use,
                                                 cupel_error** error);
typedef int32_t (*cupel_report_fn)(void* user_data, cupel_report* report);
CUPEL_API cupel_status cupel_scanner_ingest(
    cupel_scanner* scanner, cupel_view source, cupel_view options,
    cupel_report_fn report, void* user_data, cupel_cancel* cancel,
    cupel_error** error);
#ifdef __cplusplus
}
#endif
#endif
