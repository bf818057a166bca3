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
  CUPEL_SCAN_NO_DEDUP = 1 << 2,
  CUPEL_SCAN_ANY_FILETYPE = 1 << 3
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
#ifdef __cplusplus
}
#endif
#endif
