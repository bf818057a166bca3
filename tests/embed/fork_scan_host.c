/* A host that forks whenever it likes: in the middle of a scan, from a
 * callback, and while eight threads scan. The child frees what it finds, makes
 * all of it anew and scans; the parent's scans go on as if nothing had
 * happened. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host.h"

enum { kThreads = 8, kForks = 24, kChildSeconds = 60 };

static cupel_engine* engine;
static cupel_ruleset* rules;
static cupel_scanner* forking; /* whose callback forks */
static int forks;
static atomic_int stop;

static cupel_scanner* NewScanner(const cupel_engine* e, const cupel_ruleset* r,
                                 cupel_finding_fn finding) {
  cupel_scan_options options = CUPEL_SCAN_OPTIONS_INIT;
  cupel_scanner* scanner = NULL;
  options.threads = 2;
  options.finding = finding;
  HostExpect(
      cupel_scanner_new(e, r, &options, &scanner, NULL) == CUPEL_STATUS_OK,
      "cupel_scanner_new");
  return scanner;
}

static void ScanOnce(cupel_scanner* scanner, const char* where) {
  cupel_report* report = NULL;
  cupel_inputs* inputs = HostInputs();
  HostExpect(cupel_scanner_scan(scanner, inputs, NULL, &report, NULL) ==
                 CUPEL_STATUS_OK,
             where);
  HostExpect(cupel_report_verdict(report) == CUPEL_VERDICT_MATCHED, where);
  cupel_report_free(report);
  cupel_inputs_free(inputs);
}

/* All of it anew. Does not return. */
static void BeChild(void) {
  cupel_engine* own = NULL;
  cupel_ruleset* own_rules;
  cupel_scanner* scanner;
  alarm(kChildSeconds); /* one that hangs fails */
  cupel_scanner_free(forking);
  cupel_ruleset_free(rules);
  cupel_engine_free(engine);
  HostExpect(cupel_engine_new(NULL, &own, NULL) == CUPEL_STATUS_OK,
             "cupel_engine_new, in a child");
  own_rules = HostRules(own);
  scanner = NewScanner(own, own_rules, NULL);
  ScanOnce(scanner, "a child");
  cupel_scanner_free(scanner);
  cupel_ruleset_free(own_rules);
  cupel_engine_free(own);
  _exit(HostResult("fork_scan_host, child"));
}

static void Fork(const char* where) {
  int status = 0;
  const pid_t child = fork();
  if (child == 0) BeChild();
  HostExpect(child > 0 && waitpid(child, &status, 0) == child, "waitpid");
  HostExpect(WIFEXITED(status) && WEXITSTATUS(status) == 0, where);
}

static int32_t ForkInScan(void* user_data, const cupel_finding* finding) {
  (void)user_data, (void)finding;
  if (forks++ < 3) Fork("a child of a callback failed");
  return 0;
}

/* Gives what failed, or NULL. */
static void* ScanOn(void* unused) {
  cupel_scanner* scanner = NewScanner(engine, rules, NULL);
  (void)unused;
  while (!atomic_load(&stop)) ScanOnce(scanner, "a thread");
  cupel_scanner_free(scanner);
  return NULL;
}

int main(void) {
  pthread_t threads[kThreads];
  int i;
  HostExpect(cupel_engine_new(NULL, &engine, NULL) == CUPEL_STATUS_OK,
             "cupel_engine_new");
  rules = HostRules(engine);

  forking = NewScanner(engine, rules, ForkInScan);
  ScanOnce(forking, "the scan that forked");
  HostExpect(forks > 3, "no callback forked");
  cupel_scanner_free(forking);
  forking = NULL;

  for (i = 0; i < kThreads; ++i) {
    HostExpect(pthread_create(&threads[i], NULL, ScanOn, NULL) == 0,
               "pthread_create");
  }
  for (i = 0; i < kForks; ++i) Fork("a child of a busy process failed");
  atomic_store(&stop, 1);
  for (i = 0; i < kThreads; ++i) pthread_join(threads[i], NULL);
  cupel_ruleset_free(rules);
  cupel_engine_free(engine);
  return HostResult("fork_scan_host");
}
