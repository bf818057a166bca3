/* callbacks.h: the functions that the library calls back, which hand over to
 * those of Go. user_data is a cgo.Handle: a number, and no pointer that C would
 * keep. What Go exports knows no const. */
#ifndef CUPEL_BINDINGS_GO_CALLBACKS_H_
#define CUPEL_BINDINGS_GO_CALLBACKS_H_

#include <cupel/cupel.h>

extern int32_t cupelGoProgress(uintptr_t handle, cupel_progress* progress);
extern int32_t cupelGoFinding(uintptr_t handle, cupel_finding* finding);
extern int32_t cupelGoWrite(uintptr_t handle, cupel_view piece);
extern int32_t cupelGoRotation(uintptr_t handle, uint64_t done, uint64_t total);
extern int32_t cupelGoReport(uintptr_t handle, cupel_report* report);
extern void cupelGoLog(uintptr_t handle, cupel_view plugin,
                       cupel_log_level level, cupel_view text);
extern int32_t cupelGoPluginBytes(uintptr_t handle, uint64_t index,
                                  cupel_view name, cupel_view bytes);

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

static inline int32_t cupel_go_on_rotation(void* user_data, uint64_t done,
                                           uint64_t total) {
  return cupelGoRotation((uintptr_t)user_data, done, total);
}

static inline int32_t cupel_go_on_report(void* user_data,
                                         cupel_report* report) {
  return cupelGoReport((uintptr_t)user_data, report);
}

/* Of a worker, and of a boefje or normalizer. */
static inline void cupel_go_on_log(void* user_data, cupel_log_level level,
                                   cupel_view text) {
  const cupel_view nobody = {NULL, 0};
  cupelGoLog((uintptr_t)user_data, nobody, level, text);
}

static inline void cupel_go_on_plugin_log(void* user_data, cupel_view plugin,
                                          cupel_log_level level,
                                          cupel_view text) {
  cupelGoLog((uintptr_t)user_data, plugin, level, text);
}

static inline int32_t cupel_go_on_plugin_bytes(void* user_data, uint64_t index,
                                               cupel_view name,
                                               cupel_view bytes) {
  return cupelGoPluginBytes((uintptr_t)user_data, index, name, bytes);
}

/* Options are copied before a handle goes into them: in memory of Go a number
 * must not lie where its collector looks for pointers. */

static inline cupel_status cupel_go_scanner_new(
    const cupel_engine* engine, const cupel_ruleset* ruleset,
    const cupel_scan_options* options, uintptr_t handle, int32_t progress,
    int32_t finding, cupel_scanner** out, cupel_error** error) {
  cupel_scan_options with = *options;
  with.progress = progress ? cupel_go_on_progress : NULL;
  with.finding = finding ? cupel_go_on_finding : NULL;
  with.user_data = (void*)handle;
  return cupel_scanner_new(engine, ruleset, &with, out, error);
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

static inline cupel_status cupel_go_registry_rotate(cupel_registry* registry,
                                                    cupel_cancel* cancel,
                                                    uintptr_t handle,
                                                    cupel_buffer** out,
                                                    cupel_error** error) {
  return cupel_registry_rotate(registry, cancel,
                               handle ? cupel_go_on_rotation : NULL,
                               (void*)handle, out, error);
}

static inline cupel_status cupel_go_scanner_ingest(
    cupel_scanner* scanner, cupel_view source, cupel_view options,
    uintptr_t handle, cupel_cancel* cancel, cupel_error** error) {
  return cupel_scanner_ingest(scanner, source, options, cupel_go_on_report,
                              (void*)handle, cancel, error);
}

static inline cupel_status cupel_go_scanner_use_plugins(
    cupel_scanner* scanner, const cupel_plugin_use* use, uintptr_t handle,
    cupel_error** error) {
  cupel_plugin_use with = *use;
  with.log = handle ? cupel_go_on_plugin_log : NULL;
  with.user_data = (void*)handle;
  return cupel_scanner_use_plugins(scanner, &with, error);
}

static inline cupel_status cupel_go_plugins_run(
    cupel_plugins* plugins, cupel_view plugin, const cupel_plugin_input* input,
    uintptr_t handle, cupel_cancel* cancel, cupel_buffer** out,
    cupel_error** error) {
  return cupel_plugins_run(plugins, plugin, input,
                           handle ? cupel_go_on_plugin_bytes : NULL,
                           (void*)handle, cancel, out, error);
}

static inline cupel_worker_options cupel_go_worker_options(
    const cupel_worker_options* options, uintptr_t handle) {
  cupel_worker_options with = *options;
  with.log = handle ? cupel_go_on_log : NULL;
  with.log_data = (void*)handle;
  return with;
}

static inline cupel_status cupel_go_worker_new(
    const cupel_worker_options* options, uintptr_t handle, cupel_worker** out,
    cupel_error** error) {
  const cupel_worker_options with = cupel_go_worker_options(options, handle);
  return cupel_worker_new(&with, out, error);
}

static inline cupel_status cupel_go_worker_check(
    const cupel_worker_options* options, uintptr_t handle, uint32_t flags,
    cupel_cancel* cancel, int32_t* ok, cupel_buffer** out,
    cupel_error** error) {
  const cupel_worker_options with = cupel_go_worker_options(options, handle);
  return cupel_worker_check(&with, flags, cancel, ok, out, error);
}

/* What all runs of boefjes and normalizers take. */
typedef struct cupel_go_run {
  cupel_registry* registry;
  cupel_raws* raws;
  const cupel_job* job; /* of runs of a job */
  const cupel_run_options* options;
  uintptr_t handle;
  cupel_cancel* cancel;
} cupel_go_run;

static inline cupel_run_options cupel_go_run_options(const cupel_go_run* run) {
  cupel_run_options with = *run->options;
  with.log = run->handle ? cupel_go_on_log : NULL;
  with.log_data = (void*)run->handle;
  return with;
}

static inline cupel_status cupel_go_boefje_run(
    cupel_go_run run, cupel_view organisation, cupel_view boefje,
    cupel_view input, cupel_buffer** out, cupel_error** error) {
  const cupel_run_options with = cupel_go_run_options(&run);
  return cupel_boefje_run(run.registry, run.raws, organisation, boefje, input,
                          &with, run.cancel, out, error);
}

static inline cupel_status cupel_go_boefje_run_job(cupel_go_run run,
                                                   cupel_buffer** out,
                                                   cupel_error** error) {
  const cupel_run_options with = cupel_go_run_options(&run);
  return cupel_boefje_run_job(run.registry, run.raws, run.job, &with,
                              run.cancel, out, error);
}

static inline cupel_status cupel_go_normalizer_run(
    cupel_go_run run, cupel_view normalizer, cupel_view raw,
    cupel_view whitelist, cupel_buffer** out, cupel_error** error) {
  const cupel_run_options with = cupel_go_run_options(&run);
  return cupel_normalizer_run(run.registry, run.raws, normalizer, raw,
                              whitelist, &with, run.cancel, out, error);
}

static inline cupel_status cupel_go_normalizer_run_job(cupel_go_run run,
                                                       cupel_view whitelist,
                                                       cupel_buffer** out,
                                                       cupel_error** error) {
  const cupel_run_options with = cupel_go_run_options(&run);
  return cupel_normalizer_run_job(run.registry, run.raws, run.job, whitelist,
                                  &with, run.cancel, out, error);
}

#endif /* CUPEL_BINDINGS_GO_CALLBACKS_H_ */
