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
typedef struct cupel_engine cupel_engine;
typedef struct cupel_engine_options {
  size_t struct_size;
  uint32_t flags;
  uint32_t reserved;
} cupel_engine_options;
#define CUPEL_ENGINE_OPTIONS_INIT {sizeof(cupel_engine_options), 0, 0}
CUPEL_API cupel_status cupel_engine_new(const cupel_engine_options* options,
                                        cupel_engine** out,
                                        cupel_error** error);
CUPEL_API void cupel_engine_free(cupel_engine* engine);
typedef struct cupel_rule_sources cupel_rule_sources;
CUPEL_API cupel_status cupel_rule_sources_new(cupel_rule_sources** out,
                                              cupel_error** error);
CUPEL_API cupel_status cupel_rule_sources_add_path(cupel_rule_sources* sources,
                                                   cupel_view path,
                                                   cupel_error** error);
CUPEL_API cupel_status cupel_rule_sources_add_text(cupel_rule_sources* sources,
                                                   cupel_view name,
                                                   cupel_view text,
                                                   cupel_error** error);
CUPEL_API cupel_status cupel_rule_sources_add_include_root(
    cupel_rule_sources* sources, cupel_view folder, cupel_error** error);
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
CUPEL_API void cupel_rule_sources_free(cupel_rule_sources* sources);
typedef struct cupel_ruleset cupel_ruleset;
enum {
  CUPEL_RULES_SKIP_BROKEN = 1 << 0,
  CUPEL_RULES_ALLOW_FOREIGN_COMPILED = 1 << 1,
  CUPEL_RULES_NO_PARTITION = 1 << 2,
  CUPEL_RULES_LOAD_ALL = 1 << 3
};
typedef struct cupel_ruleset_options {
  size_t struct_size;
  uint32_t flags;
  uint32_t reserved;
  cupel_view cache_dir;
} cupel_ruleset_options;
#define CUPEL_RULESET_OPTIONS_INIT \
  {sizeof(cupel_ruleset_options), 0, 0, {NULL, 0}}
CUPEL_API cupel_status cupel_ruleset_compile(
    const cupel_engine* engine, const cupel_rule_sources* sources,
    const cupel_ruleset_options* options, cupel_ruleset** out,
    cupel_error** error);
CUPEL_API size_t cupel_ruleset_count(const cupel_ruleset* ruleset);
CUPEL_API cupel_view cupel_ruleset_digest(const cupel_ruleset* ruleset);
CUPEL_API size_t cupel_ruleset_skipped_count(const cupel_ruleset* ruleset);
CUPEL_API int32_t cupel_ruleset_from_cache(const cupel_ruleset* ruleset);
CUPEL_API size_t cupel_ruleset_warning_count(const cupel_ruleset* ruleset);
CUPEL_API cupel_status cupel_ruleset_warning(const cupel_ruleset* ruleset,
                                             size_t index,
                                             cupel_diagnostic* out);
CUPEL_API cupel_status cupel_ruleset_json(const cupel_ruleset* ruleset,
                                          cupel_buffer** out,
                                          cupel_error** error);
CUPEL_API cupel_status cupel_ruleset_save(const cupel_ruleset* ruleset,
                                          cupel_view path, cupel_error** error);
CUPEL_API void cupel_ruleset_free(cupel_ruleset* ruleset);
#define CUPEL_UNLIMITED UINT64_MAX
typedef struct cupel_limits {
  size_t struct_size;
  uint64_t total_time_ns;
  uint64_t file_time_ns;
  uint64_t total_bytes;
  uint64_t file_bytes;
  uint64_t ratio;
  uint64_t files;
  uint64_t depth;
  uint64_t name_bytes;
  uint64_t matches_per_rule;
  uint64_t memory_bytes;
  uint64_t plugin_time_ns;
} cupel_limits;
#define CUPEL_LIMITS_INIT \
  {sizeof(cupel_limits), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
CUPEL_API cupel_status cupel_limits_fill(cupel_limits* limits,
                                         cupel_error** error);
typedef struct cupel_progress {
  size_t struct_size;
  uint64_t elapsed_ns;
  uint64_t input_bytes;
  uint64_t input_bytes_done;
  uint64_t payloads;
  uint64_t scanned_bytes;
  uint64_t findings;
  uint64_t incidents;
  cupel_view current;
} cupel_progress;
typedef struct cupel_finding {
  size_t struct_size;
  uint64_t payload;
  int64_t weight;
  uint64_t string_count;
  cupel_view path;
  cupel_view rule;
  cupel_view rule_namespace;
  cupel_view json;
} cupel_finding;
typedef int32_t (*cupel_progress_fn)(void* user_data,
                                     const cupel_progress* progress);
typedef int32_t (*cupel_finding_fn)(void* user_data,
                                    const cupel_finding* finding);
typedef int32_t cupel_container_mode;
enum {
  CUPEL_CONTAINERS_AUTO = 0,
  CUPEL_CONTAINERS_ALWAYS = 1,
  CUPEL_CONTAINERS_NEVER = 2
};
enum {
  CUPEL_SCAN_NO_UNPACK = 1 << 0,
  CUPEL_SCAN_NO_EXCERPTS = 1 << 1,
  CUPEL_SCAN_NO_DEDUP = 1 << 2
};
typedef struct cupel_scan_options {
  size_t struct_size;
  uint32_t flags;
  uint32_t threads;
  cupel_container_mode containers;
  uint32_t excerpt_bytes;
  const cupel_limits* limits;
  cupel_progress_fn progress;
  cupel_finding_fn finding;
  void* user_data;
} cupel_scan_options;
#define CUPEL_SCAN_OPTIONS_INIT \
  {sizeof(cupel_scan_options), 0, 0, 0, 0, NULL, NULL, NULL, NULL}
typedef struct cupel_scanner cupel_scanner;
CUPEL_API cupel_status cupel_scanner_new(const cupel_engine* engine,
                                         const cupel_ruleset* ruleset,
                                         const cupel_scan_options* options,
                                         cupel_scanner** out,
                                         cupel_error** error);
CUPEL_API cupel_status cupel_scanner_add_password(cupel_scanner* scanner,
                                                  cupel_view password,
                                                  cupel_error** error);
typedef int32_t cupel_select_by;
enum {
  CUPEL_SELECT_NAMESPACE = 0,
  CUPEL_SELECT_TAG = 1,
  CUPEL_SELECT_NAME = 2,
  CUPEL_SELECT_META = 3
};
CUPEL_API cupel_status cupel_scanner_select(cupel_scanner* scanner,
                                            cupel_select_by by,
                                            cupel_view pattern, int32_t exclude,
                                            cupel_error** error);
typedef struct cupel_inputs cupel_inputs;
CUPEL_API cupel_status cupel_inputs_new(cupel_inputs** out,
                                        cupel_error** error);
CUPEL_API cupel_status cupel_inputs_add_path(cupel_inputs* inputs,
                                             cupel_view path,
                                             cupel_error** error);
CUPEL_API cupel_status cupel_inputs_add_memory(cupel_inputs* inputs,
                                               cupel_view name,
                                               cupel_view bytes,
                                               cupel_error** error);
CUPEL_API cupel_status cupel_inputs_add_fd(cupel_inputs* inputs,
                                           cupel_view name, int32_t fd,
                                           cupel_error** error);
CUPEL_API void cupel_inputs_free(cupel_inputs* inputs);
typedef struct cupel_report cupel_report;
CUPEL_API cupel_status cupel_scanner_scan(cupel_scanner* scanner,
                                          const cupel_inputs* inputs,
                                          cupel_cancel* cancel,
                                          cupel_report** out,
                                          cupel_error** error);
CUPEL_API cupel_status cupel_scanner_scan_path(cupel_scanner* scanner,
                                               cupel_view path,
                                               cupel_cancel* cancel,
                                               cupel_report** out,
                                               cupel_error** error);
CUPEL_API cupel_status cupel_scanner_scan_memory(
    cupel_scanner* scanner, cupel_view name, cupel_view bytes,
    cupel_cancel* cancel, cupel_report** out, cupel_error** error);
CUPEL_API void cupel_scanner_free(cupel_scanner* scanner);
CUPEL_API cupel_status
cupel_ruleset_profile(const cupel_engine* engine, const cupel_ruleset* ruleset,
                      const cupel_inputs* inputs, cupel_cancel* cancel,
                      cupel_progress_fn progress, void* user_data,
                      cupel_buffer** out, cupel_error** error);
typedef int32_t cupel_verdict;
enum {
  CUPEL_VERDICT_UNKNOWN = 0,
  CUPEL_VERDICT_CLEAN = 1,
  CUPEL_VERDICT_MATCHED = 2
};
typedef int32_t cupel_coverage;
enum {
  CUPEL_COVERAGE_NONE = 0,
  CUPEL_COVERAGE_PARTIAL = 1,
  CUPEL_COVERAGE_COMPLETE = 2
};
CUPEL_API cupel_verdict cupel_report_verdict(const cupel_report* report);
CUPEL_API cupel_coverage cupel_report_coverage(const cupel_report* report);
CUPEL_API int64_t cupel_report_score(const cupel_report* report);
typedef struct cupel_report_counts {
  size_t struct_size;
  uint64_t packages;
  uint64_t distributions;
  uint64_t payloads;
  uint64_t matched;
  uint64_t partial;
  uint64_t findings;
  uint64_t incidents;
  uint64_t scanned_bytes;
  uint64_t elapsed_ns;
} cupel_report_counts;
CUPEL_API cupel_status cupel_report_get_counts(const cupel_report* report,
                                               cupel_report_counts* out,
                                               cupel_error** error);
typedef int32_t cupel_report_format;
enum {
  CUPEL_REPORT_JSON = 0,
  CUPEL_REPORT_NDJSON = 1,
  CUPEL_REPORT_TEXT = 2
};
enum {
  CUPEL_REPORT_INDENT = 1 << 0,
  CUPEL_REPORT_NO_TIMING = 1 << 1,
  CUPEL_REPORT_COLOR = 1 << 2,
  CUPEL_REPORT_ALL_FILES = 1 << 3
};
typedef int32_t (*cupel_write_fn)(void* user_data, cupel_view piece);
CUPEL_API cupel_status cupel_report_write(const cupel_report* report,
                                          cupel_report_format format,
                                          uint32_t flags, cupel_write_fn write,
                                          void* user_data, cupel_error** error);
CUPEL_API cupel_status cupel_report_render(const cupel_report* report,
                                           cupel_report_format format,
                                           uint32_t flags, cupel_buffer** out,
                                           cupel_error** error);
CUPEL_API void cupel_report_free(cupel_report* report);
#include "cupel/plugin_use.h"
CUPEL_API uint32_t cupel_version(void);
CUPEL_API const char* cupel_version_string(void);
CUPEL_API uint32_t cupel_abi_version(void);
CUPEL_API const char* cupel_build_info(void);
#ifdef __cplusplus
}
#endif
#endif
