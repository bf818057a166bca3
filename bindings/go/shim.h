/* shim.h: the calls that the Go package makes, each in one crossing from Go to
 * C: handles of Go as void*, and all that a call gives in one struct. */
#ifndef CUPEL_BINDINGS_GO_SHIM_H_
#define CUPEL_BINDINGS_GO_SHIM_H_

#include <cupel/cupel.h>
#include <stdlib.h>

/* ------------------------------------------------------------------ errors */

/* What Go wants to know of an error; the views live as long as it. */
typedef struct cupel_go_error {
  cupel_status code;
  cupel_view message;
  size_t diagnostics;
} cupel_go_error;

static inline cupel_go_error cupel_go_error_of(const cupel_error* error) {
  cupel_go_error out;
  out.code = cupel_error_code(error);
  out.message = cupel_error_message(error);
  out.diagnostics = cupel_error_diagnostic_count(error);
  return out;
}

/* ------------------------------------------------------------------- rules */

/* What Go keeps of a rule set, so that asking needs no crossing. */
/* Empty, but not without data. */
static inline cupel_view cupel_go_empty(void) {
  cupel_view out = {(const uint8_t*)"", 0};
  return out;
}

typedef struct cupel_go_ruleset {
  size_t count;
  size_t skipped;
  size_t warnings;
  cupel_view digest;
  int32_t from_cache;
} cupel_go_ruleset;

static inline cupel_go_ruleset cupel_go_ruleset_of(
    const cupel_ruleset* ruleset) {
  cupel_go_ruleset out;
  out.count = cupel_ruleset_count(ruleset);
  out.skipped = cupel_ruleset_skipped_count(ruleset);
  out.warnings = cupel_ruleset_warning_count(ruleset);
  out.digest = cupel_ruleset_digest(ruleset);
  out.from_cache = cupel_ruleset_from_cache(ruleset);
  return out;
}

/* ----------------------------------------------------------------- reports */

/* A report and what is asked of each. */
typedef struct cupel_go_report {
  cupel_report* report;
  cupel_error* error;
  cupel_status status;
  cupel_verdict verdict;
  cupel_coverage coverage;
  int64_t score;
  cupel_report_counts counts;
} cupel_go_report;

static inline cupel_go_report cupel_go_report_of(cupel_report* report) {
  cupel_go_report out;
  memset(&out, 0, sizeof(out));
  out.report = report;
  out.verdict = cupel_report_verdict(report);
  out.coverage = cupel_report_coverage(report);
  out.score = cupel_report_score(report);
  out.counts.struct_size = sizeof(out.counts);
  out.status = cupel_report_get_counts(report, &out.counts, &out.error);
  return out;
}

static inline cupel_go_report cupel_go_scanned(cupel_status status,
                                               cupel_report* report,
                                               cupel_error* error) {
  cupel_go_report out;
  if (status == CUPEL_STATUS_OK) return cupel_go_report_of(report);
  memset(&out, 0, sizeof(out));
  out.status = status;
  out.error = error;
  return out;
}

/* ------------------------------------------------------------------- scans */

static inline cupel_go_report cupel_go_scan_memory(cupel_scanner* scanner,
                                                   cupel_view name,
                                                   cupel_view bytes,
                                                   cupel_cancel* cancel) {
  cupel_report* report = NULL;
  cupel_error* error = NULL;
  const cupel_status status =
      cupel_scanner_scan_memory(scanner, name, bytes, cancel, &report, &error);
  return cupel_go_scanned(status, report, error);
}

static inline cupel_go_report cupel_go_scan_path(cupel_scanner* scanner,
                                                 cupel_view path,
                                                 cupel_cancel* cancel) {
  cupel_report* report = NULL;
  cupel_error* error = NULL;
  const cupel_status status =
      cupel_scanner_scan_path(scanner, path, cancel, &report, &error);
  return cupel_go_scanned(status, report, error);
}

static inline cupel_go_report cupel_go_scan_fd(cupel_scanner* scanner,
                                               cupel_view name, int32_t fd,
                                               cupel_cancel* cancel) {
  cupel_inputs* inputs = NULL;
  cupel_report* report = NULL;
  cupel_error* error = NULL;
  cupel_status status = cupel_inputs_new(&inputs, &error);
  if (status == CUPEL_STATUS_OK)
    status = cupel_inputs_add_fd(inputs, name, fd, &error);
  if (status == CUPEL_STATUS_OK)
    status = cupel_scanner_scan(scanner, inputs, cancel, &report, &error);
  cupel_inputs_free(inputs);
  return cupel_go_scanned(status, report, error);
}

/* Several inputs come as one slab, because Go memory that is handed to C may
 * hold no pointers to other Go memory: each input's name and then its bytes,
 * one after the other. */
enum { CUPEL_GO_PATH = 0, CUPEL_GO_MEMORY = 1, CUPEL_GO_FD = 2 };

typedef struct cupel_go_input {
  int32_t kind; /* CUPEL_GO_*; of a path the name is the path */
  int32_t fd;
  uint64_t name_size;
  uint64_t size; /* of the bytes */
} cupel_go_input;

static inline cupel_status cupel_go_add_input(cupel_inputs* inputs,
                                              const cupel_go_input* input,
                                              const uint8_t* at,
                                              cupel_error** error) {
  cupel_view name;
  cupel_view bytes;
  name.data = at;
  name.size = (size_t)input->name_size;
  bytes.data = at + name.size;
  bytes.size = (size_t)input->size;
  if (input->kind == CUPEL_GO_PATH)
    return cupel_inputs_add_path(inputs, name, error);
  if (input->kind == CUPEL_GO_FD)
    return cupel_inputs_add_fd(inputs, name, input->fd, error);
  return cupel_inputs_add_memory(inputs, name, bytes, error);
}

static inline cupel_status cupel_go_make_inputs(const uint8_t* slab,
                                                const cupel_go_input* list,
                                                size_t count,
                                                cupel_inputs** out,
                                                cupel_error** error) {
  size_t i;
  cupel_status status = cupel_inputs_new(out, error);
  for (i = 0; i < count && status == CUPEL_STATUS_OK; ++i) {
    status = cupel_go_add_input(*out, &list[i], slab, error);
    slab += list[i].name_size + list[i].size;
  }
  return status;
}

static inline cupel_go_report cupel_go_scan_inputs(cupel_scanner* scanner,
                                                   const uint8_t* slab,
                                                   const cupel_go_input* list,
                                                   size_t count,
                                                   cupel_cancel* cancel) {
  cupel_inputs* inputs = NULL;
  cupel_report* report = NULL;
  cupel_error* error = NULL;
  cupel_status status =
      cupel_go_make_inputs(slab, list, count, &inputs, &error);
  if (status == CUPEL_STATUS_OK)
    status = cupel_scanner_scan(scanner, inputs, cancel, &report, &error);
  cupel_inputs_free(inputs);
  return cupel_go_scanned(status, report, error);
}

#endif /* CUPEL_BINDINGS_GO_SHIM_H_ */
