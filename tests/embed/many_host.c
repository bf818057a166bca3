/* A host with much of everything: eight engines at once, each with rules that
 * only it has, and sixty-four threads that share them and make scanners of
 * their own. Each finds what its engine's rules say, and nothing else. */
#include <pthread.h>

#include "host.h"

enum { kEngines = 8, kThreads = 64, kScansPerThread = 20 };

typedef struct shared_engine {
  cupel_engine* engine;
  cupel_ruleset* rules;
  char word[16]; /* what its rules look for */
} shared_engine;

static shared_engine engines[kEngines];
static pthread_barrier_t start;

static cupel_ruleset* CompileFor(const shared_engine* own) {
  char text[128];
  cupel_rule_sources* sources = NULL;
  cupel_ruleset* rules = NULL;
  snprintf(text, sizeof(text),
           "rule Own { strings: $a = \"%s\" condition: $a }", own->word);
  cupel_rule_sources_new(&sources, NULL);
  cupel_rule_sources_add_text(sources, cupel_str("own"), cupel_str(text), NULL);
  if (cupel_ruleset_compile(own->engine, sources, NULL, &rules, NULL) !=
      CUPEL_STATUS_OK) {
    rules = NULL;
  }
  cupel_rule_sources_free(sources);
  return rules;
}

/* Both give what failed, or NULL. */
static void* MakeEngine(void* given) {
  shared_engine* own = (shared_engine*)given;
  pthread_barrier_wait(&start);
  if (cupel_engine_new(NULL, &own->engine, NULL) != CUPEL_STATUS_OK) {
    return (void*)"cupel_engine_new";
  }
  own->rules = CompileFor(own);
  return own->rules == NULL ? (void*)"cupel_ruleset_compile" : NULL;
}

static void* Scan(void* given) {
  const shared_engine* own = (const shared_engine*)given;
  const shared_engine* other = &engines[(own - engines + 1) % kEngines];
  int i;
  pthread_barrier_wait(&start);
  for (i = 0; i < kScansPerThread; ++i) {
    cupel_scanner* scanner = NULL;
    cupel_report* matched = NULL;
    cupel_report* clean = NULL;
    int good;
    cupel_scanner_new(own->engine, own->rules, NULL, &scanner, NULL);
    cupel_scanner_scan_memory(scanner, cupel_str("own"), cupel_str(own->word),
                              NULL, &matched, NULL);
    cupel_scanner_scan_memory(scanner, cupel_str("other"),
                              cupel_str(other->word), NULL, &clean, NULL);
    good = cupel_report_verdict(matched) == CUPEL_VERDICT_MATCHED &&
           cupel_report_verdict(clean) == CUPEL_VERDICT_CLEAN;
    cupel_report_free(matched);
    cupel_report_free(clean);
    cupel_scanner_free(scanner);
    if (!good) return (void*)"a scan found something else";
  }
  return NULL;
}

static void RunAtOnce(int count, void* (*run)(void*)) {
  pthread_t threads[kThreads];
  int i;
  pthread_barrier_init(&start, NULL, (unsigned)count);
  for (i = 0; i < count; ++i) {
    if (pthread_create(&threads[i], NULL, run, &engines[i % kEngines]) != 0) {
      fprintf(stderr, "many_host: pthread_create\n");
      exit(1); /* the others wait for it */
    }
  }
  for (i = 0; i < count; ++i) {
    void* failure = NULL;
    pthread_join(threads[i], &failure);
    HostExpect(failure == NULL, (const char*)failure);
  }
  pthread_barrier_destroy(&start);
}

int main(void) {
  int i;
  for (i = 0; i < kEngines; ++i) {
    snprintf(engines[i].word, sizeof(engines[i].word), "needle-%d", i);
  }
  RunAtOnce(kEngines, MakeEngine);
  if (host_failures[0] == '\0') RunAtOnce(kThreads, Scan);
  for (i = 0; i < kEngines; ++i) {
    cupel_ruleset_free(engines[i].rules);
    cupel_engine_free(engines[i].engine);
  }
  return HostResult("many_host");
}
