/* A host that loads the library as a plug-in would be, with nothing of it in
 * the global namespace, uses it, closes it, and does so again. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>

#include "host.h"

/* A pointer of the type that cupel.h gives the function. */
#define LOOK_UP(library, function)                      \
  __typeof__(function)* const p_##function =            \
      (__typeof__(function)*)dlsym(library, #function); \
  HostExpect(p_##function != NULL, "no symbol " #function)

static void ScanOnce(void* library) {
  cupel_engine* engine = NULL;
  cupel_rule_sources* sources = NULL;
  cupel_ruleset* rules = NULL;
  cupel_scanner* scanner = NULL;
  cupel_report* report = NULL;
  cupel_view bytes;
  LOOK_UP(library, cupel_engine_new);
  LOOK_UP(library, cupel_engine_free);
  LOOK_UP(library, cupel_rule_sources_new);
  LOOK_UP(library, cupel_rule_sources_add_text);
  LOOK_UP(library, cupel_rule_sources_free);
  LOOK_UP(library, cupel_ruleset_compile);
  LOOK_UP(library, cupel_ruleset_free);
  LOOK_UP(library, cupel_scanner_new);
  LOOK_UP(library, cupel_scanner_scan_memory);
  LOOK_UP(library, cupel_scanner_free);
  LOOK_UP(library, cupel_report_verdict);
  LOOK_UP(library, cupel_report_free);
  if (host_failures[0] != '\0') return;

  bytes.data = (const uint8_t*)host_inputs[0].bytes;
  bytes.size = host_inputs[0].size;
  HostExpect(p_cupel_engine_new(NULL, &engine, NULL) == CUPEL_STATUS_OK,
             "cupel_engine_new");
  p_cupel_rule_sources_new(&sources, NULL);
  p_cupel_rule_sources_add_text(sources, cupel_str("host"),
                                cupel_str(host_rules), NULL);
  HostExpect(p_cupel_ruleset_compile(engine, sources, NULL, &rules, NULL) ==
                 CUPEL_STATUS_OK,
             "cupel_ruleset_compile");
  p_cupel_scanner_new(engine, rules, NULL, &scanner, NULL);
  HostExpect(p_cupel_scanner_scan_memory(scanner, cupel_str("x"), bytes, NULL,
                                         &report, NULL) == CUPEL_STATUS_OK,
             "cupel_scanner_scan_memory");
  HostExpect(p_cupel_report_verdict(report) == CUPEL_VERDICT_MATCHED,
             "cupel_report_verdict");
  p_cupel_report_free(report);
  p_cupel_scanner_free(scanner);
  p_cupel_ruleset_free(rules);
  p_cupel_rule_sources_free(sources);
  p_cupel_engine_free(engine);
}

/* Threads that end after the library was closed run what it left for their
 * end. */
static void* UseInThread(void* path) {
  void* library = dlopen((const char*)path, RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) return (void*)"dlopen in a thread";
  ScanOnce(library);
  return dlclose(library) == 0 ? NULL : (void*)"dlclose in a thread";
}

int main(int argc, char** argv) {
  pthread_t thread;
  void* failure = NULL;
  int i;
  if (argc != 2) {
    fprintf(stderr, "usage: dlopen_host LIBCUPEL.SO\n");
    return 2;
  }
  for (i = 0; i < 2; ++i) {
    void* library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
      fprintf(stderr, "dlopen_host: %s\n", dlerror());
      return 1;
    }
    HostExpect(dlsym(RTLD_DEFAULT, "cupel_version") == NULL,
               "its symbols are in the global namespace");
    ScanOnce(library);
    HostExpect(dlclose(library) == 0, "dlclose");
  }
  HostExpect(pthread_create(&thread, NULL, UseInThread, argv[1]) == 0,
             "pthread_create");
  pthread_join(thread, &failure);
  HostExpect(failure == NULL, (const char*)failure);
  return HostResult("dlopen_host");
}
