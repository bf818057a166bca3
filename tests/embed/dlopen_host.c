/* A host that loads the library as a plug-in would be, uses it, closes it, and
 * does so again: first with nothing of it in the global namespace, then with
 * all of it, each from the main thread and from threads that end. */
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

typedef struct loading {
  const char* path;
  int flags; /* beside RTLD_NOW */
} loading;

/* Gives what failed, or NULL. */
static void* LoadAndUse(void* given) {
  const loading* how = (const loading*)given;
  void* library = dlopen(how->path, RTLD_NOW | how->flags);
  if (library == NULL) return dlerror();
  if (how->flags == RTLD_LOCAL) {
    HostExpect(dlsym(RTLD_DEFAULT, "cupel_version") == NULL,
               "its symbols are in the global namespace");
  } else {
    HostExpect(dlsym(RTLD_DEFAULT, "cupel_version") != NULL,
               "its symbols are not in the global namespace");
  }
  ScanOnce(library);
  return dlclose(library) == 0 ? NULL : (void*)"dlclose";
}

/* Threads that end after the library was closed run what it left for their
 * end. */
static void InThread(loading* how) {
  pthread_t thread;
  void* failure = NULL;
  HostExpect(pthread_create(&thread, NULL, LoadAndUse, how) == 0,
             "pthread_create");
  pthread_join(thread, &failure);
  HostExpect(failure == NULL, (const char*)failure);
}

int main(int argc, char** argv) {
  static const int kFlags[] = {RTLD_LOCAL, RTLD_GLOBAL};
  loading how;
  int i;
  int round;
  if (argc != 2) {
    fprintf(stderr, "usage: dlopen_host LIBCUPEL.SO\n");
    return 2;
  }
  memset(&how, 0, sizeof(how));
  how.path = argv[1];
  for (i = 0; i < 2; ++i) {
    how.flags = kFlags[i];
    for (round = 0; round < 2; ++round) {
      const char* failure = (const char*)LoadAndUse(&how);
      HostExpect(failure == NULL, failure);
      InThread(&how);
    }
  }
  return HostResult("dlopen_host");
}
