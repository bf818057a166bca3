/**
 * @file report.h
 * @brief What a scan answers. Comes with cupel.h, where the conventions
 * stand. docs/report.md is the guide.
 */
#ifndef CUPEL_REPORT_H_
#define CUPEL_REPORT_H_

#include <stddef.h>
#include <stdint.h>

#include "cupel/base.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @defgroup report Reports
 * What a scan answers.
 * @{
 */

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
  /** Payloads that no rule had to run over, because the answer was in the
   * cache: see cupel_scan_options.cache_dir. */
  uint64_t cached;
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

/**
 * Why the cache of a scan was of less use than it could have been: it was
 * damaged and made anew, say. The report is right all the same.
 *
 * @param[in] report The report; may be NULL.
 * @return One line for people, borrowed from `report`; empty if there is
 *   nothing to say, and for NULL.
 * @since 1.0
 */
CUPEL_API cupel_view cupel_report_cache_warning(const cupel_report* report);

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

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* CUPEL_REPORT_H_ */
