#ifndef CUPEL_REPORT_H_
#define CUPEL_REPORT_H_
#include <stddef.h>
#include <stdint.h>
#include "cupel/base.h"
#ifdef __cplusplus
extern "C" {
#endif
typedef struct cupel_report cupel_report;
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
#ifdef __cplusplus
}
#endif
#endif
