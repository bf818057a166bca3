/* callbacks.h: the functions that the library calls back, which hand over to
 * those of Go. user_data is a cgo.Handle: a number, and no pointer that C would
 * keep. What Go exports knows no const. */
#ifndef CUPEL_BINDINGS_GO_CALLBACKS_H_
#define CUPEL_BINDINGS_GO_CALLBACKS_H_

#include <cupel/cupel.h>

extern int32_t cupelGoProgress(uintptr_t handle, cupel_progress* progress);
extern int32_t cupelGoFinding(uintptr_t handle, cupel_finding* finding);
extern int32_t cupelGoWrite(uintptr_t handle, cupel_view piece);

static inline int32_t cupel_go_on_progress(void* user_data,
                                           const cupel_progress* progress) {
  return cupelGoProgress((uintptr_t)user_data, (cupel_progress*)progress);
}

static inline int32_t cupel_go_on_finding(void* user_data,
                                          const cupel_finding* finding) {
  return cupelGoFinding((uintptr_t)user_data, (cupel_finding*)finding);
}

static inline int32_t cupel_go_on_write(void* user_data, cupel_view piece) {
  return cupelGoWrite((uintptr_t)user_data, piece);
}

/* Sets the callbacks that are wanted; the rest of `options` is Go's. */
static inline cupel_status cupel_go_scanner_new(
    const cupel_engine* engine, const cupel_ruleset* ruleset,
    cupel_scan_options* options, uintptr_t handle, int32_t progress,
    int32_t finding, cupel_scanner** out, cupel_error** error) {
  options->progress = progress ? cupel_go_on_progress : NULL;
  options->finding = finding ? cupel_go_on_finding : NULL;
  options->user_data = (void*)handle;
  return cupel_scanner_new(engine, ruleset, options, out, error);
}

static inline cupel_status cupel_go_ruleset_profile(
    const cupel_engine* engine, const cupel_ruleset* ruleset,
    const cupel_inputs* inputs, cupel_cancel* cancel, uintptr_t handle,
    cupel_buffer** out, cupel_error** error) {
  return cupel_ruleset_profile(engine, ruleset, inputs, cancel,
                               handle ? cupel_go_on_progress : NULL,
                               (void*)handle, out, error);
}

static inline cupel_status cupel_go_report_write(const cupel_report* report,
                                                 cupel_report_format format,
                                                 uint32_t flags,
                                                 uintptr_t handle,
                                                 cupel_error** error) {
  return cupel_report_write(report, format, flags, cupel_go_on_write,
                            (void*)handle, error);
}

static inline cupel_status cupel_go_report_documents(
    const cupel_report* report, const cupel_document_options* options,
    uintptr_t handle, cupel_error** error) {
  return cupel_report_documents(report, options, cupel_go_on_write,
                                (void*)handle, error);
}

#endif /* CUPEL_BINDINGS_GO_CALLBACKS_H_ */
